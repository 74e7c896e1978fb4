/** The reconciler over a real ledger, with a gateway, a supervisor and a watcher that do what a test says. */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { advance } from '../../../src/diagnosis/advance.ts';
import type { GatewayFact, ProcessSeen } from '../../../src/diagnosis/evidence.ts';
import { judge } from '../../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../../src/diagnosis/policy.ts';
import { initialState } from '../../../src/diagnosis/state.ts';
import type { Verdict } from '../../../src/diagnosis/verdict.ts';
import { maintenanceUntil } from '../../../src/healing/maintenance.ts';
import type { Decision } from '../../../src/healing/decision.ts';
import type { TreatmentRecord, TreatmentResult } from '../../../src/healing/treatment.ts';
import type { LinkControl } from '../../../src/gateways/gateway-kind.ts';
import { createRestartLedger } from '../../../src/healing/ledger.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { transaction } from '../../../src/store/transaction.ts';
import type { TreatableGateway } from '../../../src/monitor/gateway/monitored-gateway.ts';
import {
  createReconciler,
  type ReconcilerListeners,
  type ReconcilerOptions,
} from '../../../src/monitor/gateway/reconciler.ts';
import type { HealingRules } from '../../../src/monitor/gateway/treatment-planner.ts';
import type { TreatmentStores } from '../../../src/monitor/gateway/treatment-runner.ts';
import type { Look } from '../../../src/monitor/gateway/look.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { createWorld, NEW, OLD, recordOf, suspectOf, type World } from '../../healing/fake-supervisor.ts';
import { gateway, link } from '../../incidents/helpers.ts';
import { ownFolder } from '../../store/helpers.ts';
import { instant } from '../../instant.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const patience = { timeout: 20_000 };
const ANSWER = { channel: 'qq', user: 'ME' } as const;

interface Setting
  extends
    Partial<Omit<TreatableGateway, 'name' | 'watcher'>>,
    Partial<HealingRules>,
    Partial<TreatmentStores>,
    Pick<ReconcilerListeners, 'learn' | 'report'>,
    Partial<Pick<ReconcilerOptions, 'logger'>> {
  readonly world?: World;
  readonly path?: string;
  /** What is concluded while this process runs; by default the old one is ill and any other is well. */
  readonly verdicts?: (process: ProcessSeen | null, at: number) => readonly Verdict[];
  readonly turns?: number;
  /** When QQ last logged in; by default the old process never has. */
  readonly loggedIn?: () => number | null;
}

const usually = (process: ProcessSeen | null, at: number): readonly Verdict[] =>
  process === null
    ? [gateway('stopped')(at)]
    : [gateway('healthy')(at), link('qqbot', process.pid === OLD.pid ? 'down' : 'up')(at)];

/** One life of Lifeline. */
const live = ({
  world = createWorld(),
  path = join(ownFolder(), 'lifeline.db'),
  verdicts = usually,
  turns,
  loggedIn,
  learn,
  report,
  logger = silentLogger(),
  ...given
}: Setting = {}) => {
  const db: DatabaseSync = openDatabase(path);
  onTestFinished(() => {
    if (db.isOpen) db.close();
  });
  const clock = manualClock();
  const ledger = createRestartLedger(db);
  const judged: Decision[] = [];
  const treated: { readonly result: TreatmentResult; readonly next: Decision }[] = [];
  const progress: TreatmentRecord[] = [];
  const ended: TreatmentResult[] = [];
  const notes: GatewayFact[] = [];
  const links: string[] = [];
  let last: Look | null = null;
  const usualProvenAt = (): number | null => (world.process?.pid === OLD.pid ? null : 2);
  const lookNow = (): Look => ({
    at: clock.now(),
    verdicts: verdicts(world.process, clock.now()),
    vitals: {
      process: world.process,
      readyAt: 1,
      turns: turns ?? null,
      uncleanStarts: [],
      links: new Map([['qqbot', { provenAt: loggedIn ? loggedIn() : usualProvenAt(), lostAt: null }]]),
    },
    recheckAt: null,
    problems: [],
    logDoubts: [],
    refused: [],
  });
  const look = vi.fn(async () => (last = lookNow()));
  const reconciler = createReconciler({
    gateway: {
      name: 'main',
      watcher: {
        look,
        last: () => last,
        note: (fact) => notes.push(fact),
        noteLink: (name) => links.push(name),
        control: null,
        start: () => undefined,
        rest: () => undefined,
        stop: async () => undefined,
      },
      detection: { choose: async () => ({ supervisor: world.supervisor, why: 'holds_process', rivals: [] }) },
      findProcess: world.look,
      graceful: () => null,
      control: null,
      patience: { kills: null, drainMs: 0 },
      owner: async () => null,
      isTreatable: true,
      startLimitMs: () => 180_000,
      ...given,
    },
    rules: {
      mode: 'auto',
      budget: { perHour: 3, perDay: 8, pausesMs: [0, 2 * MINUTE, 10 * MINUTE] },
      maintenanceUntil: () => null,
      gracefulMs: 0,
      dryRun: false,
      ...given,
    },
    stores: { ledger, atomically: (work) => transaction(db, work), ...given },
    listeners: {
      incidents: {
        judged: (_verdicts, decision) => (judged.push(decision), null),
        treated: (result, next) => void treated.push({ result, next }),
      },
      teller: { progress: (record) => void progress.push(record), ended: (_record, result) => void ended.push(result) },
      ...(learn ? { learn } : {}),
      ...(report ? { report } : {}),
    },
    clock,
    logger,
  });
  onTestFinished(() => reconciler.stop());
  const rows = () =>
    db
      .prepare('SELECT remedy, requested_by, outcome FROM restarts ORDER BY id')
      .all()
      .map((row) => Object.values(row).join(' '));
  return {
    world,
    path,
    db,
    clock,
    ledger,
    reconciler,
    judged,
    treated,
    progress,
    ended,
    notes,
    links,
    look,
    lookNow,
    rows,
  };
};

