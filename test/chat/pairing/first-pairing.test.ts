import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { createFirstPairing, type FirstPairingOptions } from '../../../src/chat/pairing/first-pairing.ts';
import { CODE_LIFE_MS, createPairing, readCode } from '../../../src/chat/pairing/pairing.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createPairedOperators } from '../../../src/store/operators.ts';
import { NOW } from '../helpers.ts';

const setUp = (options: Partial<FirstPairingOptions> = {}) => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  const paired = createPairedOperators(db);
  const pairing = createPairing(db, { configured: [], paired });
  const said: string[] = [];
  let now = NOW;
  let timer: { readonly at: number; readonly run: () => void } | null = null;
  const clock: FirstPairingOptions['clock'] = {
    now: () => now,
    timer: (ms, run) => {
      const mine = { at: now + ms, run };
      timer = mine;
      return () => {
        if (timer === mine) timer = null;
      };
    },
  };
  const pass = (ms: number): void => {
    for (const end = now + ms; ;) {
      if (!timer || timer.at > end) {
        now = end;
        return;
      }
      now = timer.at;
      timer.run();
    }
  };
  const first = createFirstPairing({
    pairing,
    anybody: () => paired.list().length > 0,
    channels: ['qq', 'feishu'],
    say: (text) => said.push(text),
    clock,
    logger: silentLogger(),
    locale: 'en',
    ...options,
  });
  /** The code in the last thing that was said. */
  const code = (): string => /\/pair (\S+)/.exec(said.at(-1) ?? '')?.[1] ?? '';
  const attempt = (typed: string) =>
    pairing.attempt(readCode(typed) ?? '', { channel: 'qq', user: 'YOU' }, now, () => undefined);
  return { first, said, pass, pairing, paired, code, attempt, waits: () => timer !== null };
};

describe('a Lifeline that nobody may command', () => {
  it('shows a code for an admin, how to use it, and who has used it', () => {
    const { first, said, pass, code, attempt } = setUp();
    first.start();
    expect(said).toEqual([
      `Nobody may command yet.\nPairing code ${code()}, good until 10:41:05, for the role admin\nSend it to the bot one-to-one, on QQ or Feishu: /pair ${code()}`,
    ]);
    expect(attempt(code())).toMatchObject({ kind: 'paired', operator: { name: 'admin', role: 'admin' } });
    pass(CODE_LIFE_MS * 3);
    expect(said.slice(1)).toEqual(['Paired: admin, admin (QQ).']);
  });

  it('shows another one when its time is over, as long as there is nobody', () => {
    const { first, said, pass, code, attempt } = setUp();
    first.start();
    const old = code();
    pass(CODE_LIFE_MS - 5_000);
    expect(said).toHaveLength(1);
    pass(10_000);
    expect(said).toHaveLength(2);
    expect(attempt(old).kind).toBe('wrong');
    expect(attempt(code()).kind).toBe('paired');
    pass(CODE_LIFE_MS * 3);
    expect(said).toHaveLength(3);
  });

  it('gives five tries in ten minutes and no more', () => {
    const { first, said, pass, attempt } = setUp();
    first.start();
    for (let n = 0; n < 6; n += 1) attempt('22222222');
    pass(CODE_LIFE_MS - 5_000);
    expect(said.slice(1)).toEqual(['5 wrong tries: the code is void. A new one comes at 10:41:05.']);
    pass(10_000);
    expect(said).toHaveLength(3);
  });

  it('leaves the code of lifeline pair alone until that has run out', () => {
    const { first, said, pass, pairing, attempt } = setUp();
    const { code } = pairing.begin({ role: 'viewer', name: null, madeBy: 'pair' }, NOW);
    first.start();
    pass(CODE_LIFE_MS - 5_000);
    expect(said).toEqual([]);
    expect(attempt(code).kind).toBe('paired');
  });

  it('steps back for lifeline pair, and goes on when that has run out', () => {
    const { first, said, pass, pairing } = setUp();
    first.start();
    pass(60_000);
    pairing.begin({ role: 'admin', name: null, madeBy: 'pair' }, NOW + 60_000);
    pass(CODE_LIFE_MS - 5_000);
    expect(said).toHaveLength(1);
    pass(10_000);
    expect(said).toHaveLength(2);
  });

  it('does not rely on a code that an earlier run has shown', () => {
    const { first, said, pairing, attempt, code } = setUp();
    const earlier = pairing.begin({ role: 'admin', name: null, madeBy: 'run' }, NOW);
    first.start();
    expect(said).toHaveLength(1);
    expect(attempt(earlier.code).kind).toBe('wrong');
    expect(attempt(code()).kind).toBe('paired');
  });

  it('shows one again when the last operator was revoked', () => {
    const { first, said, pass, code, attempt, paired } = setUp();
    first.start();
    attempt(code());
    pass(10_000);
    paired.revoke('admin', NOW);
    pass(10_000);
    expect(said).toHaveLength(3);
    expect(code()).not.toBe('');
  });

  it('says nothing more when it is stopped', () => {
    const { first, said, pass, waits } = setUp();
    first.start();
    first.stop();
    pass(CODE_LIFE_MS * 3);
    expect(said).toHaveLength(1);
    expect(waits()).toBe(false);
  });
});

it.each<[string, Partial<FirstPairingOptions>]>([
  ['somebody may command', { anybody: () => true }],
  ['no channel can bring the code', { channels: [] }],
])('no code is shown when %s', (_what, options) => {
  const { first, said, pass, pairing } = setUp(options);
  first.start();
  pass(CODE_LIFE_MS * 2);
  expect(said).toEqual([]);
  expect(pairing.state(NOW)).toBeNull();
});

it('a store that throws is told once, without the code, and tried again', () => {
  let failing = true;
  const error = vi.fn();
  const { first, said, pass } = setUp({
    anybody: () => {
      if (failing) throw new Error('disk is full');
      return false;
    },
    logger: { ...silentLogger(), error } as never,
  });
  first.start();
  pass(60_000);
  expect([error.mock.calls.length, said.length]).toEqual([1, 0]);
  failing = false;
  pass(5_000);
  expect(said).toHaveLength(1);
});
