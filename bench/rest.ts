/**
 * What the bot takes at rest with one healthy gateway: memory by its kind, CPU, and how much CPU its start took. Each
 * variant is a set of Node's flags.
 * `node bench/rest.ts [--program dist/src/bin.js] [--seconds 60] [--channels both|qq|none] [--flags="--a --b" …]`
 */
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { startChild } from './alert-latency/child.ts';
import { until } from './alert-latency/stage.ts';
import { writeOwnDefaults } from './own-defaults.ts';
import { cpuMs, memoryOf } from './proc.ts';

const { values } = parseArgs({
  options: {
    program: { type: 'string', default: 'dist/src/bin.js' },
    seconds: { type: 'string', default: '60' },
    channels: { type: 'string', default: 'both' },
    flags: { type: 'string', multiple: true, default: [''] },
    keep: { type: 'string' },
    node: { type: 'string', default: process.execPath },
  },
});
const READY_LIMIT_MS = 120_000;
const WARM_UP_MS = 15_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** With the channels that are asked for. */
const writeConfig = (sandbox: Sandbox): string =>
  writeOwnDefaults(sandbox, ({ channels, operators, ...kept }) => {
    const { qq } = channels as { readonly qq: object };
    const used = {
      both: { channels, operators },
      qq: {
        channels: { qq },
        operators: (operators as readonly { readonly qq: string }[]).map((each) => ({
          name: 'me',
          role: 'admin',
          qq: each.qq,
        })),
      },
      none: {},
    }[values.channels];
    return { ...kept, ...used };
  });

const dir = await mkdtemp(join(tmpdir(), 'lifeline-rest-'));
const sandbox = await createSandbox({ dir, locale: 'zh-CN' });
try {
  await sandbox.gateway.start();
  await until('the gateway to be ready', READY_LIMIT_MS, () =>
    sandbox.gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
  );
  const file = writeConfig(sandbox);
  say('| flags | start, CPU ms | RSS, MB | heaps, MB | program, MB | CPU, % | load |');
  say('|---|---|---|---|---|---|---|');
  for (const flags of values.flags) {
    const log = join(dir, 'lifeline.log');
    rmSync(log, { force: true });
    const words = flags.split(' ').filter((word) => word !== '');
    const bot = await startChild(values.node, [...words, resolve(values.program), 'run', '--config', file], log);
    try {
      await until(
        'the bot to run',
        READY_LIMIT_MS,
        () => bot.ended() !== null || readFileSync(log, 'utf8').includes('"lifeline.started"'),
      );
      const startMs = cpuMs(bot.pid);
      await pause(WARM_UP_MS);
      const before = cpuMs(bot.pid);
      const begun = performance.now();
      await pause(Number(values.seconds) * 1_000);
      const percent = (100 * (cpuMs(bot.pid) - before)) / (performance.now() - begun);
      const { rssMb, anonMb, fileMb } = memoryOf(bot.pid);
      const figures = [startMs, ...[rssMb, anonMb, fileMb].map((mb) => mb.toFixed(1)), percent.toFixed(2)];
      say(`| ${[flags || 'none', ...figures, loadavg()[0]?.toFixed(1)].join(' | ')} |`);
      if (values.keep !== undefined) {
        copyFileSync(`/proc/${bot.pid}/smaps`, `${values.keep}.smaps`);
        process.kill(bot.pid, 'SIGTERM');
        await until('the bot to end', READY_LIMIT_MS, () => bot.ended() !== null);
      }
    } finally {
      await bot.kill();
    }
  }
} finally {
  await sandbox.stop();
  await rm(dir, { recursive: true, force: true });
}