const acts = (decisions: readonly Decision[]): readonly string[] =>
  decisions.map((decision) => ('why' in decision ? `${decision.act} ${decision.why}` : decision.act));
const end = async (life: ReturnType<typeof live>): Promise<void> => {
  await life.reconciler.stop();
  life.db.close();
};

describe('the reconciler', () => {
  it('heals what a restart heals, tells the incidents before and after it, and then looks on', async () => {
    const life = live();
    life.reconciler.onLook(life.lookNow());
    await vi.waitFor(() => expect(acts(life.judged)).toEqual(['treat', 'nothing well']), patience);
    expect(life.world.calls).toEqual(['restart']);
    expect(life.treated).toMatchObject([
      {
        result: { outcome: 'recovered', remedy: 'restart', requestedBy: 'auto', before: OLD, after: NEW },
        next: { act: 'nothing', why: 'well' },
      },
    ]);
    expect(life.notes).toEqual([{ kind: 'treated', cause: null }, { kind: 'treatment-over' }]);
    expect(life.rows()).toEqual(['restart auto recovered']);
  });

  it('starts what is gone', async () => {
    const life = live({ world: createWorld({ process: null, status: { state: 'failed' } }) });
    await life.reconciler.act(life.lookNow());
    expect(life.world.calls).toEqual(['reset', 'start']);
    expect(life.treated).toMatchObject([{ result: { outcome: 'recovered', remedy: 'start', before: null } }]);
  });

  it.each([
    ['ask', 'tell heal_ask'],
    ['off', 'tell heal_off'],
  ] as const)('with heal: %s only tells, and does nothing on silence', async (mode, told) => {
    const life = live({ mode });
    for (let n = 0; n < 3; n += 1) {
      await life.reconciler.act(life.lookNow());
      await life.clock.advance(HOUR);
    }
    expect(new Set(acts(life.judged))).toEqual(new Set([told]));
    expect(life.world.calls).toEqual([]);
    expect(life.rows()).toEqual([]);
  });

  it('goes on after a treatment that failed only as the budget and its pauses let it, and then says that it stops', async () => {
    // No restart brings the link back.
    const ill = (_process: ProcessSeen | null, at: number): readonly Verdict[] => [
      gateway('healthy')(at),
      link('qqbot', 'down')(at),
    ];
    const life = live({ verdicts: ill });
    life.look.mockImplementation(async () => ({
      ...life.lookNow(),
      vitals: { ...life.lookNow().vitals, links: new Map() },
    }));
    life.reconciler.onLook(life.lookNow());
    for (let minute = 0; minute < 40; minute += 1) await life.clock.advance(MINUTE);
    expect(life.world.calls).toEqual(['restart', 'restart', 'restart']);
    expect(acts(life.treated.map(({ next }) => next)).at(-1)).toBe('tell out_of_budget');
    expect(acts(life.judged)).toEqual(['treat', 'treat', 'treat', 'tell out_of_budget']);
    expect(life.rows()).toEqual(['restart auto failed', 'restart auto failed', 'restart auto failed']);
  });

  it('leaves it alone in a maintenance window, and looks again when that ends', async () => {
    // The manual clock begins on 9 September 2001, 09:46:40 in Shanghai.
    const life = live({
      maintenanceUntil: (now) => maintenanceUntil([{ schedule: '45 9 * * *', durationMs: 10 * MINUTE }], now),
    });
    life.reconciler.onLook(life.lookNow());
    await vi.waitFor(() => expect(acts(life.judged)).toEqual(['hold maintenance']), patience);
    await life.clock.advance(8 * MINUTE);
    expect(life.world.calls).toEqual([]);
    await life.clock.advance(MINUTE);
    await vi.waitFor(() => expect(life.world.calls).toEqual(['restart']), patience);
  });

  it('concludes nothing while it rests, and looks again when that ends', async () => {
    let until: number | null = null;
    const life = live({ restUntil: (now) => (until !== null && until > now ? until : null) });
    until = life.clock.now() + MINUTE;
    life.reconciler.onLook(life.lookNow());
    await life.clock.advance(MINUTE / 2);
    expect([life.judged, life.world.calls]).toEqual([[], []]);
    await life.clock.advance(MINUTE / 2 + 1_000);
    await vi.waitFor(() => expect(life.world.calls).toEqual(['restart']), patience);
  });

  it('acts on a look of which nothing can be learned', async () => {
    const life = live({
      learn: () => {
        throw new Error('disk full');
      },
    });
    life.reconciler.onLook(life.lookNow());
    await vi.waitFor(() => expect(life.world.calls).toEqual(['restart']), patience);
  });

  it('works on one look at a time, and of those that come meanwhile only on the latest', async () => {
    const gate = Promise.withResolvers<void>();
    const world = createWorld();
    const chosen: number[] = [];
    const life = live({
      world,
      mode: 'auto',
      dryRun: true,
      detection: {
        choose: async () => {
          chosen.push(1);
          await gate.promise;
          return { supervisor: world.supervisor, why: 'holds_process', rivals: [] };
        },
      },
    });
    life.reconciler.onLook(life.lookNow());
    await vi.waitFor(() => expect(chosen.length).toBeGreaterThan(0), patience);
    const first = chosen.length;
    for (let n = 0; n < 5; n += 1) life.reconciler.onLook(life.lookNow());
    expect(chosen).toHaveLength(first);
    gate.resolve();
    await vi.waitFor(() => expect(life.judged).toHaveLength(2), patience);
    await life.reconciler.stop();
    expect(life.judged).toHaveLength(2);
  });

  it('ends nothing beside the gateway by itself, whoever keeps that: which is to stay is for a human to say', async () => {
    const stray = suspectOf(5_000_777);
    const life = live({
      world: createWorld({ beside: [stray] }),
      verdicts: (_process, at) => [
        {
          ...gateway('duplicate', { cause: 'several_processes', remedy: 'alert' })(at),
          evidence: [
            {
              at: instant(at),
              source: 'process',
              text: '1 beside',
              link: null,
              fact: { kind: 'duplicates', processes: [stray] },
            },
          ],
        },
      ],
    });
    await life.reconciler.act(life.lookNow());
    expect(acts(life.judged)).toEqual(['tell not_curable']);
    expect(life.rows()).toEqual([]);
    expect(life.world.calls).toEqual([]);
  });

  it('ends nothing beside what would keep a new one from its start, however young that is, and goes on once it is gone', async () => {
    const world = createWorld({ beside: [suspectOf(5_000_777)] });
    const life = live({ world });
    await life.reconciler.act(life.lookNow());
    expect(life.judged).toEqual([
      {
        act: 'tell',
        why: 'lookalike',
        problem: expect.stringContaining('pid 5000777 (hermes gateway run)') as string,
      },
    ]);
    expect(world.calls).toEqual([]);
    expect(life.rows()).toEqual([]);
    world.beside = [];
    await life.reconciler.act(life.lookNow());
    expect(world.calls).toEqual(['restart']);
    expect(life.rows()).toEqual(['restart auto recovered']);
  });

  it('does not treat twice for what was seen before the first treatment', async () => {
    // Nobody can act, and nothing new is seen.
    const world = createWorld(
      { process: null },
      {
        start: () => ({ outcome: 'failed', steps: [], reason: 'no bus' }),
        reset: () => ({ outcome: 'done', steps: [] }),
      },
    );
    let seenAt = 0;
    const gone = (_process: ProcessSeen | null, at: number): readonly Verdict[] =>
      [gateway('stopped')(at)].map((verdict) => ({
        ...verdict,
        evidence: verdict.evidence.map((evidence) => ({ ...evidence, at: instant(seenAt) })),
      }));
    const life = live({ world, verdicts: gone });
    seenAt = life.clock.now() - 1_000;
    await life.reconciler.act(life.lookNow());
    for (let n = 0; n < 3; n += 1) {
      await life.clock.advance(HOUR);
      await life.reconciler.act(life.lookNow());
    }
    expect(life.rows()).toEqual(['start auto failed']);
    expect(acts(life.treated.map(({ next }) => next))).toEqual(['tell tried']);
    expect(acts(life.judged)).toEqual(['treat', 'tell tried', 'tell tried', 'tell tried']);
    // Seen gone once more.
    seenAt = life.clock.now();
    await life.reconciler.act(life.lookNow());
    expect(life.rows()).toEqual(['start auto failed', 'start auto failed']);
  });
});

