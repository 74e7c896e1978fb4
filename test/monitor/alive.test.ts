import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createAlive } from '../../src/monitor/alive.ts';
import { createMachine, HOUR, MINUTE, SECOND, T0 } from './machine.ts';

const setUp = () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => {
    if (db.isOpen) db.close();
  });
  return { db, ...createMachine(db) };
};

describe('how the last run ended', () => {
  test('the first run knows of none, and nobody is told', () => {
    const { boot, told } = setUp();
    expect(boot().last).toEqual({ how: 'first' });
    expect(told).toEqual([]);
  });

  test('a crash and a quick restart is logged, not told', async () => {
    const { boot, runs, passes, told, logged } = setUp();
    const first = boot();
    await runs(25 * SECOND);
    first.kill();
    passes(30 * SECOND);
    // The last mark is of the 20th second.
    expect(boot().last).toEqual({ how: 'unclean', from: T0 + 20 * SECOND, to: T0 + 55 * SECOND, rebooted: false });
    expect(told).toEqual([]);
    expect(logged.join('')).toMatch(/"level":40.*"why":"crashed".*Lifeline was away/);
  });

  test.each<[string, 'kill' | 'stop', 'passes' | 'reboots', string]>([
    ['a crash', 'kill', 'passes', 'crashed'],
    ['a stop in order', 'stop', 'passes', 'stopped'],
    ['a machine that lost its power', 'kill', 'reboots', 'rebooted'],
    ['a reboot in order', 'stop', 'reboots', 'rebooted'],
  ])('%s that takes longer than two minutes is told once, with its reason', async (_what, ends, waits, why) => {
    const machine = setUp();
    const first = machine.boot();
    await machine.runs(20 * SECOND);
    first[ends]();
    machine[waits](21 * MINUTE);
    machine.boot();
    expect(machine.told).toEqual([{ why, from: T0 + 20 * SECOND, to: T0 + 20 * SECOND + 21 * MINUTE }]);
    await machine.runs(5 * MINUTE);
    expect(machine.told).toHaveLength(1);
    expect(machine.woken).toEqual([]);
  });

  test('two minutes are the limit, and it can be set', async () => {
    for (const [awayMs, gone, times] of [
      [120_000, 120_000, 0],
      [120_000, 120_001, 1],
      [5_000, 5_001, 1],
    ] as const) {
      const { boot, passes, told } = setUp();
      boot().stop();
      passes(gone);
      boot({ awayMs });
      expect(told).toHaveLength(times);
    }
  });

  test('a clock that was set meanwhile does not make an absence longer or shorter', async () => {
    for (const step of [5 * HOUR, -5 * HOUR]) {
      const { boot, passes, setClock, told } = setUp();
      boot().kill();
      passes(SECOND);
      setClock(step);
      expect(boot().last).toEqual({ how: 'unclean', from: T0 + step, to: T0 + SECOND + step, rebooted: false });
      expect(told).toEqual([]);
    }
  });

  test('a damaged mark is no mark', () => {
    const { db, boot, passes, told } = setUp();
    boot().kill();
    db.exec(`UPDATE meta SET value = 'spoilt' WHERE key = 'alive'`);
    passes(HOUR);
    expect(boot().last).toEqual({ how: 'first' });
    expect(told).toEqual([]);
  });
});

