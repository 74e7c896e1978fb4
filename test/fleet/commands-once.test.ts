/** A command is done at most once: at the agent, at the hub, and between them. */
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { createCommandServer, type CommandServerOptions } from '../../src/fleet/command-server.ts';
import { createRelay } from '../../src/fleet/hub/relay.ts';
import type { Fence } from '../../src/fleet/messages.ts';
import type { Answer, Command } from '../../src/fleet/messages.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createFleetCommands } from '../../src/store/fleet-commands.ts';
import { transaction } from '../../src/store/transaction.ts';

const FENCE: Fence = { bucketMs: 5, revision: 5 };
const ASKED: Command = {
  v: 1,
  id: 'c1',
  hub: 'hub-1',
  fence: FENCE,
  text: '/restart main',
  by: 'confirmed',
  operator: { name: 'me', role: 'admin' },
  answerTo: { channel: 'feishu', user: 'ou_1' },
};

const agent = (more: Partial<CommandServerOptions> = {}, db = openDatabase(':memory:')) => {
  const ran: { readonly text: string; readonly role: string }[] = [];
  const answers: Answer[] = [];
  const posted: string[] = [];
  let highest: Fence | null = null;
  const server = createCommandServer({
    taken: createFleetCommands(db),
    run: async ({ text, operator }) => {
      ran.push({ text, role: operator.role });
      return { is: 'final', message: { tone: 'good', title: 'done' } };
    },
    accept: 'operator',
    fence: { get: () => highest, raise: (fence) => (highest = fence) },
    claim: async ({ id, fence }) => ({ v: 1, id, hub: 'hub-1', fence, go: true }),
    answer: async (answer) => {
      answers.push(answer);
      return true;
    },
    post: (_to, { title }) => void posted.push(title),
    atomically: (work) => transaction(db, work),
    now: () => 1_000,
    locale: 'en',
    logger: silentLogger(),
    ...more,
  });
  return { server, ran, answers, posted, db };
};

test('a command that comes again gets the stored answer, also after a restart of the agent', async () => {
  const first = agent();
  onTestFinished(() => first.db.close());
  await first.server.receive(ASKED);
  await first.server.receive(ASKED);
  const second = agent({}, first.db);
  await second.server.receive(ASKED);
  expect(first.ran).toEqual([{ text: '/restart main', role: 'operator' }]);
  expect(second.ran).toEqual([]);
  expect([...first.answers, ...second.answers].map(({ message }) => message?.title)).toEqual(['done', 'done', 'done']);
});

test('an old hub is refused, and a newer one is obeyed from then on', async () => {
  const { server, ran, answers } = agent();
  await server.receive({ ...ASKED, fence: { bucketMs: 5, revision: 9 } });
  await server.receive({ ...ASKED, id: 'c2' });
  await server.receive({ ...ASKED, id: 'c3', fence: { bucketMs: 4, revision: 99 } });
  await server.receive({ ...ASKED, id: 'c4', fence: { bucketMs: 6, revision: 1 } });
  expect(ran).toHaveLength(2);
  expect(answers.map(({ id, is }) => [id, is])).toEqual([
    ['c1', 'final'],
    ['c2', 'refused'],
    ['c3', 'refused'],
    ['c4', 'final'],
  ]);
});

test('what no hub wants any more is not begun', async () => {
  const wanted = agent({ claim: async ({ id, fence }) => ({ v: 1, id, hub: 'h', fence, go: false }) });
  await wanted.server.receive(ASKED);
  const alone = agent({ claim: () => Promise.reject(new Error('timeout')) });
  await alone.server.receive(ASKED);
  expect([...wanted.ran, ...alone.ran]).toEqual([]);
});

test('the configuration of the agent is the limit', async () => {
  const none = agent({ accept: 'none' });
  await none.server.receive(ASKED);
  expect(none.ran).toEqual([]);
  expect(none.answers.map(({ is }) => is)).toEqual(['refused']);
  const looking = agent({ accept: 'viewer' });
  await looking.server.receive(ASKED);
  expect(looking.ran.map(({ role }) => role)).toEqual(['viewer']);
});