describe('a supervisor out of reach', () => {
  it('is told with what to do about it, and nothing is treated', async () => {
    const life = live({
      detection: { choose: () => Promise.reject(new UserError('NO_BUS', 'Run: loginctl enable-linger')) },
    });
    await life.reconciler.act(life.lookNow());
    expect(life.judged).toEqual([
      { act: 'tell', why: 'supervisor_out_of_reach', problem: 'Run: loginctl enable-linger' },
    ]);
    expect(life.rows()).toEqual([]);
    await expect(life.reconciler.plan('restart')).rejects.toThrow('loginctl');
  });

  it.each(['masked', 'missing'] as const)('is one whose unit is %s, too', async (state) => {
    const life = live({ world: createWorld({ status: { state } }) });
    await life.reconciler.act(life.lookNow());
    expect(acts(life.judged)).toEqual(['tell supervisor_out_of_reach']);
    expect(life.world.calls).toEqual([]);
    expect(life.rows()).toEqual([]);
  });

  it('is told where a command is not to be run again, unless the gateway runs by now', async () => {
    for (const process of [null, OLD]) {
      const world = createWorld({ process });
      const supervisor = { ...world.supervisor, notAgain: () => 'set "pid_file"' };
      const life = live({
        world,
        detection: { choose: async () => ({ supervisor, why: 'holds_process', rivals: [] }) },
      });
      await life.reconciler.act(life.lookNow());
      if (process === null) expect(life.judged).toEqual([{ act: 'tell', why: 'not_again', problem: 'set "pid_file"' }]);
      else expect(acts(life.judged)[0]).toBe('treat');
    }
  });

  it('that fails unforeseen is no end: the next look tries again', async () => {
    const world = createWorld();
    const choose = vi
      .fn<TreatableGateway['detection']['choose']>(async () => ({
        supervisor: world.supervisor,
        why: 'holds_process',
        rivals: [],
      }))
      .mockRejectedValueOnce(new Error('EIO'));
    const life = live({ world, detection: { choose } });
    life.reconciler.onLook(life.lookNow());
    await vi.waitFor(() => expect(choose).toHaveBeenCalled(), patience);
    await vi.waitFor(() => {
      life.reconciler.onLook(life.lookNow());
      expect(world.calls).toEqual(['restart']);
    }, patience);
  });
});

