import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identify, witnessOf, type Candidate, type HomeFacts } from '../../../src/sensors/process/identify.ts';

const ME = 1_000;
const SOMEBODY = 1_001;

const candidate = (changed: Partial<Candidate> = {}): Candidate => ({
  pid: 500,
  startTime: 9_000,
  startedAt: 90_000,
  state: 'S',
  ppid: 0,
  group: 500,
  session: 500,
  uid: ME,
  argv: ['hermes', 'gateway', 'run'],
  entry: 'own',
  home: 'same',
  ownPid: changed.pid ?? 500,
  isContained: false,
  isKept: false,
  livesInHome: false,
  isRestart: false,
  ...changed,
});

const facts = (changed: Partial<HomeFacts> = {}): HomeFacts => ({
  lockPid: null,
  records: [],
  listeners: [],
  known: [],
  ofOthers: [],
  trusted: new Set([0, ME]),
  ...changed,
});

const record = (changed: Partial<HomeFacts['records'][number]> = {}): HomeFacts['records'][number] => ({
  name: 'pid_file',
  pid: 500,
  startTime: 9_000,
  uid: ME,
  ...changed,
});

describe('a second witness', () => {
  it.each<[string, Partial<Candidate>, Partial<HomeFacts>, ReturnType<typeof witnessOf>]>([
    ['is nobody: its words alone prove nothing', {}, {}, null],
    ['is the lock it holds', {}, { lockPid: 500 }, 'lock'],
    ['is the lock it holds, however its home is spelled', { home: 'other' }, { lockPid: 500 }, 'lock'],
    ['is no lock that another process holds', {}, { lockPid: 501 }, null],
    ['is a pid file with its start time', {}, { records: [record()] }, 'record'],
    [
      'is no pid file with another start time: the pid was used again',
      {},
      { records: [record({ startTime: 8_999 })] },
      null,
    ],
    ['is no pid file of another pid', {}, { records: [record({ pid: 501 })] }, null],
    ['is a bare pid file only weakly', {}, { records: [record({ startTime: null })] }, 'weak_record'],
    ['is no pid file that another user wrote', {}, { records: [record({ uid: SOMEBODY })] }, null],
    ['is a pid file that root wrote', {}, { records: [record({ uid: 0 })] }, 'record'],
    [
      'is a pid file that names it as it knows itself in a container',
      { isContained: true, ownPid: 1 },
      { records: [record({ pid: 1 })] },
      'record',
    ],
    [
      'is no pid file that names it by the number it has outside',
      { isContained: true, ownPid: 1 },
      { records: [record()] },
      null,
    ],
    ['is the control group of its unit', { isKept: true }, {}, 'keeper'],
    ['is the control group of its unit, whatever user it runs as', { isKept: true, uid: SOMEBODY }, {}, 'keeper'],
    [
      'is nobody for another user’s process, whatever it holds',
      { uid: SOMEBODY },
      { lockPid: 500, records: [record()], listeners: [500] },
      null,
    ],
    ['is the listener on its port', {}, { listeners: [500] }, 'port'],
    ['is that it was proven before', {}, { known: [{ pid: 500, startTime: 9_000 }] }, 'known'],
    ['is no earlier proof of another process with this pid', {}, { known: [{ pid: 500, startTime: 8_999 }] }, null],
    ['is its folder, where the kind is told by it', { livesInHome: true }, {}, 'folder'],
    [
      'counts nothing for another home’s process',
      { home: 'other', isKept: true, livesInHome: true },
      { records: [record()], listeners: [500], known: [{ pid: 500, startTime: 9_000 }] },
      null,
    ],
    [
      'counts nothing in a container whose home cannot be told',
      { isContained: true, home: 'unknown', ownPid: 1 },
      { records: [record({ pid: 1 })] },
      null,
    ],
    ['is the container that its engine names', { isContained: true, home: 'unknown', isKept: true }, {}, 'keeper'],
    ['counts for what other programs are called too', { entry: 'common' }, { records: [record()] }, 'record'],
  ])('%s', (_what, process, known, expected) => expect(witnessOf(candidate(process), facts(known))).toBe(expected));
});

