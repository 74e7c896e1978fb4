/**
 * What a flood from strangers costs at the rim of a channel, over real sockets: the same for whatever they do and on
 * both platforms. What is not let in is not written, not sent, not answered and not handed on.
 */
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { createFeishuChannel } from '../../src/channels/feishu/channel.ts';
import { createQqChannel } from '../../src/channels/qq/channel.ts';
import { createAdmission, type Admit } from '../../src/chat/access/admission.ts';
import type { Inbound } from '../../src/chat/inbound/inbound-message.ts';
import { FeishuPlatform } from '../../sandbox/feishu/platform.ts';
import { createCast } from '../../sandbox/people.ts';
import { QqPlatform } from '../../sandbox/qq/platform.ts';
import { openDatabase } from '../../src/store/database.ts';
import { eventually } from '../sandbox/feishu/fixture.ts';

const STRANGERS = 3_000;
/** How many the limit lets in while the clock stands still. */
const ADMITTED = 20;

interface Stage {
  readonly channel: Channel;
  readonly received: Inbound[];
  /** Statements that changed a row, without the place in the platform's own stream of events. */
  writes(): number;
  /** Calls to the platform, without those that connect. */
  calls(): number;
  close(): Promise<void>;
  readonly operator: string;
  /** By what a stranger can do. */
  readonly acts: Readonly<Record<'message' | 'tap' | 'group' | 'newChat', (stranger: string) => void>>;
  /** An operator's message. @returns its id. */
  say(text: string): string;
}

const countedDb = (): { readonly db: DatabaseSync; readonly writes: () => number } => {
  const db = openDatabase(':memory:');
  let writes = 0;
  const prepare = db.prepare.bind(db);
  vi.spyOn(db, 'prepare').mockImplementation((sql) => {
    const statement = prepare(sql);
    const isOwnPlace = sql.includes('qq_sessions');
    for (const method of ['run', 'get', 'all'] as const) {
      const call = statement[method].bind(statement) as (...args: unknown[]) => unknown;
      Object.assign(statement, {
        [method]: (...args: unknown[]) => ((writes += isOwnPlace || /^\s*SELECT/i.test(sql) ? 0 : 1), call(...args)),
      });
    }
    return statement;
  });
  return { db, writes: () => writes };
};

const admitting = (channel: string, operator: string): Admit =>
  createAdmission({
    channel,
    isKnown: (user) => user === operator,
    clock: { now: () => 1_000_000 },
    logger: silentLogger(),
  });

const onFeishu = async (): Promise<Stage> => {
  const { lifeline, operator } = createCast();
  const { appId, secret } = lifeline.feishu;
  const platform = new FeishuPlatform();
  platform.addBot(lifeline.feishu);
  await platform.start();
  const { db, writes } = countedDb();
  const channel = createFeishuChannel({
    appId,
    appSecret: secret,
    domain: platform.url,
    db,
    admit: admitting('feishu', operator.feishu),
    logger: silentLogger(),
  });
  const received: Inbound[] = [];
  await channel.start((inbound) => received.push(inbound));
  await eventually(() => expect(platform.connections(appId)).toBe(1));
  const sent = await channel.send(
    { user: operator.feishu },
    { tone: 'info', title: 'T', buttons: [{ label: 'B', style: 'plain', command: '/status', token: 't' }] },
    { key: 'k' },
  );
  const card = sent.outcome === 'ok' ? sent.messageId : '';
  let groups = 0;
  return {
    channel,
    received,
    writes,
    calls: () => platform.records(appId).calls.filter(({ api }) => !/token|endpoint/.test(api)).length,
    close: async () => {
      await channel.stop();
      await platform.stop();
      db.close();
    },
    operator: operator.feishu,
    acts: {
      message: (stranger) => void platform.say(appId, stranger, '/status'),
      tap: (stranger) => void platform.click(appId, stranger, card, { token: 'none' }),
      group: (stranger) => void platform.sayInGroup(appId, `oc_${groups++}`, stranger, '@_user_1 /status'),
      newChat: (stranger) => void platform.say(appId, stranger, 'hello'),
    },
    say: (text) => platform.say(appId, operator.feishu, text).id,
  };
};

const onQq = async (): Promise<Stage> => {
  const { lifeline, operator } = createCast();
  const { appId, secret } = lifeline.qq;
  const platform = new QqPlatform();
  platform.addBot(lifeline.qq);
  await platform.start();
  const { db, writes } = countedDb();
  const channel = createQqChannel({
    appId,
    clientSecret: secret,
    apiBase: platform.url,
    tokenUrl: platform.tokenUrl,
    db,
    admit: admitting('qq', operator.qq),
    logger: silentLogger(),
  });
  const received: Inbound[] = [];
  await channel.start((inbound) => received.push(inbound));
  await eventually(() => expect(platform.connections(appId)).toBe(1));
  let groups = 0;
  return {
    channel,
    received,
    writes,
    calls: () =>
      platform.requests(appId).filter(({ path }) => path.startsWith('/v2/') || path.startsWith('/interactions/'))
        .length,
    close: async () => {
      await channel.stop();
      await platform.stop();
      db.close();
    },
    operator: operator.qq,
    acts: {
      message: (stranger) => void platform.say(appId, stranger, '/status'),
      tap: (stranger) => void platform.click(appId, stranger, 'none'),
      group: (stranger) => void platform.sayInGroup(appId, `G${groups++}`, stranger, '/status'),
      newChat: (stranger) => platform.switches.befriend(appId, stranger),
    },
    say: (text) => platform.say(appId, operator.qq, text).id,
  };
};

describe.each([
  ['feishu', onFeishu],
  ['qq', onQq],
] as const)('on %s', (_name, open) => {
  let stage: Stage;
  afterEach(() => stage.close());

  test.each(['message', 'tap', 'group', 'newChat'] as const)(
    'a flood of strangers, each with one %s, leaves a handful, and the operator comes through',
    { timeout: 120_000 },
    async (kind) => {
      stage = await open();
      const before = { writes: stage.writes(), calls: stage.calls() };
      for (let n = 0; n < STRANGERS; n += 1) {
        stage.acts[kind](`stranger-${n}`);
        if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      const id = stage.say('/status');
      await eventually(() => expect(stage.received.map((inbound) => inbound.id)).toContain(id));

      expect(stage.received.filter(({ sender }) => sender !== stage.operator).length).toBeLessThanOrEqual(ADMITTED);
      // What QQ waits for is an answer to each tap that was let in.
      await eventually(() =>
        expect(stage.calls() - before.calls).toBe(_name === 'qq' && kind === 'tap' ? ADMITTED : 0),
      );
      // The operator's own message: the reply window in which it may be answered, and that its author takes messages.
      expect(stage.writes() - before.writes).toBeLessThanOrEqual(5);
      expect(stage.channel.status().link).toBe('connected');
    },
  );
});

test('strangers can do the same four things on both', async () => {
  const [feishu, qq] = [await onFeishu(), await onQq()];
  try {
    expect(Object.keys(feishu.acts)).toEqual(Object.keys(qq.acts));
  } finally {
    await feishu.close();
    await qq.close();
  }
});
