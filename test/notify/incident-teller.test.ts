import { expect, onTestFinished, test } from 'vitest';
import { PassThrough } from 'node:stream';
import { createLogger } from '../../src/base/logger.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY } from '../incidents/default-policy.ts';
import { addressees } from '../../src/notify/recipients/addressees.ts';
import { createIncidentTeller, type IncidentTellerOptions } from '../../src/notify/tellers/incident-teller.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { gateway, link, MINUTE, T0, TREAT, WELL, type VerdictAt } from '../incidents/helpers.ts';

const OPERATORS = [
  { name: 'me', role: 'admin', ids: { feishu: 'ou_me', qq: 'QQ_ME' } },
  { name: 'you', role: 'viewer', ids: { qq: 'QQ_YOU' } },
  { name: 'nobody', role: 'operator', ids: { onebot: '1' } },
] as const;

test('everybody who may look gets the alerts, on the channels where they have an id, in the order of the configuration', () => {
  expect(addressees(OPERATORS, ['qq', 'feishu'])).toEqual([
    {
      person: 'qq:QQ_ME',
      ways: [
        { channel: 'qq', user: 'QQ_ME' },
        { channel: 'feishu', user: 'ou_me' },
      ],
    },
    { person: 'qq:QQ_YOU', ways: [{ channel: 'qq', user: 'QQ_YOU' }] },
  ]);
});

const setUp = (change: Partial<IncidentTellerOptions> = {}) => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  const output = new PassThrough();
  let lines = '';
  output.on('data', (chunk: Buffer) => (lines += chunk.toString()));
  let woken = 0;
  const book = createIncidentBook(db);
  const incidentTeller = createIncidentTeller({
    db,
    book,
    outbox: createOutbox(db),
    incidentPolicy: DEFAULT_INCIDENT_POLICY,
    locale: 'zh-CN',
    to: () => addressees(OPERATORS, ['feishu', 'qq']),
    logger: createLogger('error', output),
    quiet: null,
    gateways: 1,
    onQueued: () => (woken += 1),
    ...change,
  });
  const judged = (at: number, ...verdicts: VerdictAt[]) =>
    incidentTeller.step(
      {
        kind: 'judged',
        gateway: 'main',
        verdicts: verdicts.map((make) => make(at)),
        decision: verdicts.length > 1 ? TREAT : WELL,
        silent: false,
      },
      at,
    );
  const queued = () =>
    db
      .prepare('SELECT topic, subject, kind, person FROM outbox ORDER BY id')
      .all()
      .map(
        ({ topic, subject, kind, person }) => `${String(topic)} ${String(subject)} ${String(kind)} ${String(person)}`,
      );
  return { db, book, incidentTeller, judged, queued, woken: () => woken, log: () => lines };
};

test('a notice is queued for each person together with its incident, and wakes the delivery once', () => {
  const { judged, queued, book, woken } = setUp();
  judged(T0, gateway('healthy'), link('qqbot', 'down'));
  expect(queued()).toEqual(['incident 1 opened feishu:ou_me', 'incident 1 opened qq:QQ_YOU']);
  expect(book.open()).toHaveLength(1);
  expect(woken()).toBe(1);
  judged(T0 + MINUTE, gateway('healthy'), link('qqbot', 'down'));
  expect(queued()).toHaveLength(2);
  expect(woken()).toBe(1);
});

test('a recovery is queued for those who were told, under the incident that the gateway took up', () => {
  const { judged, queued } = setUp();
  judged(T0, gateway('healthy'), link('qqbot', 'down'));
  judged(T0 + MINUTE, gateway('frozen'), link('qqbot', 'down'));
  judged(T0 + 2 * MINUTE, gateway('healthy', { since: T0 + MINUTE + 1 }));
  judged(T0 + 3 * MINUTE, gateway('healthy', { since: T0 + MINUTE + 1 }));
  expect(queued()).toEqual([
    'incident 2 opened feishu:ou_me',
    'incident 2 opened qq:QQ_YOU',
    'incident 2 opened feishu:ou_me',
    'incident 2 opened qq:QQ_YOU',
    'incident 2 recovered feishu:ou_me',
    'incident 2 recovered qq:QQ_YOU',
  ]);
});

