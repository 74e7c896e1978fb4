/** Many gateways of two kinds in one process: each judged by itself, and none the worse for the others. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { IN_DEPTH, extent } from '../deep.ts';
import { manualClock } from '../healing/manual-clock.ts';
import { createCrowd, type Crowd } from './crowd.ts';

const WAIT = { timeout: 60_000 };
const LIMIT = { timeout: 120_000 };
const MINUTE = 60_000;
/**
 * Their logs speak of their processes, so they are written later than the last of these has started: however slow the
 * machine is, that takes no longer.
 */
const SET_UP = { timeout: 2 * MINUTE };
const startOfStory = (): number => Date.now() + SET_UP.timeout;

const COUNT = 50;
/** Those that share an outage. */
const CREW = extent(16, 8);
const names = Array.from({ length: COUNT }, (_, n) => `g${n}`);
const kindOf = (name: string) => (Number(name.slice(1)) % 4 === 3 ? 'generic' : 'hermes');
const KEYS: Readonly<Record<string, string>> = { g20: ', grace: { qqbot: 30m }', g40: ', healing: { per_hour: 1 }' };
const KILLED = ['g16', 'g17', 'g18', 'g21', 'g22'];
const HEALED: ReadonlySet<string> = new Set(['g40', 'g44', 'g48']);

const GAVE_UP = 'ERROR [QQBot:1001] Max reconnect attempts reached';
const LOST = 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=';

describe(`${COUNT} gateways`, () => {
  const clock = manualClock(startOfStory());
  let crowd: Crowd;
  beforeAll(async () => {
    crowd = await createCrowd({
      names,
      kindOf,
      clock,
      dryRun: true,
      keysOf: (name) => KEYS[name] ?? '',
      healOf: (name) => (HEALED.has(name) ? 'auto' : '"off"'),
    });
  }, SET_UP.timeout);
  afterAll(() => crowd.end());

  const conditions = (looked: Awaited<ReturnType<Crowd['monitors']['round']>>): readonly string[] =>
    looked.map(({ name, verdicts }) => `${name} ${verdicts.map(({ condition }) => condition).join(' ')}`);
  const open = (expected: readonly string[]) =>
    vi.waitFor(() => expect(crowd.open()).toEqual(expected.toSorted()), WAIT);
  const decisionOf = async (name: string) =>
    (await crowd.monitors.ports.find((port) => port.name === name)?.report())?.decision;

  test('are all judged in one round, and well', LIMIT, async () => {
    expect(conditions(await crowd.monitors.round())).toEqual(names.map((name) => `${name} healthy up`));
    expect(crowd.open()).toEqual([]);
  });

  test('of which twenty break in different ways have exactly their incidents', LIMIT, async () => {
    await clock.advance(MINUTE);
    crowd.silences.add({ kind: 'mute', gateway: 'g24', by: 'ann', at: clock.now(), until: clock.now() + 60 * MINUTE });
    for (const name of ['g0', 'g1', 'g2', 'g4', 'g5', 'g24']) crowd.write(name, GAVE_UP);
    for (const name of ['g8', 'g9', 'g10', 'g12', 'g20']) crowd.write(name, LOST);
    for (const name of KILLED) await crowd.lose(name);
    for (const name of ['g3', 'g7', 'g11']) crowd.write(name, 'ERROR telegram: no more tries');
    crowd.write('g15', 'WARNING telegram: connection lost');

    await crowd.monitors.round();
    // Nobody keeps those whose process was killed.
    const atOnce = [
      'g0/qqbot gave_up',
      'g1/qqbot gave_up',
      'g2/qqbot gave_up',
      'g4/qqbot gave_up',
      'g5/qqbot gave_up',
      'g24/qqbot gave_up',
      'g3/telegram gave_up',
      'g7/telegram gave_up',
      'g11/telegram gave_up',
      ...KILLED.map((name) => `${name} stopped`),
    ];
    await open(atOnce);

    await clock.advance(4 * MINUTE);
    const looked = await crowd.monitors.round();
    const broken = [...atOnce, ...['g8', 'g9', 'g10', 'g12'].map((name) => `${name}/qqbot down`), 'g15/telegram down'];
    await open(broken);
    expect(conditions(looked).filter((line) => !line.endsWith(' healthy up'))).toHaveLength(broken.length + 1);
    // Its own grace is longer than that of the others.
    expect(conditions(looked)).toContain('g20 healthy reconnecting');
    await clock.advance(30 * MINUTE);
    await crowd.monitors.round();
    await open([...broken, 'g20/qqbot down']);
  });

  test('told of all of them but the one that is muted', LIMIT, async () => {
    await clock.advance(MINUTE);
    await vi.waitFor(() => {
      crowd.notifier.wake();
      expect(crowd.notifier.outbox.undelivered()).toBe(0);
    }, WAIT);
    const said = JSON.stringify(crowd.told);
    const named = new Set([...said.matchAll(/\bg\d+/g)].map(([name]) => name));
    expect([...named].toSorted()).toEqual(
      [
        'g0',
        'g1',
        'g2',
        'g4',
        'g5',
        'g3',
        'g7',
        'g11',
        'g8',
        'g9',
        'g10',
        'g12',
        'g15',
        'g16',
        'g17',
        'g18',
        'g20',
        'g21',
        'g22',
      ].toSorted(),
    );
  });

  test('each have a budget of their own, and rules for it', LIMIT, async () => {
    for (const [name, restarts] of [
      ['g40', 1],
      ['g44', 1],
      ['g48', 3],
    ] as const) {
      for (let n = 0; n < restarts; n += 1) {
        const { id } = crowd.ledger.begin({
          gateway: name,
          remedy: 'restart',
          requestedBy: 'auto',
          at: clock.now() - 40 * MINUTE,
          links: [],
          before: null,
          planned: [],
          stepIndex: -1,
          stepBefore: null,
          phase: 'planned',
          actions: [],
          target: null,
          answer: null,
          progress: null,
        });
        crowd.db.prepare(`UPDATE restarts SET outcome = 'recovered' WHERE id = ?`).run(id);
      }
      crowd.write(name, GAVE_UP);
    }
    expect(await decisionOf('g40')).toMatchObject({ act: 'tell', why: 'out_of_budget' });
    expect(await decisionOf('g44')).toMatchObject({ act: 'tell', why: 'dry_run' });
    expect(await decisionOf('g48')).toMatchObject({ act: 'tell', why: 'out_of_budget' });
  });
});

