/**
 * Every reader of a file or of a program's output that somebody else writes: whatever is in it, the reader ends soon,
 * needs little memory, and refuses only as it says. fast-check prints the seed of what it found.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAccounts } from '../../src/base/account.ts';
import { MOST_BYTES } from '../../src/base/open-foreign.ts';
import { MOST_YAML } from '../../src/base/yaml.ts';
import { parseConfig } from '../../src/config/load.ts';
import { meddling } from '../../src/doctor/checks/keeping.ts';
import { withoutArgument, withValue } from '../../src/doctor/plist.ts';
import { parseGatewayPlist } from '../../src/doctor/plist.ts';
import { parseUnits } from '../../src/doctor/systemd-units.ts';
import { kindAt } from '../../src/gateways/index.ts';
import { KIND_NAMES } from '../../src/gateways/names.ts';
import { readSettings } from '../../src/gateways/hermes/settings.ts';
import { readStateOwner } from '../../src/gateways/openclaw/lock-file.ts';
import { configOf } from '../../src/gateways/openclaw/config-file.ts';
import { readVariables } from '../../src/gateways/variables.ts';
import { parseNulList, parseStat } from '../../src/sensors/process/proc-linux.ts';
import { parseLocks } from '../../src/sensors/process/lock.ts';
import { parsePsLine } from '../../src/sensors/process/proc-ps.ts';
import { parseSs } from '../../src/sensors/network/ss.ts';
import { envNamesIn } from '../../src/service/env-file.ts';
import { readPlist } from '../../src/service/read-plist.ts';
import { readUnit } from '../../src/service/read-unit.ts';
import { parseContainer } from '../../src/supervisors/docker-inspect.ts';
import { engineRefusalOf } from '../../src/supervisors/docker-refusals.ts';
import { parseLaunchdJob } from '../../src/supervisors/launchd-print.ts';
import { MOST_WORDS } from '../../src/supervisors/run-command.ts';
import { parseS6 } from '../../src/supervisors/s6-status.ts';
import { inTime } from '../base/in-time.ts';
import { instant } from '../instant.ts';
import { extent, sample } from '../deep.ts';

interface Reader {
  readonly name: string;
  /** So many characters it may meet. */
  readonly most: number;
  readonly read: (text: string) => unknown;
  /** It says in its description that it throws. */
  readonly throws?: boolean;
}

const NOW = Date.parse('2026-11-22T12:00:00Z');
/** Of a log's line: a follower hands out no longer one. */
const LINE = 262_144;
const OUTPUT = 262_144;

const ofKinds = KIND_NAMES.filter((name) => name !== 'generic').flatMap((name): readonly Reader[] => {
  const kind = kindAt(name, '/home/bot/gateway');
  const { loop } = kind;
  const context = { now: instant(NOW), modifiedAt: instant(NOW) };
  return [
    { name: `${name}: a line for people`, most: LINE, read: (text) => kind.parseLine(text) },
    { name: `${name}: a line of the log`, most: LINE, read: (text) => kind.newLogReader('a.log').line(text) },
    ...kind.records.map(({ path, mostBytes, read }) => ({
      name: `${name}: who runs, in ${path}`,
      most: mostBytes,
      read,
    })),
    {
      name: `${name}: a command line`,
      most: 131_072,
      read: (text) => kind.servedBy(text.split(' '), { HOME: text, HERMES_HOME: text, OPENCLAW_STATE_DIR: '' }),
    },
    ...(loop
      ? [{ name: `${name}: the heartbeat`, most: MOST_BYTES.record, read: (text: string) => loop.readHeartbeat(text) }]
      : []),
    ...kind.stateFiles.map(({ path, mostBytes, read }) => ({
      name: `${name}: ${path}`,
      most: mostBytes,
      read: (text: string) => read(text, context),
    })),
    ...kind.appFiles.map(({ path, mostBytes, read }) => ({
      name: `${name}: the bots in ${path}`,
      most: mostBytes,
      read,
      throws: true,
    })),
  ];
});

const READERS: readonly Reader[] = [
  ...ofKinds,
  {
    name: 'a configuration',
    most: MOST_YAML,
    throws: true,
    read: (text) =>
      parseConfig(text, {
        file: '/c.yaml',
        home: '/home/bot',
        env: {},
        readSecret: () => ({ text: 'x', exposed: false }),
      }),
  },
  { name: 'the settings of Hermes', most: MOST_YAML, read: (text) => readSettings(text, text) },
  { name: 'the settings of OpenClaw', most: MOST_BYTES.config, read: configOf },
  { name: 'variables', most: MOST_BYTES.variables, read: readVariables },
  { name: 'the lock of OpenClaw', most: MOST_BYTES.record, read: readStateOwner },
  { name: 'names of variables', most: MOST_BYTES.config, read: envNamesIn },
  {
    name: 'a property list',
    most: MOST_BYTES.definition,
    throws: true,
    read: (text) => parseGatewayPlist('/a.plist', text),
  },
  { name: "a property list of Lifeline's", most: MOST_BYTES.definition, read: readPlist },
  {
    name: 'a property list that is changed',
    most: MOST_BYTES.definition,
    read: (text) => [withoutArgument(text, '--replace'), withValue(text, 'KeepAlive', true)],
  },
  { name: 'a unit', most: MOST_BYTES.definition, read: readUnit },
  { name: 'what systemd says of units', most: OUTPUT, read: (text) => parseUnits({ stdout: text }, 'user') },
  { name: 'what launchd says of a job', most: OUTPUT, read: parseLaunchdJob },
  { name: 'what s6 says of a slot', most: OUTPUT, read: parseS6 },
  { name: 'what an engine says of a container', most: OUTPUT, read: parseContainer },
  { name: 'why an engine refuses', most: MOST_WORDS, read: (text) => engineRefusalOf({ stdout: text, stderr: text }) },
  { name: 'a crontab', most: OUTPUT, read: (text) => meddling(text, [/hermes/, 'a.service']) },
  { name: 'what ss says', most: OUTPUT, read: parseSs },
  { name: 'a line of ps', most: OUTPUT, read: parsePsLine },
  { name: 'the state of a process', most: 4_096, read: parseStat },
  { name: 'words of a process', most: 131_072, read: parseNulList },
  { name: 'locks', most: OUTPUT, read: parseLocks },
  { name: 'accounts', most: OUTPUT, read: (text) => parseAccounts(text, text).uidOf('a') },
];

