/**
 * Strangers by the thousand a second on both platforms, and how long operators wait for their /status meanwhile; with
 * the memory and the disk that it takes. Lifeline as the real program, against the loopback platforms.
 * `node bench/flood.ts [--seconds 60] [--rate 1000] [--kinds message,tap,newChat,group]`
 */
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { PhoneMessage } from '../sandbox/phone.ts';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { asOperator, person, type Person } from '../test/acceptance/fixtures/crowd.ts';
import { FLOOD_KINDS, startFlood, type FloodKind } from '../test/acceptance/fixtures/flood.ts';
import { startChild, type Child } from './alert-latency/child.ts';
import { until } from './alert-latency/stage.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '1000' },
    kinds: { type: 'string', default: FLOOD_KINDS.join(',') },
  },
});
const MAIN = new URL('../src/main.ts', import.meta.url).pathname;
const READY_LIMIT_MS = 120_000;
const PHONES = ['feishu', 'qq'] as const;
/** Each may ask 20 times a minute. */
const OPERATORS = 40;
const ASK_EVERY_MS = 100;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const isKind = (name: string): name is FloodKind => FLOOD_KINDS.some((kind) => kind === name);

const memoryMb = (pid: number, field: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1_024;
const storeKb = (dir: string): number =>
  ['', '-wal'].reduce(
    (sum, suffix) =>
      sum + (statSync(join(dir, 'lifeline', `lifeline.db${suffix}`), { throwIfNoEntry: false })?.size ?? 0),
    0,
  ) / 1_024;

interface Waits {
  readonly feishu: number[];
  readonly qq: number[];
}

/**
 * Each operator in turn asks on each phone, and waits. @returns the waits in milliseconds, and how many were in vain.
 */
const ask = async (
  { feishu, qq, cast }: Sandbox,
  people: readonly Person[],
  lastsMs: number,
): Promise<{ readonly waits: Waits; readonly inVain: number }> => {
  const platforms = { feishu, qq };
  const waits: Waits = { feishu: [], qq: [] };
  const open = new Map<string, { readonly phone: (typeof PHONES)[number]; readonly at: number }>();
  for (const phone of PHONES) {
    platforms[phone].onMessage((_appId, message: PhoneMessage) => {
      const asked = message.from === 'bot' ? open.get(`${phone} ${message.user}`) : undefined;
      if (!asked) return;
      open.delete(`${phone} ${message.user}`);
      waits[phone].push(performance.now() - asked.at);
    });
  }
  const began = performance.now();
  for (let n = 0; performance.now() - began < lastsMs; n += 1) {
    const phone = PHONES[n % PHONES.length];
    const who = people[Math.floor(n / PHONES.length) % people.length];
    if (phone && who && !open.has(`${phone} ${who[phone]}`)) {
      open.set(`${phone} ${who[phone]}`, { phone, at: performance.now() });
      platforms[phone].say(cast.lifeline[phone].appId, who[phone], '/status');
    }
    await pause(ASK_EVERY_MS);
  }
  await pause(5_000);
  return { waits, inVain: open.size };
};

const percentile = (times: readonly number[], share: number): string =>
  (times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1] ?? NaN).toFixed(0);

const row = (what: string, phone: string, times: readonly number[]): void =>
  say(
    `| ${what} | ${phone} | ${percentile(times, 0.5)} | ${percentile(times, 0.99)} | ${percentile(times, 1)} | ${times.length} |`,
  );

const measure = async (sandbox: Sandbox, lifeline: Child, people: readonly Person[]): Promise<void> => {
  const { feishu, cast } = sandbox;
  const lastsMs = Number(values.seconds) * 1_000;
  say('| | channel | /status, ms: median | p99 | max | asked |\n| --- | --- | --- | --- | --- | --- |');
  const calm = await ask(sandbox, people, lastsMs / 4);
  for (const phone of PHONES) row('calm', phone, calm.waits[phone]);
  const before = { rss: memoryMb(lifeline.pid, 'VmRSS'), store: storeKb(sandbox.dir) };
  const card = feishu.sent(cast.lifeline.feishu.appId).at(-1);
  const flood = startFlood(sandbox, {
    perSecond: Number(values.rate),
    kinds: values.kinds.split(',').filter(isKind),
    feishuMessageId: card?.id ?? '',
  });
  const began = performance.now();
  const { waits, inVain } = await ask(sandbox, people, lastsMs);
  const rate = flood.poured() / ((performance.now() - began) / 1_000);
  await flood.end();
  for (const phone of PHONES) row('flood', phone, waits[phone]);
  say(
    `\n${flood.poured()} events of ${flood.poured() / 2} strangers, ${rate.toFixed(0)} a second on both together; ${inVain} operators without an answer.`,
  );
  say(
    `Memory: ${before.rss.toFixed(0)} MB before, ${memoryMb(lifeline.pid, 'VmHWM').toFixed(0)} MB at most; store: ${before.store.toFixed(0)} KB before, ${storeKb(sandbox.dir).toFixed(0)} KB after.`,
  );
};

say(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()
    .map((each) => each.toFixed(1))
    .join(' ')}, ${new Date().toISOString()}\n`,
);
const dir = await mkdtemp(join(tmpdir(), 'lifeline-flood-'));
const sandbox = await createSandbox({ dir, locale: 'en' });
let lifeline: Child | null = null;
try {
  const people = Array.from({ length: OPERATORS }, (_, n) => person(`operator-${n}`));
  const file = sandbox.writeConfig({ operators: people.map((who) => asOperator(who, 'viewer')) });
  await sandbox.gateway.start();
  lifeline = await startChild(
    process.execPath,
    [...process.execArgv, MAIN, 'run', '--config', file],
    join(dir, 'lifeline.log'),
  );
  const { feishu, qq, cast } = sandbox;
  await until(
    'Lifeline to connect',
    READY_LIMIT_MS,
    () => feishu.connections(cast.lifeline.feishu.appId) > 0 && qq.connections(cast.lifeline.qq.appId) > 0,
  );
  await measure(sandbox, lifeline, people);
} finally {
  await lifeline?.kill();
  await sandbox.stop();
  await rm(dir, { recursive: true, force: true });
}
