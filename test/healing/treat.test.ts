import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import type { Vitals } from '../../src/diagnosis/vitals.ts';
import { treat, type TreatOptions } from '../../src/healing/treat.ts';
import { createProcessSupervisor } from '../../src/supervisors/process.ts';
import type { ActionResult, ActionStep, Supervisor } from '../../src/supervisors/supervisor.ts';
import { createGatewayFolder } from '../supervisors/gateway-script.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';

const OLD: ProcessSeen = { pid: 123, startTime: 5_000, startedAt: 50_000 };
const NEW: ProcessSeen = { pid: 456, startTime: 9_000, startedAt: 90_000 };
const STEPS: readonly ActionStep[] = [{ at: 1, action: 'sigterm', pid: 123 }, { at: 2, action: 'exited', pid: 123 }, { at: 3, action: 'start', pid: 456 }];
const RECOVERED: Vitals = { process: NEW, readyAt: 95_000, links: new Map([['qqbot', { provenAt: 96_000, lostAt: null }]]) };
const OLD_LIFE: Vitals = { process: OLD, readyAt: 51_000, links: new Map([['qqbot', { provenAt: 52_000, lostAt: 53_000 }]]) };

const supervisor = (restart: Supervisor['restart'], start: Supervisor['start'] = restart): Supervisor => ({
  name: 'process',
  main: async () => null,
  start,
  restart,
});
const done = async (): Promise<ActionResult> => ({ outcome: 'done', steps: STEPS });
const hangs = (): Promise<never> => new Promise(() => undefined);

const options = (clock: ManualClock, changed: Partial<TreatOptions> = {}): TreatOptions => ({
  supervisor: supervisor(done),
  remedy: 'restart',
  links: ['qqbot'],
  before: OLD,
  requestedBy: 'auto',
  vitals: async () => RECOVERED,
  limitMs: 180_000,
  pollMs: 1_000,
  windUpMs: 20,
  clock,
  signal: new AbortController().signal,
  logger: silentLogger(),
  ...changed,
});

describe('a treatment', () => {
  it('has helped when everything is proven', async () => {
    const clock = manualClock();
    const startedAt = clock.now();
    expect(await treat(options(clock))).toEqual({
      outcome: 'recovered',
      remedy: 'restart',
      requestedBy: 'auto',
      startedAt,
      endedAt: startedAt,
      before: OLD,
      after: NEW,
      steps: STEPS,
      missing: [],
      problem: null,
    });
  });

  it('looks again until everything is proven', async () => {
    const clock = manualClock();
    const startedAt = clock.now();
    const lives: Vitals[] = [OLD_LIFE, { ...RECOVERED, process: null }, { ...RECOVERED, readyAt: null }, { ...RECOVERED, links: new Map() }];
    const treating = treat(options(clock, { vitals: async () => lives.shift() ?? RECOVERED }));
    await clock.advance(10_000);
    expect(await treating).toMatchObject({ outcome: 'recovered', missing: [], endedAt: startedAt + 4_000 });
  });

  it('has failed when the time is over, and says what is missing', async () => {
    const clock = manualClock();
    const startedAt = clock.now();
    const treating = treat(options(clock, { vitals: async () => ({ ...RECOVERED, links: new Map() }) }));
    await clock.advance(180_000);
    expect(await treating).toMatchObject({
      outcome: 'failed',
      missing: [{ what: 'login', link: 'qqbot' }],
      after: NEW,
      problem: null,
      endedAt: startedAt + 180_000,
    });
  });

  it('waits its whole time though the clock is set forward', async () => {
    const clock = manualClock();
    let looks = 0;
    const treating = treat(options(clock, { vitals: async () => (looks++ < 100 ? OLD_LIFE : RECOVERED) }));
    await clock.advance(50_000);
    clock.jump(86_400_000);
    await clock.advance(60_000);
    expect(await treating).toMatchObject({ outcome: 'recovered' });
  });

  it('waits no longer though the clock is set back', async () => {
    const clock = manualClock();
    const treating = treat(options(clock, { vitals: async () => OLD_LIFE }));
    await clock.advance(50_000);
    clock.jump(-86_400_000);
    await clock.advance(130_000);
    expect(await treating).toMatchObject({ outcome: 'failed', missing: [{ what: 'new_process' }] });
  });

  it('goes on looking when one look fails', async () => {
    const clock = manualClock();
    const vitals = vi.fn(async () => RECOVERED).mockRejectedValueOnce(new Error('disk'));
    const treating = treat(options(clock, { vitals }));
    await clock.advance(1_000);
    expect(await treating).toMatchObject({ outcome: 'recovered' });
  });

  it('asks the supervisor for what the remedy is', async () => {
    const start = vi.fn(done);
    const restart = vi.fn(done);
    expect(await treat(options(manualClock(), { remedy: 'start', supervisor: supervisor(restart, start), before: null }))).toMatchObject({ outcome: 'recovered', remedy: 'start' });
    expect(start).toHaveBeenCalledOnce();
    expect(restart).not.toHaveBeenCalled();
  });
});

