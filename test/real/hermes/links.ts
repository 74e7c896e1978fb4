/** What the real Hermes does with its links: it gives up on QQ, it reconnects, it hears its people. */
import { expect, test, type TestContext } from 'vitest';
import { BOTH, type PhoneName } from '../phones.ts';
import type { HermesScene } from './hermes-unit.ts';

const LIMIT = { timeout: 240_000 };
/** Longer than a QQ link may be away. */
const LEFT_ALONE_MS = 25_000;
const AFTERMATH_MS = 5_000;

/** @param there skips the test where Hermes is not */
export const testLinks = (sceneOf: () => HermesScene, there: (context: TestContext) => void): void => {
  const count = async (line: RegExp): Promise<number> => (await sceneOf().log()).match(line)?.length ?? 0;
  /** Does something and waits until Hermes says so once more. */
  const until = async (line: RegExp, act: () => void): Promise<void> => {
    const before = await count(line);
    act();
    await sceneOf().until(`Hermes to write ${String(line)}`, async () => (await count(line)) > before);
  };

  test('is restarted once when it has given up on QQ, and the new login is proven', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const { qq } = scene.sandbox;
    const { appId } = scene.sandbox.cast.gateway.qq;
    const first = await scene.main();
    const starts = await scene.starts();
    const [treated, failed] = [scene.lifeline.treatments().length, await count(/Reconnect failed: 503/g)];
    const told = Promise.all([
      scene.want(BOTH, /^🔴 main：QQ 失联，网关已放弃重连[\s\S]*正在重启[\s\S]*Max reconnect attempts reached/),
      scene.want(
        BOTH,
        new RegExp(String.raw`^🟢 main：QQ 已恢复[\s\S]*重启 1 次，进程 ${first} → \d+，QQ 于 [\d:]+ 重新登录`),
      ),
    ]);
    qq.setFaults(appId, { connect: 'refuse' });
    try {
      await until(/ERROR .*Max reconnect attempts reached/g, () => qq.closeSockets(appId, 4009, 'Session timed out'));
    } finally {
      qq.setFaults(appId, { connect: 'normal' });
    }
    expect(await count(/Reconnect failed: 503/g)).toBe(failed + 4);
    await told;
    const second = await scene.main(first);
    expect((await scene.log()).split('Max reconnect attempts reached').at(-1)).toContain('Ready, session_id=');
    await scene.quiet(AFTERMATH_MS);
    expect(scene.lifeline.treatments().slice(treated)).toMatchObject([
      {
        by: 'auto',
        remedy: 'restart',
        outcome: 'recovered',
        rungs: ['graceful'],
        commands: [`sigusr1 ${first}`],
        pids: [first, second],
      },
    ]);
    expect(await scene.starts()).toBe(starts + 1);
  });

  test('is left alone, and nobody is told, when it reconnects by itself', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const { qq, feishu, cast } = scene.sandbox;
    const appId = cast.gateway.qq.appId;
    const first = await scene.main();
    const treated = scene.lifeline.treatments().length;
    // The SDK waits before it tries again; QQ is dropped meanwhile.
    const back = until(/INFO Lark: connected to /g, () => feishu.drop(cast.gateway.feishu.appId, 'broken'));
    const resumed = /Session resumed/g;
    await until(resumed, () => qq.closeSockets(appId, 4009, 'Session timed out'));
    await until(resumed, () => qq.askToReconnect(appId));
    await until(resumed, () => qq.terminateSockets(appId));
    await back;
    await scene.quiet(LEFT_ALONE_MS);
    expect(await scene.main()).toBe(first);
    expect(scene.lifeline.treatments()).toHaveLength(treated);
  });

  test('is told of and not restarted while Feishu itself answers 503', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const { feishu, cast } = scene.sandbox;
    const appId = cast.gateway.feishu.appId;
    const first = await scene.main();
    const treated = scene.lifeline.treatments().length;
    const told = scene.want(BOTH, /^🔴 main：飞书连不上平台[\s\S]*平台返回错误/);
    let back: Promise<unknown>;
    feishu.faults(appId).endpoint = { kind: 'status', status: 503 };
    try {
      feishu.drop(appId, 'broken');
      await told;
      await scene.quiet(LEFT_ALONE_MS);
      back = scene.want(BOTH, /^🟢 main：飞书已恢复[\s\S]*自行恢复，我没有重启它/);
    } finally {
      feishu.faults(appId).endpoint = null;
    }
    await back;
    expect(await count(/ERROR Lark: connect failed, err: 503: /g)).toBeGreaterThan(1);
    expect(await scene.main()).toBe(first);
    expect(scene.lifeline.treatments()).toHaveLength(treated);
  });

  test('hears its people and answers them on the links that it has reconnected', LIMIT, async (context) => {
    there(context);
    const scene = sceneOf();
    const { sandbox } = scene;
    const answers = (phone: PhoneName): number =>
      sandbox[phone]
        .conversation(sandbox.cast.gateway[phone].appId, sandbox.cast.operator[phone])
        .filter(({ from }) => from === 'bot').length;
    for (const phone of BOTH) {
      const before = answers(phone);
      // A command of its own: anything else would go to a model, and so leave this machine.
      sandbox[phone].say(sandbox.cast.gateway[phone].appId, sandbox.cast.operator[phone], '/help');
      await scene.until(`Hermes to answer on ${phone}`, () => answers(phone) > before);
    }
  });
};