describe('a dry run', () => {
  it('says the commands of every step and does none', async () => {
    const life = live({
      dryRun: true,
      graceful: () => ({
        command: ({ pid }) => `kill -USR1 ${pid}`,
        ask: () => Promise.reject(new Error('must not be asked')),
      }),
    });
    await life.reconciler.act(life.lookNow());
    const all = [
      `kill -USR1 ${OLD.pid}`,
      ...['restart', 'kill', 'reset', 'start'].map((action) => `systemctl --user ${action} hermes-gateway.service`),
    ];
    expect(life.judged).toEqual([{ act: 'tell', why: 'dry_run', commands: all }]);
    expect(life.world.calls).toEqual([]);
  });

  it('carries out no command of an operator and takes up no treatment', async () => {
    const life = live({ dryRun: true });
    const plan = await life.reconciler.plan('restart');
    expect(plan.dryRun).toBe(true);
    expect(life.reconciler.treat(plan, 'me', ANSWER)).toEqual({ outcome: 'busy' });
    const { id: _id, ...record } = recordOf();
    life.reconciler.resume(life.ledger.begin(record));
    await life.reconciler.stop();
    expect(life.world.calls).toEqual([]);
    expect(life.rows()).toEqual(['restart auto ']);
  });
});

describe("an operator's treatment", () => {
  it('is planned on what is now, links and turns included', async () => {
    const life = live({ turns: 2 });
    expect(await life.reconciler.plan('restart')).toMatchObject({
      remedy: 'restart',
      before: OLD,
      links: ['qqbot'],
      turns: 2,
      held: null,
      condition: 'healthy',
      steps: [{ step: 'supervisor' }, { step: 'hard' }],
    });
    expect(await life.reconciler.plan('stop')).toMatchObject({ remedy: 'stop', links: [] });
    life.world.process = null;
    expect(await life.reconciler.plan('restart')).toMatchObject({ remedy: 'start', before: null });
  });

  it('is outside the budget and whatever the heal mode, and its result is told to whoever asked', async () => {
    const life = live({ mode: 'off', budget: { perHour: 0, perDay: 0, pausesMs: [] } });
    const begun = life.reconciler.treat(await life.reconciler.plan('restart'), 'me', ANSWER);
    expect(begun.outcome).toBe('begun');
    await vi.waitFor(() => expect(life.ended).toMatchObject([{ outcome: 'recovered', requestedBy: 'me' }]), patience);
    expect(life.progress.map(({ phase }) => phase)).toEqual(['planned', 'acting', 'proving']);
    expect(life.progress[0]?.answer).toEqual(ANSWER);
    expect(life.ledger.times('main', 0)).toEqual([]);
  });

  it('is one at a time, and looks meanwhile lead to nothing', async () => {
    const gate = Promise.withResolvers<void>();
    const world = createWorld(
      {},
      { restart: async (its) => (await gate.promise, its.spawn(), { outcome: 'done', steps: [] }) },
    );
    const life = live({ world });
    const plan = await life.reconciler.plan('restart');
    expect(life.reconciler.treat(plan, 'me', ANSWER).outcome).toBe('begun');
    expect(life.reconciler.treat(plan, 'you', ANSWER).outcome).toBe('busy');
    await life.reconciler.act(life.lookNow());
    expect(await life.reconciler.decide(life.lookNow())).toEqual({
      act: 'hold',
      why: 'treatment_running',
      until: null,
    });
    gate.resolve();
    await vi.waitFor(() => expect(life.ended).toHaveLength(1), patience);
    expect(world.calls).toEqual(['restart']);
    expect(life.rows()).toEqual(['restart me recovered']);
  });

  it('cannot begin between the proof of another and its record', async () => {
    const gate = Promise.withResolvers<void>();
    const world = createWorld();
    let chosen = 0;
    const life = live({
      world,
      // Ill again at once, and seen to be so since, so that the end of the first asks what comes next.
      verdicts: (_process, at) => [gateway('healthy')(at), link('qqbot', 'down')(at + 1)],
      detection: {
        choose: async () => {
          chosen += 1;
          if (chosen > 1) await gate.promise;
          return { supervisor: world.supervisor, why: 'holds_process', rivals: [] };
        },
      },
    });
    const plan = await life.reconciler.plan('restart');
    life.reconciler.treat(plan, 'me', ANSWER);
    await vi.waitFor(() => expect(chosen).toBe(2), patience);
    expect(life.ended).toEqual([]);
    expect(life.reconciler.treat(plan, 'you', ANSWER).outcome).toBe('busy');
    await life.reconciler.act(life.lookNow());
    expect(life.rows()).toEqual(['restart me ']);
    gate.resolve();
    await vi.waitFor(() => expect(life.treated.length).toBeGreaterThan(0), patience);
    expect(life.treated[0]).toMatchObject({ result: { requestedBy: 'me' }, next: { act: 'treat' } });
    expect(life.rows()[0]).toBe('restart me recovered');
  });

  it('to stop it is noted, outlives Lifeline, and the gateway stays down', async () => {
    const life = live({
      verdicts: (process, at) => (process ? [gateway('healthy')(at)] : [gateway('stopped_on_purpose')(at)]),
    });
    life.reconciler.treat(await life.reconciler.plan('stop'), 'me', ANSWER);
    await vi.waitFor(
      () => expect(life.ended).toMatchObject([{ outcome: 'recovered', remedy: 'stop', after: null }]),
      patience,
    );
    expect(life.notes).toContainEqual({ kind: 'stopped-by-operator', by: 'me' });
    await end(life);
    const next = live({ path: life.path });
    const by = next.ledger.stoppedBy('main');
    expect(by).toBe('me');
    // What the next Lifeline concludes from that when it looks.
    const source = 'lifeline';
    const facts: readonly GatewayFact[] = [
      { kind: 'stopped-by-operator', by: by ?? '' },
      { kind: 'process', process: null },
    ];
    const state = facts.reduce(
      (before, fact) => advance(before, { at: instant(1_000), source, text: fact.kind, link: null, fact }),
      initialState,
    );
    const { verdicts } = judge(state, { gateway: 'main', policy: DEFAULT_POLICY, now: 1_000 + HOUR, links: null });
    expect(verdicts).toMatchObject([{ condition: 'stopped_on_purpose', remedy: 'none' }]);
  });
});

