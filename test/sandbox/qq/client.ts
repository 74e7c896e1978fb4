/** A bare client: what a bot says on the wire, with nothing in between. */
import { WebSocket } from 'ws';
import { vi } from 'vitest';
import type { QqPlatform } from '../../../sandbox/qq/platform.ts';

export const APP = { appId: '1900000001', secret: 's3cret-of-the-first', name: 'Lifeline' };
export const OTHER = { appId: '1900000002', secret: 's3cret-of-the-other', name: 'Gateway' };
export const USER = 'A'.repeat(32);
export const STRANGER = 'B'.repeat(32);
export const GROUP = 'C'.repeat(32);
export const INTENTS = (1 << 25) | (1 << 26);

/** Waits for something that must become true; the limit only ends what hangs. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 10 });

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly traceId: string | null;
}

const call = async (url: string, method: string, headers: Record<string, string>, body?: unknown): Promise<Reply> => {
  const response = await fetch(url, {
    method,
    headers: { connection: 'close', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text ? JSON.parse(text) : {}) as Record<string, unknown>,
    traceId: response.headers.get('x-tps-trace-id'),
  };
};

export const askToken = (platform: QqPlatform, body: unknown): Promise<Reply> =>
  call(platform.tokenUrl, 'POST', { authorization: 'QQBot ', 'content-type': 'application/json' }, body);

export const tokenFor = async (platform: QqPlatform, bot = APP): Promise<string> =>
  String((await askToken(platform, { appId: bot.appId, clientSecret: bot.secret })).body['access_token']);

export const rest = (
  platform: QqPlatform,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> =>
  call(`${platform.url}${path}`, method, { authorization: `QQBot ${token}`, 'content-type': 'application/json' }, body);

interface ButtonLooks {
  readonly label?: string;
  readonly visited?: string;
  readonly style?: number;
  readonly type?: number;
  readonly data?: string;
  readonly enter?: boolean;
  readonly users?: readonly string[];
}

/** A button as it goes over the wire: a callback that everybody may tap, unless told otherwise. */
export const button = (
  id: string,
  { label = id, visited, style = 0, type = 1, data = `data-of-${id}`, users, enter }: ButtonLooks = {},
): object => ({
  id,
  render_data: { label, ...(visited === undefined ? {} : { visited_label: visited }), style },
  action: {
    type,
    data,
    permission: users ? { type: 0, specify_user_ids: users } : { type: 2 },
    unsupport_tips: '请升级',
    ...(enter === undefined ? {} : { enter }),
  },
});

export const keyboard = (...rows: readonly (readonly object[])[]): object => ({
  content: { rows: rows.map((buttons) => ({ buttons })) },
});

export interface WireFrame {
  readonly id?: string;
  readonly op: number;
  readonly s?: number;
  readonly t?: string;
  readonly d?: unknown;
}

export interface Wire {
  readonly frames: WireFrame[];
  readonly closed: Promise<{ code: number; reason: string }>;
  send(frame: object): void;
  /** The first frame that fits, waiting for it. */
  frame(fits: (frame: WireFrame) => boolean): Promise<WireFrame>;
  event(t: string): Promise<WireFrame>;
  close(code: number): void;
  /** Ends it without a word. */
  end(): void;
}

export const dial = (url: string): Wire => {
  const ws = new WebSocket(url);
  const frames: WireFrame[] = [];
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    ws.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  ws.on('error', () => undefined);
  ws.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString()) as WireFrame));
  const frame = (fits: (frame: WireFrame) => boolean): Promise<WireFrame> =>
    eventually(() => {
      const found = frames.find(fits);
      if (!found) throw new Error(`not yet; so far: ${JSON.stringify(frames)}`);
      return found;
    });
  return {
    frames,
    closed,
    frame,
    event: (t) => frame((candidate) => candidate.t === t),
    send: (message) => ws.send(JSON.stringify(message)),
    close: (code) => ws.close(code),
    end: () => ws.terminate(),
  };
};

/** From the token to Hello. */
export const greet = async (platform: QqPlatform, bot = APP): Promise<{ wire: Wire; token: string }> => {
  const token = await tokenFor(platform, bot);
  const wire = dial(String((await rest(platform, token, 'GET', '/gateway')).body['url']));
  await wire.frame(({ op }) => op === 10);
  return { wire, token };
};

/** From the token to READY. */
export const identify = async (
  platform: QqPlatform,
  bot = APP,
): Promise<{ wire: Wire; token: string; sessionId: string }> => {
  const { wire, token } = await greet(platform, bot);
  wire.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS, shard: [0, 1], properties: {} } });
  const ready = await wire.event('READY');
  return { wire, token, sessionId: String((ready.d as Record<string, unknown>)['session_id']) };
};

export const resume = async (platform: QqPlatform, sessionId: string, seq: number, bot = APP): Promise<Wire> => {
  const { wire, token } = await greet(platform, bot);
  wire.send({ op: 6, d: { token: `QQBot ${token}`, session_id: sessionId, seq } });
  return wire;
};