describe('the sign of life', () => {
  test('it is written every ten seconds, not at each look', async () => {
    const { db, boot, runs } = setUp();
    const writes = (): number => Number(db.prepare('SELECT total_changes() AS n').get()?.['n']);
    const { alive } = boot();
    const before = writes();
    await runs(60 * SECOND);
    for (let again = 0; again < 50; again += 1) alive.compareClocks();
    expect(writes() - before).toBe(6);
  });

  test('what is told and that it was told are on the disk together: a failure of one is tried again with both', async () => {
    const { boot, runs, passes, told, logged } = setUp();
    boot().kill();
    passes(HOUR);
    let full = true;
    let tries = 0;
    boot({
      onAway: (away) => {
        tries += 1;
        if (full) throw new Error('database or disk is full');
        told.push(away);
      },
    });
    await runs(25 * SECOND);
    expect(told).toEqual([]);
    expect(logged.filter((line) => line.includes('disk is full'))).toHaveLength(1);
    // At once, and every ten seconds.
    expect(tries).toBe(3);
    full = false;
    await runs(10 * SECOND);
    expect(told).toMatchObject([{ why: 'crashed', from: T0, to: T0 + HOUR }]);
    await runs(MINUTE);
    expect(told).toHaveLength(1);
  });

  test('a run that dies before it could tell leaves the mark of the run before', () => {
    const { boot, passes, told } = setUp();
    boot().kill();
    passes(HOUR);
    const full = () => {
      throw new Error('database or disk is full');
    };
    boot({ onAway: full }).kill();
    passes(SECOND);
    boot();
    expect(told).toEqual([{ why: 'crashed', from: T0, to: T0 + HOUR + SECOND }]);
  });

  test('a store that is gone stops neither the looks nor the end', async () => {
    const { db, boot, runs, sleeps, woken } = setUp();
    const run = boot();
    db.close();
    await runs(30 * SECOND);
    sleeps(HOUR);
    await runs(2 * MINUTE);
    expect(woken).toEqual([HOUR + SECOND]);
    run.stop();
  });

  test('a run that was stopped writes no more', async () => {
    const { db, boot, runs } = setUp();
    boot().alive.stop();
    const mark = db.prepare(`SELECT value FROM meta WHERE key = 'alive'`).all();
    await runs(HOUR);
    expect(db.prepare(`SELECT value FROM meta WHERE key = 'alive'`).all()).toEqual(mark);
    expect(mark).toHaveLength(1);
  });
});

test('a look before the start or after the end changes nothing of what the next run reads', async () => {
  const { db, boot, passes, clock } = setUp();
  const { alive } = boot();
  alive.stop();
  passes(MINUTE);
  alive.compareClocks();
  const next = createAlive({
    db,
    read: () => ({ wallMs: clock.now(), monotonicMs: 0, uptimeMs: 0 }),
    awayMs: 120_000,
    logger: silentLogger(),
    onAway: () => undefined,
    onWoke: () => undefined,
  });
  passes(MINUTE);
  next.compareClocks();
  expect(boot().last).toMatchObject({ how: 'clean', from: T0, to: T0 + 2 * MINUTE });
});

describe('restarting again and again', () => {
  const crashes = async (
    { boot, runs, passes }: ReturnType<typeof setUp>,
    times: number,
    everyMs: number,
  ): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      const run = boot();
      await runs(everyMs - 5 * SECOND);
      run.kill();
      passes(5 * SECOND);
    }
  };

  test('five crashes within ten minutes are told once, however long it goes on', async () => {
    const machine = setUp();
    await crashes(machine, 5, MINUTE);
    expect(machine.told).toEqual([]);
    await crashes(machine, 20, MINUTE);
    expect(machine.told).toEqual([{ why: 'restarting', from: T0 + MINUTE, to: T0 + 5 * MINUTE, times: 5 }]);
  });

  test('crashes that are far apart are not', async () => {
    const machine = setUp();
    await crashes(machine, 12, 3 * MINUTE);
    expect(machine.told).toEqual([]);
  });

  test('stops in order are not', async () => {
    const { boot, runs, told } = setUp();
    for (let time = 0; time < 10; time += 1) {
      const run = boot();
      await runs(10 * SECOND);
      run.stop();
    }
    expect(told).toEqual([]);
  });

  test('after a run that lasted, the next loop is told again', async () => {
    const machine = setUp();
    await crashes(machine, 8, MINUTE);
    await crashes(machine, 1, 20 * MINUTE);
    await crashes(machine, 8, MINUTE);
    expect(machine.told.map(({ why }) => why)).toEqual(['restarting', 'restarting']);
  });
});

