import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLiveness, type Liveness } from '../../../src/channels/feishu/link/liveness.ts';

const SECOND = 1_000;

describe('a link', () => {
  let pings = 0;
  let dead: string[] = [];
  let liveness: Liveness;

  beforeEach(() => {
    vi.useFakeTimers();
    pings = 0;
    dead = [];
    liveness = createLiveness({
      heartbeatMs: 20 * SECOND,
      pongTimeoutMs: 15 * SECOND,
      ping: () => (pings += 1),
      onDead: (problem) => dead.push(problem),
    });
  });
  afterEach(() => {
    liveness.stop();
    vi.useRealTimers();
  });

  /** Time passes, in steps in which the platform answers. */
  const live = (seconds: number, { everyS, what }: { everyS: number; what: 'pong' | 'data' }): void => {
    for (let at = 0; at < seconds; at += everyS) {
      vi.advanceTimersByTime(everyS * SECOND);
      liveness.heard(what);
    }
  };
  const connect = (intervalS: number): void => {
    liveness.interval(intervalS * SECOND);
    liveness.connected();
  };

  test('that answers our pings and goes silent is dead after a heartbeat and the limit, whatever the interval', () => {
    connect(300);
    liveness.heard('pong');
    vi.advanceTimersByTime(34 * SECOND);
    expect(dead).toEqual([]);
    vi.advanceTimersByTime(SECOND + 1);
    expect(dead).toEqual(['nothing came from the platform for 35 s']);
  });

  test('that never answered our pings is given the platform’s interval and the limit', () => {
    connect(120);
    liveness.heard('data');
    vi.advanceTimersByTime(134 * SECOND);
    expect(dead).toEqual([]);
    vi.advanceTimersByTime(SECOND + 1);
    expect(dead).toEqual(['nothing came from the platform for 135 s']);
  });

  test('whose interval is shorter than the limit, where the SDK’s watch never strikes, is dead after both', () => {
    connect(2);
    vi.advanceTimersByTime(16 * SECOND);
    expect(dead).toEqual([]);
    vi.advanceTimersByTime(2 * SECOND);
    expect(dead).toHaveLength(1);
  });

  test('with a living line and a platform behind it that says nothing is dead as well', () => {
    connect(120);
    live(134, { everyS: 2, what: 'pong' });
    expect(dead).toEqual([]);
    live(4, { everyS: 2, what: 'pong' });
    expect(dead).toHaveLength(1);
  });

  test('that answers everything lives, and is not pinged more often than needed', () => {
    connect(120);
    for (let round = 0; round < 30; round += 1) {
      live(120, { everyS: 20, what: 'pong' });
      liveness.heard('data');
    }
    expect(dead).toEqual([]);
    expect(pings).toBeLessThanOrEqual(1 + 30 * 6);
    expect(pings).toBeGreaterThan(90);
  });

  test('with a lot to say is not pinged at all', () => {
    connect(120);
    live(600, { everyS: 10, what: 'data' });
    expect(pings).toBe(1);
    expect(dead).toEqual([]);
  });

  test('with a new, shorter interval still gets the old one first: the SDK’s next ping is timed by that', () => {
    connect(120);
    liveness.interval(1 * SECOND);
    vi.advanceTimersByTime(134 * SECOND);
    expect(dead).toEqual([]);
    liveness.heard('data');
    liveness.interval(1 * SECOND);
    vi.advanceTimersByTime(17 * SECOND);
    expect(dead).toHaveLength(1);
  });

  test('is not pinged before the handshake, nor after the end', () => {
    liveness.interval(120 * SECOND);
    liveness.heard('data');
    vi.advanceTimersByTime(100 * SECOND);
    expect(pings).toBe(0);
    liveness.connected();
    liveness.stop();
    vi.advanceTimersByTime(1_000 * SECOND);
    expect([pings, dead]).toEqual([1, []]);
  });
});
