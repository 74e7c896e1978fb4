/**
 * From the gateway's failure to the message on the phone, for Lifeline, for monit at its shortest cycle and for a
 * script in cron; from a death to the gateway's new process; and what Lifeline and monit cost at rest. All on the
 * loopback, Lifeline as the real program. About twenty minutes. `node bench/alert-latency.ts [--samples 20] [--rest
 * 60] [--only dead,dead-unit,given-up-on,dead-others,gave-up,frozen,rest]`
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { DEAD, FROZEN, GAVE_UP, GIVEN_UP_ON } from './alert-latency/illness.ts';
import { monitVersion, whyNoMonit } from './alert-latency/monit.ts';
import { costTable, HEAD, median, rowsOf } from './alert-latency/report.ts';
import { measureRest } from './alert-latency/rest.ts';
import { takeSamples, type Case, type Sample } from './alert-latency/sample.ts';
import { whyNoUnit } from './alert-latency/unit.ts';

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '20' },
    rest: { type: 'string', default: '60' },
    only: { type: 'string' },
  },
});
const wanted = (name: string): boolean => values.only === undefined || values.only.split(',').includes(name);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const load = (): string =>
  `load ${loadavg()
    .map((each) => each.toFixed(1))
    .join(' ')} on ${availableParallelism()} cores, ${new Date().toISOString()}`;

const noMonit = whyNoMonit();
const monit = noMonit === null;
const noUnit = whyNoUnit();
const PATIENT = { settings: 'as it comes', watch: {}, monit, cron: true };

const CASES: Readonly<Record<string, Case>> = {
  // Few at once, so that they do not slow each other down.
  dead: {
    illness: DEAD,
    title: `${DEAD.name}, bare`,
    settings: 'as it comes',
    watch: {},
    monit: false,
    cron: false,
    sideBySide: 2,
  },
  'dead-unit': {
    illness: DEAD,
    title: `${DEAD.name}, unit with \`Restart=no\``,
    settings: 'as it comes',
    watch: {},
    monit: false,
    cron: false,
    sideBySide: 2,
    unit: { extra: ['Restart=no'] },
  },
  'given-up-on': {
    illness: GIVEN_UP_ON,
    title: '`Restart=always`, and the start fails for good: since systemd gave up',
    settings: 'as it comes',
    watch: {},
    monit: false,
    cron: false,
    sideBySide: 2,
    unit: { needs: ['StartLimitIntervalSec=600', 'StartLimitBurst=5'], extra: ['Restart=always'] },
  },
  'dead-others': { illness: DEAD, settings: '', watch: null, monit, cron: true, sideBySide: 5 },
  'gave-up': { ...PATIENT, illness: GAVE_UP, sideBySide: 5 },
  frozen: { ...PATIENT, illness: FROZEN, settings: 'as it comes (`frozen: 90s`)', sideBySide: 20 },
};

say(`Node ${process.version}, ${noMonit ?? monitVersion()}; ${load()}\n`);
if (noMonit !== null) say(`monit is left out: ${noMonit}.\n`);

const all: Sample[] = [];
const loads: string[] = [];
say(HEAD);
for (const [name, story] of Object.entries(CASES)) {
  if (!wanted(name)) continue;
  if (story.unit !== undefined && noUnit !== null) {
    say(`\n${name} is left out: ${noUnit}.\n`);
    continue;
  }
  const samples = await takeSamples(story, Number(values.samples));
  all.push(...samples);
  say(rowsOf(story, samples));
  loads.push(`${name}: ${load()}`);
}
const runs = all.flatMap(({ cronRun }) => (cronRun == null ? [] : [cronRun])).sort((a, b) => a - b);
if (runs.length > 0)
  say(
    `\nThe script itself, from its start to its message: ${runs[0]} / ${median(runs)} / ${runs.at(-1)} ms (min, median, max of ${runs.length}); the wait for its next run is drawn, not waited for.`,
  );

if (wanted('rest') && process.platform === 'linux') {
  say(
    `\nAt rest for ${values.rest} s, one gateway:\n\n${costTable(await measureRest(Number(values.rest) * 1_000, monit))}`,
  );
  loads.push(`rest: ${load()}`);
}
say(`\nAt the end of each:\n${loads.join('\n')}`);
