/**
 * An ordinary day on one bot: plain words instead of commands, maintenance ahead, which a kill of Lifeline does not lose,
 * and the band of the last day as a chart on Feishu and, after trouble, as a picture on QQ.
 */
import { expect, test } from 'vitest';
import { startsOf } from './expect-healed.ts';
import { inScene } from './scene.ts';
import { answered, buttonsOf } from './talk.ts';

const BOTH = ['feishu', 'qq'] as const;
/** Minutes ahead, so that the time has not come before the story is over. */
const AHEAD_MS = 20 * 60_000;

test('plain words, maintenance ahead and the band of the day', { timeout: 240_000 }, () =>
  inScene({ config: { watch: { settle: '2s' } } }, async (scene) => {
    await answered(scene, 'qq', '静音半小时', /^main 已静音，到 /);
    await answered(scene, 'qq', '取消静音', /取消静音/);
    await answered(scene, 'feishu', '网关怎么样了', /^🟢 main：运行正常/);
    // A restart is never guessed: the likely command is a button.
    const offer = await answered(scene, 'feishu', '重启一下', /^是要 \/restart main 吗/);
    expect(buttonsOf(scene, 'feishu', offer.id)).toHaveLength(1);
    expect(await startsOf(scene)).toBe(1);

    const start = new Date(Date.now() + AHEAD_MS).toTimeString().slice(0, 5);
    await answered(scene, 'feishu', `/maintenance ${start} 2h main`, /^(?:🟢 )?已安排 main 维护：[^\n]*（#1）/);
    await answered(scene, 'qq', '/maintenance 周日 03:00 2h 每周', /^(?:🟢 )?已安排 .*每周日 03:00/);
    await scene.restartBot('SIGKILL');
    await answered(scene, 'qq', '/maintenance', /计划 [#＃]1 main[\s\S]*计划 [#＃]2/);
    await answered(scene, 'feishu', '/maintenance end #1', /^🟢 已取消：/);
    await answered(scene, 'feishu', '/maintenance end #2', /^🟢 已取消：/);

    const told = scene.want(BOTH, /^🔴 main 没有在运行/);
    const over = scene.want(BOTH, /^🟢 main 已恢复/);
    await scene.sandbox.gateway.break('killed');
    await Promise.all([told, over]);
    const status = await answered(scene, 'feishu', '/status', /^🟢 main：运行正常/);
    expect(status.card?.blocks.map(({ kind }) => kind)).toContain('chart');
    const picture = scene.want(['qq'], /^\[picture\]/);
    await answered(scene, 'qq', '/status', /^🟢 main：运行正常/);
    const [band] = await picture;
    expect(Buffer.from(String(band?.picture), 'base64').subarray(1, 4).toString()).toBe('PNG');
    expect(scene.audit().map(({ command }) => command)).toEqual(expect.arrayContaining(['/mute 30m', '/status']));
  }),
);