describe('the end of a process that an operator has named', () => {
  const beside = suspectOf(5_000_777, 42);

  it('beside the gateway ends that one alone, and leaves the gateway as it is', async () => {
    const life = live({
      mode: 'off',
      world: createWorld({ beside: [beside] }),
      verdicts: (_process, at) => [gateway('healthy')(at)],
    });
    const plan = await life.reconciler.planEnd(beside.pid, beside.startTime);
    expect(plan).toMatchObject({
      remedy: 'end_process',
      target: beside,
      before: OLD,
      steps: [{ step: 'end', commands: [`kill -TERM ${beside.pid}`] }],
    });
    expect(life.reconciler.treat(plan, 'me', ANSWER).outcome).toBe('begun');
    await vi.waitFor(
      () =>
        expect(life.ended).toMatchObject([
          { outcome: 'recovered', remedy: 'end_process', stepsTaken: ['end'], before: OLD, after: OLD },
        ]),
      patience,
    );
    expect(life.world.calls).toEqual([]);
    expect(life.progress[0]?.target).toEqual({ pid: beside.pid, startTime: beside.startTime });
    // An operator's word, and so outside the budget.
    expect(life.ledger.times('main', 0)).toEqual([]);
  });

  it('that keeps the gateway from its start goes on with the start', async () => {
    const world: World = createWorld({ process: null, beside: [beside], status: { state: 'inactive' } });
    const life = live({
      world,
      verdicts: (process, at) =>
        process ? [gateway('healthy')(at)] : [gateway('unknown', { cause: 'unproven_process', remedy: 'alert' })(at)],
    });
    const plan = await life.reconciler.planEnd(beside.pid, null);
    expect(plan.steps.map(({ step }) => step)).toEqual(['end', 'supervisor', 'hard']);
    // It is no real process, so that nothing but this takes it away.
    world.beside = [];
    life.reconciler.treat(plan, 'me', ANSWER);
    await vi.waitFor(
      () => expect(life.ended).toMatchObject([{ outcome: 'recovered', stepsTaken: ['end', 'supervisor'], after: NEW }]),
      patience,
    );
    expect(world.calls).toEqual(['start']);
  });

  it('where the gateway was stopped on purpose starts nothing', async () => {
    const life = live({
      world: createWorld({ process: null, beside: [beside] }),
      verdicts: (_process, at) => [gateway('stopped_on_purpose')(at)],
    });
    expect((await life.reconciler.planEnd(beside.pid, null)).steps.map(({ step }) => step)).toEqual(['end']);
  });

  it('is not planned of the gateway itself, of a process that nobody has told of, nor of one that got the pid since', async () => {
    const life = live({ world: createWorld({ beside: [beside] }) });
    await expect(life.reconciler.planEnd(OLD.pid, OLD.startTime)).rejects.toMatchObject({
      name: 'UserError',
      code: 'END_GATEWAY',
      message: expect.stringContaining('/restart main') as string,
    });
    await expect(life.reconciler.planEnd(1, null)).rejects.toMatchObject({
      name: 'UserError',
      code: 'END_UNKNOWN',
      message: expect.stringContaining(String(beside.pid)) as string,
    });
    await expect(life.reconciler.planEnd(beside.pid, beside.startTime + 1)).rejects.toMatchObject({
      code: 'END_UNKNOWN',
    });
    expect(life.world.calls).toEqual([]);
  });
});

