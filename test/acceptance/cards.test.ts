/** The alert on Feishu follows its incident: one message that changes, and rings nobody in doing so. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;

const coloursOf = (scene: Scene, id: string): readonly (string | undefined)[] =>
  scene.versions(id).map(({ card }) => card?.colour);

/** The gateway has a configuration before anybody looks at it. */
const editable = ({ gateway }: Scene['sandbox']) => {
  writeFileSync(join(gateway.home, 'config.yaml'), 'model: one');
  return { channels: { feishu: { buzz: true } } };
};

const patchesOf = ({ sandbox }: Scene): readonly (number | null)[] =>
  sandbox.feishu
    .records(sandbox.cast.lifeline.feishu.appId)
    .calls.flatMap(({ api, code }) => (api === 'im.message.patch' ? [code] : []));

describe.concurrent('the card of an incident', () => {
  test('is red, and green with the timeline after the restart that cured it', LIMIT, () =>
    inScene({ config: editable }, async (scene) => {
      const edited = join(scene.sandbox.gateway.home, 'config.yaml');
      const told = scene.want(BOTH, /^🔴 main：QQ 失联/);
      const over = scene.want(BOTH, /^🟢 main：QQ 已恢复/, { withinMs: 90_000 });
      // What was changed before is told with it.
      writeFileSync(edited, 'model: other');
      await scene.sandbox.gateway.break('qq_gives_up');
      const [alert] = await told;
      const id = String(alert?.id);
      expect(alert?.card?.colour).toBe('red');
      expect(alert?.text).toMatch(/\n最近的变动：[^\n]*[\d:]{8} config\.yaml 有改动/);
      const [end] = await over;
      expect(scene.shown('feishu', String(end?.id)).text).toMatch(
        /^🟢 main：QQ 已恢复 #\d+\n中断 [^\n]+\n重启 1 次，进程 \d+ → \d+，QQ 于 [\d:]{8} 重新登录\n当时：/,
      );
      // The same is not said twice: the older card only says where it goes on.
      await scene.until('the card to say where it goes on', () => scene.shown('feishu', id).text.includes('后续见'));
      await scene.quiet(12_000);
      expect(scene.shown('feishu', id).text).toMatch(/^main：QQ 失联[^\n]* #\d+\n后续见 [\d:]{8} 的新消息$/);
      expect(scene.shown('feishu', id).card?.blocks.some(({ kind }) => kind === 'buttons' || kind === 'code')).toBe(
        false,
      );
      // A change of the card must not ring: it buzzed once, when it came.
      expect(scene.versions(id).length).toBeLessThanOrEqual(5);
      expect(scene.shown('feishu', id).buzzes).toBe(1);
      const patches = patchesOf(scene);
      expect(patches.every((code) => code === 0)).toBe(true);
      expect(patches.length).toBeGreaterThanOrEqual(1);
      expect(patches.length).toBeLessThanOrEqual(3);
    }),
  );

  test.runIf(IN_DEPTH)(
    'turns orange while the gateway comes back by itself, and red again when it does not',
    LIMIT,
    () =>
      inScene({}, async (scene) => {
        const { gateway } = scene.sandbox;
        const told = scene.want(BOTH, /^🔴 main：QQ 连不上平台/);
        await gateway.break('qq_server_error');
        const id = String((await told)[0]?.id);
        await gateway.lift();
        await scene.until('the card to be orange', () => scene.shown('feishu', id).card?.colour === 'orange');
        expect(scene.shown('feishu', id).text).toMatch(/^🟠 main：QQ 正在恢复[\s\S]*[\d:]{8} 正在恢复/);
        // Before it counts as well the trouble is back.
        await gateway.break('qq_server_error');
        await scene.until(
          'the card to be red again',
          () => coloursOf(scene, id).lastIndexOf('red') > coloursOf(scene, id).indexOf('orange'),
        );
        await gateway.lift();
        await scene.want(BOTH, /^🟢 main：QQ 已恢复[\s\S]*自行恢复，我没有重启它/, { withinMs: 90_000 });
        await scene.until('the card to say where it goes on', () => scene.shown('feishu', id).text.includes('后续见'));
        await scene.quiet(12_000);
        expect(distinct(coloursOf(scene, id)).slice(0, 4)).toEqual(['red', 'orange', 'red', 'orange']);
        expect(coloursOf(scene, id).at(-1)).toBe('blue');
        expect(patchesOf(scene).length).toBeLessThanOrEqual(8);
        expect(scene.shown('feishu', id).buzzes).toBeUndefined();
      }),
  );
});

const distinct = <T>(items: readonly T[]): readonly T[] => items.filter((item, index) => item !== items[index - 1]);
