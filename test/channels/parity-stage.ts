/**
 * Both platforms behind one face, so that the same attack can be made on either: a real channel, a real bus, a counted
 * store.
 */
import type { DatabaseSync } from 'node:sqlite';
import { vi } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { createFeishuChannel } from '../../src/channels/feishu/channel.ts';
import { createQqChannel } from '../../src/channels/qq/channel.ts';
import { createAdmission, type Admit } from '../../src/chat/access/admission.ts';
import type { Buttons } from '../../src/chat/interaction/buttons.ts';
import type { Inbound } from '../../src/chat/inbound/inbound-message.ts';
import { FeishuPlatform } from '../../sandbox/feishu/platform.ts';
import { createCast } from '../../sandbox/people.ts';
import { QqPlatform } from '../../sandbox/qq/platform.ts';
import type { AuditEntry } from '../../src/store/audit.ts';
import { openDatabase } from '../../src/store/database.ts';
import { command, harness, memory, NOW } from '../chat/helpers.ts';
import { eventually } from '../sandbox/feishu/fixture.ts';

export type Platform = 'feishu' | 'qq';
export const PLATFORMS: readonly Platform[] = ['feishu', 'qq'];

/** What an event says; anything may be anything. What is left out is as it should be, and an operator's. */
export interface MessageSaid {
  readonly id?: unknown;
  readonly user?: unknown;
  readonly text?: unknown;
  readonly time?: unknown;
  readonly group?: unknown;
  /** Of a message in a group. */
  readonly mentions?: boolean;
  readonly byBot?: boolean;
}

export interface TapSaid {
  readonly id?: unknown;
  readonly user?: unknown;
  readonly token?: unknown;
  readonly time?: unknown;
  readonly group?: unknown;
}

export interface Stage {
  readonly channel: Channel;
  readonly operator: string;
  readonly received: readonly Inbound[];
  message(said?: MessageSaid): void;
  tap(said?: TapSaid): void;
  /** Any other event: of friends and groups. */
  other(type: string, data: object): void;
  /** A frame of the long connection, whatever it is: bytes on Feishu, JSON on QQ. */
  raw(frame: Uint8Array | object): void;
  /** Resolves once an operator's message that is sent now has come through: then all before it has been looked at. */
  settled(): Promise<void>;
  /** How often the command of `/go`, and of every button, ran. */
  ran(): number;
  /** Why commands were refused, the latest last. */
  refused(): readonly (string | null)[];
  /** Statements that changed a row, without the place in the platform's own stream of events. */
  writes(): number;
  /** Calls to the platform, without those that connect. */
  calls(): readonly string[];
  /** Every text that went out, as the platform got it. */
  said(): string;
  close(): Promise<void>;
}

const countedDb = (): { readonly db: DatabaseSync; readonly writes: () => number } => {
  const db = openDatabase(':memory:');
  let writes = 0;
  const prepare = db.prepare.bind(db);
  vi.spyOn(db, 'prepare').mockImplementation((sql) => {
    const statement = prepare(sql);
    const isOwn = /qq_sessions|feishu_calls|^\s*SELECT/i.test(sql);
    for (const method of ['run', 'get', 'all'] as const) {
      const call = statement[method].bind(statement) as (...args: unknown[]) => unknown;
      Object.assign(statement, { [method]: (...args: unknown[]) => ((writes += isOwn ? 0 : 1), call(...args)) });
    }
    return statement;
  });
  return { db, writes: () => writes };
};

/** Buses with one command that interrupts; of a tap every token stands for it. They remember the same messages. */
const busesOf = (platform: Platform, operator: string) => {
  let ran = 0;
  const refused: (string | null)[] = [];
  const seen = memory();
  const go = command('go', {
    effects: 'interrupts',
    run: () => Promise.resolve({ tone: 'info', title: `ran ${(ran += 1)}` }),
  });
  const audit = {
    record: ({ outcome, detail }: AuditEntry) => (outcome === 'refused' ? refused.push(detail) : 0),
    finish: () => undefined,
  };
  const buttons: Pick<Buttons, 'press'> = { press: () => ({ kind: 'command', command: '/go', again: false }) };
  const open = () =>
    harness([go], { operators: [{ name: 'me', role: 'admin', ids: { [platform]: operator } }], buttons, seen, audit })
      .bus;
  return { open, ran: () => ran, refused: () => refused };
};