describe('an outage that they share', () => {
  test.runIf(IN_DEPTH)('is one message, and so is its end; a gateway that is muted is in neither', LIMIT, async () => {
    const clock = manualClock(startOfStory());
    const crew = names.slice(0, CREW);
    const crowd = await createCrowd({
      names: crew,
      kindOf,
      clock,
      settings: 'watch: { grace: { qqbot: 2m, default: 2m } }\n',
    });
    const say = (hermes: readonly string[], generic: string): void => {
      for (const name of crew) crowd.write(name, ...(kindOf(name) === 'hermes' ? hermes : [generic]));
    };
    /**
     * Time passes, and each look that a grace asks for has ended before the notices of the others leave, 3 s after the
     * first of them.
     */
    const pass = async (ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= 2_000) {
        await crowd.monitors.round();
        await clock.advance(2_000);
        crowd.notifier.wake();
      }
    };
    const heard = (count: number) =>
      vi.waitFor(() => {
        crowd.notifier.wake();
        expect(crowd.told).toHaveLength(count);
        expect(crowd.notifier.outbox.undelivered()).toBe(0);
      }, WAIT);
    try {
      await pass(MINUTE);
      crowd.silences.add({ kind: 'mute', gateway: 'g5', by: 'ann', at: clock.now(), until: clock.now() + 60 * MINUTE });
      await crowd.platform.cutOff();
      say([LOST], 'WARNING telegram: connection lost');
      await pass(5 * MINUTE);
      await heard(1);
      expect(crowd.told[0]?.title).toMatch(new RegExp(`^${CREW - 1} 个网关`));
      expect(JSON.stringify(crowd.told[0])).not.toMatch(/\bg5\b/);
      await crowd.platform.restore();
      say(['INFO [QQBot:1001] Session resumed'], 'INFO telegram: logged in');
      await pass(4 * MINUTE);
      await heard(2);
      expect(crowd.told[1]?.title).toMatch(new RegExp(`^${CREW - 1} 个网关已恢复：`));
      expect(JSON.stringify(crowd.told[1])).not.toMatch(/\bg5\b/);
    } finally {
      await crowd.end();
    }
  });
});
