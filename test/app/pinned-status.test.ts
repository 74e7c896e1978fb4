/** When a pinned status card is sent, changed, renewed and given up. */
import { afterEach, expect, test, vi } from 'vitest';
import { createPinnedStatus } from '../../src/app/pinned-status.ts';
import type { Clock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel, SendResult } from '../../src/channels/channel.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createMeta } from '../../src/store/meta.ts';
import { createPins } from '../../src/store/pins.ts';
import { gateway, link, T0 } from '../incidents/helpers.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ME = { channel: 'feishu', user: 'ou_me' };
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const setUp = () => {
  const db = openDatabase(':memory:');
  const pins = createPins(createMeta(db));
  const done: string[] = [];
  const world = {
    now: T0,
    verdicts: [gateway('healthy'), link('qqbot', 'up')].map((make) => make(T0)),
    knows: true,
    fails: false,
    bounds: null as readonly string[] | null,
  };
  let nextEdit: SendResult | null = null;
  let sent = 0;
  const feishu: Channel = {
    name: 'feishu',
    start: async () => undefined,
    stop: async () => undefined,
    status: () => ({ link: 'connected', since: 0, lastInboundAt: null, problem: null }),
    send: async (_to, { title }) => {
      sent += 1;
      done.push(`send m${sent} ${title}`);
      return { outcome: 'ok', messageId: `m${sent}` };
    },
    edit: async (messageId, { title, lines = [] }) => {
      done.push(`edit ${messageId} ${title === 'Lifeline' ? (lines[0] ?? '') : title}`);
      const result = nextEdit ?? ({ outcome: 'ok', messageId } as const);
      nextEdit = null;
      return result;
    },
  };
  const reports: string[] = [];
  let due: (() => void) | null = null;
  const clock: Clock = {
    now: () => world.now,
    timer: (_ms, run) => {
      due = run;
      return () => (due = null);
    },
    sleep: async () => undefined,
  };
  const open = () => {
    const pinned = createPinnedStatus({
      pins,
      channels: [feishu],
      access: {
        recognise: () =>
          world.knows
            ? { name: 'me', role: 'admin', ids: {}, ...(world.bounds ? { gateways: world.bounds } : {}) }
            : null,
      },
      seen: () => {
        if (world.fails) throw new Error('no look');
        return [{ name: 'main', verdicts: world.verdicts }];
      },
      incidents: { open: () => [], since: () => [], get: () => null, blips: () => [], watched: () => [] },
      silences: { active: () => [] },
      attachButtonTokens: (message) => message,
      locale: 'en',
      clock,
      report: {
        failed: ({ part }, error) => void reports.push(`${part}: ${String(error)}`),
        worked: ({ part }) => void reports.push(`${part} works`),
      },
      logger: silentLogger(),
    });
    stops.push(() => pinned.stop());
    return pinned;
  };
  stops.push(() => db.close());
  return {
    world,
    pins,
    done,
    reports,
    open,
    refuseNextEdit: () => (nextEdit = { outcome: 'refused', reason: 'gone' }),
    /** One look at the cards, at this time. */
    turn: async (at: number): Promise<readonly string[]> => {
      world.now = at;
      done.length = 0;
      const run = await vi.waitUntil(() => due, 20_000);
      run();
      await vi.waitUntil(() => due, 20_000);
      return [...done];
    },
    ill: () => (world.verdicts = [gateway('stopped')].map((make) => make(T0))),
  };
};

test('a card that cannot be kept is reported, and so is that it can be again', async () => {
  const { open, pins, turn, reports, world } = setUp();
  open();
  pins.pin(ME);
  world.fails = true;
  expect(await turn(T0)).toEqual([]);
  expect(reports).toEqual(['status card: Error: no look']);
  world.fails = false;
  expect(await turn(T0 + MINUTE)).toEqual(['send m1 main: running well']);
  expect(reports.at(-1)).toBe('status card works');
});

test('a card is sent once, changed when something changes, and at most once a minute', async () => {
  const { open, pins, turn, ill } = setUp();
  open();
  expect(await turn(T0)).toEqual([]);
  pins.pin(ME);
  expect(await turn(T0)).toEqual(['send m1 main: running well']);
  ill();
  expect(await turn(T0 + MINUTE - 1)).toEqual([]);
  expect(await turn(T0 + MINUTE)).toEqual(['edit m1 main: not running']);
  expect(await turn(T0 + 5 * MINUTE)).toEqual([]);
});

test('a Lifeline after it goes on with the same card, and changes nothing that is still so', async () => {
  const { open, pins, turn, ill } = setUp();
  const first = open();
  pins.pin(ME);
  await turn(T0);
  await first.stop();
  open();
  expect(await turn(T0 + 10 * MINUTE)).toEqual([]);
  ill();
  expect(await turn(T0 + 11 * MINUTE)).toEqual(['edit m1 main: not running']);
});

test('a card gets fresh buttons twice a day, and is sent anew before the platform takes no more changes', async () => {
  const { open, pins, turn } = setUp();
  open();
  pins.pin(ME);
  await turn(T0);
  expect(await turn(T0 + DAY / 2)).toEqual(['edit m1 main: running well']);
  expect(await turn(T0 + 13 * DAY + 1)).toEqual([
    'send m2 main: running well',
    'edit m1 This goes on in the newer status card',
  ]);
});

test.each([
  [
    'that is gone',
    'refused',
    ['edit m1 main: not running', 'send m2 main: not running', 'edit m1 This goes on in the newer status card'],
  ],
  ['of somebody who is no operator any more', 'stranger', ['edit m1 No longer changed. For now: /status']],
  [
    'that was pinned once more',
    'again',
    ['send m2 main: not running', 'edit m1 This goes on in the newer status card'],
  ],
  ['that was unpinned', 'unpinned', []],
])('a card %s', async (_, what, expected) => {
  const { open, pins, turn, ill, world, refuseNextEdit } = setUp();
  open();
  pins.pin(ME);
  await turn(T0);
  ill();
  if (what === 'refused') refuseNextEdit();
  if (what === 'stranger') world.knows = false;
  if (what === 'again') pins.pin(ME);
  if (what === 'unpinned') pins.unpin(ME);
  expect(await turn(T0 + 2 * MINUTE)).toEqual(expected);
  expect(pins.list()).toHaveLength(what === 'stranger' || what === 'unpinned' ? 0 : 1);
});

test('a card of somebody who has only other gateways shows nothing of this one', async () => {
  const { world, open, pins, turn, ill } = setUp();
  ill();
  world.bounds = ['lab'];
  open();
  pins.pin(ME);
  expect((await turn(T0)).join('\n')).not.toMatch(/main|not running/);
});