describe('a treatment whose action fails', () => {
  it('hands the supervisor\'s reason on, with its steps and what there is', async () => {
    const failed: ActionResult = { outcome: 'failed', steps: STEPS.slice(0, 1), reason: 'not yours' };
    expect(await treat(options(manualClock(), { supervisor: supervisor(async () => failed), vitals: async () => OLD_LIFE }))).toMatchObject({
      outcome: 'failed',
      problem: 'not yours',
      steps: STEPS.slice(0, 1),
      after: OLD,
      missing: [{ what: 'new_process' }],
    });
  });

  it('has failed even when a look finds all well: the proof would be somebody else\'s', async () => {
    const failed: ActionResult = { outcome: 'failed', steps: [], reason: 'already running' };
    expect(await treat(options(manualClock(), { supervisor: supervisor(async () => failed) }))).toMatchObject({ outcome: 'failed', problem: 'already running' });
  });

  it.each<[string, Supervisor['restart']]>([
    ['rejects', async () => Promise.reject(new Error('no bus'))],
    [
      'throws at once',
      () => {
        throw new Error('no bus');
      },
    ],
  ])('never throws when the supervisor %s', async (_how, restart) => {
    expect(await treat(options(manualClock(), { supervisor: supervisor(restart) }))).toMatchObject({ outcome: 'failed', problem: 'no bus', steps: [] });
  });

  it('never hangs when the supervisor does', async () => {
    const clock = manualClock();
    const treating = treat(options(clock, { supervisor: supervisor(hangs) }));
    await clock.advance(180_000);
    expect(await treating).toMatchObject({ outcome: 'failed', problem: 'The supervisor "process" did not finish the restart in time.' });
  });

  it('never hangs when neither the supervisor nor the look comes back', async () => {
    const clock = manualClock();
    const treating = treat(options(clock, { supervisor: supervisor(async () => ({ outcome: 'failed', steps: [], reason: 'no' })), vitals: hangs }));
    await clock.advance(180_000);
    expect(await treating).toMatchObject({ outcome: 'failed', problem: 'no', missing: [{ what: 'process' }], after: null });
  });

  it('never hangs when the looks do', async () => {
    const clock = manualClock();
    const treating = treat(options(clock, { vitals: hangs }));
    await clock.advance(180_000);
    expect(await treating).toMatchObject({ outcome: 'failed', problem: null, missing: [{ what: 'process' }] });
  });
});

describe('a treatment while Lifeline ends', () => {
  it('lets the supervisor bring the gateway back, and waits for no proof', async () => {
    const stop = new AbortController();
    const restart: Supervisor['restart'] = (signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve({ outcome: 'done', steps: STEPS }), { once: true }));
    const treating = treat(options(manualClock(), { supervisor: supervisor(restart), windUpMs: 60_000, vitals: async () => OLD_LIFE, signal: stop.signal }));
    stop.abort();
    expect(await treating).toMatchObject({ outcome: 'failed', steps: STEPS, problem: 'Lifeline ended before the treatment was proven.' });
  });

  it('does not wait for ever for a supervisor that does not heed it', async () => {
    const stop = new AbortController();
    const treating = treat(options(manualClock(), { supervisor: supervisor(hangs), signal: stop.signal }));
    stop.abort();
    expect(await treating).toMatchObject({ outcome: 'failed', problem: 'Lifeline ended before the restart was done.' });
  });
});

it('restarts a real process and proves it', async () => {
  const folder = await createGatewayFolder();
  try {
    const clock = scaledClock(0, 1);
    const real = createProcessSupervisor({
      find: folder.find,
      command: folder.command('obedient'),
      cwd: folder.dir,
      env: {},
      outputFile: folder.outputFile,
      stopTimeoutMs: 20_000,
      earlyExitMs: 20,
      clock,
      logger: silentLogger(),
    });
    await real.start(new AbortController().signal);
    const before = await folder.running();
    // This gateway is ready once it has noted its pid.
    const vitals = async (): Promise<Vitals> => {
      const process = await folder.find();
      const ready = process && (await access(join(folder.dir, 'pid')).then(() => true, () => false));
      return { process, readyAt: ready ? clock.now() : null, links: new Map() };
    };
    const result = await treat(options(manualClock(), { supervisor: real, before, links: [], vitals, clock, limitMs: 20_000, pollMs: 20 }));
    expect(result).toMatchObject({ outcome: 'recovered', missing: [], problem: null });
    expect(result.after?.pid).toBe((await folder.running(before.pid)).pid);
    expect(result.steps.map(({ action }) => action)).toEqual(['sigterm', 'exited', 'start']);
  } finally {
    await folder.remove();
  }
});
