import { describe, expect, test } from 'vitest';
import { deadLinkSignOf } from '../../../src/sensors/network/dead-link-sign.ts';
import type { KernelSocket } from '../../../src/sensors/network/ss.ts';

const connection = (
  lastSendSeconds: number | null,
  lastReceiveSeconds: number | null,
  trouble: { unacked?: number; backoff?: number } = {},
): KernelSocket => ({
  state: 'ESTAB',
  peer: { address: '203.0.113.5', port: 443 },
  pids: [7],
  lastSendMs: lastSendSeconds === null ? null : lastSendSeconds * 1_000,
  lastReceiveMs: lastReceiveSeconds === null ? null : lastReceiveSeconds * 1_000,
  unacked: 0,
  backoff: 0,
  ...trouble,
});

describe('a link is silent to the kernel', () => {
  test.each<[string, readonly KernelSocket[], number]>([
    ['when it sends and nothing has come for three minutes', [connection(30, 180)], 180_000],
    [
      'when what it sent 100 s ago is still unacknowledged',
      [connection(106, 255, { unacked: 1, backoff: 9 })],
      255_000,
    ],
    ['when the kernel has just sent it again', [connection(1, 240, { unacked: 1, backoff: 4 })], 240_000],
    ['for as long as its least silent connection', [connection(20, 500), connection(400, 300)], 300_000],
  ])('%s', (_, connections, silentMs) => expect(deadLinkSignOf(connections)?.silentMs).toBe(silentMs));
});

describe('a link is not silent to the kernel', () => {
  test.each<[string, readonly KernelSocket[]]>([
    ['when it has no connection: their number is no evidence', []],
    ['when something came within three minutes', [connection(30, 179)]],
    ['when it sends nothing: an idle connection of a pool', [connection(400, 400)]],
    ['when it sent just now and the answer may be on its way', [connection(1, 300)]],
    ['when it sent just now and the acknowledgement may be on its way', [connection(0, 300, { unacked: 1 })]],
    ['when something came on another of its connections', [connection(30, 300), connection(2, 2)]],
    ['when the kernel does not say when something came', [connection(30, null)]],
    ['when the kernel does not say when something was sent', [connection(null, 300, { unacked: 1, backoff: 3 })]],
  ])('%s', (_, connections) => expect(deadLinkSignOf(connections)).toBeNull());
});

test('the finding says what was seen, for people', () => {
  expect(deadLinkSignOf([connection(30.4, 200)])?.text).toBe('sent 30 s ago, nothing received for 200 s');
  expect(deadLinkSignOf([connection(12, 200, { unacked: 3 })])?.text).toBe(
    'sent 12 s ago, nothing received for 200 s, unacknowledged segments: 3',
  );
});
