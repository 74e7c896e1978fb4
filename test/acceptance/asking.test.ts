/** Where Lifeline may not restart by itself: it tells, and does what a tap or a word says, once. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { sayAndConfirm } from './confirming.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;
/** Longer than every grace of the sandbox. */
const SILENCE_MS = 24_000;

const ALERT = /^🔴 main：QQ 失联，网关已放弃重连[\s\S]*要不要重启，由你决定[\s\S]*要重启，发 \/restart main/;
const AGAIN = /^🔴 main：QQ 失联，网关已放弃重连（第 2 次）[\s\S]*要不要重启，由你决定[\s\S]*要重启，发 \/restart main/;
const RECOVERED = /^🟢 main：QQ 已恢复[\s\S]*重启 1 次/;
const BY_ME = { requested_by: 'me', outcome: 'recovered' };

/** Breaks QQ, and looks on for longer than any grace after the one alert. @returns the ids of the alerts */
const alertedAndLeftAlone = async (scene: Scene, alert: RegExp): Promise<readonly [string, string]> => {
  const treatments = treatmentsOf(scene).length;
  const told = scene.want(BOTH, alert);
  await scene.sandbox.gateway.break('qq_gives_up');
  const [onFeishu, onQq] = await told;
  await scene.quiet(SILENCE_MS);
  expect(treatmentsOf(scene)).toHaveLength(treatments);
  return [String(onFeishu?.id), String(onQq?.id)];
};

/** What follows on the phone on which the operator has it restarted. */
const restartedOn = (scene: Scene, phone: 'feishu' | 'qq'): Promise<unknown> =>
  Promise.all([scene.want([phone], /^正在重启 main/), scene.want([phone], /^🟢 main 已重启/)]);

/** And on both, where all had been told. */
const recoveredBy = (scene: Scene, phone: 'feishu' | 'qq'): Promise<unknown> =>
  Promise.all([restartedOn(scene, phone), scene.want(BOTH, RECOVERED)]);

/** A stranger's attempt is in the audit, and nowhere else. */
const refused = (scene: Scene, who: string): Promise<void> =>
  scene.until('the attempt to be in the audit', () =>
    scene.audit().some(({ sender, operator, outcome }) => sender === who && operator === null && outcome === 'refused'),
  );

describe.concurrent('a gateway that is healed only when its operator says so', () => {
  test('is left alone on silence; a tap on Feishu restarts it once, however often it comes', LIMIT, () =>
    inScene({ gateway: { heal: 'ask' } }, async (scene) => {
      const { feishu, cast } = scene.sandbox;
      const { appId } = cast.lifeline.feishu;
      const [alert] = await alertedAndLeftAlone(scene, ALERT);
      expect(await startsOf(scene)).toBe(1);
      const value = { token: tokenIn(feishu.sent(appId).find(({ id }) => id === alert)?.content) };

      // Whoever gets hold of the token is not thereby the operator, and hears nothing for a tap.
      expect(await feishu.click(appId, cast.stranger.feishu, alert, value)).toEqual({
        outcome: 'answered',
        answer: {},
      });
      await refused(scene, cast.stranger.feishu);
      await scene.quiet(2_000);
      expect(treatmentsOf(scene)).toEqual([]);

      // Feishu may deliver a click twice.
      feishu.faults(appId).frames.copies = 2;
      const done = recoveredBy(scene, 'feishu');
      expect(await scene.tap('feishu', alert, '重启')).toEqual({ answered: true, toast: '收到，正在处理' });
      await done;
      feishu.faults(appId).frames.copies = 1;
      expect(treatmentsOf(scene)).toEqual([BY_ME]);

      const used = scene.want(['feishu'], /^这个按钮已经按过了，没有再执行一次/);
      await feishu.click(appId, cast.operator.feishu, alert, value);
      await used;
      await scene.quiet(3_000);
      expect(await startsOf(scene)).toBe(2);
      expect(treatmentsOf(scene)).toEqual([BY_ME]);
      // Nothing is offered any more on a card of what is over.
      expect(scene.shown('feishu', alert).card?.blocks.some(({ kind }) => kind === 'buttons')).toBe(false);
    }),
  );

  test.runIf(IN_DEPTH)('is left alone on silence; a tap on QQ restarts it once, and so does a typed word', LIMIT, () =>
    inScene({ gateway: { heal: 'ask' } }, async (scene) => {
      const { qq, cast } = scene.sandbox;
      const { appId } = cast.lifeline.qq;
      const [, alert] = await alertedAndLeftAlone(scene, ALERT);
      expect(await startsOf(scene)).toBe(1);
      const token = qqTokenIn(scene);

      expect(await qq.click(appId, cast.stranger.qq, token, alert)).toBe(0);
      await refused(scene, cast.stranger.qq);
      await scene.quiet(2_000);
      expect(treatmentsOf(scene)).toEqual([]);

      qq.setFaults(appId, { events: 'duplicated' });
      const done = recoveredBy(scene, 'qq');
      expect(await scene.tap('qq', alert, '重启')).toEqual({ answered: true, toast: null });
      await done;
      qq.setFaults(appId, { events: 'normal' });
      expect(treatmentsOf(scene)).toEqual([BY_ME]);

      const used = scene.want(['qq'], /^这个按钮已经按过了，没有再执行一次/);
      await scene.tap('qq', alert, '重启');
      await used;
      await scene.quiet(3_000);
      expect(await startsOf(scene)).toBe(2);

      // What comes back so soon is told once more; that it is over, only when it has lasted.
      const again = scene.want(BOTH, AGAIN);
      await scene.sandbox.gateway.break('qq_gives_up');
      await again;
      const typed = restartedOn(scene, 'qq');
      await sayAndConfirm(scene, 'qq', '/restart main');
      await typed;
      await scene.quiet(3_000);
      expect(await startsOf(scene)).toBe(3);
      expect(treatmentsOf(scene)).toEqual([BY_ME, BY_ME]);
    }),
  );

  test.runIf(IN_DEPTH)('is told of and nothing else where healing is off', LIMIT, () =>
    inScene({ gateway: { heal: 'off' } }, async (scene) => {
      await alertedAndLeftAlone(
        scene,
        /^🔴 main：QQ 失联，网关已放弃重连[\s\S]*自动重启已关闭，需要你处理[\s\S]*\/restart main/,
      );
      expect(await startsOf(scene)).toBe(1);
      const done = recoveredBy(scene, 'feishu');
      await sayAndConfirm(scene, 'feishu', '/restart');
      await done;
      expect(treatmentsOf(scene)).toEqual([BY_ME]);
    }),
  );
});

const tokenIn = (content = ''): string => {
  const [, token] = /"token":"([^"]+)"/.exec(content) ?? [];
  if (!token) throw new Error(`no button in ${content}`);
  return token;
};

/** What the button of the latest message with one stands for. */
const qqTokenIn = ({ sandbox }: Scene): string => {
  const sent = sandbox.qq.requests(sandbox.cast.lifeline.qq.appId).map(({ body }) => JSON.stringify(body) ?? '');
  const [, token] = /"data":"([^"]+)"/.exec(sent.findLast((body) => body.includes('"keyboard"')) ?? '') ?? [];
  if (!token) throw new Error('no message with a button');
  return token;
};