describe('a Lifeline that ends in the middle of a treatment', () => {
  it('leaves its record, and the next one takes it up: one treatment, one result', async () => {
    const world = createWorld({}, { restart: (its) => ((its.process = null), { outcome: 'done', steps: [] }) });
    const first = live({ world });
    first.reconciler.treat(await first.reconciler.plan('restart'), 'me', ANSWER);
    await vi.waitFor(() => expect(first.progress.at(-1)?.phase).toBe('proving'), patience);
    await end(first);
    expect(first.ended).toEqual([]);
    const next = live({ world, path: first.path });
    const [record] = next.ledger.unfinished();
    expect(record).toMatchObject({ requestedBy: 'me', stepIndex: 0, phase: 'proving', answer: ANSWER });
    if (record) next.reconciler.resume(record);
    await vi.waitFor(
      () => expect(next.ended).toMatchObject([{ outcome: 'recovered', requestedBy: 'me', after: NEW }]),
      patience,
    );
    expect(world.calls).toEqual(['restart', 'start']);
    expect(next.rows()).toEqual(['restart me recovered']);
    expect(next.ledger.unfinished()).toEqual([]);
  });

  const PHASES = [
    ['planned', { phase: 'planned', stepIndex: -1 }],
    ['acting', { phase: 'acting', stepIndex: 0 }],
    ['proving', { phase: 'proving', stepIndex: 0 }],
  ] as const;
  const PROCESSES = [
    ['the old process still there', OLD, ['restart']],
    ['the process gone', null, ['start']],
    ['a new process there', NEW, []],
  ] as const;
  const left = (life: ReturnType<typeof live>, changed: Partial<TreatmentRecord> = {}): TreatmentRecord => {
    const { id: _id, ...record } = recordOf({
      at: life.clock.now(),
      requestedBy: 'me',
      answer: ANSWER,
      planned: ['supervisor', 'hard'],
      ...changed,
    });
    return life.ledger.begin(record);
  };

  it.each(
    PHASES.flatMap(([phase, record]) =>
      PROCESSES.map(([what, process, calls]) => [phase, what, record, process, calls] as const),
    ),
  )('is taken up while %s, with %s', async (_phase, _what, record, process, calls) => {
    const life = live({ world: createWorld({ process }) });
    life.reconciler.resume(left(life, record));
    await vi.waitFor(() => expect(life.ended).toMatchObject([{ outcome: 'recovered' }]), patience);
    expect(life.world.calls).toEqual(calls);
    expect(life.rows()).toEqual(['restart me recovered']);
    await life.reconciler.stop();
    expect(life.ended).toHaveLength(1);
  });

  it('is not carried on after long: it is only looked at, and told', async () => {
    for (const [process, outcome] of [
      [OLD, 'failed'],
      [null, 'failed'],
      [NEW, 'recovered'],
    ] as const) {
      const life = live({ mode: 'off', world: createWorld({ process }) });
      life.reconciler.resume(left(life, { at: life.clock.now() - 16 * MINUTE, phase: 'acting', stepIndex: 0 }));
      await vi.waitFor(() => expect(life.ended).toMatchObject([{ outcome }]), patience);
      expect(life.world.calls).toEqual([]);
      expect(life.rows()).toEqual([`restart me ${outcome}`]);
    }
  });

  it('is told as failed when its supervisor cannot be asked any more', async () => {
    const life = live({
      mode: 'off',
      detection: { choose: () => Promise.reject(new UserError('NO_BUS', 'Run: loginctl enable-linger')) },
    });
    life.reconciler.resume(left(life, { phase: 'acting', stepIndex: 0 }));
    await vi.waitFor(
      () => expect(life.ended).toMatchObject([{ outcome: 'failed', problem: 'Run: loginctl enable-linger' }]),
      patience,
    );
    expect(life.rows()).toEqual(['restart me failed']);
  });

  it('takes up two that were left behind one after the other', async () => {
    const life = live();
    const first = left(life, { phase: 'acting', stepIndex: 0 });
    const second = left(life, { requestedBy: 'auto', answer: null });
    life.reconciler.resume(first);
    life.reconciler.resume(second);
    await vi.waitFor(() => expect(life.ledger.unfinished()).toEqual([]), patience);
    // The new process of the first is what the second wanted.
    expect(life.world.calls).toEqual(['restart']);
    expect(life.rows()).toEqual(['restart me recovered', 'restart auto recovered']);
  });

  it('begins nothing any more', async () => {
    const life = live();
    await life.reconciler.stop();
    life.reconciler.onLook(life.lookNow());
    await life.reconciler.act(life.lookNow());
    expect(life.world.calls).toEqual([]);
    expect(life.judged).toEqual([]);
  });
});

