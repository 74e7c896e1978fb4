/**
 * Lifeline ends at each write of each command that changes something, with real tables: what the next Lifeline
 * says of it must be what the disk says. The end is a write that throws and all writes after it, as of a process that
 * is gone; `test/acceptance/killed-answers.test.ts` plays some of these with real kills.
 */
import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sample } from '../../deep.ts';
import { ack } from '../../../commands/ack.ts';
import { maintenance } from '../../../commands/maintenance.ts';
import { mute } from '../../../commands/mute.ts';
import { reload } from '../../../commands/reload.ts';
import { unmute } from '../../../commands/unmute.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { createAccess } from '../../../src/chat/access/access.ts';
import { createBus, type BusOptions } from '../../../src/chat/bus/bus.ts';
import { createButtons } from '../../../src/chat/interaction/buttons.ts';
import type { Command, GatewayPort } from '../../../src/chat/command/command.ts';
import { createConfirmations } from '../../../src/chat/interaction/confirmation.ts';
import type { Inbound } from '../../../src/chat/inbound/inbound-message.ts';
import { interrupted } from '../../../src/chat/bus/interrupted.ts';
import { plainText, type Message } from '../../../src/chat/message/message.ts';
import { createPairing } from '../../../src/chat/pairing/pairing.ts';
import { createIncidentBook } from '../../../src/incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY } from '../../incidents/default-policy.ts';
import { createIncidentTeller } from '../../../src/notify/tellers/incident-teller.ts';
import { createOutbox } from '../../../src/notify/outbox/queue.ts';
import { createReloadTeller } from '../../../src/notify/tellers/reload-teller.ts';
import { createAudit } from '../../../src/store/audit.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createPairedOperators } from '../../../src/store/operators.ts';
import { createQuotes } from '../../../src/store/quotes.ts';
import { createProcessedMessages } from '../../../src/store/processed-messages.ts';
import { createPlans } from '../../../src/store/planned-maintenance.ts';
import { createSilences } from '../../../src/store/silences.ts';
import { transaction } from '../../../src/store/transaction.ts';
import { incident, port } from '../../commands/scene.ts';
import { command, inbound, NOW, OPERATORS, ports } from '../helpers.ts';

const GATEWAYS: readonly GatewayPort[] = [port('main')];

/** One's own, with an effect that no store knows. */
const deployed = vi.fn();
const deploy: Command = command('deploy', {
  effects: 'changes',
  args: {},
  run: async (context) => {
    context.actOutside();
    deployed();
    return { tone: 'good', title: 'deployed' };
  },
});
const ask: Command = command('ask', {
  effects: 'interrupts',
  args: {},
  run: async (context) => context.confirm({ tone: 'warning', title: 'Really?' }, '/ask', 'Do it'),
});

class Gone extends Error {}

interface End {
  readonly reached: () => number;
  readonly isOver: () => boolean;
}

/** Lets the first `left` writes and ends of transactions happen; the next one and all that follow do not. */
const endAfter = (db: DatabaseSync, left: number): End => {
  let done = 0;
  let isOver = false;
  const step = (): void => {
    if (done >= left) {
      isOver = true;
      throw new Gone('Lifeline has ended');
    }
    done += 1;
  };
  const [exec, prepare] = [db.exec.bind(db), db.prepare.bind(db)];
  db.exec = (sql) => {
    if (sql === 'COMMIT') step();
    exec(sql);
  };
  db.prepare = (sql, ...more) => {
    const statement = prepare(sql, ...more);
    if (!/^\s*(INSERT|UPDATE|DELETE|REPLACE)/i.test(sql)) return statement;
    const run = statement.run.bind(statement);
    statement.run = ((...values: Parameters<typeof run>) => {
      step();
      return run(...values);
    }) as typeof run;
    return statement;
  };
  return { reached: () => done, isOver: () => isOver };
};

interface Life {
  readonly delivered: Message[];
  readonly bus: ReturnType<typeof createBus>;
}

const COMMANDS = [mute, unmute, maintenance, ack, reload, deploy, ask];

