/**
 * What Lifeline sees of each fault of a Feishu platform, how soon, and how soon it is back: the real SDK against the
 * loopback platform, with the timings that it has in earnest. Takes some minutes.
 * `node bench/feishu-faults.ts`
 */
import { randomBytes } from 'node:crypto';
import { silentLogger } from '../src/base/logger.ts';
import { createFeishuChannel } from '../src/channels/feishu/channel.ts';
import type { Message } from '../src/chat/message/message.ts';
import { noFaults } from '../sandbox/feishu/faults.ts';
import { FeishuPlatform } from '../sandbox/feishu/platform.ts';

const HEAL_AFTER_MS = 3_000;
const PATIENCE_MS = 120_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const until = async (holds: () => boolean): Promise<number> => {
  const begun = performance.now();
  while (!holds()) {
    if (performance.now() - begun > PATIENCE_MS) throw new Error('waited in vain');
    await sleep(5);
  }
  return performance.now() - begun;
};

const open = async () => {
  const platform = new FeishuPlatform();
  await platform.start();
  const bot = {
    appId: `cli_${randomBytes(8).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
    name: 'Lifeline',
  };
  platform.addBot(bot);
  const inbox: string[] = [];
  const channel = createFeishuChannel({
    appId: bot.appId,
    appSecret: bot.secret,
    domain: platform.url,
    logger: silentLogger(),
  });
  await channel.start(({ text }) => inbox.push(text));
  await until(() => channel.status().link === 'connected' && platform.connections(bot.appId) === 1);
  return { platform, bot, channel, inbox, close: async () => (await channel.stop(), await platform.stop()) };
};
type Scene = Awaited<ReturnType<typeof open>>;

const row = (...cells: string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);

/** A fault of the link. `heal`: what ends it, some seconds after it was noticed; absent: it passes of itself. */
const linkFault = async (
  name: string,
  hurt: (scene: Scene) => void,
  heal?: (scene: Scene) => void,
  healAfterMs = HEAL_AFTER_MS,
): Promise<void> => {
  const scene = await open();
  const { platform, bot, channel, inbox } = scene;
  // The first heartbeat is answered.
  await sleep(200);
  hurt(scene);
  const noticed = await until(() => channel.status().link !== 'connected');
  const first = channel.status().problem ?? '';
  if (heal) await sleep(healAfterMs);
  const seen = channel.status().problem ?? first;
  heal?.(scene);
  const healed = await until(() => channel.status().link === 'connected' && platform.connections(bot.appId) === 1);
  platform.say(bot.appId, 'ou_person', 'hello');
  await until(() => inbox.length > 0);
  row(name, seen.slice(0, 110), seconds(noticed), seconds(healed));
  await scene.close();
};

/** A fault of sending. */
const sendFault = async (
  name: string,
  hurt: (scene: Scene) => void,
  message: Message = { tone: 'critical', title: 'T', lines: ['l'] },
): Promise<void> => {
  const scene = await open();
  await scene.channel.send({ user: 'ou_person' }, message, { key: 'first' });
  hurt(scene);
  const begun = performance.now();
  const results: string[] = [];
  for (;;) {
    const result = await scene.channel.send({ user: 'ou_person' }, message, { key: 'k1' });
    results.push(result.outcome === 'ok' ? 'ok' : `${result.outcome}: ${result.reason.slice(0, 70)}`);
    if (result.outcome !== 'retry') break;
    await sleep(result.afterMs);
  }
  const arrived = scene.platform.sent(scene.bot.appId).length - 1;
  row(name, results.join(' → '), `arrived ${arrived} ×`, seconds(performance.now() - begun));
  await scene.close();
};

const faultsOf = ({ platform, bot }: Scene) => platform.faults(bot.appId);
const healAll = (scene: Scene): void => void Object.assign(faultsOf(scene), noFaults());
const drop = ({ platform, bot }: Scene, way: 'bye' | 'fin' | 'reset' = 'bye'): void => platform.drop(bot.appId, way);

const main = async (): Promise<void> => {
  row(
    'fault of the link',
    'what status() says',
    'noticed after',
    'connected again, from there or from the end of the fault',
  );
  row('---', '---', '---', '---');
  await linkFault('server closes with 1000 "bye"', (scene) => drop(scene));
  await linkFault('FIN without a word', (scene) => drop(scene, 'fin'));
  await linkFault('RST', (scene) => drop(scene, 'reset'));
  await linkFault(
    'frozen server: the socket is open, nothing is read or answered',
    ({ platform, bot }) => platform.freeze(bot.appId),
    ({ platform, bot }) => platform.freeze(bot.appId, false),
    0,
  );
  await linkFault(
    'platform away altogether',
    ({ platform }) => platform.setDown(true),
    ({ platform }) => platform.setDown(false),
  );
  const away =
    (hurt: (scene: Scene) => void) =>
    (scene: Scene): void => (hurt(scene), drop(scene));
  for (const code of [1, 403, 514, 1000040343, 1000040350, 1000040351]) {
    for (const data of ['empty', 'absent'] as const) {
      await linkFault(
        `lost, then endpoint code ${code}, data ${data}`,
        away((scene) => void (faultsOf(scene).endpoint = { kind: 'code', code, data })),
        healAll,
      );
    }
  }
  await linkFault(
    'lost, then endpoint HTTP 500',
    away((scene) => void (faultsOf(scene).endpoint = { kind: 'status', status: 500 })),
    healAll,
  );
  await linkFault(
    'lost, then endpoint hangs',
    away((scene) => void (faultsOf(scene).endpoint = { kind: 'hang' })),
    healAll,
  );
  await linkFault(
    'lost, then upgrade hangs',
    away((scene) => void (faultsOf(scene).upgrade = 'hang')),
    healAll,
  );
  await linkFault(
    'lost, then upgrade refused: 50 connections',
    away((scene) => void (faultsOf(scene).upgrade = { status: 514, message: 'exceeded', authErrCode: 1000040350 })),
    healAll,
  );
  await linkFault(
    '`ReconnectCount: 1`, lost',
    away((scene) => void (faultsOf(scene).clientConfig = { ReconnectCount: 1 })),
  );

  row('fault of sending', 'outcomes of send()', 'on the phone', 'until it had arrived');
  row('---', '---', '---', '---');
  const call =
    (...faults: Parameters<ReturnType<typeof faultsOf>['calls']['push']>) =>
    (scene: Scene): void =>
      void faultsOf(scene).calls.push(...faults);
  await sendFault('token revoked', ({ platform, bot }) => platform.revokeTokens(bot.appId));
  await sendFault(
    'HTTP 429, 99991400, reset 2 s',
    call({ kind: 'code', code: 99991400, status: 429, headers: { 'x-ogw-ratelimit-reset': '2' } }),
  );
  await sendFault('230020, chat limit', call({ kind: 'code', code: 230020 }));
  await sendFault('11232, busy', call({ kind: 'code', code: 11232 }));
  await sendFault('230025, card too long', call({ kind: 'code', code: 230025 }));
  await sendFault('230099, card refused', call({ kind: 'code', code: 230099 }));
  await sendFault('HTTP 502 with a web page', call({ kind: 'html', status: 502 }));
  await sendFault('time-out after acceptance', call({ kind: 'lost-answer', how: 'hang' }));
  await sendFault('connection cut after acceptance', call({ kind: 'lost-answer', how: 'cut' }));
};

await main();
