import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import type { Command, CommandContext } from '../../../src/chat/command/command.ts';
import type { Operator } from '../../../src/config/config.ts';
import { createAudit } from '../../../src/store/audit.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createProcessedMessages } from '../../../src/store/processed-messages.ts';
import { command, harness, inbound, memory, NOW } from '../helpers.ts';

const MINUTE = 60_000;

describe('a command', () => {
  it('gets its arguments, its operator and Lifeline, and its message is the answer', async () => {
    const run = vi.fn<Command['run']>(() => Promise.resolve({ tone: 'good', title: 'fine' }));
    const { bus, sent } = harness([command('status', { run })]);
    const message = inbound('/status "a b" c');
    bus.receive(message);
    await bus.idle();
    expect(run.mock.calls[0]?.[1]).toEqual({ text: 'a b c' });
    expect(run.mock.calls[0]?.[0]).toMatchObject({ locale: 'en', now: NOW, operator: { name: 'me' } });
    expect(run.mock.calls[0]?.[0].lifeline().version).toBe('1');
    expect(sent).toEqual([{ inbound: message, message: { tone: 'good', title: 'fine' }, n: 0 }]);
  });

  it('may say something before its result; answers are numbered', async () => {
    const run = async (context: CommandContext) => {
      await context.say({ tone: 'info', title: 'wait' });
      return { tone: 'good', title: 'done' } as const;
    };
    const { bus, sent } = harness([command('restart', { run })]);
    bus.receive(inbound('/restart'));
    await bus.idle();
    expect(sent.map(({ message, n }) => [n, message.title])).toEqual([
      [0, 'wait'],
      [1, 'done'],
    ]);
  });

  it('goes on when what it says cannot be sent', async () => {
    const done = vi.fn();
    const run = async (context: CommandContext) => {
      await context.say({ tone: 'info', title: 'wait' });
      done();
      return { tone: 'good', title: 'done' } as const;
    };
    const { bus } = harness([command('restart', { run })], { send: () => Promise.reject(new Error('no network')) });
    bus.receive(inbound('/restart'));
    await bus.idle();
    expect(done).toHaveBeenCalledOnce();
  });

  it('answers in the group from which it came', async () => {
    const { bus, sent } = harness([command('status')]);
    const message = inbound('/status', { chat: { kind: 'group', id: 'G' } });
    bus.receive(message);
    await bus.idle();
    expect(sent[0]?.inbound.chat).toEqual({ kind: 'group', id: 'G' });
  });

  it('that complains about its arguments is quoted, line by line', async () => {
    const { bus, sent, audited } = harness([
      command('logs', { run: () => Promise.reject(new UserError('BAD', 'no such gateway\ntry main')) }),
    ]);
    bus.receive(inbound('/logs x'));
    await bus.idle();
    expect(sent[0]?.message).toEqual({ tone: 'warning', title: 'no such gateway', lines: ['try main'] });
    expect(audited.map(({ outcome, detail }) => [outcome, detail])).toEqual([['failed', 'BAD']]);
  });

  it.each<[string, Command['run']]>([
    ['rejects', () => Promise.reject(new Error('token=abcdefgh at /secret/path'))],
    [
      'throws',
      () => {
        throw new Error('token=abcdefgh at /secret/path');
      },
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    ['rejects with a string', () => Promise.reject('token=abcdefgh at /secret/path')],
  ])('that %s gets a short answer without the reason, which goes to the audit redacted', async (_how, run) => {
    const { bus, sent, audited } = harness([command('logs', { run })]);
    bus.receive(inbound('/logs'));
    await bus.idle();
    expect(sent[0]?.message).toEqual({
      tone: 'critical',
      title: 'Something unexpected went wrong; not completed',
      note: "See Lifeline's own log",
    });
    expect(audited).toMatchObject([{ outcome: 'failed', detail: 'token=*** at /secret/path' }]);
  });

  it('that is slow holds up nobody', async () => {
    const { promise, resolve } = Promise.withResolvers<{ tone: 'good'; title: string }>();
    const { bus, titles } = harness([command('restart', { run: () => promise }), command('status')]);
    bus.receive(inbound('/restart'));
    bus.receive(inbound('/status'));
    await vi.waitFor(() => expect(titles()).toEqual(['did status']), 20_000);
    resolve({ tone: 'good', title: 'did restart' });
    await bus.idle();
    expect(titles()).toEqual(['did status', 'did restart']);
  });

  it('does not run before receive has returned', async () => {
    const run = vi.fn<Command['run']>(() => Promise.resolve({ tone: 'good', title: 'x' }));
    const { bus } = harness([command('status', { run })]);
    bus.receive(inbound('/status'));
    expect(run).not.toHaveBeenCalled();
    await bus.idle();
    expect(run).toHaveBeenCalledOnce();
  });
});

describe('a message that comes again', () => {
  it('runs its command once', async () => {
    const run = vi.fn<Command['run']>(() => Promise.resolve({ tone: 'good', title: 'x' }));
    const { bus, sent } = harness([command('restart', { run })]);
    const message = inbound('/restart');
    for (let i = 0; i < 5; i += 1) bus.receive({ ...message });
    await bus.idle();
    bus.receive(message);
    await bus.idle();
    expect(run).toHaveBeenCalledOnce();
    expect(sent).toHaveLength(1);
  });

  it('runs its command once even when Lifeline restarted in between', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lifeline-bus-'));
    try {
      const run = vi.fn<Command['run']>(() => Promise.resolve({ tone: 'good', title: 'x' }));
      const message = inbound('/restart main', { id: 'same' });
      for (let life = 0; life < 2; life += 1) {
        const db = openDatabase(join(folder, 'lifeline.db'));
        const { bus } = harness([command('restart', { run })], {
          seen: createProcessedMessages(db),
          audit: createAudit(db),
        });
        bus.receive(message);
        await bus.idle();
        expect(createAudit(db).recent({ count: 9 })).toEqual([
          {
            at: NOW,
            channel: 'qq',
            chat: null,
            sender: 'ME',
            operator: 'me',
            command: '/restart main',
            outcome: 'done',
            detail: null,
            durationMs: 0,
          },
        ]);
        db.close();
      }
      expect(run).toHaveBeenCalledOnce();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('leaves room for what is new, however much of it comes after a restart', async () => {
    const db = openDatabase(':memory:');
    const before = Array.from({ length: 40 }, (_, n) => inbound('/status', { id: `old-${n}` }));
    for (const { channel, id } of before) createProcessedMessages(db).first(channel, id, NOW);
    const { bus, titles } = harness([command('status')], { seen: createProcessedMessages(db) });
    for (const message of [...before, inbound('/status')]) bus.receive(message);
    await bus.idle();
    expect(titles()).toEqual(['did status']);
    db.close();
  });

  it('is another message on another channel', async () => {
    const { bus, sent } = harness([command('status')]);
    bus.receive(inbound('/status', { id: 'x' }));
    bus.receive(inbound('/status', { id: 'x', channel: 'feishu', sender: 'ou_me' }));
    await bus.idle();
    expect(sent).toHaveLength(2);
  });
});

describe('a message that is late or early', () => {
  it('is refused after five minutes, with its age', async () => {
    const run = vi.fn<Command['run']>();
    const { bus, sent, audited } = harness([command('restart', { run })]);
    bus.receive(inbound('/restart', { sentAt: NOW - 7 * MINUTE }));
    await bus.idle();
    expect(run).not.toHaveBeenCalled();
    expect(sent[0]?.message).toMatchObject({
      title: 'This message was sent 7 min ago; too old, nothing was done',
      note: 'Send it again if you still want it',
    });
    expect(audited).toMatchObject([{ operator: 'me', command: '/restart', outcome: 'refused', detail: 'stale' }]);
  });

  it.each<[string, number | null, number | null, string, string]>([
    [
      'has no time that can be read',
      null,
      null,
      'When this message was sent cannot be told; nothing was done',
      'undated',
    ],
    [
      'has a time that cannot be true',
      NOW + 48 * 60 * MINUTE,
      null,
      'When this message was sent cannot be told; nothing was done',
      'undated',
    ],
    [
      'is older than the store',
      NOW - MINUTE,
      NOW - 30_000,
      "This message is older than Lifeline's data and may have been carried out before; nothing was done now",
      'before_store',
    ],
  ])('that %s changes nothing, but may ask', async (_what, sentAt, knowsSince, title, detail) => {
    const run = vi.fn<Command['run']>();
    const { bus, sent, audited } = harness(
      [
        command('restart', { run, effects: 'interrupts' }),
        command('mute', { run, effects: 'changes' }),
        command('status'),
      ],
      { knowsSince },
    );
    for (const text of ['/restart', '/mute 2h', '7K2Q', '/confirm 7K2Q']) bus.receive(inbound(text, { sentAt }));
    bus.receive(inbound('', { sentAt, pressed: 'token' }));
    await bus.idle();
    expect(run).not.toHaveBeenCalled();
    expect(sent.map(({ message }) => message.title)).toEqual(Array(5).fill(title));
    expect(audited.map((entry) => entry.detail)).toEqual(Array(5).fill(detail));
    bus.receive(inbound('/status', { sentAt }));
    bus.receive(inbound('good night', { sentAt }));
    await bus.idle();
    expect(sent.slice(5).map(({ message }) => message.title)).toEqual(['did status']);
  });

  it('is taken as new when it comes from the future', async () => {
    const { bus, titles } = harness([command('restart')]);
    bus.receive(inbound('/restart', { sentAt: NOW + 60 * MINUTE }));
    await bus.idle();
    expect(titles()).toEqual(['did restart']);
  });

  it('gets no answer when it was only talk', async () => {
    const { bus, sent } = harness([command('restart')]);
    bus.receive(inbound('good night', { sentAt: NOW - 60 * MINUTE }));
    await bus.idle();
    expect(sent).toEqual([]);
  });
});

describe('an operator', () => {
  it.each<[string, string, string | undefined]>([
    ['/statsu', 'There is no command /statsu', 'Did you mean /status?'],
    ['/banana', 'There is no command /banana', '/help shows all commands'],
    ['hello', 'I only take commands; /help shows them all', undefined],
    ['status of the union, as everybody knows it', 'Commands begin with a slash: /status', undefined],
    ['/status "x', 'A quote is not closed; nothing was done', undefined],
    [`/status ${'x '.repeat(21)}`, 'Too many arguments; nothing was done (at most 20)', undefined],
    ['/'.repeat(2_001), 'Too long; nothing was done (at most 2000 characters)', undefined],
    [`/${'z'.repeat(1_000)}`, `There is no command /${'z'.repeat(40)}…`, '/help shows all commands'],
  ])('who sends %j gets a hint', async (text, title, note) => {
    const { bus, sent } = harness([command('status')]);
    bus.receive(inbound(text));
    await bus.idle();
    expect(sent.map(({ message }) => [message.title, message.note])).toEqual([[title, note]]);
  });

  it('whose role is too low is refused and told which role it takes', async () => {
    const run = vi.fn<Command['run']>();
    const { bus, titles, audited } = harness([command('restart', { run, role: 'operator' })]);
    bus.receive(inbound('/restart', { sender: 'GUEST' }));
    await bus.idle();
    expect(run).not.toHaveBeenCalled();
    expect(titles()).toEqual(['Not allowed: /restart needs the role operator']);
    expect(audited).toMatchObject([{ operator: 'guest', command: '/restart', outcome: 'refused', detail: 'role' }]);
  });
});

describe('a message that its platform sends again when it is not acknowledged', () => {
  it('is taken only once the next hub would find it, and otherwise nothing is done and it may come again', async () => {
    const run = vi.fn<Command['run']>(async () => ({ tone: 'good', title: 'done' }));
    let isUp = false;
    const { bus, titles } = harness([command('restart', { run })], {
      noted: async () => {
        if (!isUp) throw new Error("the hubs' log does not answer");
      },
    });
    const taken: boolean[] = [];
    const message = inbound('/restart');
    const say = async (): Promise<void> => {
      bus.receive({ ...message, taken: (isStored) => taken.push(isStored) });
      await bus.idle();
    };
    await say();
    expect([taken[0], run.mock.calls.length, titles().length]).toEqual([false, 0, 0]);
    isUp = true;
    await say();
    await say();
    expect(taken.slice(1)).toContain(true);
    expect(run).toHaveBeenCalledTimes(1);
    expect(titles()).toEqual(['done']);
  });
});

describe('a stranger', () => {
  it('learns the own id and nothing of the commands, and is in the audit', async () => {
    const run = vi.fn<Command['run']>();
    const seen = memory();
    const { bus, sent, audited } = harness([command('restart', { run })], { seen });
    bus.receive(inbound('/restart token=abcdefgh', { sender: 'YOU' }));
    await bus.idle();
    expect(run).not.toHaveBeenCalled();
    expect(sent.map(({ message }) => message)).toEqual([
      {
        tone: 'info',
        title: "You are not on Lifeline's list of operators",
        note: 'An admin can add this under operators in the configuration:\nqq: YOU',
      },
    ]);
    expect(audited).toEqual([
      {
        at: NOW,
        channel: 'qq',
        chat: null,
        sender: 'YOU',
        operator: null,
        command: '/restart token=***',
        outcome: 'refused',
        detail: 'stranger',
        durationMs: null,
      },
    ]);
    expect(seen.asked()).toBe(0);
  });

  it('who sends a thousand messages gets one answer, writes nothing and delays no operator', async () => {
    const seen = memory();
    const { bus, sent, audited } = harness([command('status')], { seen });
    for (let i = 0; i < 500; i += 1) bus.receive(inbound('/restart', { sender: 'YOU' }));
    bus.receive(inbound('/status'));
    for (let i = 0; i < 500; i += 1) bus.receive(inbound('/restart', { sender: 'YOU' }));
    await bus.idle();
    expect(sent.filter(({ inbound: { sender } }) => sender === 'YOU')).toHaveLength(1);
    expect(sent.filter(({ inbound: { sender } }) => sender === 'ME').map(({ message }) => message.title)).toEqual([
      'did status',
    ]);
    expect(audited.map(({ outcome }) => outcome).sort()).toEqual(['done', 'refused']);
    expect(seen.asked()).toBe(1);
  });

  it('whose answer hangs delays no operator', async () => {
    const never = new Promise<void>(() => undefined);
    const answered: string[] = [];
    const { bus } = harness([command('status')], {
      send: (to, message) => {
        if (to.sender !== 'ME') return never;
        answered.push(message.title);
        return Promise.resolve();
      },
    });
    for (let i = 0; i < 100; i += 1) bus.receive(inbound('hi', { sender: `S${i}` }));
    bus.receive(inbound('/status'));
    await vi.waitFor(() => expect(answered).toEqual(['did status']), 20_000);
  });

  it('leaves nothing in the audit that a terminal obeys or that is long, and an id as it is', async () => {
    const { bus, audited } = harness([command('status')]);
    const sender = '770D50CE87AF580858FF8F53AD0B2B66';
    bus.receive(
      inbound(`/x\u001b[2J\u202e\n"${'y'.repeat(900)}`, {
        sender,
        chat: { kind: 'group', id: `G\u001b[2J\n${'g'.repeat(900)}` },
      }),
    );
    await bus.idle();
    expect(audited).toMatchObject([{ sender, outcome: 'refused' }]);
    for (const { command: asked, chat } of audited) {
      for (const text of [asked, chat ?? '']) {
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(text.length).toBeLessThanOrEqual(200);
      }
    }
  });

  it('in a group is not answered in front of the others', async () => {
    const { bus, sent, audited } = harness([command('status')]);
    bus.receive(inbound('/status', { sender: 'YOU', chat: { kind: 'group', id: 'G' } }));
    await bus.idle();
    expect(sent).toEqual([]);
    expect(audited).toHaveLength(1);
  });
});

describe('a stage that throws is a refusal', () => {
  const broken = (): never => {
    throw new Error('disk is full');
  };
  const brokenOperator: Operator = {
    name: 'me',
    role: 'admin',
    ids: {
      get qq() {
        return broken();
      },
    },
  };
  const unreadable: Command = {
    ...command('restart'),
    get role() {
      return broken();
    },
  };

  it.each<[string, Parameters<typeof harness>[1], boolean]>([
    [
      'the memory of messages',
      {
        seen: {
          has: () => false,
          first: broken,
          note: () => undefined,
          done: () => undefined,
          forget: () => undefined,
        },
      },
      true,
    ],
    ['the audit', { audit: { record: broken, finish: () => undefined } }, true],
    ['the list of operators', { operators: [brokenOperator] }, false],
    ['the clock', { clock: { now: broken } }, false],
  ])('%s', async (_stage, options, answered) => {
    const run = vi.fn<Command['run']>();
    const { bus, sent } = harness([command('restart', { run })], options);
    expect(() => bus.receive(inbound('/restart'))).not.toThrow();
    await bus.idle();
    expect(run).not.toHaveBeenCalled();
    if (answered) expect(sent.map(({ message }) => message.tone)).toEqual(['critical']);
    else expect(sent.filter(({ message }) => message.tone === 'good')).toEqual([]);
  });

  it('the role of a command', async () => {
    const run = vi.fn<Command['run']>();
    const { bus } = harness([
      Object.defineProperty({ ...command('restart', { run }) }, 'role', { get: () => unreadable.role }),
    ]);
    bus.receive(inbound('/restart'));
    await bus.idle();
    expect(run).not.toHaveBeenCalled();
  });

  it('a message without a text', async () => {
    const run = vi.fn<Command['run']>();
    const { bus, sent } = harness([command('restart', { run })]);
    bus.receive(inbound(undefined as unknown as string));
    bus.receive(undefined as never);
    await bus.idle();
    expect(run).not.toHaveBeenCalled();
    expect(sent.map(({ message }) => message.tone)).toEqual(['critical']);
  });

  it('and the next message is served as ever', async () => {
    let calls = 0;
    const { bus, titles } = harness([command('status')], {
      seen: {
        has: () => false,
        first: () => (calls++ === 0 ? broken() : true),
        note: () => undefined,
        done: () => undefined,
        forget: () => undefined,
      },
    });
    bus.receive(inbound('/status'));
    bus.receive(inbound('/status'));
    await bus.idle();
    expect(titles().sort()).toEqual(['Something unexpected went wrong; not completed', 'did status']);
  });
});