describe('sleep', () => {
  test.each<[string, 'sleeps' | 'passes' | 'setClock', number, string, number]>([
    ['a machine that slept', 'sleeps', HOUR, 'slept', HOUR + SECOND],
    ['a process that was paused', 'passes', HOUR, 'paused', HOUR + SECOND],
    ['a clock that jumped ahead', 'setClock', HOUR, 'clock', HOUR],
  ])(
    '%s: the gateways rest at once, people hear when it has been awake for a while',
    async (_what, happens, ms, why, gapMs) => {
      const machine = setUp();
      machine.boot();
      await machine.runs(MINUTE);
      machine[happens](ms);
      await machine.runs(SECOND);
      expect(machine.woken).toEqual([gapMs]);
      expect(machine.told).toEqual([]);
      await machine.runs(2 * MINUTE);
      const to = T0 + MINUTE + ms + SECOND;
      expect(machine.told).toEqual([{ why, from: to - gapMs, to }]);
      expect(machine.woken).toHaveLength(1);
    },
  );

  test('a look that somebody else asks for notices it before the own timer does', async () => {
    const { boot, runs, sleeps, woken } = setUp();
    const { alive } = boot();
    await runs(MINUTE);
    sleeps(HOUR);
    alive.compareClocks();
    expect(woken).toEqual([HOUR]);
    alive.compareClocks();
    await runs(MINUTE);
    expect(woken).toEqual([HOUR]);
  });

  test('one of a minute and a half lets the gateways rest and is not told', async () => {
    const { boot, runs, sleeps, told, woken } = setUp();
    boot();
    sleeps(90 * SECOND);
    await runs(5 * MINUTE);
    expect(woken).toEqual([91 * SECOND]);
    expect(told).toEqual([]);
  });

  test('small steps of the clock are nothing', async () => {
    const { boot, runs, setClock, told, woken } = setUp();
    boot();
    for (const step of [30 * SECOND, -30 * SECOND, 59 * SECOND, -59 * SECOND]) {
      setClock(step);
      await runs(10 * SECOND);
    }
    expect([told, woken]).toEqual([[], []]);
  });

  test('a clock set back lets the gateways rest, and nobody was away', async () => {
    const { boot, runs, setClock, told, woken, logged } = setUp();
    boot();
    setClock(-3 * HOUR);
    await runs(5 * MINUTE);
    expect(woken).toEqual([3 * HOUR]);
    expect(told).toEqual([]);
    expect(logged.join('')).toContain('the clock of this machine jumped');
    expect(logged.join('')).not.toContain('was away');
  });

  test('a night of sleep with moments awake is one absence', async () => {
    const { boot, runs, sleeps, told, woken } = setUp();
    boot();
    await runs(MINUTE);
    for (let hour = 0; hour < 8; hour += 1) {
      sleeps(HOUR);
      await runs(20 * SECOND);
    }
    expect(told).toEqual([]);
    await runs(2 * MINUTE);
    expect(woken).toHaveLength(8);
    expect(told).toEqual([{ why: 'slept', from: T0 + MINUTE, to: T0 + MINUTE + 8 * HOUR + 7 * 20 * SECOND + SECOND }]);
  });

  test('a stop soon after waking still tells', async () => {
    const { boot, runs, sleeps, told } = setUp();
    const run = boot();
    sleeps(HOUR);
    await runs(5 * SECOND);
    run.stop();
    expect(told).toEqual([{ why: 'slept', from: T0, to: T0 + HOUR + SECOND }]);
  });

  test('a fault in what it calls ends nothing', async () => {
    const { boot, runs, sleeps, told } = setUp();
    boot({
      onWoke: () => {
        throw new Error('a fault');
      },
    });
    sleeps(HOUR);
    await runs(3 * MINUTE);
    expect(told).toHaveLength(1);
  });
});
