/** Who is looked for when nobody acknowledges: the order of the steps, what stops them, and what a restart leaves of them. */
import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { SendResult } from '../../src/channels/channel.ts';
import type { EscalationConfig } from '../../src/config/config.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { escalationOf, type TakenStep } from '../../src/notify/escalation/escalation-steps.ts';
import { urgentUse } from '../../src/notify/escalation/escalation-store.ts';
import { createEscalator } from '../../src/notify/escalation/escalator.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { incident, MINUTE, NOW } from '../commands/scene.ts';

const STEPS: EscalationConfig = {
  afterMs: 10 * MINUTE,
  steps: [{ urgent: 'app' }, { urgent: 'phone' }, { to: ['boss'] }, { to: ['ops'] }],
};
const ILL = incident(1);
const at = (step: number, minutes: number, result: TakenStep['result'] = 'done'): TakenStep => ({
  step,
  at: NOW - minutes * MINUTE,
  result,
});

describe('the next step', () => {
  it.each<[string, Partial<Incident>, number | null, readonly TakenStep[], unknown]>([
    ['waits after the alert', {}, 4, [], { is: 'waiting', until: NOW + 6 * MINUTE }],
    ['is due', {}, 10, [], { is: 'due', step: 0 }],
    ['waits after the step before', {}, 60, [at(0, 3)], { is: 'waiting', until: NOW + 7 * MINUTE }],
    ['is due after the step before', {}, 60, [at(0, 10)], { is: 'due', step: 1 }],
    ['follows at once where a step was refused', {}, 60, [at(0, 20), at(1, 0, 'refused')], { is: 'due', step: 2 }],
    ['is the one that was left unfinished', {}, 60, [at(0, 20), at(1, 0, null)], { is: 'unfinished', step: 1 }],
    ['is none after the last', {}, 90, [at(0, 40), at(1, 30), at(2, 20), at(3, 10)], { is: 'over' }],
    ['is none of what nobody was told', {}, null, [], { is: 'over' }],
    ['is none of what somebody has acknowledged', { acknowledged: { by: 'me', at: NOW } }, 60, [], { is: 'over' }],
    ['is none of what is over', { closedAt: NOW }, 60, [], { is: 'over' }],
    ['is none of what comes back', { wellSince: NOW }, 60, [], { is: 'over' }],
    ['is none of a mere warning', { severity: 'warning' }, 60, [], { is: 'over' }],
    [
      'waits no longer than it should after the clock was set back',
      {},
      -600,
      [],
      { is: 'waiting', until: NOW + 10 * MINUTE },
    ],
  ])('%s', (_what, more, toldMinutes, taken, expected) => {
    const toldAt = toldMinutes === null ? null : NOW - toldMinutes * MINUTE;
    expect(escalationOf({ ...ILL, ...more }, STEPS, toldAt, taken, NOW)).toEqual(expected);
  });
});

/** An escalator over a true store, with an alert that has reached me on Feishu and on QQ. */
const scene = () => {
  const db = openDatabase(':memory:');
  const world = {
    now: NOW,
    open: [ILL] as readonly Incident[],
    silent: false,
    answer: ok,
    answerFor: (_user: string): SendResult => world.answer,
  };
  const outbox = createOutbox(db);
  outbox.enqueue(
    { topic: 'incident', subject: 1, kind: 'opened', message: { tone: 'critical', title: 'down' }, at: NOW },
    [
      {
        person: 'me',
        ways: [
          { channel: 'feishu', user: 'ou_me' },
          { channel: 'qq', user: 'ME' },
        ],
      },
      { person: 'group:team', ways: [{ channel: 'feishu', user: 'oc_1', place: { group: 'oc_1' } }] },
    ],
  );
  db.exec(`UPDATE deliveries SET state = 'delivered', detail = 'om_' || user`);
  const rung: string[] = [];
  /** A Lifeline; another one is what starts after it. */
  const lifeline = (channels = [{ name: 'feishu', urge }, { name: 'qq' }]) =>
    createEscalator({
      db,
      escalation: STEPS,
      book: { open: () => world.open },
      outbox,
      channels,
      named: (_incident, names) =>
        names.map((name) => ({ person: name, ways: [{ channel: 'feishu', user: `ou_${name}` }] })),
      isSilent: () => world.silent,
      locale: 'en',
      clock: { now: () => world.now },
      logger: silentLogger(),
      onQueued: () => undefined,
    });
  const urge = async (way: string, message: string, user: string): Promise<SendResult> => {
    rung.push(`${way} ${message} ${user}`);
    return world.answerFor(user);
  };
  return { db, world, rung, lifeline, told: () => toldIn(db) };
};
const ok: SendResult = { outcome: 'ok', messageId: '' };
const toldIn = (db: DatabaseSync): readonly string[] =>
  db
    .prepare(`SELECT person, message ->> '$.lines[0]' AS line FROM outbox WHERE kind = 'reminder' ORDER BY id`)
    .all()
    .map(({ person, line }) => `${String(person)}: ${String(line)}`);

