/**
 * What the notifier says when, on a played program and a clock of vitest's; the real systemd is in test/real/systemd.
 */
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../src/base/logger.ts';
import { createSystemdNotifier, type SystemdNotifierOptions } from '../../src/service/systemd-notify.ts';
import type { CommandOutput } from '../../src/supervisors/run-command.ts';

const OK: CommandOutput = { exitCode: 0, stdout: '', stderr: '', failure: null };
const MISSING: CommandOutput = { exitCode: null, stdout: '', stderr: '', failure: 'not_found' };
const SYSTEMD = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '90000000', WATCHDOG_PID: '7' };

const play = (env: SystemdNotifierOptions['env'], answer: () => CommandOutput = () => OK) => {
  const said: string[][] = [];
  const log: { readonly level: number; readonly msg: string; readonly stuck?: string; readonly reason?: string }[] = [];
  const logger = createLogger(
    'info',
    new Writable({
      write: (chunk: Buffer, _encoding, done) => (log.push(JSON.parse(String(chunk)) as (typeof log)[number]), done()),
    }),
  );
  let stuck: readonly string[] = [];
  const notifier = createSystemdNotifier({
    env,
    stuck: () => stuck,
    logger,
    pid: 7,
    monotonicMs: () => Date.now(),
    run: async ([program, ...words], options) => {
      expect(program).toBe('systemd-notify');
      expect(options?.env).toEqual({ NOTIFY_SOCKET: '/run/notify' });
      said.push(words);
      return answer();
    },
  });
  return { notifier, said, log, hang: (...names: readonly string[]) => void (stuck = names) };
};

describe('the notifier', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
  afterEach(() => void vi.useRealTimers());
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  it('says nothing where nobody listens', async () => {
    const { notifier, said } = play({});
    notifier.ready();
    await pass(200_000);
    notifier.stopping();
    expect(said).toEqual([]);
  });

  it('says ready once and feeds the watchdog three times within its limit', async () => {
    const { notifier, said } = play(SYSTEMD);
    await pass(60_000);
    expect(said).toEqual([]);
    notifier.ready();
    await pass(0);
    expect(said).toEqual([['READY=1', 'STATUS=watching', 'WATCHDOG=1']]);
    await pass(90_000);
    expect(said.slice(1)).toEqual([['WATCHDOG=1'], ['WATCHDOG=1'], ['WATCHDOG=1']]);
  });

  it('says ready without a watchdog, too', async () => {
    const { notifier, said } = play({ NOTIFY_SOCKET: '/run/notify' });
    notifier.ready();
    await pass(300_000);
    expect(said).toEqual([['READY=1', 'STATUS=watching']]);
  });

  it('feeds no watchdog that is meant for another process', async () => {
    const { notifier, said, log } = play({ ...SYSTEMD, WATCHDOG_PID: '8' });
    notifier.ready();
    await pass(300_000);
    expect(said).toEqual([['READY=1', 'STATUS=watching']]);
    expect(log[0]).toMatchObject({ level: 40 });
  });

  it('does not feed while something is stuck, names it once, and goes on when it turns again', async () => {
    const { notifier, said, log, hang } = play(SYSTEMD);
    notifier.ready();
    await pass(0);
    hang('outbox', 'round');
    await pass(90_000);
    expect(said.slice(1)).toEqual([['STATUS=stuck: outbox, round']]);
    expect(log.filter(({ level }) => level === 50)).toMatchObject([{ stuck: 'outbox, round' }]);
    hang();
    await pass(30_000);
    expect(said.slice(2)).toEqual([['STATUS=watching'], ['WATCHDOG=1']]);
  });

  it('feeds through a reload, whose app has no loops for a while, but not for ever', async () => {
    const { notifier, said, log, hang } = play(SYSTEMD);
    notifier.ready();
    await pass(0);
    hang('upkeep');
    notifier.reloading();
    await pass(270_000);
    expect(said[1]).toEqual(['RELOADING=1', 'MONOTONIC_USEC=1000000', 'STATUS=reading the configuration anew']);
    expect(said.slice(2)).toEqual(Array.from({ length: 9 }, () => ['WATCHDOG=1']));
    expect(log).toEqual([]);
    await pass(60_000);
    expect(said.at(-1)).toEqual(['STATUS=stuck: reload']);
    hang();
    notifier.ready();
    await pass(0);
    expect(said.slice(-2)).toEqual([['STATUS=watching'], ['READY=1', 'STATUS=watching', 'WATCHDOG=1']]);
  });

  it('feeds no more once it ends', async () => {
    const { notifier, said } = play(SYSTEMD);
    notifier.ready();
    await pass(0);
    notifier.stopping();
    await pass(300_000);
    expect(said.slice(1)).toEqual([['STOPPING=1', 'STATUS=ending']]);
  });

  it('tells once that it is not heard, and says ready until it is', async () => {
    let answer = MISSING;
    const { notifier, said, log } = play(SYSTEMD, () => answer);
    notifier.ready();
    await pass(60_000);
    expect(said).toEqual(Array.from({ length: 3 }, () => ['READY=1', 'STATUS=watching', 'WATCHDOG=1']));
    expect(log).toMatchObject([{ level: 50, reason: 'the program was not found' }]);
    answer = OK;
    await pass(60_000);
    expect(said.slice(3)).toEqual([['READY=1', 'STATUS=watching', 'WATCHDOG=1'], ['WATCHDOG=1']]);
  });

  it('does not pile up messages before a manager that does not read them', async () => {
    const { promise, resolve } = Promise.withResolvers<CommandOutput>();
    const said: string[] = [];
    const notifier = createSystemdNotifier({
      env: SYSTEMD,
      stuck: () => [],
      logger: createLogger('silent'),
      pid: 7,
      run: async (words) => (said.push(words.join(' ')), promise),
    });
    notifier.ready();
    await pass(600_000);
    expect(said).toHaveLength(1);
    resolve(OK);
    await pass(30_000);
    expect(said).toHaveLength(2);
  });
});
