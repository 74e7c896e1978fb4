/** The teller over a real outbox and ledger: its progress is one message that changes, its result is never lost. */
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { Message } from '../../src/chat/message/message.ts';
import type { ReplyAddress, TreatmentRecord } from '../../src/healing/treatment.ts';
import { createRestartLedger } from '../../src/healing/ledger.ts';
import type { Answers } from '../../src/notify/command-answers.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { createTeller } from '../../src/notify/tellers/treatment-teller.ts';
import { openDatabase } from '../../src/store/database.ts';
import { transaction } from '../../src/store/transaction.ts';
import { treatment } from '../commands/helpers.ts';
import { recordOf } from '../healing/fake-supervisor.ts';
import { ownFolder } from '../store/helpers.ts';

const patience = { timeout: 20_000 };
const ANSWER: ReplyAddress = { channel: 'qq', user: 'ME', group: 'G', replyTo: 'm1' };

/** A channel that notes what it shows. `editable` false: as QQ, it cannot change a message. */
const setUp = ({ editable = true, send }: { readonly editable?: boolean; readonly send?: Answers['send'] } = {}) => {
  const db = openDatabase(join(ownFolder(), 'lifeline.db'));
  onTestFinished(() => db.close());
  const shown: string[] = [];
  const text = (message: Message): string => (message.lines ?? []).join(' / ');
  const sends = vi.fn<Answers['send']>(send ?? (async (_to, message) => (shown.push(`sent: ${text(message)}`), 'M1')));
  const edits = vi.fn<Answers['edit']>(async (_to, messageId, message) => {
    if (editable) shown.push(`${messageId}: ${text(message)}`);
    return editable;
  });
  const ledger = createRestartLedger(db);
  const outbox = createOutbox(db);
  const onQueued = vi.fn();
  const teller = createTeller({
    answers: { send: sends, edit: edits },
    outbox,
    ledger,
    addressees: () => [
      {
        person: 'feishu:ou_me',
        ways: [
          { channel: 'feishu', user: 'ou_me' },
          { channel: 'qq', user: 'ME' },
          { channel: 'webhook', user: '-' },
        ],
      },
    ],
    locale: 'en',
    now: () => 5_000,
    logger: silentLogger(),
    onQueued,
  });
  const begin = (changed: Partial<TreatmentRecord> = {}): TreatmentRecord => {
    const { id: _id, ...record } = recordOf({
      requestedBy: 'me',
      answer: ANSWER,
      planned: ['graceful', 'supervisor'],
      ...changed,
    });
    return ledger.begin(record);
  };
  const queued = () =>
    db
      .prepare('SELECT topic, subject, kind, person FROM outbox ORDER BY id')
      .all()
      .map((row) => ({ ...row }));
  const ways = () =>
    db
      .prepare('SELECT channel, user, place FROM deliveries ORDER BY rank')
      .all()
      .map((row) => ({ ...row }));
  return { db, shown, sends, edits, ledger, outbox, teller, begin, queued, ways, onQueued };
};

const recordIn = ([record]: readonly TreatmentRecord[]): TreatmentRecord => {
  if (!record) throw new Error('no treatment is unfinished');
  return record;
};

test('its progress is one message that is changed step by step, to its end', async () => {
  const { shown, sends, teller, begin } = setUp();
  const record = begin();
  teller.progress(record);
  // A step that changes no word of it changes no message.
  const steps: TreatmentRecord[] = [
    { ...record, stepIndex: 0, phase: 'acting' },
    { ...record, stepIndex: 0, phase: 'proving' },
    { ...record, stepIndex: 1, phase: 'acting' },
  ];
  for (const [index, step] of steps.entries()) {
    teller.progress(step);
    await vi.waitFor(() => expect(shown).toHaveLength(index + 1), patience);
  }
  teller.ended({ ...record, stepIndex: 1, phase: 'proving' }, treatment(), []);
  await vi.waitFor(() => expect(shown).toHaveLength(4), patience);
  expect(sends).toHaveBeenCalledOnce();
  expect(shown).toEqual([
    'sent: ▸ let it end its work, then restart',
    'M1: ▸ let it end its work, then restart / waiting until it is ready and logged in',
    'M1: ✗ let it end its work, then restart / ▸ plain restart',
    'M1: ✗ let it end its work, then restart / ✓ plain restart',
  ]);
});

