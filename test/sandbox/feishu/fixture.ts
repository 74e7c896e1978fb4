/** A running platform, bots on it, and the vendor's own SDK as their client. */
import { randomBytes } from 'node:crypto';
import * as lark from '@larksuiteoapi/node-sdk';
import { onTestFinished, vi } from 'vitest';
import { FeishuPlatform, type FeishuPlatformOptions } from '../../../sandbox/feishu/platform.ts';
import type { BotAccount } from '../../../sandbox/phone.ts';

// The SDK's axios follows HTTP(S)_PROXY; these tests stay on the loopback whatever the machine is set to.
(lark.defaultHttpInstance as unknown as { defaults: { proxy: false } }).defaults.proxy = false;

export const WAIT = { timeout: 20_000, interval: 10 };

/** Waits until the expectations hold. */
export const eventually = (expectations: () => void | Promise<void>): Promise<void> => vi.waitFor(expectations, WAIT);

/** Clients reconnect at once, so that no test waits for the real platform's patience. */
export const FAST = { ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: 1 };

export const startPlatform = async (options: FeishuPlatformOptions = {}): Promise<FeishuPlatform> => {
  const platform = new FeishuPlatform({ clientConfig: FAST, ...options });
  await platform.start();
  onTestFinished(() => platform.stop());
  return platform;
};

/** A new bot with an id of its own: the SDK caches tokens by app id for the whole process. */
export const addBot = (platform: FeishuPlatform): BotAccount => {
  const bot = {
    appId: `cli_${randomBytes(8).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
    name: 'Lifeline',
  };
  platform.addBot(bot);
  return bot;
};

export const newUser = (): string => `ou_${randomBytes(16).toString('hex')}`;

const quiet = {
  fatal: () => undefined,
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  trace: () => undefined,
};

export interface MessageEvent {
  readonly event_id: string;
  readonly message: {
    readonly message_id: string;
    readonly content: string;
    readonly create_time: string;
    readonly chat_type: string;
  };
}

export interface SdkOptions {
  readonly onMessage?: (event: MessageEvent) => Promise<void> | void;
  readonly onClick?: (event: {
    readonly action: { readonly value: unknown };
    readonly operator: { readonly open_id: string };
  }) => Promise<unknown>;
  readonly onError?: (error: Error) => void;
  readonly pingTimeout?: number;
  readonly handshakeTimeoutMs?: number;
}

/** The SDK's WSClient, started; closed when the test ends. */
export const sdkLink = (platform: FeishuPlatform, bot: BotAccount, options: SdkOptions = {}): lark.WSClient => {
  const client = new lark.WSClient({
    appId: bot.appId,
    appSecret: bot.secret,
    domain: platform.url,
    logger: quiet,
    ...(options.onError ? { onError: options.onError } : {}),
    ...(options.handshakeTimeoutMs === undefined ? {} : { handshakeTimeoutMs: options.handshakeTimeoutMs }),
    wsConfig: { pingTimeout: options.pingTimeout ?? 0 },
  });
  const eventDispatcher = new lark.EventDispatcher({ logger: quiet }).register({
    'im.message.receive_v1': async (data: unknown) => options.onMessage?.(data as MessageEvent),
    'card.action.trigger': async (data: never) => options.onClick?.(data),
  });
  void client.start({ eventDispatcher });
  onTestFinished(() => client.close({ force: true }));
  return client;
};

/** Waits until the bot has exactly `count` connections. */
export const connected = (platform: FeishuPlatform, bot: BotAccount, count = 1): Promise<void> =>
  eventually(() => {
    if (platform.connections(bot.appId) !== count)
      throw new Error(`${platform.connections(bot.appId)} connections, not ${count}`);
  });

export const sdkRest = (platform: FeishuPlatform, bot: BotAccount): lark.Client =>
  new lark.Client({ appId: bot.appId, appSecret: bot.secret, domain: platform.url, logger: quiet });

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly code: number;
    readonly msg?: string;
    readonly data?: Record<string, unknown>;
    readonly error?: { readonly log_id: string };
  };
}

/** A REST call without any client in between. */
export const call = async (
  platform: FeishuPlatform,
  method: string,
  path: string,
  body?: object,
  token?: string,
): Promise<Answer> => {
  const response = await fetch(`${platform.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
};

export const tokenOf = async (platform: FeishuPlatform, bot: BotAccount): Promise<string> => {
  const { body } = await call(platform, 'POST', '/open-apis/auth/v3/tenant_access_token/internal', {
    app_id: bot.appId,
    app_secret: bot.secret,
  });
  return (body as unknown as { tenant_access_token: string }).tenant_access_token;
};

/** The body of a text message. */
export const textTo = (receiver: string, text: string, uuid?: string): object => ({
  receive_id: receiver,
  msg_type: 'text',
  content: JSON.stringify({ text }),
  ...(uuid ? { uuid } : {}),
});

export const CREATE = '/open-apis/im/v1/messages?receive_id_type=open_id';
