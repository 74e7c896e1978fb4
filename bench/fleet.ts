/**
 * A fleet on one machine: a real nats-server, a real hub on the sandbox's Feishu, and virtual agents with the real
 * transport and outbox. `node bench/fleet.ts [--hosts 300] [--seconds 60] [--incidents 100]`
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { createSandbox } from '../sandbox/sandbox.ts';
import { freePort } from '../test/real/openclaw/free-port.ts';
import { newMember, startNats, until } from '../test/fleet/nats.ts';
import type { Order, Report } from './fleet/agents.ts';
import { percentile } from './fleet/percentile.ts';
import { cpuMs, memoryOf } from './proc.ts';

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '300' },
    seconds: { type: 'string', default: '60' },
    incidents: { type: 'string', default: '100' },
  },
});
const [hosts, seconds, incidents] = [Number(values.hosts), Number(values.seconds), Number(values.incidents)];
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const dir = mkdtempSync(join(tmpdir(), 'lifeline-bench-fleet-'));
const hubMember = newMember('hub-1', 'hub');
const members = Array.from({ length: hosts }, (_, index) =>
  newMember(`web-${String(index + 1).padStart(4, '0')}`, 'host'),
);
const nats = await startNats();
const sandbox = await createSandbox({ dir: join(dir, 'sandbox'), locale: 'en' });
const { cast, feishu } = sandbox;
const config = join(dir, 'config.yaml');
const listen = `127.0.0.1:${await freePort()}`;
mkdirSync(join(dir, 'run'), { mode: 0o700 });
writeFileSync(
  config,
  stringify({
    locale: 'en',
    data_dir: join(dir, 'data'),
    fleet: { host: 'hub-1', servers: [nats.url], credentials: hubMember.seed, hub: true },
    channels: {
      feishu: { app_id: cast.lifeline.feishu.appId, app_secret: cast.lifeline.feishu.secret, domain: feishu.url },
    },
    operators: [{ name: 'me', role: 'admin', feishu: cast.operator.feishu }],
    metrics: { listen },
  }),
  { mode: 0o600 },
);
const hub = spawn(process.execPath, [file('../src/main.ts'), 'hub', '--config', config], {
  env: { ...process.env, HOME: dir, XDG_RUNTIME_DIR: join(dir, 'run') },
  stdio: ['ignore', 'pipe', 'pipe'],
});
let log = '';
for (const stream of [hub.stdout, hub.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
const agents = fork(file('fleet/agents.ts'));
let orders: Promise<unknown> = Promise.resolve();
const order = (what: Order): Promise<Report> => {
  const asked = orders.then(async () => {
    agents.send(what);
    const [report] = (await once(agents, 'message')) as [Report];
    return report;
  });
  orders = asked;
  return asked;
};

const told = () =>
  feishu.conversation(cast.lifeline.feishu.appId, cast.operator.feishu).filter(({ from }) => from === 'bot');
const ask = async (text: string): Promise<string> => {
  const before = told().length;
  const at = performance.now();
  feishu.say(cast.lifeline.feishu.appId, cast.operator.feishu, text);
  await until(`an answer to ${text}`, () => told().length > before, 60_000);
  return `${Math.round(performance.now() - at)} ms: ${told()[before]?.text.split('\n').slice(0, 2).join(' | ')}`;
};

const pids = { hub: hub.pid ?? 0, server: nats.process().pid ?? 0, agents: agents.pid ?? 0 };
/** Watches what the three cost while something happens. */
const cost = async (name: string, work: () => Promise<unknown>): Promise<void> => {
  pids.server = nats.process().pid ?? 0;
  const before = {
    at: performance.now(),
    hub: cpuMs(pids.hub),
    server: cpuMs(pids.server),
    agents: cpuMs(pids.agents),
  };
  await work();
  const server = nats.process().pid ?? 0;
  // A new server has used nothing before.
  if (server !== pids.server) before.server = 0;
  pids.server = server;
  const tookMs = performance.now() - before.at;
  const part = (who: 'hub' | 'server' | 'agents'): string =>
    `${(((cpuMs(pids[who]) - before[who]) / tookMs) * 100).toFixed(1)} % / ${memoryOf(pids[who]).rssMb.toFixed(0)} MB`;
  say(`| ${name} | ${(tookMs / 1_000).toFixed(0)} s | ${part('hub')} | ${part('server')} | ${part('agents')} |`);
};
const delays = (report: Report): string =>
  `${report.deliveredAfterMs.length} told, ${report.undelivered} not; p50 ${(percentile(report.deliveredAfterMs, 0.5) / 1_000).toFixed(1)} s, p99 ${(percentile(report.deliveredAfterMs, 0.99) / 1_000).toFixed(1)} s`;
