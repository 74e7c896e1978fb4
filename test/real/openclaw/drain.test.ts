/** A restart that waits for a turn which is under way, for longer than a process may be gone or stuck. */
import { afterAll, describe, expect, test } from 'vitest';
import { openOpenClawScene, type OpenClawScene } from './openclaw-scene.ts';
import { openSlowModel, type SlowModel } from './slow-model.ts';
import { describeOpenClaw, LIMIT } from './suite.ts';

const DRAIN_MS = 100_000;
const AFTERMATH_MS = 10_000;
const ANSWER = 'I have thought about it.';

describeOpenClaw((installed) => {
  describe('restarted by its admin in the middle of a turn, with Lifeline beside it', () => {
    let scene: OpenClawScene | null = null;
    let model: SlowModel | null = null;
    afterAll(async () => {
      await scene?.end();
      await model?.stop();
    }, 120_000);

    test('lets the turn end first, and nothing is said', LIMIT, async (context) => {
      model = await openSlowModel(ANSWER);
      const { waiting, answer, config } = model;
      scene = await openOpenClawScene(installed(context), { openclaw: config });
      const { feishu, cast } = scene.sandbox;
      const first = await scene.main();
      // Not by QQ: `@openclaw/qqbot` 2026.7.35 answers nothing under OpenClaw 2026.9.6 (`formatInboundEnvelope is not a
      // function`).
      feishu.say(cast.gateway.feishu.appId, cast.operator.feishu, 'think about it');
      await scene.until('the turn to have begun', () => waiting() > 0);
      await scene.systemd.systemctl('--no-block', 'restart', scene.unit);
      await scene.quiet(DRAIN_MS);
      expect([await scene.show('MainPID'), await scene.show('ActiveState')]).toEqual([String(first), 'deactivating']);
      answer();
      await scene.main(first);
      await scene.quiet(AFTERMATH_MS);
      expect(scene.lifeline.treatments()).toEqual([]);
      expect(
        feishu
          .conversation(cast.gateway.feishu.appId, cast.operator.feishu)
          .map(({ text }) => text)
          .join('\n'),
      ).toContain(ANSWER);
    });
  });
});
