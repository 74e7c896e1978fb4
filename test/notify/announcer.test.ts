import { expect, onTestFinished, test } from 'vitest';
import { PassThrough } from 'node:stream';
import { createLogger } from '../../src/base/logger.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY } from '../../src/incidents/policy.ts';
import { addressees } from '../../src/notify/addressees.ts';
import { createAnnouncer, type AnnouncerOptions } from '../../src/notify/announcer.ts';
import { createOutbox } from '../../src/notify/outbox.ts';
import { openDatabase } from '../../src/store/database.ts';
import { gateway, link, MINUTE, T0, TREAT, WELL, type VerdictAt } from '../incidents/helpers.ts';

const OPERATORS = [
  { name: 'me', role: 'admin', ids: { feishu: 'ou_me', qq: 'QQ_ME' } },
  { name: 'you', role: 'viewer', ids: { qq: 'QQ_YOU' } },
  { name: 'nobody', role: 'operator', ids: { onebot: '1' } },
] as const;

test('everybody who may look gets the alerts, on the channels where they have an id, in the order of the configuration', () => {
  expect(addressees(OPERATORS, ['qq', 'feishu'])).toEqual([
    { person: 'qq:QQ_ME', ways: [{ channel: 'qq', user: 'QQ_ME' }, { channel: 'feishu', user: 'ou_me' }] },
    { person: 'qq:QQ_YOU', ways: [{ channel: 'qq', user: 'QQ_YOU' }] },
  ]);
});

const setUp = (change: Partial<AnnouncerOptions> = {}) => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  const output = new PassThrough();
  let lines = '';
  output.on('data', (chunk: Buffer) => (lines += chunk.toString()));
  let woken = 0;
  const book = createIncidentBook(db);
  const announcer = createAnnouncer({
    db,
    book,
    outbox: createOutbox(db),
    policy: DEFAULT_INCIDENT_POLICY,
    locale: 'zh-CN',
    to: addressees(OPERATORS, ['feishu', 'qq']),
    logger: createLogger('error', output),
    onQueued: () => (woken += 1),
    ...change,
  });
  const judged = (at: number, ...verdicts: VerdictAt[]) =>
    announcer.step({ kind: 'judged', gateway: 'main', verdicts: verdicts.map((make) => make(at)), decision: verdicts.length > 1 ? TREAT : WELL }, at);
  const queued = () => db.prepare('SELECT thread, kind, person FROM outbox ORDER BY id').all().map(({ thread, kind, person }) => `${String(thread)} ${String(kind)} ${String(person)}`);
  return { db, book, judged, queued, woken: () => woken, log: () => lines };
};

test('a notice is queued for each person together with its incident, and wakes the delivery once', () => {
  const { judged, queued, book, woken } = setUp();
  judged(T0, gateway('healthy'), link('qqbot', 'down'));
  expect(queued()).toEqual(['1 opened feishu:ou_me', '1 opened qq:QQ_YOU']);
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
    '2 opened feishu:ou_me',
    '2 opened qq:QQ_YOU',
    '2 opened feishu:ou_me',
    '2 opened qq:QQ_YOU',
    '2 recovered feishu:ou_me',
    '2 recovered qq:QQ_YOU',
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
  const { judged, log, queued } = setUp({ to: [] });
  judged(T0, gateway('healthy'), link('qqbot', 'down'));
  expect(queued()).toEqual([]);
  expect(log()).toMatch(/"level":50.*main.QQ 失联.*there is nobody to tell/);
});
