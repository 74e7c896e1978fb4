/**
 * What the package takes, beside what it should take, and beside monit and pm2 at rest; says what fell short. The
 * package is the built one (`npm run build`), with the flags of its service. About six minutes.
 * `node bench/figures.ts [--seconds 60] [--program dist/src/bin.js]`
 */
import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createSandbox } from '../sandbox/sandbox.ts';
import { NODE_FLAGS } from '../src/service/spec.ts';
import { median } from './alert-latency/report.ts';
import { gatewayIsReady, restOf, startBot, writeRestConfig, type Rest } from './rest/bot.ts';
import { openMonit, openPm2 } from './rest/others.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, program: { type: 'string', default: 'dist/src/bin.js' } },
});
const FOR_MS = Number(values.seconds) * 1_000;
const RUNS = 7;
const MEGABYTE = 1_000_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const load = (): string => loadavg()[0]?.toFixed(1) ?? '';

const short: string[] = [];
/** @param most null: no goal. */
const row = (what: string, figure: number, unit: string, most: number | null): void => {
  const told = `${figure.toFixed(figure < 10 ? 2 : 0)} ${unit}`;
  say(`| ${what} | ${told} | ${most === null ? '–' : `${most} ${unit}`} | ${load()} |`);
  if (most !== null && figure > most) short.push(`${what}: ${told}, not ${most}`);
};
const restRows = (
  who: string,
  { rssMb, cpuPercent }: Rest,
  goals: { readonly rssMb: number; readonly cpu: number } | null,
) => {
  row(`RSS at rest, ${who}`, rssMb, 'MB', goals?.rssMb ?? null);
  row(`CPU at rest, ${who}`, cpuPercent, '% of a core', goals?.cpu ?? null);
};

/** The median of several runs of the command line, by the wall clock. */
const commandMs = (...args: readonly string[]): number =>
  median(
    Array.from({ length: RUNS }, () => {
      const begun = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [resolve(values.program), ...args], { encoding: 'utf8' });
      if (status === null || status > 1) throw new Error(`lifeline ${args.join(' ')} fails: ${stderr}`);
      return performance.now() - begun;
    }).sort((a, b) => a - b),
  );

const dir = await mkdtemp(join(tmpdir(), 'lifeline-figures-'));
const sandbox = await createSandbox({ dir, locale: 'zh-CN' });
try {
  await sandbox.gateway.start();
  await gatewayIsReady(sandbox);
  say(`Node ${process.version}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}\n`);
  say('| what | figure | at the most | load |\n|---|---|---|---|');
  for (const channels of ['both', 'qq'] as const) {
    const config = writeRestConfig(sandbox, channels);
    const { program } = values;
    const { bot, startMs } = await startBot(dir, { node: process.execPath, program, config, flags: NODE_FLAGS });
    try {
      const who = channels === 'both' ? 'both channels' : 'QQ alone';
      row(`start until it watches, ${who}`, startMs, 'ms', 500);
      restRows(who, await restOf([bot.pid], FOR_MS), { rssMb: 100, cpu: 0.4 });
      if (channels === 'both') row('`lifeline status`', commandMs('status', '--config', config), 'ms', 150);
    } finally {
      await bot.kill();
    }
    if (channels === 'both')
      row('`lifeline status` without a bot', commandMs('status', '--config', config), 'ms', null);
  }
  row('`lifeline --version`', commandMs('--version'), 'ms', 60);
  const root = join(resolve(values.program), '../..');
  const files = globSync('**/*', { cwd: root }).map((file) => statSync(join(root, file)));
  const bytes = files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  row('installed size', bytes / MEGABYTE, 'MB', 10);
  for (const open of [() => openMonit(dir, sandbox.gateway), () => openPm2(dir)]) {
    const other = await open();
    if (typeof other === 'string') {
      say(`\n${other}\n`);
      continue;
    }
    try {
      restRows(other.name, await restOf([other.pid], FOR_MS), null);
    } finally {
      await other.stop();
    }
  }
  say(short.length === 0 ? '\nNothing fell short.' : `\nFell short:\n${short.map((each) => `- ${each}`).join('\n')}`);
} finally {
  await sandbox.stop();
  await rm(dir, { recursive: true, force: true });
}
