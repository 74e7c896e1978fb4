/** What the real Hermes does with Telegram and Mattermost: lost, refused, back; and what Lifeline says of each alone. */
import { expect, test, type TestContext } from 'vitest';
import { BOTH } from '../phones.ts';
import type { HermesScene } from './hermes-unit.ts';

/** How long all of them are watched while nothing is done to them. */
const SILENT_MS = (process.env['LIFELINE_TEST_LONG'] === '1' ? 30 : 4) * 60_000;
const LIMIT = { timeout: SILENT_MS + 600_000 };
/** Longer than one of these links may be away. */
const LEFT_ALONE_MS = 30_000;

type Ask = (command: string, ...answers: readonly RegExp[]) => Promise<string>;

/** @param there skips the test where Hermes is not */
export const testPlatforms = (sceneOf: () => HermesScene, there: (context: TestContext) => void, ask: Ask): void => {
  /** What `/status` says of the links, one a line. */
  const status = async (): Promise<string> => {
    const lines = (await ask('/status main', /^\S+ main/)).split('\n');
    return lines.filter((line) => /^(?:QQ|飞书|Telegram|Mattermost)：/.test(line)).join('\n');
  };
  const expectWell = (text: string, ...links: readonly string[]): void => {
    for (const link of links) expect(text).toMatch(new RegExp(`^${link}：已登录`, 'm'));
  };
  /** Restarts it by hand: what was refused for good is tried no more. */
  const restart = async (): Promise<void> => {
    await ask('/restart', /^正在重启 main/, /^🟢 main 已重启/);
    await sceneOf().main();
  };

  test(
    'answers its people on Telegram and on Mattermost, and all four links count as logged in',
    LIMIT,
    async (context) => {
      there(context);
      const scene = sceneOf();
      const { telegram, mattermost } = scene;
      for (const platform of [telegram, mattermost]) {
        const before = platform.sent().length;
        platform.say('/help');
        await scene.until('an answer', () => platform.sent().length > before);
      }
      await scene.until('Telegram to have polled without an error for long enough', async () => {
        await scene.quiet(10_000);
        return (await status()).includes('Telegram：已登录');
      });
      expectWell(await status(), 'QQ', '飞书', 'Telegram', 'Mattermost');
    },
  );

  test('is silent for minutes with all four links on, while its people talk to it', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const { telegram, mattermost, sandbox, lifeline } = scene;
    const first = await scene.main();
    const [treated, begun] = [lifeline.treatments().length, lifeline.incidents()];
    const heard = (): number => telegram.sent().length + mattermost.sent().length;
    for (const end = performance.now() + SILENT_MS; performance.now() < end;) {
      await scene.quiet(30_000);
      const before = heard();
      for (const platform of [telegram, mattermost]) platform.say('/help');
      for (const phone of BOTH)
        sandbox[phone].say(sandbox.cast.gateway[phone].appId, sandbox.cast.operator[phone], '/help');
      await scene.until('its answers', () => heard() >= before + 2);
    }
    expectWell(await status(), 'QQ', '飞书', 'Telegram', 'Mattermost');
    expect(await scene.main()).toBe(first);
    expect(lifeline.treatments()).toHaveLength(treated);
    // Nor was anything ill for a moment that nobody was told of.
    expect(lifeline.incidents()).toBe(begun);
  });

  test('is told of when Telegram closes every connection, and when it is back', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const treated = scene.lifeline.treatments().length;
    const lost = scene.want(BOTH, /^🔴 main：Telegram 失联/);
    scene.telegram.become('cut');
    await lost;
    expectWell(await status(), 'QQ', '飞书', 'Mattermost');
    const back = scene.want(BOTH, /^🟢 main：Telegram 已恢复/);
    scene.telegram.become('well');
    await back;
    expect(scene.lifeline.treatments()).toHaveLength(treated);
  });

  test('is left alone when Mattermost closes its sockets once and it connects again', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const { mattermost } = scene;
    for (const how of ['closed', 'cut'] as const) {
      mattermost.drop(how);
      await scene.until('its socket to be gone', () => mattermost.connections() === 0);
      await scene.until('it to be back', () => mattermost.connections() > 0);
    }
    await scene.quiet(LEFT_ALONE_MS);
    expectWell(await status(), 'Mattermost');
  });

  test('is told of when Mattermost answers 503, and when it is back', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const lost = scene.want(BOTH, /^🔴 main：Mattermost 失联/);
    scene.mattermost.become('unavailable');
    scene.mattermost.drop('closed');
    await lost;
    expectWell(await status(), 'QQ', '飞书', 'Telegram');
    const back = scene.want(BOTH, /^🟢 main：Mattermost 已恢复/);
    scene.mattermost.become('well');
    await back;
  });

  test('is told of with what to do when the token of each is revoked', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const refused = Promise.all(
      ['Mattermost', 'Telegram'].map((link) =>
        scene.want(BOTH, new RegExp(`^🔴 main：${link} [\\s\\S]*不认这个机器人的令牌或密钥`)),
      ),
    );
    scene.mattermost.become('unauthorized');
    scene.telegram.become('unauthorized');
    scene.mattermost.drop('closed');
    await refused;
    expectWell(await status(), 'QQ', '飞书');
    const back = Promise.all(
      ['Mattermost', 'Telegram'].map((link) => scene.want(BOTH, new RegExp(`^🟢 main：${link} 已恢复`))),
    );
    scene.mattermost.become('well');
    scene.telegram.become('well');
    await restart();
    await back;
  });

  test('is told of when somebody else uses the token of Telegram', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const refused = scene.want(BOTH, /^🔴 main：Telegram [\s\S]*另一个程序在用同一个机器人/);
    scene.telegram.become('conflict');
    await refused;
    expectWell(await status(), 'QQ', '飞书', 'Mattermost');
    const back = scene.want(BOTH, /^🟢 main：Telegram 已恢复/);
    scene.telegram.become('well');
    await restart();
    await back;
  });
};
