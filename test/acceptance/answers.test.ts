/** A channel takes no answer: it is tried for a minute, and then comes on the asker's other phone. */
import { describe, expect, test } from 'vitest';
import { sample } from '../deep.ts';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const PATIENCE_MS = 60_000;
const ELSEWHERE = /^答复\d\d:\d\d:\d\d 的「\/whoami」：你是 me，管理员/;

/** Sends of this channel are put off, for longer than anybody waits. */
const ILL = {
  feishu: ({ sandbox: { feishu, cast } }: Scene) =>
    void feishu
      .faults(cast.lifeline.feishu.appId)
      .calls.push(...Array.from({ length: 500 }, () => ({ kind: 'code', code: 230020, status: 400 }) as const)),
  qq: ({ sandbox: { qq, cast } }: Scene) =>
    qq.failSends(cast.lifeline.qq.appId, 500, {
      kind: 'answer',
      status: 429,
      body: { code: 22009, message: 'msg limit exceed' },
    }),
} as const;

describe.concurrent('an answer that is not taken where it was asked for', () => {
  const ways = [
    ['feishu', 'qq'],
    ['qq', 'feishu'],
  ] as const;
  for (const [phone, other] of sample(ways, 2, 1)) {
    test(`on ${phone}, comes on ${other} after a minute, once, and says what it answers`, LIMIT, () =>
      inScene({}, async (scene) => {
        ILL[phone](scene);
        const began = Date.now();
        const told = scene.want([other], ELSEWHERE, { withinMs: 150_000 });
        scene.say(phone, '/whoami');
        const [answer] = await told;
        expect(Number(answer?.at) - began).toBeGreaterThan(PATIENCE_MS - 5_000);
        await scene.quiet(3_000);
      }),
    );
  }
});