const lifeOn = (
  db: DatabaseSync,
  {
    answer,
    end,
    commands = COMMANDS,
  }: { readonly answer?: BusOptions['answer']; readonly end?: End; readonly commands?: readonly Command[] } = {},
): Life => {
  const delivered: Message[] = [];
  const atomically: BusOptions['atomically'] = (work) => transaction(db, work);
  const silences = createSilences(db);
  const paired = createPairedOperators(db);
  const outbox = createOutbox(db);
  const logger = silentLogger();
  const clock = { now: () => NOW };
  const book = createIncidentBook(db);
  const incidentTeller = createIncidentTeller({
    db,
    book,
    outbox,
    incidentPolicy: DEFAULT_INCIDENT_POLICY,
    locale: 'en',
    to: () => [],
    quiet: null,
    gateways: 1,
    logger,
    onQueued: () => undefined,
  });
  const teller = createReloadTeller({
    db,
    outbox,
    to: () => [],
    locale: 'en',
    now: () => NOW,
    onQueued: () => undefined,
  });
  const bus = createBus({
    commands,
    access: createAccess({ configured: OPERATORS, paired, clock, logger }),
    pairing: createPairing(db, { configured: OPERATORS, paired }),
    quotes: createQuotes(db),
    seen: createProcessedMessages(db),
    knowsSince: null,
    atomically,
    buttons: createButtons(db),
    confirmations: createConfirmations(db),
    audit: createAudit(db),
    clock,
    logger,
    locale: 'en',
    context: {
      ...ports(GATEWAYS),
      incidents: {
        open: () => book.open(),
        since: (at) => book.since(at),
        get: (id) => book.get(id),
        blips: () => [],
        watched: () => [],
      },
    },
    changes: {
      silences,
      plans: createPlans(db),
      acknowledge: (ids, by) => incidentTeller.step({ kind: 'acknowledged', ids, by }, NOW).incidents,
    },
    reload: {
      promise: (to) => teller.promise(to),
      withdraw: (to) => teller.withdraw(to),
      begin: () => ({ kind: 'begun' }),
    },
    send: async () => undefined,
    answer:
      answer ??
      (async (_to, message, { settled }) => {
        if (end?.isOver()) throw new Gone('Lifeline has ended');
        delivered.push(message);
        settled();
      }),
  });
  return { delivered, bus };
};

/** What the disk says has been changed, as text. */
const factsIn = (db: DatabaseSync): string =>
  JSON.stringify([
    createSilences(db).active(NOW),
    createIncidentBook(db)
      .open()
      .map(({ acknowledged }) => acknowledged),
    createPairedOperators(db).list(),
    db.prepare(`SELECT value FROM meta WHERE key = 'reload_asked'`).get() ?? null,
    deployed.mock.calls.length,
  ]);

const DENIED = 'was not carried out';

interface Story {
  readonly message: (db: DatabaseSync) => Inbound;
  /** Whether anything but its answer comes of it. */
  readonly changes: boolean;
  /** False: its effect is no part of a transaction with its end in the audit. */
  readonly isOneStep?: false;
}

const pairingCode = (db: DatabaseSync): string =>
  createPairing(db, { configured: OPERATORS, paired: createPairedOperators(db) }).begin(
    { role: 'admin', name: 'you', madeBy: 'pair' },
    NOW,
  ).code;

const STORIES: Readonly<Record<string, Story>> = {
  '/mute 2h': { message: () => inbound('/mute 2h main'), changes: true },
  '/unmute': { message: () => inbound('/unmute'), changes: true },
  '/maintenance 1h': { message: () => inbound('/maintenance 1h'), changes: true },
  '/maintenance end': { message: () => inbound('/maintenance end'), changes: true },
  '/ack': { message: () => inbound('/ack'), changes: true },
  'a tap that mutes': {
    message: (db) => {
      const sealed = createButtons(db).attachButtonTokens(
        { tone: 'info', title: 'x', buttons: [{ label: 'mute', style: 'plain', command: '/mute 2h main' }] },
        { key: 'k', channel: 'qq', user: 'ME' },
        NOW,
      );
      return inbound('', { pressed: sealed.buttons?.[0]?.token ?? '' });
    },
    changes: true,
  },
  '/reload': { message: () => inbound('/reload'), changes: true },
  '/deploy, a program of the operator': { message: () => inbound('/deploy'), changes: true, isOneStep: false },
  '/pair': { message: (db) => inbound(`/pair ${pairingCode(db)}`, { sender: 'YOU' }), changes: true },
  '/ask, which asks once more': { message: () => inbound('/ask'), changes: false },
  '/mute alone, which shows': { message: () => inbound('/mute'), changes: false },
  '/mute that makes no sense': { message: () => inbound('/mute 2h nobody'), changes: false },
  '/nothing that is known': { message: () => inbound('/nothing'), changes: false },
};

/** A world in which each of the stories has something to change. */
const world = (): DatabaseSync => {
  deployed.mockClear();
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  createIncidentBook(db).save([incident(1)]);
  for (const kind of ['mute', 'maintenance'] as const)
    createSilences(db).add({ kind, gateway: null, by: 'you', at: NOW - 1, until: NOW + 60_000 });
  return db;
};

/** @returns what the next Lifeline says of it. */
const saidNext = (db: DatabaseSync): readonly { readonly text: string; readonly key: string }[] =>
  transaction(db, () =>
    interrupted(
      {
        seen: createProcessedMessages(db),
        confirmations: createConfirmations(db),
        treated: () => false,
        onTreated: () => undefined,
        knowsSince: null,
        locale: 'en',
      },
      NOW,
    ),
  ).map(({ message, key }) => ({ text: plainText(message), key }));

