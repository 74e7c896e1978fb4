/**
 * What the bot takes at rest with one healthy gateway: memory by its kind, CPU, and how much CPU its start took. Each
 * variant is a set of Node's flags.
 * `node bench/rest.ts [--program dist/src/bin.js] [--seconds 60] [--channels both|qq|none] [--flags="--a --b" …]`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSandbox } from '../sandbox/sandbox.ts';
import { until } from './alert-latency/stage.ts';
import { gatewayIsReady, READY_LIMIT_MS, restOf, startBot, writeRestConfig } from './rest/bot.ts';

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
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const dir = await mkdtemp(join(tmpdir(), 'lifeline-rest-'));
const sandbox = await createSandbox({ dir, locale: 'zh-CN' });
try {
  await sandbox.gateway.start();
  await gatewayIsReady(sandbox);
  const config = writeRestConfig(sandbox, values.channels);
  say('| flags | start, CPU ms | RSS, MB | heaps, MB | program, MB | CPU, % | load |');
  say('|---|---|---|---|---|---|---|');
  for (const flags of values.flags) {
    const { node, program } = values;
    const words = flags.split(' ').filter((word) => word !== '');
    const { bot, startCpuMs } = await startBot(dir, { node, program, config, flags: words });
    try {
      const { cpuPercent, rssMb, anonMb, fileMb } = await restOf([bot.pid], Number(values.seconds) * 1_000);
      const figures = [startCpuMs, ...[rssMb, anonMb, fileMb].map((mb) => mb.toFixed(1)), cpuPercent.toFixed(2)];
      say(`| ${[flags || 'none', ...figures, loadavg()[0]?.toFixed(1)].join(' | ')} |`);
      if (values.keep !== undefined) {
        // Its size is told as 0, and so a copy of the file would be empty.
        writeFileSync(`${values.keep}.smaps`, readFileSync(`/proc/${bot.pid}/smaps`));
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
