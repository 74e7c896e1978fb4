/** How long an agent waits for its hub before it takes a notice for lost and sends it again. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { createHubChannel, HUB_USER } from '../../src/fleet/agent/hub-channel.ts';
import { PROTOCOL, type Receipt } from '../../src/fleet/protocol/messages.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const S = 1_000;

test.each<[string, boolean, [atMs: number, is: Receipt['is']][], string, number]>([
  ['a hub that is there and accepts nothing', true, [], 'retry', 10 * S],
  ['a hub that accepts, and has no phone yet', true, [[2 * S, 'accepted']], 'retry', 25 * S],
  [
    'a hub that accepts, and delivers later than it may accept',
    true,
    [
      [2 * S, 'accepted'],
      [20 * S, 'delivered'],
    ],
    'ok',
    20 * S,
  ],
  ['no hub, so that it lies in the stream until one comes', false, [], 'retry', 25 * S],
  ['no hub, and one that comes', false, [[15 * S, 'delivered']], 'ok', 15 * S],
])('%s', async (_name, isThere, receipts, outcome, afterMs) => {
  const channel = createHubChannel({ publish: async () => undefined, fallbackMs: 180 * S, logger: silentLogger() });
  await channel.start(() => undefined);
  if (isThere) channel.heard();
  let said: string | null = null;
  void channel
    .send({ user: HUB_USER }, { tone: 'critical', title: 'dead' }, { key: 'k', alert: true })
    .then((result) => (said = result.outcome));
  for (const [atMs, is] of receipts)
    setTimeout(() => channel.onReceipt({ v: PROTOCOL, id: 'k', fence: { bucketMs: 1, revision: 1 }, is }), atMs);
  await vi.advanceTimersByTimeAsync(afterMs - 1);
  expect(said).toBe(null);
  await vi.advanceTimersByTimeAsync(1);
  expect(said).toBe(outcome);
});