/** Plays a story in a life of `writes` writes. @returns what is true afterwards. */
const play = async ({ message }: Story, writes: number) => {
  const db = world();
  const asked = message(db);
  const before = factsIn(db);
  const end = endAfter(db, writes);
  const { bus, delivered } = lifeOn(db, { end });
  bus.receive(asked);
  await bus.idle();
  const reached = end.reached();
  // What the process that is gone held in memory, its open transaction with it, is gone as well.
  Reflect.deleteProperty(db, 'prepare');
  Reflect.deleteProperty(db, 'exec');
  if (db.isTransaction) db.exec('ROLLBACK');
  const taken = db.prepare('SELECT 1 FROM seen WHERE id = ?').get(asked.id) !== undefined;
  return { db, asked, reached, taken, delivered, changed: factsIn(db) !== before, said: saidNext(db) };
};

describe.each(sample(Object.entries(STORIES), 2, 0))('Lifeline ends within %s', (_name, story) => {
  it('after any number of writes: what was carried out is never denied, and nobody is left without a word', async () => {
    const whole = await play(story, Infinity);
    expect(whole.said).toEqual([]);
    expect(whole.delivered).toHaveLength(story.message(world()).text === '/reload' ? 0 : 1);
    expect(whole.changed).toBe(story.changes);
    for (let writes = 0; writes < whole.reached; writes += 1) {
      const { db, asked, taken, delivered, changed, said } = await play(story, writes);
      const where = `after ${writes} of ${whole.reached} writes: ${JSON.stringify({ taken, changed, delivered, said })}`;
      const denied = said.some(({ text }) => text.includes(DENIED));
      if (changed || delivered.length > 0) expect(denied, where).toBe(false);
      // What was not taken is delivered again by the platform; a promise is kept by the app that starts next.
      const promised = asked.text === '/reload' && changed;
      if (taken && !promised && delivered.length === 0) expect(said, where).toHaveLength(1);
      for (const { key } of said) expect(key).toBe(`${asked.id} answer`);
      if (!taken) expect(changed, where).toBe(false);
      // The audit has its end in the transaction of the effect. Of a program that runs nobody knows more than that it
      // was allowed.
      const [last] = createAudit(db).recent({ count: 1 });
      if (changed && story.isOneStep !== false) expect(last?.outcome, where).toBe('done');
    }
  });
});

describe('an answer that does not arrive before Lifeline ends', () => {
  const muted = async () => {
    const db = world();
    const { bus } = lifeOn(db, { answer: () => Promise.reject(new Error('the network is gone')) });
    bus.receive(inbound('/mute 2h main', { id: 'm-1' }));
    await bus.idle();
    return db;
  };

  it('is given by the next one: what was carried out, in the words of then', async () => {
    const db = await muted();
    expect(saidNext(db)).toEqual([
      {
        key: 'm-1 answer',
        text: expect.stringMatching(/^🟠 Muted main until 12:31:05[\s\S]*you may have this answer already$/) as string,
      },
    ]);
    expect(saidNext(db)).toEqual([]);
  });

  it('has been carried out for /audit, too', async () => {
    const db = await muted();
    expect(createAudit(db).recent({ count: 1 })).toMatchObject([{ command: '/mute 2h main', outcome: 'done' }]);
  });
});

describe('a question that is open when Lifeline ends', () => {
  const asked = async () => {
    const db = world();
    const first = lifeOn(db, { answer: () => Promise.reject(new Error('the network is gone')) });
    first.bus.receive(inbound('/ask', { id: 'q-1' }));
    await first.bus.idle();
    const word = String(db.prepare('SELECT nonce FROM confirmations').get()?.['nonce']);
    return { db, word };
  };

  it('is asked again with the same word', async () => {
    const { db, word } = await asked();
    expect(saidNext(db)).toEqual([
      { key: 'q-1 answer', text: `🟠 Really?\n\nReply ${word} within 60 seconds to confirm` },
    ]);
  });

  it('counts for whoever answers it meanwhile, once, and is then neither asked again nor denied', async () => {
    const { db, word } = await asked();
    const did = vi.fn();
    const restart = command('ask', {
      effects: 'interrupts',
      args: {},
      run: async ({ by }) => (did(by), { tone: 'good', title: 'done' }),
    });
    const { bus } = lifeOn(db, { commands: [restart] });
    for (const id of ['a', 'b']) bus.receive(inbound(word, { id }));
    await bus.idle();
    expect(did.mock.calls).toEqual([['confirmed']]);
    expect(saidNext(db)).toEqual([]);
  });
});