test('what comes while a change is under way waits, and of several only the last is shown', async () => {
  const sending = Promise.withResolvers<string>();
  const { shown, teller, begin } = setUp({ send: () => sending.promise });
  const record = begin();
  teller.progress(record);
  teller.progress({ ...record, stepIndex: 0, phase: 'acting' });
  teller.progress({ ...record, stepIndex: 0, phase: 'proving' });
  teller.progress({ ...record, stepIndex: 1, phase: 'acting' });
  sending.resolve('M7');
  await vi.waitFor(
    () => expect(shown).toEqual(['M7: ✗ let it end its work, then restart / ▸ plain restart']),
    patience,
  );
});

test('which message it is outlives Lifeline', async () => {
  const { ledger, teller, begin, shown } = setUp();
  teller.progress(begin());
  await vi.waitFor(
    () => expect(ledger.unfinished()[0]?.progress).toEqual({ channel: 'qq', messageId: 'M1' }),
    patience,
  );
  const next = setUp();
  next.teller.progress({ ...recordIn(ledger.unfinished()), stepIndex: 0, phase: 'acting' });
  await vi.waitFor(() => expect(next.shown).toEqual(['M1: ▸ let it end its work, then restart']), patience);
  expect(next.sends).not.toHaveBeenCalled();
  expect(shown).toHaveLength(1);
});

test('where a message cannot be changed there is one all the same, and the result', async () => {
  const { sends, edits, teller, begin, queued } = setUp({ editable: false });
  const record = begin();
  teller.progress(record);
  await vi.waitFor(() => expect(sends).toHaveBeenCalledOnce(), patience);
  teller.progress({ ...record, stepIndex: 0, phase: 'proving' });
  await vi.waitFor(() => expect(edits).toHaveBeenCalledOnce(), patience);
  teller.ended({ ...record, stepIndex: 0 }, treatment(), []);
  await vi.waitFor(() => expect(edits).toHaveBeenCalledTimes(2), patience);
  expect(sends).toHaveBeenCalledOnce();
  expect(queued()).toHaveLength(1);
});

test('a dead channel loses nothing: the result is in the outbox, first where it was asked, then on the other ways of that person', async () => {
  const { teller, begin, queued, ways, onQueued, sends } = setUp({
    send: () => Promise.reject(new Error('no network')),
  });
  const record = begin();
  teller.progress(record);
  await vi.waitFor(() => expect(sends).toHaveBeenCalled(), patience);
  teller.ended(record, treatment(), []);
  expect(queued()).toEqual([{ topic: 'treatment', subject: record.id, kind: 'result', person: 'feishu:ou_me' }]);
  expect(ways()).toEqual([
    { channel: 'qq', user: 'ME', place: JSON.stringify({ group: 'G', replyTo: 'm1' }) },
    { channel: 'feishu', user: 'ou_me', place: null },
  ]);
  expect(onQueued).toHaveBeenCalledOnce();
});

test('the result belongs to the transaction that ends the treatment: both are there, or neither', () => {
  const { db, ledger, teller, begin, queued } = setUp();
  const record = begin();
  const fails = (): void =>
    transaction(db, () => {
      ledger.finish(record.id, treatment());
      teller.ended(record, treatment(), []);
      throw new Error('disk is full');
    });
  expect(fails).toThrow('disk is full');
  expect([queued(), ledger.unfinished()]).toEqual([[], [record]]);
  transaction(db, () => {
    ledger.finish(record.id, treatment());
    teller.ended(record, treatment(), []);
  });
  expect(queued()).toHaveLength(1);
  expect(ledger.unfinished()).toEqual([]);
});

test('what nobody asked for is told by its incident alone', () => {
  const { teller, begin, queued, sends, onQueued } = setUp();
  const record = begin({ answer: null, requestedBy: 'auto' });
  teller.progress(record);
  teller.ended(record, treatment(), []);
  expect(sends).not.toHaveBeenCalled();
  expect(queued()).toEqual([]);
  expect(onQueued).not.toHaveBeenCalled();
});

test('one who is on no list of addressees gets the answer where it was asked', () => {
  const { teller, begin, ways, queued } = setUp();
  const record = begin({ answer: { channel: 'console', user: 'me' } });
  teller.ended(record, treatment(), []);
  expect(queued()).toMatchObject([{ person: 'console:me' }]);
  expect(ways()).toEqual([{ channel: 'console', user: 'me', place: null }]);
});