const heard = async (): Promise<void> => {
  for (const deadline = performance.now() + 240_000; performance.now() < deadline;) {
    const before = told().length;
    feishu.say(cast.lifeline.feishu.appId, cast.operator.feishu, '/status');
    await until('an answer to /status', () => told().length > before, 60_000);
    if (told().at(-1)?.text.includes(`gateways on ${hosts} hosts`)) return;
    await sleep(1_000);
  }
  throw new Error(`not all hosts are heard: ${told().at(-1)?.text}`);
};

/** Each host's beat was heard since: an answer to /status only says that none has been silent for 90 s. */
const heardSince = async (at: number): Promise<number> => {
  const text = await (await fetch(`http://${listen}/metrics`)).text();
  const seconds = (performance.now() - at) / 1_000;
  return [...text.matchAll(/^lifeline_fleet_host_silent_seconds\{[^}]*\} (\S+)$/gm)].filter(
    ([, age]) => Number(age) < seconds,
  ).length;
};
const BACK_WITHIN_MS = 900_000;
/** @returns when so many hosts in a thousand were back, in seconds. */
const allBack = async (at: number): Promise<string> => {
  const marks = [500, 900, 990, 1_000];
  const reached: string[] = [];
  let back = 0;
  while (marks.length > 0 && performance.now() - at < BACK_WITHIN_MS) {
    back = await heardSince(at).catch(() => back);
    while (marks[0] !== undefined && back * 1_000 >= marks[0] * hosts)
      reached.push(`${(marks.shift() ?? 0) / 10} % after ${((performance.now() - at) / 1_000).toFixed(0)} s`);
    await sleep(500);
  }
  return `${back} of ${hosts} back: ${reached.join(', ')}`;
};

try {
  say(
    `Node ${process.version}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}, load ${load()}, ${hosts} hosts\n`,
  );
  await until('the hub', () => log.includes('this hub speaks'), 60_000);
  say('| what | time | hub: CPU / memory | server | all agents |\n| --- | --- | --- | --- | --- |');
  await cost('start, until all are heard', async () => {
    await order({
      do: 'start',
      agents: members.map(({ name, seed }, index) => ({
        host: name,
        seed,
        url: nats.url,
        labels: { region: `r${index % 10}` },
      })),
    });
    await heard();
  });
  await cost('steady', () => sleep(seconds * 1_000));
  say(`\n/status: ${await ask('/status')}\n`);

  const before = told().length;
  await cost(`${incidents} incidents within a minute`, async () => {
    await order({ do: 'storm', incidents, withinMs: 60_000, forMs: 90_000 });
    for (let left = 1; left > 0; left = (await order({ do: 'report' })).undelivered) await sleep(1_000);
  });
  const storm = await order({ do: 'report' });
  say(`alerts: ${delays(storm)}; messages on the phone: ${told().length - before}`);
  await cost('their end', async () => {
    await sleep(95_000);
    for (let left = 1; left > 0; left = (await order({ do: 'report' })).undelivered) await sleep(1_000);
  });
  const both = await order({ do: 'report' });
  say(
    `alerts and ends: ${delays(both)}; messages on the phone: ${told().length - before}\n\nThe phone:\n${told()
      .slice(before)
      .map(({ text }) => `  ── ${text.replaceAll('\n', '\n     ')}`)
      .join('\n')}\n`,
  );

  const quiet = told().length;
  await cost('all cut off at once (server killed and started), until all are heard', async () => {
    const at = performance.now();
    await nats.restart('SIGKILL');
    say(await allBack(at));
    await heard();
  });
  await cost('the two minutes after', () => sleep(120_000));
  say(
    `on the phone after the cut, beside answers to /status: ${JSON.stringify(
      told()
        .slice(quiet)
        .filter(({ text }) => /silent|back|dead/i.test(text))
        .map(({ text }) => text.split('\n')[0]),
    )}`,
  );
  say(`\nload at the end: ${load()}`);
} catch (error) {
  say(log.split('\n').slice(-20).join('\n'));
  throw error;
} finally {
  await order({ do: 'stop' }).catch(() => undefined);
  hub.kill('SIGTERM');
  await once(hub, 'exit');
  await sandbox.stop();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
}
