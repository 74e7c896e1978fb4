/** Strangers by the thousand write to Lifeline on both platforms, and an operator is served as if there were none. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { gather, meant, person, type Crowd } from './fixtures/crowd.ts';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;

const STRANGERS = 200;
/** A thousand messages a second on each platform, where the machine can. */
const PER_STEP = 50;
const STEP_MS = 50;
const MOST_WAITING = 500;
/** Before the operator writes, and while an answer to them is still to come. */
const AHEAD = 2_000;

const TEXTS: readonly ((n: number) => string)[] = [
  () => '/status',
  (n) => `/restart main ${n}`,
  (n) => `hello ${n} ${'x'.repeat(2_000)}`,
  () => '/pair ABCD-EFGH',
  () => '确认 2A2A',
];

/** All who may be answered within an hour, each once; on how many channels does not matter. */
const ANSWERED_AT_MOST = 20;

describe('a flood from strangers', () => {
  test('holds up no /status, gets a handful of refusals, and does nothing', LIMIT, () =>
    inScene({}, async (scene) => {
      const strangers = Array.from({ length: STRANGERS }, (_, n) => person(`stranger-${n}`));
      const crowd = gather(scene, strangers);
      const flood = pour(scene, crowd, strangers);
      try {
        await scene.until('the flood to have come', () => flood.poured() >= AHEAD);
        // It goes on until each of these is answered: whoever waited for its end would wait for ever.
        for (const [phone, command] of [['feishu', '/status'], ['qq', '/status']] as const) {
          const before = flood.poured();
          const answer = scene.want([phone], /^🟢 main：运行正常/);
          scene.say(phone, command);
          await answer;
          expect(flood.poured()).toBeGreaterThan(before);
        }
      } finally {
        await flood.end();
      }

      await scene.until('nothing to be on its way', () => backlog(scene) === 0);
      const refusals = crowd.heard.map(meant);
      expect(refusals.length).toBeGreaterThanOrEqual(1);
      expect(refusals.length).toBeLessThanOrEqual(ANSWERED_AT_MOST);
      expect(refusals.filter((text) => !text.startsWith('你不在 Lifeline 的操作员名单里') && !text.startsWith('🟠 现在没有可用的配对码'))).toEqual([]);
      // Nobody twice.
      expect(new Set(crowd.heard.map(({ user }) => user)).size).toBe(refusals.length);
      const rows = scene.audit();
      expect(rows.filter(({ operator }) => operator === null).length).toBeLessThanOrEqual(ANSWERED_AT_MOST);
      expect(rows.filter(({ operator, outcome }) => operator === null && outcome !== 'refused')).toEqual([]);
      expect(treatmentsOf(scene)).toEqual([]);
      expect(await startsOf(scene)).toBe(1);
      console.info(`${flood.poured()} messages from ${STRANGERS} strangers, ${refusals.length} answers; the bot takes ${residentMb(scene)} MB`);
    }));
});

/** Writes without an end, both platforms in turn, as fast as the bot takes it: what only waits in a socket floods nobody. */
const pour = (scene: Scene, crowd: Crowd, strangers: readonly ReturnType<typeof person>[]) => {
  let poured = 0;
  let ended = false;
  const pouring = (async () => {
    while (!ended) {
      for (let room = backlog(scene) < MOST_WAITING ? PER_STEP : 0; room > 0; room -= 1) {
        const who = strangers[Math.floor(poured / BOTH.length) % strangers.length];
        const text = TEXTS[Math.floor(poured / BOTH.length) % TEXTS.length];
        if (who && text) for (const phone of BOTH) crowd.say(who, phone, text(poured));
        poured += BOTH.length;
      }
      await pause(STEP_MS);
    }
  })();
  return {
    poured: () => poured,
    end: async () => {
      ended = true;
      await pouring;
    },
  };
};

/** Events that Feishu has pushed and that are not acknowledged yet. */
const backlog = ({ sandbox: { feishu, cast } }: Scene): number => feishu.deliveries(cast.lifeline.feishu.appId).filter(({ state }) => state !== 'acked' && state !== 'given-up').length;

const residentMb = (scene: Scene): string => {
  try {
    const [, kb = ''] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${scene.bot().pid}/status`, 'utf8')) ?? [];
    return String(Math.round(Number(kb) / 1_024));
  } catch {
    return 'an unknown number of';
  }
};
