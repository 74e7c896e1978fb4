import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  identify,
  witnessOf,
  type Candidate,
  type HomeFacts,
  type Keeper,
} from '../../../src/sensors/process/identify.ts';

const ME = 1_000;
const SOMEBODY = 1_001;

const unitOf = (manager: number | null, namedBy: Keeper['namedBy'] = 'installer'): Keeper => ({ manager, namedBy });
const SYSTEM_UNIT = unitOf(null);

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
  keeper: null,
  livesInHome: false,
  mayBeCommand: false,
  ...changed,
});

const facts = (changed: Partial<HomeFacts> = {}): HomeFacts => ({
  lockPid: null,
  records: [],
  listeners: [],
  known: [],
  ofOthers: [],
  trusted: new Set([0, ME]),
  users: new Set([ME]),
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
    ['is the control group of its unit', { keeper: SYSTEM_UNIT }, {}, 'keeper'],
    [
      'is the control group of its unit, whatever user it runs as',
      { keeper: SYSTEM_UNIT, uid: SOMEBODY },
      {},
      'keeper',
    ],
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
      { home: 'other', keeper: SYSTEM_UNIT, livesInHome: true },
      { records: [record()], listeners: [500], known: [{ pid: 500, startTime: 9_000 }] },
      null,
    ],
    [
      'counts nothing in a container whose home cannot be told',
      { isContained: true, home: 'unknown', ownPid: 1 },
      { records: [record({ pid: 1 })] },
      null,
    ],
    [
      'is the container that its engine names',
      { isContained: true, home: 'unknown', keeper: SYSTEM_UNIT },
      {},
      'keeper',
    ],
    ['counts for what other programs are called too', { entry: 'common' }, { records: [record()] }, 'record'],
  ])('%s', (_what, process, known, expected) => expect(witnessOf(candidate(process), facts(known))).toBe(expected));
});

describe("another user's gateway whose home cannot be told", () => {
  const ROOT = { uid: 0, home: 'unknown' } as const;
  const THEIRS = { uid: SOMEBODY, home: 'unknown' } as const;

  it.each<[string, Partial<Candidate>, Partial<HomeFacts>, ReturnType<typeof witnessOf>]>([
    [
      "is not proven by the usual name of a unit of that user's manager",
      { ...THEIRS, keeper: unitOf(SOMEBODY) },
      {},
      null,
    ],
    ["nor is root's", { ...ROOT, keeper: unitOf(0) }, {}, null],
    ["nor by that of a unit of the machine's", { ...THEIRS, keeper: SYSTEM_UNIT }, {}, null],
    ["nor is root's there", { ...ROOT, keeper: SYSTEM_UNIT }, {}, null],
    [
      "is not proven by a unit of that user's manager whose name the configuration gives",
      { ...THEIRS, keeper: unitOf(SOMEBODY, 'configuration') },
      {},
      null,
    ],
    [
      "is proven by a unit of the machine's that the configuration names",
      { ...THEIRS, keeper: unitOf(null, 'configuration') },
      {},
      'keeper',
    ],
    ["is proven by the home's lock, where it is root's", ROOT, { lockPid: 500 }, 'lock'],
    ["is proven by the home's pid file, where it is root's", ROOT, { records: [record()] }, 'record'],
    ['is not proven by an earlier look', ROOT, { known: [{ pid: 500, startTime: 9_000 }] }, null],
    [
      "is proven by that user's unit, where the home is theirs or the configuration trusts them",
      { ...THEIRS, keeper: unitOf(SOMEBODY) },
      { trusted: new Set([0, ME, SOMEBODY]), users: new Set([ME, SOMEBODY]) },
      'keeper',
    ],
    [
      'is proven for root, who is shown the homes of all',
      { ...THEIRS, keeper: unitOf(SOMEBODY) },
      { users: 'anybody' },
      'keeper',
    ],
  ])('%s', (_what, process, known, expected) => expect(witnessOf(candidate(process), facts(known))).toBe(expected));

  it.each<[string, Partial<Candidate>, Partial<HomeFacts>, readonly number[]]>([
    ["does not hold back one's own", { ...ROOT, keeper: unitOf(0) }, {}, []],
    ['does, where it shows by its command line that it serves this home', { ...ROOT, home: 'same' }, {}, [500]],
    ["does for root's own home", ROOT, { users: new Set([ME, 0]) }, [500]],
    ['does for root', ROOT, { users: 'anybody' }, [500]],
    ["one of one's own user does", { home: 'unknown' }, {}, [500]],
  ])('%s', (_what, process, known, expected) =>
    expect(identify([candidate(process)], facts(known)).beside.map(({ pid }) => pid)).toEqual(expected),
  );

  it("is proven by one's own user's unit and no other's, whatever it shows", () => {
    expect(witnessOf(candidate({ keeper: unitOf(ME) }), facts())).toBe('keeper');
    expect(witnessOf(candidate({ keeper: unitOf(SOMEBODY) }), facts())).toBeNull();
  });
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
      [{ pid: 1, keeper: SYSTEM_UNIT }, { pid: 2 }],
      { lockPid: 2 },
      { gateway: 2, beside: [1] },
    ],
    [
      'the one that the unit keeps, before one that was known',
      [
        { pid: 1, startTime: 1 },
        { pid: 2, keeper: SYSTEM_UNIT },
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
      [{ pid: 1 }, { pid: 2, mayBeCommand: true }],
      {},
      { gateway: null, beside: [1] },
    ],
    ['a restart command alone is one', [{ pid: 2, mayBeCommand: true }], {}, { gateway: null, beside: [2] }],
    [
      'what may be a command is no second one beside the proven gateway',
      [
        { pid: 1, mayBeCommand: true },
        { pid: 2, mayBeCommand: true },
      ],
      { lockPid: 1 },
      { gateway: 1, beside: [] },
    ],
    [
      'nor when it runs in the unit of the gateway',
      [
        { pid: 1, mayBeCommand: true },
        { pid: 2, mayBeCommand: true, keeper: { manager: null, namedBy: 'configuration' } },
      ],
      { lockPid: 1 },
      { gateway: 1, beside: [] },
    ],
    [
      'what may be a command is a second one when it holds the port',
      [
        { pid: 1, mayBeCommand: true },
        { pid: 2, mayBeCommand: true },
      ],
      { lockPid: 1, listeners: [2] },
      { gateway: 1, beside: [2] },
    ],
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
      keeper: fc.option(
        fc.record({
          manager: fc.constantFrom(null, ME, SOMEBODY),
          namedBy: fc.constantFrom('configuration' as const, 'installer' as const),
        }),
      ),
      livesInHome: fc.boolean(),
      mayBeCommand: fc.boolean(),
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
  const isKept = ({ keeper }: Candidate): boolean => keeper !== null && keeper.manager !== SOMEBODY;
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
        expect(home.trusted.has(gateway.process.uid) || isKept(gateway.process)).toBe(true);
      } else {
        for (const each of all) expect(witnessOf(each, home)).toBeNull();
      }
      for (const each of beside) {
        expect(each.home).not.toBe(witnessOf(each, home) === 'lock' ? null : 'other');
        expect(home.trusted.has(each.uid) || isKept(each)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});
