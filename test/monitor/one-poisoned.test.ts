/** One thing that cannot be dealt with costs only itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState, newLink, type LinkState } from '../../src/diagnosis/state.ts';
import type { GatewayKind } from '../../src/gateways/gateway-kind.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { createDeliveryRecord } from '../../src/notify/outbox/delivery-record.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createWatcher } from '../../src/monitor/gateway/watcher.ts';
import { manualClock } from '../healing/manual-clock.ts';
import { createStory, gateway, T0, TREAT } from '../incidents/helpers.ts';

const database = () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  return db;
};

test('a link that no rule can judge keeps neither the gateway nor its other links from being judged', () => {
  const poisoned = { ...newLink(T0), losses: null } as unknown as LinkState;
  const state = {
    ...initialState,
    process: { pid: 7, startTime: 1, startedAt: T0 },
    links: new Map([
      ['qqbot', poisoned],
      ['feishu', newLink(T0)],
    ]),
  };
  const { verdicts, failed } = judge(state, { gateway: 'main', policy: DEFAULT_POLICY, now: T0 + 1_000, links: null });
  expect(verdicts.map(({ link, condition }) => [link, condition])).toEqual([
    [null, 'healthy'],
    ['feishu', 'unknown'],
  ]);
  expect(failed.map(({ link }) => link)).toEqual(['qqbot']);
});

test('an incident that cannot be read is in the way of nobody: not in that of other gateways, nor in that of the next one of its own', () => {
  const db = database();
  const unreadable: string[] = [];
  const book = createIncidentBook(db, (name) => unreadable.push(name));
  const story = createStory({ book });
  story.judged(T0, TREAT, gateway('stopped'));
  story.judged(T0, TREAT, (at) => ({ ...gateway('stopped')(at), gateway: 'work' }));
  db.exec(`UPDATE incidents SET verdict = '{' WHERE gateway = 'main'`);
  expect(book.open().map((incident) => incident.gateway)).toEqual(['work']);
  expect(unreadable).toEqual(['main']);
  story.judged(T0 + 1_000, TREAT, gateway('frozen'));
  expect(book.open().map(({ gateway: name, verdict }) => `${name} ${verdict.condition}`)).toEqual([
    'work stopped',
    'main frozen',
  ]);
  expect(book.since(0)).toHaveLength(2);
});

test('a notification that cannot be read keeps no other from being sent', () => {
  const db = database();
  const outbox = createOutbox(db);
  const to = [{ person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }] }];
  for (const subject of [1, 2])
    outbox.enqueue(
      { topic: 'incident', subject, kind: 'opened', message: { tone: 'critical', title: `${subject}` }, at: T0 },
      to,
    );
  db.exec(`UPDATE outbox SET message = '{' WHERE subject = 1`);
  const unreadable: number[] = [];
  const record = createDeliveryRecord(db, (id) => unreadable.push(id));
  expect(record.threads().map(([first]) => first?.message.title)).toEqual(['2']);
  expect(unreadable).toEqual([1]);
  expect(record.threads()).toHaveLength(1);
  expect(unreadable).toHaveLength(1);
});

test('a piece of evidence that cannot be understood keeps no other from being taken in, and is reported', async () => {
  const home = mkdtempSync(join(tmpdir(), 'lifeline-poisoned-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const failed: string[] = [];
  const kind: GatewayKind = {
    ...hermes,
    logs: [],
    stateFiles: [
      {
        path: 'state.json',
        mostBytes: 1_000,
        read: (_text, { now }) => [
          { at: now, source: 'state.json', text: 'poisoned', link: 'qqbot', fact: undefined as never },
          {
            at: now,
            source: 'state.json',
            text: 'fine',
            link: null,
            fact: { kind: 'gateway-claim', state: 'running', pid: 7, turns: 3 },
          },
        ],
      },
    ],
  };
  const watcher = createWatcher({
    subject: { gateway: 'main', kind, home, links: null, policy: () => DEFAULT_POLICY },
    finder: {
      findProcess: async () => ({ gateway: { pid: 7, startTime: 1, startedAt: T0 }, beside: [], problem: null }),
    },
    listeners: { report: { failed: ({ stage }) => failed.push(stage), worked: () => undefined } },
    clock: manualClock(T0 + 1_000),
    logger: silentLogger(),
  });
  onTestFinished(() => watcher.stop());
  const look = await watcher.look();
  expect(look.vitals.turns).toBe(3);
  expect(look.verdicts[0]).toMatchObject({ condition: 'healthy' });
  expect(failed).toEqual(['evidence']);
});