describe('a link that can be restarted alone', () => {
  const LEFT = { remedy: 'restart_link', planned: ['link'], phase: 'acting', stepIndex: 0, links: ['qqbot'] } as const;
  /** A gateway whose QQ is off until it is started; `fails`: so many starts are refused. */
  const controlled = (fails = 0) => {
    const calls: string[] = [];
    let on: number | null = null;
    const control: LinkControl = {
      command: (act, name) => `channels.${act} ${name}`,
      stop: async (name) => {
        calls.push(`stop ${name}`);
        on = null;
      },
      start: async (name) => {
        calls.push(`start ${name}`);
        if (calls.filter((call) => call.startsWith('start')).length <= fails) throw new Error('busy');
        on = Number.MAX_SAFE_INTEGER;
      },
    };
    return { calls, control, loggedIn: () => on };
  };
  const alone =
    (loggedIn: () => number | null) =>
    (_process: ProcessSeen | null, at: number): readonly Verdict[] => [
      gateway('healthy')(at),
      loggedIn() === null ? link('qqbot', 'deaf', { remedy: 'restart_link' })(at) : link('qqbot', 'up')(at),
    ];

  it('is, and the gateway is left as it is', async () => {
    const { calls, ...it } = controlled();
    const life = live({ ...it, verdicts: alone(it.loggedIn) });
    await life.reconciler.act(life.lookNow());
    expect(calls).toEqual(['stop qqbot', 'start qqbot']);
    expect(life.world.calls).toEqual([]);
    expect(life.links).toEqual(['qqbot']);
    expect(life.notes).toEqual([]);
    expect(life.treated).toMatchObject([
      { result: { outcome: 'recovered', remedy: 'restart_link', before: OLD, after: OLD, stepsTaken: ['link'] } },
    ]);
  });

  it('is not with a budget of restarts, which it does not spend', async () => {
    const { calls, ...it } = controlled();
    const life = live({ ...it, verdicts: alone(it.loggedIn), budget: { perHour: 0, perDay: 0, pausesMs: [] } });
    await life.reconciler.act(life.lookNow());
    expect(calls).toEqual(['stop qqbot', 'start qqbot']);
    expect(life.ledger.times('main', 0)).toEqual([]);
  });

  it('is planned for an operator, and not where there is no such link or no such way', async () => {
    const { calls, ...it } = controlled();
    const life = live({ ...it, verdicts: alone(it.loggedIn) });
    const plan = await life.reconciler.planLink('qqbot');
    expect(plan).toMatchObject({
      remedy: 'restart_link',
      links: ['qqbot'],
      steps: [{ step: 'link', commands: ['channels.stop qqbot', 'channels.start qqbot'] }],
    });
    const begun = life.reconciler.treat(plan, 'me', ANSWER);
    expect(await (begun.outcome === 'begun' ? begun.result : null)).toMatchObject({
      outcome: 'recovered',
      requestedBy: 'me',
    });
    expect(calls).toEqual(['stop qqbot', 'start qqbot']);
    await expect(life.reconciler.planLink('telegram')).rejects.toMatchObject({ code: 'LINK_UNKNOWN' });
    await expect(live({ control: null }).reconciler.planLink('qqbot')).rejects.toMatchObject({ code: 'LINK_ALONE' });
  });

  it('is only said in a dry run', async () => {
    const { calls, ...it } = controlled();
    const life = live({ ...it, verdicts: alone(it.loggedIn), dryRun: true });
    await life.reconciler.act(life.lookNow());
    expect(life.judged).toEqual([
      { act: 'tell', why: 'dry_run', commands: ['channels.stop qqbot', 'channels.start qqbot'] },
    ]);
    expect(calls).toEqual([]);
  });

  it.each<[string, Partial<Setting>, Partial<TreatmentRecord>, string]>([
    ['it is begun again', {}, {}, 'recovered'],
    ['however long ago that was', {}, { at: Date.UTC(2001, 1, 1) }, 'failed'],
    [
      'though its supervisor cannot be asked',
      { detection: { choose: () => Promise.reject(new UserError('NO_BUS', 'no bus')) } },
      {},
      'failed',
    ],
  ])(
    'was being restarted when Lifeline ended: never a stop without its start, %s',
    async (_what, setting, changed, outcome) => {
      const { calls, ...it } = controlled();
      const life = live({ ...it, verdicts: alone(() => 1), ...setting });
      const { id: _id, ...record } = recordOf({ ...LEFT, at: life.clock.now(), ...changed });
      life.reconciler.resume(life.ledger.begin(record));
      await vi.waitFor(() => expect(life.ended).toMatchObject([{ outcome }]), patience);
      expect(calls.at(-1)).toBe('start qqbot');
      expect(life.world.calls).toEqual([]);
    },
  );
});