describe('an escalator', () => {
  it('rings, calls, and tells the next and the group, each after the wait and once', async () => {
    const { world, rung, lifeline, told, db } = scene();
    const one = lifeline();
    for (let minute = 0; minute <= 60; minute += 1) {
      world.now = NOW + minute * MINUTE;
      await one.tick();
    }
    expect(rung).toEqual(['app om_ou_me ou_me', 'phone om_ou_me ou_me']);
    expect(told()).toEqual([
      'boss: Nobody has acknowledged this for 30 min. Whoever takes it: acknowledge it',
      'ops: Nobody has acknowledged this for 40 min. Whoever takes it: acknowledge it',
    ]);
    expect(urgentUse(db, NOW)).toEqual({ sms: 0, phone: 1, refused: null });
  });

  it('stops at the first acknowledgement, and goes on after a restart of Lifeline where it was', async () => {
    const { world, rung, lifeline, told } = scene();
    world.now = NOW + 10 * MINUTE;
    await lifeline().tick();
    await lifeline().tick();
    world.now = NOW + 20 * MINUTE;
    await lifeline().tick();
    expect(rung).toHaveLength(2);
    world.open = [{ ...ILL, acknowledged: { by: 'me', at: world.now } }];
    world.now = NOW + 60 * MINUTE;
    await lifeline().tick();
    expect([rung.length, told()]).toEqual([2, []]);
  });

  it('takes up a call that an earlier Lifeline was killed in', async () => {
    const { db, world, rung, lifeline } = scene();
    db.prepare(`INSERT INTO escalations (incident, outage, step, way, at) VALUES (1, 1, 0, 'app', ?)`).run(NOW);
    world.now = NOW + MINUTE;
    await lifeline().tick();
    await lifeline().tick();
    expect(rung).toEqual(['app om_ou_me ou_me']);
  });

  it('goes to the next step at once where the tenant does not allow one', async () => {
    const { db, world, rung, lifeline, told } = scene();
    world.answer = { outcome: 'refused', reason: "the tenant's quota of buzzes is used up (code 230024)" };
    world.now = NOW + 10 * MINUTE;
    await lifeline().tick();
    expect(rung).toEqual(['app om_ou_me ou_me', 'phone om_ou_me ou_me']);
    expect(told()).toHaveLength(1);
    expect(urgentUse(db, NOW)).toMatchObject({ phone: 0, refused: expect.stringContaining('230024') as string });
  });

  it('asks a platform that cannot be reached a few times, then goes on', async () => {
    const { world, rung, lifeline, told } = scene();
    world.answer = { outcome: 'retry', reason: 'no answer', afterMs: 0 };
    world.now = NOW + 10 * MINUTE;
    const one = lifeline();
    for (let n = 0; n < 12; n += 1) await one.tick();
    expect(rung).toHaveLength(10);
    expect(told()).toHaveLength(1);
  });

  it('calls nobody again because the platform gave no answer for somebody else', async () => {
    const { db, world, rung, lifeline } = scene();
    createOutbox(db).enqueue(
      { topic: 'incident', subject: 1, kind: 'opened', message: { tone: 'critical', title: 'down' }, at: NOW },
      [{ person: 'you', ways: [{ channel: 'feishu', user: 'ou_you' }] }],
    );
    db.exec(`UPDATE deliveries SET state = 'delivered', detail = 'om_' || user WHERE user = 'ou_you'`);
    world.now = NOW + 10 * MINUTE;
    const one = lifeline();
    world.answerFor = (user) => (user === 'ou_me' ? ok : { outcome: 'retry', reason: 'no answer', afterMs: 0 });
    for (let n = 0; n < 12; n += 1) await one.tick();
    const calls = (user: string): number => rung.filter((call) => call.endsWith(` ${user}`)).length;
    // Of both people the second never answers: five tries of the first step, and the next one waits.
    expect([calls('ou_me'), calls('ou_you')]).toEqual([1, 5]);
  });

  it('waits while the gateway is muted', async () => {
    const { world, rung, lifeline } = scene();
    world.silent = true;
    world.now = NOW + 30 * MINUTE;
    await lifeline().tick();
    expect(rung).toEqual([]);
    world.silent = false;
    await lifeline().tick();
    expect(rung).toHaveLength(1);
  });

  it('begins anew when the trouble comes back', async () => {
    const { world, rung, lifeline, db } = scene();
    world.now = NOW + 10 * MINUTE;
    await lifeline().tick();
    const back = NOW + 60 * MINUTE;
    world.open = [{ ...ILL, outages: 2, timeline: [{ at: back, what: 'again', outage: 2, cause: 'process_gone' }] }];
    db.prepare(`UPDATE outbox SET at = ?`).run(back);
    world.now = back + 9 * MINUTE;
    await lifeline().tick();
    expect(rung).toHaveLength(1);
    world.now = back + 10 * MINUTE;
    await lifeline().tick();
    expect(rung).toHaveLength(2);
  });
});
