/** Lifeline beside an OpenClaw that says of itself that all is well. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import type { FakeOpenClaw } from '../gateways/openclaw/fake/fake.ts';
import type { ChannelId } from '../gateways/openclaw/fake/world.ts';
import { treatmentsOf } from './expect-healed.ts';
import { withOpenClaw } from './openclaw-scene.ts';
import { noted } from './talk.ts';

const LIMIT = { timeout: 240_000 };
/** What takes half a minute of waiting is left out of the usual run. */
const ALL = process.env['LIFELINE_TEST_ALL'] === '1';
const BOTH = ['feishu', 'qq'] as const;
const ANSWERS = { feishu: 'answers', qqbot: 'answers' } as const;
const FEISHU_SILENT = { ...ANSWERS, feishu: 'silent' } as const;
/** OpenClaw heals by itself for so long. */
const OWN_HEALING_MS = 180_000;

/** When something was done for the nth time, by the gateway's clock. */
const timeOf = (fake: FakeOpenClaw, what: string, nth = 1): number =>
  fake.journal().filter((entry) => entry.what.startsWith(what))[nth - 1]?.at ?? NaN;

/** The stops and starts of one link, in order. */
const actsOn = (fake: FakeOpenClaw, channel: ChannelId): readonly string[] =>
  fake
    .journal()
    .flatMap(({ what }) =>
      what.startsWith('channels.') && what.includes(channel)
        ? [what.replace('channels.', '').replace(` ${channel}`, '')]
        : [],
    );

describe.concurrent('beside OpenClaw', () => {
  test(
    'a deaf link and one that is lost for good are restarted alone, and what it heals by itself or drains for is left to it',
    LIMIT,
    () =>
      withOpenClaw({ speed: 40, world: { platforms: FEISHU_SILENT } }, async (scene, fake) => {
        const before = fake.current();
        // What was opened in vain hangs on; the next one is answered.
        fake.change({ platforms: ANSWERS });
        const deaf = scene.want(
          BOTH,
          /^🔴 main：飞书收不到消息 #\d+\n启动后一直没有登录\n正在单独重启这个连接，网关本身不重启\n/,
        );
        const heard = scene.want(BOTH, /^🟢 main：飞书已恢复 #\d+\n[\s\S]*单独重启连接 1 次，飞书 于/);
        await Promise.all([deaf, heard]);
        expect(actsOn(fake, 'feishu')).toEqual(['stop', 'start handed-off']);
        expect(timeOf(fake, 'channels.stop feishu') - timeOf(fake, 'ready')).toBeGreaterThanOrEqual(OWN_HEALING_MS);

        // Its health monitor is quicker than Lifeline's patience, and the SDK is.
        fake.act({ kind: 'drop', channel: 'feishu' });
        fake.act({ kind: 'drop', channel: 'qqbot' });
        await scene.until('Feishu to be back by itself', () => fake.count('login feishu') === 2);
        fake.act({ kind: 'monitor', channel: 'qqbot' });
        await scene.until('QQ to be back by its health monitor', () => fake.count('login qqbot') === 2);
        await scene.quiet(4_000);
        expect(actsOn(fake, 'qqbot')).toEqual([]);

        fake.change({ startOutcomes: ['handed-off', 'retry'] });
        fake.act({ kind: 'drop', channel: 'qqbot' });
        const lost = scene.want(BOTH, /^🔴 main：QQ 失联 #\d+\n断线后一直没有重新登录\n正在单独重启这个连接/);
        const back = scene.want(BOTH, /^🟢 main：QQ 已恢复 #\d+\n[\s\S]*单独重启连接 1 次，QQ 于/);
        await Promise.all([lost, back]);
        // A start that was not done is asked for again.
        expect(actsOn(fake, 'qqbot')).toEqual(['stop', 'start retry', 'start handed-off']);
        expect(timeOf(fake, 'channels.stop qqbot') - timeOf(fake, 'drop qqbot', 2)).toBeGreaterThanOrEqual(
          OWN_HEALING_MS,
        );
        expect(fake.current()).toEqual(before);

        fake.change({ drainMs: 60_000 });
        fake.signal('SIGTERM');
        await scene.until('the gateway to have drained', () => fake.count('exit 0') === 1);
        await scene.quiet(3_000);
        expect(fake.current()).toBeNull();
        expect(treatmentsOf(scene)).toEqual([
          { requested_by: 'auto', outcome: 'recovered' },
          { requested_by: 'auto', outcome: 'recovered' },
        ]);
      }),
  );

  test.runIf(IN_DEPTH)(
    'a link that Lifeline had stopped when it was killed is started by the next Lifeline',
    LIMIT,
    () =>
      withOpenClaw(
        { speed: 30, world: { platforms: FEISHU_SILENT, keepsBack: ['channels.stop'] } },
        async (scene, fake) => {
          fake.change({ platforms: ANSWERS });
          const told = scene.want(BOTH, /^🔴 main：飞书收不到消息 #\d+\n/);
          await scene.until('the link to be stopped', () => fake.count('channels.stop feishu') === 1);
          await told;
          await noted(scene, 'opened');
          await scene.endBot('SIGKILL');
          expect(actsOn(fake, 'feishu')).toEqual(['stop']);
          fake.change({ keepsBack: [] });
          const over = scene.want(BOTH, /^🟢 main：飞书已恢复 #\d+\n/);
          await scene.startBot();
          await over;
          expect(actsOn(fake, 'feishu').at(-1)).toBe('start handed-off');
          await scene.quiet(2_000);
        },
      ),
  );

  test.runIf(ALL)('a link that stays deaf after two restarts of its own has the gateway restarted', LIMIT, () =>
    withOpenClaw({ speed: 30, grace: { start: 8 }, world: { platforms: FEISHU_SILENT } }, async (scene, fake) => {
      const before = fake.current();
      const told = scene.want(BOTH, /^🔴 main：飞书收不到消息 #\d+\n[\s\S]*单独重启/);
      const again = scene.want(BOTH, /^🔴 main 单独重启后 飞书 仍未登录 #\d+\n[\s\S]*正在单独重启这个连接/);
      const harder = scene.want(BOTH, /^🔴 main 单独重启后 飞书 仍未登录 #\d+\n[\s\S]*正在重启（/);
      const over = scene.want(BOTH, /^🟢 main：飞书已恢复 #\d+\n[\s\S]*重启 1 次/, { withinMs: 90_000 });
      await scene.until('the second restart of the link', () => fake.count('channels.start feishu') === 2);
      fake.change({ platforms: ANSWERS });
      await Promise.all([told, again, harder, over]);
      expect(actsOn(fake, 'feishu')).toEqual(['stop', 'start handed-off', 'stop', 'start handed-off']);
      expect(fake.current()?.pid).not.toBe(before?.pid);
      // Asked to stop, not killed.
      expect(fake.count('SIGTERM')).toBe(1);
      expect(treatmentsOf(scene).map((each) => (each as { outcome: string }).outcome)).toEqual([
        'failed',
        'failed',
        'recovered',
      ]);
    }),
  );
});
