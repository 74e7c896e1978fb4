/**
 * What Lifeline takes, as the process that its service starts, to watch so many gateways that are all well: the built
 * package with its own flags. The gateways, their logs and their platform are another process, this one.
 * `node bench/many.ts [--program dist/src/bin.js] [--seconds 60] [--count 20] [--flags="--a --b"]`
 */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scaledClock } from '../src/base/clock.ts';
import { NODE_FLAGS } from '../src/service/spec.ts';
import { createCrowd } from '../test/monitor/crowd.ts';
import { descriptorsOf } from './proc.ts';
import { restOf, startBot } from './rest/bot.ts';

const { values } = parseArgs({
  options: {
    program: { type: 'string', default: 'dist/src/bin.js' },
    seconds: { type: 'string', default: '60' },
    count: { type: 'string', default: '20' },
    /** Besides those of the service. */
    flags: { type: 'string', default: '' },
  },
});
/** How often each gateway writes a line to its log. */
const CHATTER_MS = 30_000;
const flags = [...NODE_FLAGS, ...values.flags.split(' ').filter((flag) => flag !== '')];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Takes every message, as a phone does. All are well: one that comes is a mistake. */
let told = 0;
const phone = createServer((request, response) => {
  told += 1;
  request.resume().on('end', () => response.end('{}'));
});
phone.listen(0, '127.0.0.1');
await once(phone, 'listening');
const { port } = phone.address() as AddressInfo;

const count = Number(values.count);
const names = Array.from({ length: count }, (_, n) => `g${n}`);
const crowd = await createCrowd({
  names,
  kindOf: (name) => (Number(name.slice(1)) % 4 === 3 ? 'generic' : 'hermes'),
  clock: scaledClock(0, 1),
});
const dir = mkdtempSync(join(tmpdir(), 'lifeline-many-'));
const home = join(dir, 'data');
mkdirSync(home, { mode: 0o700 });
const config = join(dir, 'config.yaml');
const gateways = crowd.entries;
writeFileSync(
  config,
  `data_dir: ${home}\ngateways:\n${gateways}\nchannels: { webhook: { url: "http://127.0.0.1:${port}/open-apis/bot/v2/hook/0123456789abcdef0123" } }\n`,
  { mode: 0o600 },
);
let next = 0;
const chatter = setInterval(() => {
  crowd.write(
    names[next % count] ?? '',
    'INFO response ready: platform=qqbot chat=1 time=25.4s api_calls=3 response=20 chars',
  );
  next += 1;
}, CHATTER_MS / count);
const { program } = values;
const { bot } = await startBot(dir, { node: process.execPath, program, config, flags });
try {
  const { rssMb, anonMb, cpuPercent } = await restOf([bot.pid], Number(values.seconds) * 1_000);
  say('| gateways | RSS, MB | heaps, MB | CPU, % of a core | descriptors | messages | load |');
  say('|---|---|---|---|---|---|---|');
  const figures = [count, rssMb.toFixed(0), anonMb.toFixed(0), cpuPercent.toFixed(1), descriptorsOf(bot.pid)];
  say(`| ${[...figures, told, loadavg()[0]?.toFixed(1)].join(' | ')} |`);
} finally {
  clearInterval(chatter);
  await bot.kill();
  await crowd.end();
  rmSync(dir, { recursive: true, force: true });
}
phone.close();
