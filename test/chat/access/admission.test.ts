/** Who gets past the rim of a channel: every operator, and of strangers only so many. */
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { createAdmission, type Admission } from '../../../src/chat/access/admission.ts';
import { recordingLogger } from '../../channels/feishu/fixture.ts';
import { collectGarbage } from '../../collect-garbage.ts';

const MINUTE = 60_000;
const setUp = (isKnown: (user: string) => boolean = (user) => user === 'ME') => {
  let now = 1_000_000;
  const log = recordingLogger();
  const admit = createAdmission({ channel: 'qq', isKnown, clock: { now: () => now }, logger: log.logger });
  const counted = (answers: readonly Admission[]) => answers.filter((each) => each === 'stranger').length;
  return { admit, log, counted, pass: (ms: number) => (now += ms) };
};
const times = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => make(n));

describe('the limit for strangers', () => {
  it('lets twenty of them in at once, and then one a second', () => {
    const { admit, counted, pass } = setUp();
    expect(counted(times(1_000, (n) => admit(`S${n}`, 'hello')))).toBe(20);
    expect(counted(times(60_000, (n) => (pass(10), admit(`T${n}`, ''))))).toBe(600);
  });

  it('lets one of them in five times, and then every six seconds, and so leaves room for the others', () => {
    const { admit, counted, pass } = setUp();
    expect(counted(times(1_000, () => admit('S', '')))).toBe(5);
    expect(counted(times(10, (n) => admit(`T${n}`, '')))).toBe(10);
    expect(counted(times(600, () => (pass(100), admit('S', ''))))).toBe(10);
  });

  it('is none for operators, in whatever flood', () => {
    const { admit } = setUp();
    times(1_000, (n) => admit(`S${n}`, ''));
    expect(times(1_000, () => admit('ME', '/status'))).toEqual(Array(1_000).fill('operator'));
  });

  it('has room for a pairing code in a flood of talk, and of codes that cannot be one', () => {
    const { admit } = setUp();
    times(1_000, (n) => admit(`S${n}`, n % 2 === 0 ? 'hello' : '/pair'));
    expect(admit('YOU', '/pair 2345-6789')).toBe('stranger');
    expect(admit('YOU', 'hello')).toBe('refused');
  });

  it.each([-7 * 24 * 60 * MINUTE, 7 * 24 * 60 * MINUTE])('holds on when the clock jumps by %i ms', (jump) => {
    const { admit, counted, pass } = setUp();
    times(1_000, (n) => admit(`S${n}`, ''));
    pass(jump);
    expect(counted(times(1_000, (n) => admit(`T${n}`, '')))).toBeLessThanOrEqual(20);
    pass(MINUTE);
    expect(counted(times(1_000, (n) => admit(`U${n}`, '')))).toBe(20);
    expect(counted(times(1_000, () => admit('S0', '')))).toBe(0);
    pass(MINUTE);
    expect(counted(times(1_000, () => admit('S0', '')))).toBe(5);
  });

  it('takes an id that no platform would give for nobody’s', () => {
    const { admit } = setUp();
    expect(admit('S'.repeat(100_000), '')).toBe('refused');
  });

  it('counts whom nobody can look up as a stranger', () => {
    const { admit } = setUp(() => {
      throw new Error('the store is lost');
    });
    expect(admit('ME', '/status')).toBe('stranger');
  });

  it('is told in the log once a minute, however many there are', () => {
    const { admit, log, pass } = setUp();
    for (let second = 0; second < 120; second += 1) {
      times(1_000, (n) => admit(`S${second} ${n}`, ''));
      pass(1_000);
    }
    expect(log.text().trim().split('\n')).toHaveLength(2);
    expect(log.text()).toContain('"refused":59');
  });

  it('takes no more memory after a million strangers than after a thousand', () => {
    const { admit, pass } = setUp();
    times(1_000, (n) => admit(`S${n} ${'x'.repeat(100)}`, ''));
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 1_000_000; n += 1) {
      admit(`T${n} ${'x'.repeat(100)}`, '');
      if (n % 1_000 === 0) pass(1_000);
    }
    collectGarbage();
    // Each of them remembered would be 100 MB and more.
    expect((process.memoryUsage().heapUsed - before) / 1_048_576).toBeLessThan(10);
  });

  it('never throws', () => {
    const admit = createAdmission({
      channel: 'qq',
      isKnown: () => false,
      clock: { now: () => NaN },
      logger: silentLogger(),
    });
    expect(() => times(10, () => admit('', '\u0000'))).not.toThrow();
  });
});