test('an answer that no hub takes goes through the outbox', async () => {
  const { server, posted } = agent({ answer: async () => false });
  await server.receive(ASKED);
  expect(posted).toEqual(['done']);
});

test('of a command that a kill cut short the person is told that it may be done', () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  createFleetCommands(db).take(
    'c1',
    500,
    JSON.stringify({ text: '/restart main', to: { channel: 'hub', user: 'x' }, answer: null }),
  );
  createFleetCommands(db).take(
    'c2',
    500,
    JSON.stringify({ text: '/restart side', to: { channel: 'hub', user: 'x' }, answer: null }),
  );
  const { server, posted } = agent({}, db);
  // The treatment of the second goes on, and has a result of its own.
  server.answerInterrupted((_channel, id) => id === 'c2');
  server.answerInterrupted(() => false);
  expect(posted).toHaveLength(1);
  expect(posted[0]).toContain('/restart main');
});

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const hub = (mayBegin = (): boolean => true) => {
  const offered: Command[] = [];
  const relay = createRelay({
    hub: 'hub-1',
    fence: FENCE,
    mayBegin,
    publish: (_host, command) => void offered.push(command),
    now: () => ({ wallMs: Date.now(), monotonicMs: performance.now() }),
  });
  const asking = relay.ask({
    host: 'web-1',
    text: '/restart main',
    by: 'confirmed',
    operator: { name: 'me', role: 'admin' },
    answerTo: { channel: 'feishu', user: 'ou_1' },
    say: () => undefined,
  });
  return { relay, offered, asking };
};

test('a command is handed out once, to its host alone, and only by its own lease', async () => {
  const { relay, offered, asking } = hub();
  const [command] = offered;
  if (command === undefined) throw new Error('nothing was offered');
  const { id } = command;
  expect(relay.onClaim('web-2', { v: 1, id, fence: FENCE })?.go).toBe(false);
  expect(relay.onClaim('web-1', { v: 1, id, fence: { bucketMs: 5, revision: 4 } })).toBe(null);
  expect(relay.onClaim('web-1', { v: 1, id: 'other', fence: FENCE })?.go).toBe(false);
  expect(relay.onClaim('web-1', { v: 1, id, fence: FENCE })?.go).toBe(true);
  expect(relay.onClaim('web-1', { v: 1, id, fence: FENCE })?.go).toBe(false);
  const answer: Answer = { v: 1, id, is: 'final', n: 0, message: { tone: 'good', title: 'done' }, confirm: null };
  expect(relay.onAnswer('web-2', answer)).toBe(false);
  expect(relay.onAnswer('web-1', answer)).toBe(true);
  expect(await asking).toMatchObject({ is: 'final', message: { title: 'done' } });
});

test('what nobody claimed in time was surely not done: a later claim is refused', async () => {
  const { relay, offered, asking } = hub();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(await asking).toEqual({ is: 'not_taken' });
  expect(offered.length).toBeGreaterThan(3);
  expect(relay.onClaim('web-1', { v: 1, id: offered[0]?.id ?? '', fence: FENCE })?.go).toBe(false);
});

test('a hub whose machine slept hands out nothing, whatever its timers say', async () => {
  const { relay, offered } = hub();
  // The wall clock went on, no timer fired.
  vi.setSystemTime(Date.now() + 60_000);
  expect(relay.onClaim('web-1', { v: 1, id: offered[0]?.id ?? '', fence: FENCE })?.go).toBe(false);
});

test('what was claimed and not answered is unknown', async () => {
  const { relay, offered, asking } = hub();
  relay.onClaim('web-1', { v: 1, id: offered[0]?.id ?? '', fence: FENCE });
  await vi.advanceTimersByTimeAsync(110_000);
  expect(await asking).toEqual({ is: 'unknown' });
});

test('a hub that may not speak offers and hands out nothing', () => {
  const { relay, offered } = hub(() => false);
  expect(offered).toEqual([]);
  expect(relay.onClaim('web-1', { v: 1, id: 'x', fence: FENCE })).toBe(null);
});
