/** One measurement in a process of its own: so many gateways, watched for so long. Prints one line of JSON. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { scaledClock } from '../../src/base/clock.ts';
import { createCrowd } from '../../test/monitor/crowd.ts';
import type { Measured } from './measured.ts';

const [count = 1, seconds = 60] = process.argv.slice(2).map(Number);
/** How often each gateway writes a line to its log. */
const CHATTER_MS = 30_000;

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

const names = Array.from({ length: count }, (_, n) => `g${n}`);
let looks: number[] = [];
const clock = scaledClock(0, 1);
const crowd = await createCrowd({
  names,
  kindOf: (name) => (Number(name.slice(1)) % 4 === 3 ? 'generic' : 'hermes'),
  clock,
  onLooked: (_name, tookMs) => looks.push(tookMs),
});

const began = performance.now();
await crowd.monitors.round();
const firstRoundMs = performance.now() - began;
crowd.monitors.start();
let next = 0;
const chatter = setInterval(() => {
  const name = names[next % count] ?? '';
  next += 1;
  crowd.write(name, 'INFO response ready: platform=qqbot chat=1 time=25.4s api_calls=3 response=20 chars');
}, CHATTER_MS / count);

// One pulse of each, so that only what goes on for ever is measured.
await sleep(10_000);
looks = [];
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
const cpuBefore = process.cpuUsage();
await sleep(seconds * 1_000);
const { user, system } = process.cpuUsage(cpuBefore);
delay.disable();
clearInterval(chatter);
const sorted = looks.toSorted((a, b) => a - b);
const measured: Measured = {
  count,
  seconds,
  firstRoundMs,
  cpuSeconds: (user + system) / 1e6,
  rssMb: process.memoryUsage().rss / 1e6,
  looks: looks.length,
  medianMs: median(sorted),
  maxMs: sorted.at(-1) ?? 0,
  delayP99Ms: delay.percentile(99) / 1e6,
  delayMaxMs: delay.max / 1e6,
  incidents: crowd.open().length,
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
await crowd.end();
