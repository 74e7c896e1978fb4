/** A flood from strangers: what it costs, and that no operator waits for it. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BusOptions } from '../../../src/chat/bus/bus.ts';
import { createPairing } from '../../../src/chat/pairing/pairing.ts';
import { createAudit } from '../../../src/store/audit.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createPairedOperators } from '../../../src/store/operators.ts';
import { createProcessedMessages } from '../../../src/store/processed-messages.ts';
import { command, harness, inbound, NOW, OPERATORS } from '../helpers.ts';

/** Counts every run of every statement. */
const setUp = (more: Partial<BusOptions> = {}) => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  let statements = 0;
  const prepare = db.prepare.bind(db);
  vi.spyOn(db, 'prepare').mockImplementation((sql) => {
    const statement = prepare(sql);
    for (const method of ['run', 'get', 'all'] as const) {
      const run = statement[method].bind(statement) as (...args: unknown[]) => unknown;
      Object.assign(statement, { [method]: (...args: unknown[]) => ((statements += 1), run(...args)) });
    }
    return statement;
  });
  const paired = createPairedOperators(db);
  const pairing = createPairing(db, { configured: OPERATORS, paired });
  let now = NOW;
  const scene = harness([command('status')], {
    paired,
    pairing,
    seen: createProcessedMessages(db),
    audit: createAudit(db),
    clock: { now: () => now },
    ...more,
  });
  return { ...scene, pairing, statements: () => statements, pass: (ms: number) => (now += ms) };
};

describe('a flood from strangers', () => {
  it.each<[string, (n: number) => string]>([
    ['commands', () => '/restart main'],
    ['talk', (n) => `hello ${n}`],
    ['pairing codes', () => '/pair ABCD-EFGH'],
    ['long texts', () => 'x'.repeat(5_000)],
  ])(
    'of a thousand %s a second for ten seconds costs a statement a second, and a handful of rows and answers',
    async (_what, text) => {
      const { bus, sent, statements, pass } = setUp();
      const before = statements();
      for (let second = 0; second < 10; second += 1) {
        for (let n = 0; n < 1_000; n += 1) {
          bus.receive(inbound(text(n), { sender: `S${second * 1_000 + n}` }));
          if (n % 20 === 0) await bus.idle();
        }
        await bus.idle();
        pass(1_000);
      }
      // Twenty rows of the audit; and each second one look at who was paired, and one at whether there is a code.
      expect(statements() - before).toBeLessThanOrEqual(20 + 10 + 10);
      expect(sent.length).toBeLessThanOrEqual(20);
    },
  );

  it('of one wrong code that is delivered again and again costs one try, and no statement for the others', async () => {
    const { bus, sent, statements, pairing } = setUp();
    pairing.begin({ role: 'viewer', name: 'you', madeBy: 'pair' }, NOW);
    const before = statements();
    for (let n = 0; n < 1_000; n += 1) {
      bus.receive(inbound('/pair 2222-2222', { sender: 'YOU', id: 'same' }));
      if (n % 20 === 0) await bus.idle();
    }
    await bus.idle();
    expect(sent.map(({ message }) => message.title)).toEqual(['Wrong code; 4 tries left']);
    expect(statements() - before).toBeLessThanOrEqual(10);
  });

  it('of twenty thousand messages that came before it keeps an operator waiting for one of them at most', async () => {
    const handled: string[] = [];
    const { bus, sent } = setUp({
      send: async (to, message) => {
        handled.push(to.sender);
        if (to.sender === 'ME') sent.push({ inbound: to, message, n: 0 });
      },
    });
    for (let n = 0; n < 20_000; n += 1) bus.receive(inbound('/status', { sender: `S${n}` }));
    bus.receive(inbound('/status'));
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(handled.indexOf('ME')).toBeLessThanOrEqual(3);
    expect(sent[0]?.message.title).toBe('did status');
    await bus.idle();
  });

  it('fills no memory: what finds no place in the queue is gone', async () => {
    const asked = vi.fn<(inbound: unknown) => void>();
    const { bus } = setUp({ clock: { now: () => (asked(null), NOW) } });
    for (let n = 0; n < 20_000; n += 1) bus.receive(inbound('hello', { sender: `S${n}` }));
    const whenReceived = asked.mock.calls.length;
    await bus.idle();
    // The clock is asked once for each message that is handled.
    expect(asked.mock.calls.length - whenReceived).toBeLessThanOrEqual(2 * 100);
  });

  it('of talk does not keep out somebody with the code', async () => {
    const { bus, titles, pairing } = setUp();
    const { code } = pairing.begin({ role: 'viewer', name: 'you', madeBy: 'pair' }, NOW);
    for (let n = 0; n < 5_000; n += 1) bus.receive(inbound('hello', { sender: `S${n}` }));
    bus.receive(inbound(`/pair ${code}`, { sender: 'YOU' }));
    for (let n = 0; n < 5_000; n += 1) bus.receive(inbound('hello', { sender: `T${n}` }));
    await bus.idle();
    expect(titles()).toContain('Paired: you, viewer');
  });

  it('does not keep out those who were paired', async () => {
    const { bus, sent, pairing } = setUp();
    const { code } = pairing.begin({ role: 'viewer', name: 'you', madeBy: 'pair' }, NOW);
    bus.receive(inbound(`/pair ${code}`, { sender: 'YOU' }));
    await bus.idle();
    for (let n = 0; n < 20_000; n += 1) bus.receive(inbound('/status', { sender: `S${n}` }));
    bus.receive(inbound('/status', { sender: 'YOU' }));
    await bus.idle();
    expect(sent.filter(({ inbound: { sender } }) => sender === 'YOU').map(({ message }) => message.title)).toEqual([
      'Paired: you, viewer',
      'did status',
    ]);
  });
});