test('an incident whose word cannot be queued is not stored either, so that the next judgement tells it', () => {
  const { db, judged, queued, book, woken } = setUp();
  db.exec(`CREATE TRIGGER full BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
  expect(() => judged(T0, gateway('healthy'), link('qqbot', 'down'))).toThrow('disk full');
  expect(book.open()).toEqual([]);
  expect(queued()).toEqual([]);
  expect(woken()).toBe(0);
  db.exec('DROP TRIGGER full');
  judged(T0 + MINUTE, gateway('healthy'), link('qqbot', 'down'));
  expect(queued()).toHaveLength(2);
});

test('an alert for which there is nobody is logged loudly', () => {
  const { judged, log, queued } = setUp({ to: () => [] });
  judged(T0, gateway('healthy'), link('qqbot', 'down'));
  expect(queued()).toEqual([]);
  expect(log()).toMatch(/"level":50.*main.QQ 失联.*there is nobody to tell/);
});

test('in the quiet hours a notification is stored with the time until which it waits', () => {
  // T0 is 10:30 in Shanghai; what heals itself waits for 15 minutes.
  const { db, judged } = setUp({ quiet: { from: 10 * 60, to: 18 * 60 } });
  judged(T0, gateway('healthy'), link('qqbot', 'down'));
  expect(
    db
      .prepare('SELECT not_before - at AS ms, held FROM outbox')
      .all()
      .map((row) => ({ ...row })),
  ).toEqual([
    { ms: 15 * MINUTE, held: 'quiet' },
    { ms: 15 * MINUTE, held: 'quiet' },
  ]);
});

test('with several gateways an alert waits for the others, but for the first', () => {
  const { db, judged } = setUp({ gateways: 2 });
  judged(T0, gateway('healthy'), link('qqbot', 'down'));
  judged(T0 + 1_000, gateway('healthy'), link('qqbot', 'down'), link('feishu', 'down'));
  expect(
    db
      .prepare('SELECT DISTINCT not_before - at AS ms, held FROM outbox')
      .all()
      .map((row) => ({ ...row })),
  ).toEqual([
    { ms: null, held: null },
    { ms: 2_000, held: 'gathering' },
  ]);
});

test('what people say of incidents, and a gateway that is not watched any more, change them without a word', () => {
  const changes: string[] = [];
  const { incidentTeller, judged, queued, book } = setUp({
    onChanged: ({ id, acknowledged, closedAt }, decision) =>
      changes.push(
        `${id} ${acknowledged?.by ?? '-'} ${closedAt === null ? 'open' : 'closed'} ${decision?.act ?? 'as before'}`,
      ),
  });
  judged(T0, gateway('healthy'), link('qqbot', 'down'));
  const { length } = queued();
  incidentTeller.step({ kind: 'acknowledged', ids: [1], by: 'me' }, T0 + MINUTE);
  incidentTeller.step({ kind: 'unwatched', gateway: 'main' }, T0 + 2 * MINUTE);
  expect(changes).toEqual(['1 - open treat', '1 me open as before', '1 me closed as before']);
  expect(queued()).toHaveLength(length);
  expect(book.open()).toEqual([]);
});

test('what is done about an incident is handed on although the incident is as it was; to what it does not mend, as that', () => {
  const changes: string[] = [];
  const { incidentTeller, judged } = setUp({
    onChanged: ({ id }, decision) =>
      changes.push(`${id} ${decision?.act ?? 'as before'} ${decision && 'why' in decision ? decision.why : ''}`.trim()),
  });
  judged(T0, gateway('healthy'), link('qqbot', 'down'), link('feishu', 'rejected'));
  expect(changes.splice(0)).toEqual(['1 treat', '2 tell not_curable']);
  const verdicts = [gateway('healthy'), link('qqbot', 'down'), link('feishu', 'rejected')].map((make) =>
    make(T0 + MINUTE),
  );
  incidentTeller.step(
    {
      kind: 'judged',
      gateway: 'main',
      verdicts,
      decision: { act: 'hold', why: 'pause', until: T0 + 2 * MINUTE },
      silent: false,
    },
    T0 + MINUTE,
  );
  expect(changes).toEqual(['1 hold pause', '2 tell not_curable']);
});

test('what comes back soon after it was over is the same incident once more', () => {
  const { judged, queued } = setUp();
  judged(T0, gateway('healthy'), link('qqbot', 'down'));
  for (const minute of [1, 2, 3])
    judged(T0 + minute * MINUTE, gateway('healthy'), link('qqbot', 'up', { since: T0 + MINUTE }));
  judged(T0 + 5 * MINUTE, gateway('healthy'), link('qqbot', 'down', { since: T0 + 4 * MINUTE }));
  expect(queued().filter((line) => line.endsWith('ou_me'))).toEqual([
    'incident 1 opened feishu:ou_me',
    'incident 1 recovered feishu:ou_me',
    'incident 1 again feishu:ou_me',
  ]);
});
