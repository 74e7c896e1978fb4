/**
 * A QQ group, on one bot: there everybody has another id. A stranger is nobody; an operator writes there
 * the word that the bot has shown in private, and commands there from then on; alerts reach the group only while its owner allows the bot to speak
 * unasked, and never hang on that.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { PhoneMessage } from '../../sandbox/phone.ts';
import { inScene, type Scene } from './scene.ts';
import { answered, buttonsOf } from './talk.ts';

const GROUP = '7A1C5E2F90B34D6688AA77CC55EE33FF';
const ME_THERE = 'AAAA1111AAAA1111AAAA1111AAAA1111';
const LATE = 'CCCC3333CCCC3333CCCC3333CCCC3333';
const THIEF = 'BBBB2222BBBB2222BBBB2222BBBB2222';

/** The gateway is ill, and well again, and the operator is told of both on both phones. */
const ill = async (scene: Scene): Promise<void> => {
  const told = scene.want(['feishu', 'qq'], /^🔴 main：/);
  await scene.sandbox.gateway.break('qq_server_error');
  await told;
  const over = scene.want(['feishu', 'qq'], /^🟢 main：QQ 已恢复/);
  await scene.sandbox.gateway.lift();
  await over;
};

/** Asks `/bind` until it says so: those whom nobody knows wait for those who are known. */
const bindSays = async (scene: Scene, text: RegExp): Promise<PhoneMessage> => {
  let found: PhoneMessage | undefined;
  await scene.until(`/bind to say ${String(text)}`, async () => {
    found = await answered(scene, 'feishu', '/bind', /^/);
    if (text.test(found.text)) return true;
    // Operators may send 20 messages a minute.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return false;
  });
  if (!found) throw new Error('no answer');
  return found;
};

const WORD = /只发这个词：(\w{8})/;
const wordIn = ({ text }: PhoneMessage): string => WORD.exec(text)?.[1] ?? '';

test('a QQ group knows whom its operator names, and hears what its owner lets it hear', { timeout: 240_000 }, () =>
  inScene(
    {
      config: ({ cast }) => ({
        operators: [
          { name: 'me', role: 'admin', feishu: cast.operator.feishu, qq: cast.operator.qq },
          { name: 'late', role: 'viewer', qq: LATE },
        ],
        groups: [{ name: 'ops', qq: GROUP }],
        watch: { settle: '2s', again: '0s' },
        alerts: { routes: [{ to: ['me', 'ops'] }], digest: 'daily', digest_at: '00:00' },
      }),
    },
    async (scene) => {
      const { qq } = scene.sandbox;
      const app = scene.sandbox.cast.lifeline.qq.appId;
      const group = (): readonly string[] =>
        qq
          .sent(app)
          .filter(({ target }) => target.kind === 'group' && target.openid === GROUP)
          .map(({ text }) => text);
      const late = scene.overhear([LATE]);
      const inGroup = (member: string, text: string): string => qq.sayInGroup(app, GROUP, member, text);
      qq.switches.joinGroup(app, GROUP, ME_THERE);
      // Those that are resumed may be delivered again, by then from somebody who is known.
      scene.mayCome(/仍未恢复|QQ 恢复中|只发这个词/);

      // Nobody there is known, and no pairing makes anybody known.
      inGroup(THIEF, '/status');
      inGroup(ME_THERE, '/bind');
      inGroup(ME_THERE, '今天 风大');
      const first = await bindSays(scene, WORD);
      expect(buttonsOf(scene, 'feishu', first.id)).toEqual(['发好了']);
      // Two who write the word make it void.
      inGroup(ME_THERE, wordIn(first));
      inGroup(THIEF, wordIn(first));
      const second = await bindSays(scene, /它已作废/);
      expect(wordIn(second)).not.toBe(wordIn(first));
      inGroup(THIEF, wordIn(first));
      inGroup(ME_THERE, wordIn(second));
      expect(group()).toEqual([]);

      const question = await bindSays(scene, /ops 里有人发了你的词，是你吗/);
      const bound = scene.want(['feishu'], /在 ops 里你现在是 me/);
      await scene.tap('feishu', question.id, '是我发的');
      await bound;

      inGroup(THIEF, '/status');
      inGroup(ME_THERE, '/status');
      await scene.until('the state to be told in the group', () => group().some((text) => text.includes('main')));
      expect(group()).toHaveLength(1);
      const logs = scene.want(['qq'], /\d\d:\d\d:\d\d/);
      inGroup(ME_THERE, '/logs 5');
      await logs;
      await scene.until('the group to be told where', () => group().at(-1)?.includes('答复发到私聊了') === true);

      // It survives Lifeline.
      await scene.restartBot('SIGKILL');
      inGroup(ME_THERE, '/mute 1h');
      await scene.until('the mute to be answered there', () => group().at(-1)?.includes('静音') === true);
      inGroup(ME_THERE, '/unmute');
      await scene.until('its end to be answered there', () => group().at(-1)?.includes('取消') === true);

      // The owner does not let it speak: the phones have the alert, the group has not.
      const before = group().length;
      await ill(scene);
      expect(group()).toHaveLength(before);
      // From now on the owner does.
      qq.setRules(app, { groupPushes: true });
      qq.switches.allowGroupPushes(app, GROUP, ME_THERE);
      await ill(scene);
      await scene.until('the group to be told', () => group().some((text) => text.includes('已恢复')));
      expect(
        group()
          .slice(before)
          .map((text) => text.slice(0, 8)),
      ).toEqual(['🔴 main：', '🟢 main：']);
      expect(scene.bot().said).toContain('机器人主动在群聊内发言');

      // A day later, as far as Lifeline knows; what happened after its end is for the next one.
      await scene.endBot('SIGTERM');
      const db = new DatabaseSync(join(scene.sandbox.dir, 'lifeline', 'lifeline.db'));
      const midnight = new Date().setHours(0, 0, 0, 0);
      db.prepare("UPDATE meta SET value = ? WHERE key = 'digest'").run(String(midnight - 86_400_000));
      db.prepare("INSERT INTO watched VALUES ('main', ?, ?)").run(midnight - 86_400_000, midnight);
      db.close();
      const ALL_WELL = /^🟢 最近 1 天一切正常\nmain：正常 100%/;
      const digest = scene.want(['feishu'], ALL_WELL);
      await scene.startBot();
      await digest;
      await scene.until('the digest on QQ', () => late.length > 0);
      expect(late.map(({ text }) => text)).toEqual([expect.stringMatching(ALL_WELL)]);
    },
  ),
);
