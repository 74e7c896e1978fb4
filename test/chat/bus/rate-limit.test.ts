import { describe, expect, it } from 'vitest';
import { createRateLimit, type RateDecision } from '../../../src/chat/bus/rate-limit.ts';
import type { Operator } from '../../../src/config/config.ts';
import { command, harness, inbound, NOW, OPERATORS } from '../helpers.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const ME: Operator = { name: 'me', role: 'admin', ids: { qq: 'ME', feishu: 'ou_me' } };
const OTHER: Operator = { name: 'other', role: 'admin', ids: { qq: 'O' } };

describe('the limit for a person', () => {
  const named = ({ serve, tell }: RateDecision): string =>
    `${serve ? 'serve' : 'drop'}${tell > 0 ? `, tell of ${tell}` : ''}`;
  const counted = (rooms: readonly RateDecision[]) => ({
    serve: rooms.filter(({ serve }) => serve).length,
    say: rooms.filter(({ tell }) => tell > 0).length,
  });

  it('is ten at once and then one every three seconds', () => {
    const limit = createRateLimit();
    expect(Array.from({ length: 12 }, () => named(limit.take('qq', ME, NOW)))).toEqual([
      ...Array<string>(10).fill('serve'),
      'drop, tell of 1',
      'drop',
    ]);
    expect([3, 3, 6, 6].map((seconds) => named(limit.take('qq', ME, NOW + seconds * SECOND)))).toEqual([
      'serve',
      'drop',
      'serve',
      'drop',
    ]);
    expect(counted(Array.from({ length: 30 }, () => limit.take('qq', ME, NOW + 10 * MINUTE)))).toEqual({
      serve: 10,
      say: 2,
    });
  });

  it('serves twenty a minute of a flood, and says once a minute that it is too fast', () => {
    const limit = createRateLimit();
    const flood = Array.from({ length: 5 * 600 }, (_, n) => limit.take('qq', ME, NOW + n * 100));
    expect(counted(flood)).toEqual({ serve: 10 + 5 * 20 - 1, say: 5 });
  });

  it('counts a person on all channels together, and nobody for another', () => {
    const limit = createRateLimit({ burst: 2 });
    expect(
      [
        limit.take('qq', ME, NOW),
        limit.take('feishu', ME, NOW),
        limit.take('qq', ME, NOW),
        limit.take('qq', OTHER, NOW),
      ].map(named),
    ).toEqual(['serve', 'serve', 'drop, tell of 1', 'serve']);
  });

  it('is none for the console', () => {
    const limit = createRateLimit({ burst: 1 });
    for (let n = 0; n < 100; n += 1) expect(limit.take('console', ME, NOW).serve).toBe(true);
  });

  it('gives nothing for a clock that is set back, and does not silence for ever', () => {
    const limit = createRateLimit({ burst: 1 });
    expect([0, -10, -20, -2_000_000].map((seconds) => named(limit.take('qq', ME, NOW + seconds * SECOND)))).toEqual([
      'serve',
      'drop, tell of 1',
      'drop',
      'serve, tell of 1',
    ]);
  });

  it('tells how many were dropped, within a burst once a minute and else when the burst is over', () => {
    const limit = createRateLimit();
    for (let n = 0; n < 40; n += 1) limit.take('qq', ME, NOW);
    expect(named(limit.take('qq', ME, NOW + 5 * SECOND))).toBe('serve');
    expect(named(limit.take('qq', ME, NOW + 30 * SECOND))).toBe('serve, tell of 29');
    expect(named(limit.take('qq', ME, NOW + 31 * SECOND))).toBe('serve');
  });

  it('has every message that was dropped in a line of the audit, and of a flood no more than sixty lines a minute', () => {
    const limit = createRateLimit();
    const rooms = Array.from({ length: 6_000 }, (_, n) => limit.take('qq', ME, NOW + n * 10));
    const dropped = rooms.filter(({ serve }) => !serve).length;
    const last = limit.take('qq', ME, NOW + 10 * MINUTE);
    expect([...rooms, last].reduce((sum, { audit }) => sum + audit, 0)).toBe(dropped);
    expect(rooms.filter(({ audit }) => audit > 0).length).toBeLessThanOrEqual(120);
    expect(rooms.slice(10, 70).map(({ audit }) => audit)).toEqual(Array(60).fill(1));
  });
});

describe('an operator who writes too fast', () => {
  it('is told so once, has each of them in the audit, and what was refused does not run when it is delivered again', async () => {
    let now = NOW;
    const { bus, titles, audited, sent } = harness([command('status')], { clock: { now: () => now } });
    const messages = Array.from({ length: 40 }, () => inbound('/status'));
    for (const message of messages) bus.receive(message);
    await bus.idle();
    expect(titles().filter((title) => title === 'did status')).toHaveLength(10);
    expect(sent.filter(({ message }) => message.title !== 'did status').map(({ message }) => message)).toEqual([
      { tone: 'warning', title: 'Too fast; this one was not carried out', note: 'Wait a minute and send it again' },
    ]);
    expect(audited.filter(({ outcome }) => outcome === 'refused')).toMatchObject(
      Array(30).fill({ operator: 'me', command: '/status', detail: 'too_fast' }),
    );
    now += MINUTE;
    for (const message of messages) bus.receive(message);
    await bus.idle();
    expect(sent).toHaveLength(11);
    bus.receive(inbound('/status', { sentAt: now }));
    await bus.idle();
    expect(titles().slice(11)).toEqual(['That was too fast; 29 messages were not carried out', 'did status']);
  });

  it('uses nothing up by messages that are delivered twice', async () => {
    const { bus, titles } = harness([command('status')]);
    const first = inbound('/status');
    for (let n = 0; n < 50; n += 1) bus.receive(first);
    for (let n = 0; n < 9; n += 1) bus.receive(inbound('/status'));
    await bus.idle();
    expect(titles()).toEqual(Array(10).fill('did status'));
  });

  it('makes no other operator wait', async () => {
    const { bus, sent } = harness([command('status')], { operators: [...OPERATORS, OTHER] });
    for (let n = 0; n < 100; n += 1) bus.receive(inbound('/status'));
    bus.receive(inbound('/status', { sender: 'O' }));
    await bus.idle();
    expect(sent.filter(({ inbound: { sender } }) => sender === 'O').map(({ message }) => message.title)).toEqual([
      'did status',
    ]);
  });

  it('by tapping is refused as well', async () => {
    const { bus, audited } = harness([command('status')], {
      buttons: { press: () => ({ kind: 'command', command: '/status', again: false }) },
    });
    for (let n = 0; n < 12; n += 1) bus.receive(inbound('/restart', { pressed: 'token' }));
    await bus.idle();
    expect(audited.slice(10)).toMatchObject(
      Array(2).fill({ command: '(button)', outcome: 'refused', detail: 'too_fast' }),
    );
  });
});
