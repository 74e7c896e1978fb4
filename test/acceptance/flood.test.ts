/**
 * Strangers by the thousand do all they can to Lifeline on both platforms, and an operator is served as if there were
 * none.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { extent } from '../deep.ts';
import { MEMORY_MAX_MB } from '../../src/service/unit.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { meant } from './fixtures/crowd.ts';
import { backlog, startFlood } from './fixtures/flood.ts';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };

/** On each platform, where the machine can. */
const PER_SECOND = 1_000;
/** Before the operator writes. */
const AHEAD = 4_000;
/** For all that the bot does besides, and for what its memory has not given back yet. */
const MOST_GROWTH_MB = 200;

/** All who may be answered within an hour, each once; on how many channels does not matter. */
const ANSWERED_AT_MOST = 20;

describe('a flood from strangers', () => {
  test(
    'of messages, taps, new chats and groups holds up no /status, gets a handful of refusals, and does nothing',
    LIMIT,
    () =>
      inScene({}, async (scene) => {
        const { feishu, cast } = scene.sandbox;
        const calm = scene.want(['feishu'], /^🟢 main：运行正常/);
        scene.say('feishu', '/status');
        await calm;
        const [card] = feishu.sent(cast.lifeline.feishu.appId);
        const before = { mb: memoryMb(scene, 'VmRSS'), rows: scene.rows() };
        const flood = startFlood(scene.sandbox, { perSecond: PER_SECOND, feishuMessageId: card?.id ?? '' });
        const heard = scene.overhear((user) => flood.isStranger(user));
        try {
          await scene.until('the flood to have come', () => flood.poured() >= AHEAD);
          // It goes on until each of these is answered: whoever waited for its end would wait for ever.
          for (const phone of ['feishu', 'qq', 'feishu', 'qq'] as const) {
            const poured = flood.poured();
            const answer = scene.want([phone], /^🟢 main：运行正常/);
            scene.say(phone, '/status');
            await answer;
            await scene.until('more of the flood', () => flood.poured() > poured);
          }
          await scene.until('a long flood to have come', () => flood.poured() >= extent(5, 2) * AHEAD);
        } finally {
          await flood.end();
        }

        await scene.until('nothing to be on its way', () => backlog(scene.sandbox) === 0);
        const refusals = heard.map(meant);
        expect(refusals.length).toBeGreaterThanOrEqual(1);
        expect(refusals.length).toBeLessThanOrEqual(ANSWERED_AT_MOST);
        expect(
          refusals.filter(
            (text) => !text.startsWith('你不在 Lifeline 的操作员名单里') && !text.startsWith('🟠 现在没有可用的配对码'),
          ),
        ).toEqual([]);
        // Nobody twice.
        expect(new Set(heard.map(({ user }) => user)).size).toBe(refusals.length);
        const rows = scene.audit();
        expect(rows.filter(({ operator }) => operator === null).length).toBeLessThanOrEqual(ANSWERED_AT_MOST);
        expect(rows.filter(({ operator, outcome }) => operator === null && outcome !== 'refused')).toEqual([]);
        expect(treatmentsOf(scene)).toEqual([]);
        expect(await startsOf(scene)).toBe(1);
        // Of the strangers: their rows of the audit, and what each answer leaves. The operator's five commands and the
        // gateway's own state are the rest.
        expect(scene.rows() - before.rows).toBeLessThanOrEqual(3 * ANSWERED_AT_MOST + 100);
        // Taps wait for an answer on QQ alone; of strangers' only as many get one as come in.
        expect(
          scene.sandbox.qq.requests(cast.lifeline.qq.appId).filter(({ path }) => path.startsWith('/interactions/'))
            .length,
        ).toBeLessThanOrEqual(flood.seconds() + 100);
        const peak = memoryMb(scene, 'VmHWM');
        console.info(
          `${flood.poured()} events of strangers, ${refusals.length} answers; the bot took ${before.mb.toFixed(0)} MB before and ${peak.toFixed(0)} MB at most`,
        );
        if (!Number.isNaN(peak)) {
          expect(peak).toBeLessThan(MEMORY_MAX_MB);
          expect(peak - before.mb).toBeLessThan(MOST_GROWTH_MB);
        }
      }),
  );
});

/** NaN where the system does not tell it. */
const memoryMb = (scene: Scene, field: 'VmRSS' | 'VmHWM'): number => {
  try {
    return (
      Number(
        new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${scene.bot().pid}/status`, 'utf8'))?.[1] ?? NaN,
      ) / 1_024
    );
  } catch {
    return NaN;
  }
};