/** What these formats are made of. */
const PIECES = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\0',
  '#',
  '=',
  ':',
  ': ',
  '- ',
  ',',
  ';',
  ' ; ',
  '"',
  "'",
  '\\',
  '\\u',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  '/',
  '//',
  '/*',
  '*/',
  '|',
  '>',
  '&a ',
  '*a',
  '!x ',
  '? ',
  '<<',
  '%',
  '@',
  '`',
  '...',
  '---\n',
  'a',
  '0',
  '1',
  '-1',
  '1e9',
  '0x',
  '.5',
  'NaN',
  'null',
  'true',
  '__proto__',
  'constructor',
  'é',
  '😀',
  '\ud800',
  '\ufeff',
  '：',
  '，',
  '“',
  '\u2028',
  '\u001b[',
  '\u001b[1m',
  '{"a":',
  '[[',
  '{"pid":1,',
  '"pid"',
  '"updated_at"',
  '"platforms":',
  '"state":"',
  '2026-11-22',
  '2026-11-22 12:00:00,000 ',
  '2026-11-22T12:00:00.000Z ',
  '20:00:00',
  'ERROR ',
  'WARNING gateway.run: ',
  '[Lark] [',
  '[QQBot:1] ',
  '[feishu] ',
  '[gateway] ',
  'Bot is ',
  'intent',
  'Supervised task ',
  'reconnect',
  'Previous gateway life ',
  ' exited UNCLEANLY',
  'suspected_oom=',
  'liveness warning: ',
  'eventLoopDelayMaxMs=',
  'Config auto-restored from backup: ',
  ' (',
  'invalid config for plugin ',
  'Feishu[',
  'received SIG',
  'gateways:\n',
  '  - name: ',
  'home: ',
  '${',
  '${A}',
  'export ',
  'KEY=',
  '<plist version="1.0">',
  '</plist>',
  '<dict>',
  '</dict>',
  '<key>ProgramArguments</key>',
  '<key>KeepAlive</key>',
  '<array>',
  '</array>',
  '<string>--replace</string>',
  '<!--',
  '-->',
  '<![CDATA[',
  '<!DOCTYPE ',
  '<!ENTITY a "b">',
  '&a;',
  'ExecStart=',
  'argv[]=',
  'Environment="A=',
  '[Service]',
  '1min ',
  '99999999999',
  'users:((',
  '))',
  ',pid=1,fd=2)',
  'ESTAB 0 0 1.1.1.1:1 ',
  'pid = ',
  '.sock',
  'permission denied',
  'systemctl ',
  'kill ',
  'watchdog',
  'launchctl ',
  'hermes',
  'gateway',
  '-p ',
  '--profile=',
  '/profiles/',
  'x:1000:1000',
  'FLOCK ADVISORY WRITE ',
] as const;

const part = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

/** Small ones show what it refuses, those as long as can be how long it takes. */
const textFor = (most: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      part,
      part,
      part,
      fc.oneof({ weight: 3, arbitrary: fc.constant(40) }, { weight: 1, arbitrary: fc.constant(most) }),
    )
    .map(([before, unit, after, length]) => {
      const room = Math.max(0, length - before.length - after.length);
      return `${before}${unit === '' ? '' : unit.repeat(Math.floor(room / unit.length))}${after}`.slice(0, most);
    });

/** In one go, over what it had before; what is garbage may not have been collected yet. */
const MOST_MEMORY = 1_500_000_000;

describe('whatever somebody else writes', () => {
  test.each(READERS.map((reader) => [reader.name, reader] as const))(
    'is read in time, or refused: %s',
    { timeout: 300_000 },
    (_name, { most, read, throws = false }) => {
      fc.assert(
        fc.property(textFor(most), (text) => {
          const before = process.memoryUsage.rss();
          let thrown: unknown = null;
          inTime(() => {
            try {
              return read(text);
            } catch (error) {
              thrown = error;
              return null;
            }
          });
          if (!throws && thrown !== null) throw thrown as Error;
          if (thrown !== null) expect(thrown).toBeInstanceOf(Error);
          expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_MEMORY);
        }),
        { numRuns: extent(60, 8), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
      );
    },
  );

  test.each(READERS.map((reader, index) => [reader.name, reader, index] as const))(
    'takes no long time for much of the same: %s',
    { timeout: 300_000 },
    (_name, { most, read }, index) => {
      const until = performance.now() + 60_000;
      for (const piece of sample(PIECES, 24, index)) {
        // A slow machine tries fewer of them.
        if (performance.now() > until) break;
        inTime(() => read(piece.repeat(most / piece.length)));
      }
    },
  );
});
