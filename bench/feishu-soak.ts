/**
 * Long use of the Feishu channel: 20,000 events and 500 lost connections, the platform in a process of its own.
 * `node --expose-gc bench/feishu-soak.ts`
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { silentLogger } from '../src/base/logger.ts';
import { createFeishuChannel } from '../src/channels/feishu/channel.ts';
import { FeishuPlatform } from '../sandbox/feishu/platform.ts';

const EVENTS = 20_000;
const LOSSES = 500;
const BATCH = EVENTS / LOSSES;

const MEGABYTE = 1_048_576;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Order {
  readonly do: 'say' | 'drop' | 'count';
  readonly from?: number;
  readonly way?: 'bye' | 'fin' | 'reset';
}

/** The other process: does what it is told. */
const playPlatform = async (bot: { appId: string; secret: string; name: string }): Promise<void> => {
  const platform = new FeishuPlatform({ redeliveryMs: [300, 300, 300, 300] });
  platform.addBot(bot);
  await platform.start();
  process.on('message', (order: Order) => {
    if (order.do === 'say')
      for (let n = 0; n < BATCH; n += 1) platform.say(bot.appId, 'ou_person', `/status ${(order.from ?? 0) + n}`);
    if (order.do === 'drop') platform.drop(bot.appId, order.way);
    process.send?.({ connections: platform.sockets(bot.appId).length });
  });
  process.send?.({ url: platform.url });
};

const soak = async (): Promise<void> => {
  const bot = {
    appId: `cli_${randomBytes(8).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
    name: 'Lifeline',
  };
  const child = fork(import.meta.filename, [JSON.stringify(bot)]);
  const answer = <Answer>(): Promise<Answer> =>
    new Promise((resolve) => child.once('message', (message) => resolve(message as Answer)));
  const tell = async (order: Order): Promise<{ connections: number }> => {
    const answered = answer<{ connections: number }>();
    child.send(order);
    return answered;
  };
  const { url } = await answer<{ url: string }>();

  /** By number, so that the memory of what came does not grow with it. */
  const got = new Uint8Array(EVENTS);
  let received = 0;
  let different = 0;
  const channel = createFeishuChannel({
    appId: bot.appId,
    appSecret: bot.secret,
    domain: url,
    logger: silentLogger(),
    minBackoffMs: 5,
    maxBackoffMs: 50,
    stableMs: 0,
  });
  await channel.start(({ text }) => {
    const number = Number(text.slice('/status '.length));
    received += 1;
    different += got[number] ? 0 : 1;
    got[number] = 1;
  });
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await holds())) await sleep(2);
  };
  const memory = (): { heap: number; room: number; external: number; rss: number } => {
    globalThis.gc?.();
    const { heapUsed, heapTotal, external, rss } = process.memoryUsage();
    return {
      heap: heapUsed / MEGABYTE,
      room: heapTotal / MEGABYTE,
      external: external / MEGABYTE,
      rss: rss / MEGABYTE,
    };
  };

  await until(() => channel.status().link === 'connected');
  const begun = performance.now();
  process.stdout.write(
    '| events | connections lost | heap used, MB | heap reserved, MB | outside it, MB | RSS, MB |\n| --- | --- | --- | --- | --- | --- |\n',
  );
  for (let round = 0; round <= LOSSES; round += 1) {
    if (round % 50 === 0) {
      const { heap, room, external, rss } = memory();
      process.stdout.write(
        `| ${different} | ${round} | ${heap.toFixed(1)} | ${room.toFixed(0)} | ${external.toFixed(1)} | ${rss.toFixed(0)} |\n`,
      );
    }
    if (round === LOSSES) break;
    await tell({ do: 'say', from: round * BATCH });
    await tell({ do: 'drop', way: (['bye', 'fin', 'reset'] as const)[round % 3] ?? 'bye' });
    await until(() => different >= (round + 1) * BATCH && channel.status().link === 'connected');
  }
  await sleep(2_000);
  const { connections } = await tell({ do: 'count' });
  const sockets = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
  process.stdout.write(
    `${received} deliveries of ${different} different events in ${((performance.now() - begun) / 1_000).toFixed(0)} s; `,
  );
  process.stdout.write(
    `at the end ${connections} connection at the platform, ${sockets} socket here, link ${channel.status().link}\n`,
  );
  await channel.stop();
  child.kill();
};

const [, , told] = process.argv;
await (told ? playPlatform(JSON.parse(told) as Parameters<typeof playPlatform>[0]) : soak());