/** The clock of strangers' limits stands still. */
const admitting = (channel: string, operator: string): Admit =>
  createAdmission({ channel, isKnown: (user) => user === operator, clock: { now: () => NOW }, logger: silentLogger() });

let made = 0;
const fresh = (kind: string): string => `${kind}_${(made += 1)}`;
const given = (said: object, key: string, usual: unknown): unknown =>
  Object.hasOwn(said, key) ? (said as Record<string, unknown>)[key] : usual;

const stageOf = async (
  platform: Platform,
  operator: string,
  parts: Omit<Stage, 'operator' | 'received' | 'ran' | 'refused' | 'settled'>,
): Promise<Stage> => {
  const { open, ran, refused } = busesOf(platform, operator);
  let bus = open();
  const received: Inbound[] = [];
  await parts.channel.start((inbound) => {
    received.push(inbound);
    bus.receive(inbound);
  });
  return {
    ...parts,
    operator,
    received,
    ran,
    refused,
    settled: async () => {
      const id = fresh(platform === 'feishu' ? 'om_probe' : 'PROBE');
      parts.message({
        id,
        text: 'are you there',
        time: platform === 'feishu' ? String(NOW) : new Date(NOW).toISOString(),
      });
      await eventually(() => {
        if (!received.some((inbound) => inbound.id === id))
          throw new Error(`not there; the link: ${JSON.stringify(parts.channel.status())}`);
      });
      await bus.idle();
      // With the limit of an operator's messages full again.
      bus = open();
    },
  };
};

const openFeishu = async (): Promise<Stage> => {
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
    minBackoffMs: 20,
    maxBackoffMs: 100,
  });
  const bot = await platformBot(platform.url, appId, secret);
  const stage = await stageOf('feishu', operator.feishu, {
    channel,
    message: (said = {}) => {
      const group = given(said, 'group', undefined);
      const mentioned = group !== undefined && said.mentions !== false;
      platform.inject(appId, 'im.message.receive_v1', {
        sender: {
          sender_id: { open_id: given(said, 'user', operator.feishu) },
          sender_type: said.byBot ? 'app' : 'user',
        },
        message: {
          message_id: given(said, 'id', fresh('om')),
          create_time: given(said, 'time', String(NOW)),
          chat_id: group ?? 'oc_direct',
          chat_type: group === undefined ? 'p2p' : 'group',
          message_type: 'text',
          content: JSON.stringify({ text: given(said, 'text', '/go') }),
          ...(mentioned ? { mentions: [{ key: '@_user_1', id: { open_id: bot } }] } : {}),
        },
      });
    },
    tap: (said = {}) => {
      const header = { event_id: given(said, 'id', fresh('event')), create_time: given(said, 'time', `${NOW}000`) };
      platform.inject(
        appId,
        'card.action.trigger',
        {
          operator: { open_id: given(said, 'user', operator.feishu) },
          token: 'c-1',
          action: { tag: 'button', value: { token: given(said, 'token', 'T') } },
          context: { open_message_id: 'om_card', open_chat_id: given(said, 'group', 'oc_direct') },
        },
        header,
      );
    },
    other: (type, data) => platform.inject(appId, type, data),
    raw: (frame) =>
      platform.injectFrame(appId, frame instanceof Uint8Array ? frame : Buffer.from(JSON.stringify(frame))),
    writes,
    calls: () =>
      platform
        .records(appId)
        .calls.map(({ api }) => api)
        .filter((api) => !/token|endpoint|bot\.info|bot\.v3/.test(api)),
    said: () => JSON.stringify(platform.sent(appId).map(({ content }) => content)),
    close: async () => {
      await channel.stop();
      await platform.stop();
      db.close();
    },
  });
  await eventually(() => {
    if (platform.connections(appId) !== 1) throw new Error('not connected');
  });
  return stage;
};

