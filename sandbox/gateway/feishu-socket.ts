/**
 * One long connection to Feishu by the vendor's own client: a fresh `WSClient` each time, closed as soon as it
 * loses its link. Its reconnecting is not used: the link keeps Hermes's times for that, and says so in the log.
 */
import { EventDispatcher, LoggerLevel, WSClient, type HttpInstance } from '@larksuiteoapi/node-sdk';
import { errorText } from '../../src/base/errors.ts';
import { callJson, ConnectError, onThisRoad } from './http.ts';
import type { IncomingMessage } from './link.ts';
import type { GatewaySettings } from './settings.ts';

export interface FeishuSocket {
  /** Resolves when the link is gone. */
  readonly lost: Promise<void>;
  close(): void;
  /** Ends the link as if it were lost. */
  drop(): void;
}

const CONNECT_TIMEOUT_MS = 15_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;

const silent = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  trace: () => undefined,
};

/** The fields used of `im.message.receive_v1`. */
interface MessageEvent {
  readonly sender?: { readonly sender_id?: { readonly open_id?: string } };
  readonly message?: {
    readonly message_id?: string;
    readonly chat_id?: string;
    readonly message_type?: string;
    readonly content?: string;
  };
}

const textOf = (content: string): string => {
  try {
    return (JSON.parse(content) as { text?: string }).text ?? '';
  } catch {
    return '';
  }
};

const incoming = ({ sender, message }: MessageEvent): IncomingMessage | null => {
  const user = sender?.sender_id?.open_id;
  if (!user || !message?.message_id || message.message_type !== 'text') return null;
  return { id: message.message_id, user, chat: message.chat_id ?? user, text: textOf(message.content ?? '').trim() };
};

interface EndpointCall {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly data?: unknown;
}

/** As Python's `requests` says that nothing listens. */
const inRequestsWords = ({ host, port, reason }: ConnectError, url: string): string =>
  `HTTPConnectionPool(host='${host}', port=${port}): Max retries exceeded with url: ${new URL(url).pathname} ` +
  `(Caused by NewConnectionError('<urllib3.connection.HTTPConnection object>: Failed to establish a new connection: ${reason}'))`;

/** As Feishu's SDK for Python says that the endpoint gave no address (docs/facts/hermes.md 2.2); null: it gave one. */
const inSdkWords = (status: number, { code, msg }: Readonly<Record<string, unknown>>): string | null => {
  if (status !== 200) return `${status}: system busy`;
  return code === 0 ? null : `${String(code)}: ${code === 1 ? 'system busy' : String(msg)}`;
};

/**
 * The client's only HTTP call, made without its own library, which would obey HTTP_PROXY; `failed` hears why it went
 * wrong.
 */
const endpointCalls = (failed: (error: Error) => void): HttpInstance => {
  const request = async ({ method = 'POST', url = '', data }: EndpointCall): Promise<unknown> => {
    try {
      const { status, body } = await callJson({ method, url, body: data });
      const refusal = inSdkWords(status, body);
      if (refusal !== null) throw new Error(refusal);
      const given = body['data'] as Record<string, unknown> | undefined;
      return { ...body, data: { ...given, URL: onThisRoad(String(given?.['URL']), url) } };
    } catch (error) {
      failed(
        new Error(error instanceof ConnectError ? inRequestsWords(error, url) : errorText(error), { cause: error }),
      );
      throw error;
    }
  };
  return { request } as unknown as HttpInstance;
};

/** @throws Error when no connection comes about. */
export const openFeishuSocket = async (
  { appId, secret, url }: GatewaySettings['feishu'],
  receive: (message: IncomingMessage) => void,
): Promise<FeishuSocket> => {
  const ready = Promise.withResolvers<undefined>();
  const lost = Promise.withResolvers<undefined>();
  const client = new WSClient({
    appId,
    appSecret: secret,
    domain: url,
    httpInstance: endpointCalls(ready.reject),
    logger: silent,
    loggerLevel: LoggerLevel.fatal,
    handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
    onReady: () => ready.resolve(undefined),
    onError: ready.reject,
    onReconnecting: () => lost.resolve(undefined),
  });
  const close = (): void => client.close({ force: true });
  void lost.promise.then(close);

  const eventDispatcher = new EventDispatcher({ logger: silent, loggerLevel: LoggerLevel.fatal }).register({
    'im.message.receive_v1': (event: MessageEvent) => {
      const message = incoming(event);
      if (message) setImmediate(() => receive(message));
    },
  });
  const limit = setTimeout(() => ready.reject(new Error('timed out')), CONNECT_TIMEOUT_MS);
  try {
    await client.start({ eventDispatcher });
    await ready.promise;
    return { lost: lost.promise, close, drop: () => lost.resolve(undefined) };
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(limit);
  }
};
