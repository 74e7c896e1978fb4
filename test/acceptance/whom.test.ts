/**
 * Whom to tell, on one bot: an alert goes to whom its route names; nobody acknowledges it, so the phone is buzzed, the
 * next person is told, Lifeline is killed, and the group is told; there somebody acknowledges it, and it ends.
 */
import { expect, test } from 'vitest';
import { inScene } from './scene.ts';
import { answered } from './talk.ts';

const BOSS = 'ou_boss';
const GROUP = 'oc_ops';
const AFTER_MS = 4_000;

test('an alert finds somebody, and a group is no hole', { timeout: 240_000 }, () =>
  inScene(
    {
      config: ({ cast }) => ({
        operators: [
          { name: 'me', role: 'admin', feishu: cast.operator.feishu, qq: cast.operator.qq },
          { name: 'boss', role: 'operator', feishu: BOSS, gateways: ['main'] },
          { name: 'late', role: 'viewer', feishu: 'ou_late' },
        ],
        groups: [{ name: 'ops', feishu: GROUP }],
        alerts: {
          routes: [{ gateways: ['main'], to: ['me'] }],
          escalation: {
            after: `${AFTER_MS / 1_000}s`,
            steps: [{ urgent: 'app' }, { to: ['boss'] }, { to: ['ops'] }, { to: ['late'] }],
          },
        },
      }),
    },
    async (scene) => {
      const { feishu } = scene.sandbox;
      const app = scene.sandbox.cast.lifeline.feishu.appId;
      const boss = scene.overhear([BOSS]);
      const group = scene.overhear([GROUP]);
      const late = scene.overhear(['ou_late']);
      scene.mayCome(/仍未恢复|QQ 恢复中/);

      // Commands in the group: mentioned, by somebody known, and what is not for all in private.
      feishu.sayInGroup(app, GROUP, 'ou_stranger', '@_user_1 /status');
      feishu.sayInGroup(app, GROUP, BOSS, '@_user_1 /status');
      await scene.until('the state to be told in the group', () => group.some(({ text }) => text.includes('main')));
      feishu.sayInGroup(app, GROUP, BOSS, '@_user_1 /logs');
      await scene.until('the log to be told in private', () => boss.length === 1);
      expect(group.at(-1)?.text).toBe('boss：答复发到私聊了');
      feishu.sayInGroup(app, GROUP, BOSS, '@_user_1 /audit');
      await scene.until('the audit to be refused', () => group.some(({ text }) => text.includes('没有权限')));
      feishu.sayInGroup(app, 'oc_elsewhere', BOSS, '@_user_1 /status');
      await scene.until('the answer to come in private', () => boss.length === 2);
      const [before, inGroup] = [boss.length, group.length];

      const told = scene.want(['feishu', 'qq'], /^🔴 main：QQ 连不上平台/);
      await scene.sandbox.gateway.break('qq_server_error');
      const [alert] = await told;
      expect([boss.length, group.length]).toEqual([before, inGroup]);

      await scene.until('the phone to be buzzed', () => (scene.shown('feishu', String(alert?.id)).buzzes ?? 0) === 1);
      await scene.until('the next person to be told', () => boss.length > before);
      expect(boss.at(-1)?.text).toMatch(/^🔴 main：QQ[\s\S]*没有人确认。谁来处理，请点「知道了」/);
      await scene.restartBot('SIGKILL');
      await scene.until('the group to be told', () => group.length > inGroup);
      const card = group.at(-1);
      expect(card?.text).toMatch(/没有人确认/);
      expect(boss).toHaveLength(before + 1);
      expect(scene.shown('feishu', String(alert?.id)).buzzes).toBe(1);

      // In the group it counts for who taps it.
      const button = card?.card?.blocks
        .flatMap((block) => (block.kind === 'buttons' ? block.buttons : []))
        .find(({ label }) => label === '知道了');
      await feishu.press(app, 'ou_stranger', String(card?.id), String(button?.id));
      await feishu.press(app, BOSS, String(card?.id), String(button?.id));
      await scene.until('the acknowledgement to be noted', () => group.some(({ text }) => text.includes('已确认')));
      await scene.quiet(2 * AFTER_MS);
      expect(late).toEqual([]);

      const over = scene.want(['feishu', 'qq'], /^🟢 main：QQ 已恢复/);
      await scene.sandbox.gateway.lift();
      await over;
      await scene.until('its end to be told in the group', () =>
        group.some(({ text }) => text.startsWith('🟢 main：QQ 已恢复')),
      );
      await answered(scene, 'feishu', '/whoami', /me/);
      const acked = scene.audit().filter(({ command }) => command.includes('ack'));
      expect(acked.map(({ operator, outcome }) => [operator, outcome])).toEqual([['boss', 'done']]);
      expect(scene.audit().filter(({ operator, outcome }) => operator === null && outcome !== 'refused')).toEqual([]);
    },
  ),
);
