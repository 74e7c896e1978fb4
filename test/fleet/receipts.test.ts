/** How long an agent waits for its hub before it takes a notice for lost and sends it again. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { createHubChannel, HUB_USER } from '../../src/fleet/hub-channel.ts';
import { PROTOCOL, type Receipt } from '../../src/fleet/messages.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const S = 1_000;
const FENCE = { bucketMs: 1, revision: 1 };

test.each<[string, Receipt['is'] | 'none', number | null, string, number]>([
  ['no hub', 'none', null, 'retry', 0],
  ['a hub that accepts, and has no phone yet', 'accepted', null, 'retry', 25 * S],
  ['a hub that accepts, and delivers later', 'accepted', 20 * S, 'ok', 20 * S],
  ['a hub whose phone has it already', 'delivered', null, 'ok', 0],
  ['a hub that has nobody to tell', 'nobody', null, 'refused', 0],
])('%s', async (_name, is, deliveredAtMs, outcome, afterMs) => {
  const channel = createHubChannel({
    ask: async ({ id }) => {
      if (is === 'none') throw new Error('503');
      return { v: PROTOCOL, id, fence: FENCE, is };
    },
    fallbackMs: 180 * S,
    onBack: () => undefined,
    logger: silentLogger(),
  });
  await channel.start(() => undefined);
  let said: string | null = null;
  void channel
    .send({ user: HUB_USER }, { tone: 'critical', title: 'dead' }, { key: 'k', alert: true })
    .then((result) => (said = result.outcome));
  if (deliveredAtMs !== null)
    setTimeout(() => channel.onReceipt({ v: PROTOCOL, id: 'k', fence: FENCE, is: 'delivered' }), deliveredAtMs);
  if (afterMs > 0) {
    await vi.advanceTimersByTimeAsync(afterMs - 1);
    expect(said).toBe(null);
  }
  await vi.advanceTimersByTimeAsync(1);
  expect(said).toBe(outcome);
});
