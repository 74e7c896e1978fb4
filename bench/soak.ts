/**
 * A bot under unrest for long: a command every 3 s, a death of the gateway every 75 s. Prints memory and descriptors over
 * time, and draws them. Lifeline is the built package, with the flags of its service.
 * `node bench/soak.ts [--minutes 60] [--program dist/src/bin.js] [--svg soak.svg]`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createSandbox } from '../sandbox/sandbox.ts';
import { NODE_FLAGS } from '../src/service/spec.ts';
import { startChild } from './alert-latency/child.ts';
import { until } from './alert-latency/stage.ts';
import { cpuMs, descriptorsOf, memoryOf } from './proc.ts';
import { plot, type Sample } from './soak/plot.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    program: { type: 'string', default: 'dist/src/bin.js' },
    svg: { type: 'string', default: 'soak.svg' },
  },
});
const READY_LIMIT_MS = 120_000;
const ASK_EVERY_S = 3;
const KILL_EVERY_S = 75;
const ASKED = ['/status', '/doctor', '/logs main 20', '/history', '/why main'];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const dir = await mkdtemp(join(tmpdir(), 'lifeline-soak-'));
const sandbox = await createSandbox({ dir });
const { gateway, feishu, qq, cast } = sandbox;
const samples: Sample[] = [];
try {
  await gateway.start();
  await until('the gateway to be ready', READY_LIMIT_MS, () =>
    gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
  );
  const log = join(dir, 'lifeline.log');
  const config = sandbox.writeConfig({ healing: { per_hour: 60, per_day: 200, pauses: ['0s'] } });
  const bot = await startChild(
    process.execPath,
    [...NODE_FLAGS, resolve(values.program), 'run', '--config', config],
    log,
    sandbox.env,
  );
  try {
    await until(
      'the bot to run',
      READY_LIMIT_MS,
      () => bot.ended() !== null || readFileSync(log, 'utf8').includes('"lifeline.started"'),
    );
    if (bot.ended() !== null) throw new Error(`the bot ended: ${readFileSync(log, 'utf8').slice(-1_000)}`);
    const seconds = Math.round(Number(values.minutes) * 60);
    say('| minute | RSS, MB | heaps, MB | descriptors | CPU so far, s | load |\n|---|---|---|---|---|---|');
    const begun = performance.now();
    for (let second = 0; second <= seconds; second += 1) {
      await pause(Math.max(0, begun + second * 1_000 - performance.now()));
      if (bot.ended() !== null) throw new Error(`the bot ended: ${bot.ended() ?? ''}`);
      const words = ASKED[(second / ASK_EVERY_S) % ASKED.length];
      if (second % ASK_EVERY_S === 0 && words !== undefined) {
        if (second % 2 === 0) feishu.say(cast.lifeline.feishu.appId, cast.operator.feishu, words);
        else qq.say(cast.lifeline.qq.appId, cast.operator.qq, words);
      }
      if (second % KILL_EVERY_S === KILL_EVERY_S - 1 && gateway.current() !== null) await gateway.break('killed');
      if (second % 5 === 0) {
        const { rssMb, anonMb } = memoryOf(bot.pid);
        samples.push({ second, rssMb, anonMb, descriptors: descriptorsOf(bot.pid) });
      }
      if (second % 60 === 0) {
        const { rssMb, anonMb, descriptors } = samples.at(-1)!;
        const load = loadavg()[0]?.toFixed(1) ?? '';
        say(
          `| ${second / 60} | ${rssMb.toFixed(1)} | ${anonMb.toFixed(1)} | ${descriptors} | ${(cpuMs(bot.pid) / 1_000).toFixed(1)} | ${load} |`,
        );
      }
    }
  } finally {
    await bot.kill();
  }
} finally {
  if (samples.length > 1) writeFileSync(values.svg, plot(samples));
  await sandbox.stop();
  await rm(dir, { recursive: true, force: true });
}