describe('of several processes', () => {
  const pids = ({ gateway, beside }: ReturnType<typeof identify>) => ({
    gateway: gateway?.process.pid ?? null,
    beside: beside.map(({ pid }) => pid),
  });

  it.each<[string, readonly Partial<Candidate>[], Partial<HomeFacts>, { gateway: number | null; beside: number[] }]>([
    ['none: nobody', [], {}, { gateway: null, beside: [] }],
    ['one without a witness holds back a start', [{ pid: 1 }], {}, { gateway: null, beside: [1] }],
    ['one of another home is nothing', [{ pid: 1, home: 'other' }], {}, { gateway: null, beside: [] }],
    [
      'one that other programs are called like is nothing without a witness',
      [{ pid: 1, entry: 'common' }],
      {},
      { gateway: null, beside: [] },
    ],
    ['one of another user is nothing', [{ pid: 1, uid: SOMEBODY }], {}, { gateway: null, beside: [] }],
    [
      'one in a container of which no home can be told is nothing',
      [{ pid: 1, isContained: true, home: 'unknown' }],
      {},
      { gateway: null, beside: [] },
    ],
    [
      'one that another home names as its own is nothing',
      [{ pid: 1, ownPid: 1 }],
      { ofOthers: [{ pid: 1, startTime: 9_000 }] },
      { gateway: null, beside: [] },
    ],
    [
      'the one with the lock, whoever is older',
      [
        { pid: 1, startTime: 1 },
        { pid: 2, startTime: 2 },
      ],
      { lockPid: 2 },
      { gateway: 2, beside: [1] },
    ],
    [
      'the one with the lock, though a unit keeps another',
      [{ pid: 1, isKept: true }, { pid: 2 }],
      { lockPid: 2 },
      { gateway: 2, beside: [1] },
    ],
    [
      'the one that the unit keeps, before one that was known',
      [
        { pid: 1, startTime: 1 },
        { pid: 2, isKept: true },
      ],
      { known: [{ pid: 1, startTime: 1 }] },
      { gateway: 2, beside: [1] },
    ],
    [
      'beside a gateway one whose home cannot be told is not its double',
      [{ pid: 1 }, { pid: 2, home: 'unknown' }],
      { lockPid: 1 },
      { gateway: 1, beside: [] },
    ],
    [
      'of a wrapper and its child with the same words the child',
      [
        { pid: 1, argv: ['python', 'wrapper', 'hermes', 'gateway'] },
        { pid: 2, ppid: 1 },
      ],
      {},
      { gateway: null, beside: [2] },
    ],
    [
      'of a wrapper and its child the one that the pid file names',
      [{ pid: 1 }, { pid: 500, ppid: 1 }],
      { records: [record()] },
      { gateway: 500, beside: [] },
    ],
    [
      'of a gateway and its workers the gateway',
      [{ pid: 1 }, { pid: 2, ppid: 1 }, { pid: 3, ppid: 1 }],
      {},
      { gateway: null, beside: [1] },
    ],
    [
      'of a gateway and one worker with the same words the gateway',
      [{ pid: 1 }, { pid: 2, ppid: 1 }],
      {},
      { gateway: null, beside: [1] },
    ],
    [
      'a restart command is none beside what it restarts',
      [{ pid: 1 }, { pid: 2, isRestart: true }],
      {},
      { gateway: null, beside: [1] },
    ],
    ['a restart command alone is one', [{ pid: 2, isRestart: true }], {}, { gateway: null, beside: [2] }],
  ])('%s', (_what, processes, known, expected) => {
    const all = processes.map((each) => candidate({ ownPid: each.pid ?? 500, ...each }));
    expect(pids(identify(all, facts(known)))).toEqual(expected);
  });
});

it('in any world: the gateway has a witness, no process is named twice, and nothing of another home or user is named', () => {
  const world = fc.array(
    fc.record({
      pid: fc.integer({ min: 2, max: 30 }),
      ppid: fc.integer({ min: 0, max: 30 }),
      startTime: fc.integer({ min: 1, max: 3 }),
      uid: fc.constantFrom(0, ME, SOMEBODY),
      entry: fc.constantFrom('own' as const, 'common' as const),
      home: fc.constantFrom('same' as const, 'other' as const, 'unknown' as const),
      isContained: fc.boolean(),
      isKept: fc.boolean(),
      livesInHome: fc.boolean(),
      isRestart: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  const known = fc.record({
    lockPid: fc.option(fc.integer({ min: 2, max: 30 })),
    records: fc.array(
      fc.record({
        name: fc.constant('pid_file'),
        pid: fc.integer({ min: 2, max: 30 }),
        startTime: fc.option(fc.integer({ min: 1, max: 3 })),
        uid: fc.constantFrom(0, ME, SOMEBODY),
      }),
      { maxLength: 3 },
    ),
    listeners: fc.array(fc.integer({ min: 2, max: 30 }), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(world, known, (processes, seen) => {
      // A pid is there once.
      const all = [...new Map(processes.map((each) => [each.pid, candidate({ ...each, ownPid: each.pid })])).values()];
      const home = facts(seen);
      const { gateway, beside } = identify(all, home);
      const named = [...(gateway ? [gateway.process.pid] : []), ...beside.map(({ pid }) => pid)];
      expect(new Set(named).size).toBe(named.length);
      if (gateway) {
        expect(witnessOf(gateway.process, home)).toBe(gateway.by);
        expect(home.trusted.has(gateway.process.uid) || gateway.process.isKept).toBe(true);
      } else {
        for (const each of all) expect(witnessOf(each, home)).toBeNull();
      }
      for (const each of beside) {
        expect(each.home).not.toBe(witnessOf(each, home) === 'lock' ? null : 'other');
        expect(home.trusted.has(each.uid) || each.isKept).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});