/** The bot's own open_id, as the platform tells it. */
const platformBot = async (origin: string, appId: string, secret: string): Promise<string> => {
  const post = async (path: string, init: RequestInit): Promise<Record<string, unknown>> =>
    (await (await fetch(`${origin}${path}`, init)).json()) as Record<string, unknown>;
  const { tenant_access_token: token } = await post('/open-apis/auth/v3/tenant_access_token/internal', {
    method: 'POST',
    body: JSON.stringify({ app_id: appId, app_secret: secret }),
  });
  const { bot } = await post('/open-apis/bot/v3/info', { headers: { authorization: `Bearer ${String(token)}` } });
  return (bot as { readonly open_id: string }).open_id;
};

const openQq = async (): Promise<Stage> => {
  const { lifeline, operator } = createCast();
  const { appId, secret } = lifeline.qq;
  const platform = new QqPlatform();
  platform.addBot(lifeline.qq);
  await platform.start();
  const { db, writes } = countedDb();
  const timings = { backoffFirstMs: 20, backoffMaxMs: 100, identifySpacingMs: 0, slowRetryMs: 100 };
  const channel = createQqChannel({
    appId,
    clientSecret: secret,
    apiBase: platform.url,
    tokenUrl: platform.tokenUrl,
    db,
    admit: admitting('qq', operator.qq),
    logger: silentLogger(),
    timings,
  });
  const stage = await stageOf('qq', operator.qq, {
    channel,
    message: (said = {}) => {
      const group = given(said, 'group', undefined);
      const user = given(said, 'user', operator.qq);
      const groupType = said.mentions === false ? 'GROUP_MESSAGE_CREATE' : 'GROUP_AT_MESSAGE_CREATE';
      const type = group === undefined ? 'C2C_MESSAGE_CREATE' : groupType;
      platform.inject(appId, type, {
        id: given(said, 'id', fresh('ROBOT1.0')),
        content: given(said, 'text', '/go'),
        timestamp: given(said, 'time', new Date(NOW).toISOString()),
        author: {
          ...(group === undefined ? { user_openid: user } : { member_openid: user }),
          bot: said.byBot === true,
        },
        ...(group === undefined ? {} : { group_openid: group }),
      });
    },
    tap: (said = {}) => {
      const user = given(said, 'user', operator.qq);
      const group = given(said, 'group', undefined);
      platform.inject(appId, 'INTERACTION_CREATE', {
        id: given(said, 'id', fresh('interaction')),
        type: 11,
        timestamp: given(said, 'time', new Date(NOW).toISOString()),
        ...(group === undefined ? { user_openid: user } : { group_openid: group, group_member_openid: user }),
        data: { type: 11, resolved: { button_data: given(said, 'token', 'T') } },
      });
    },
    other: (type, data) => platform.inject(appId, type, data),
    raw: (frame) => platform.injectFrame(appId, frame),
    writes,
    calls: () =>
      platform
        .requests(appId)
        .map(({ path }) => path)
        .filter((path) => path.startsWith('/v2/') || path.startsWith('/interactions/')),
    said: () =>
      JSON.stringify(
        platform
          .requests(appId)
          .filter(({ path }) => path.endsWith('/messages'))
          .map(({ body }) => body),
      ),
    close: async () => {
      await channel.stop();
      await platform.stop();
      db.close();
    },
  });
  await eventually(() => {
    if (platform.connections(appId) !== 1) throw new Error('not connected');
  });
  return stage;
};

export const OPEN: Readonly<Record<Platform, () => Promise<Stage>>> = { feishu: openFeishu, qq: openQq };
