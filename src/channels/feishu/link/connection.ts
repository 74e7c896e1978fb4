/**
 * One long connection: a new client of the SDK connects, holds and ends. The SDK's own reconnecting is not used. Where
 * the SDK would give up silently (docs/facts/feishu.md 1.4), the connection ends here and `link.ts` opens the next one.
 */
import { EventDispatcher, LoggerLevel, WSClient } from '@larksuiteoapi/node-sdk';
import { errorText } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import { patchClient } from './sdk-patch.ts';
import { callEndpoint, type SdkRequest } from './endpoint.ts';
import { createLiveness } from './liveness.ts';
import type { Settings } from '../options.ts';
import { createSockets } from './sockets.ts';

export interface ConnectionOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly onConnected: () => void;
  /** Anything came from the platform on the connection, heartbeats included. */
  readonly onBytes: () => void;
  /** Takes a message event, which is acknowledged when this resolves; when it rejects, the platform sends it again. */
  readonly onMessageEvent: (data: unknown) => Promise<void>;
  /** Takes a tap on a card and returns the answer to it. */
  readonly onTapEvent: (data: unknown) => Promise<object>;
}

/** Resolves with the reason of the end, in words for people; everything that was opened is closed by then. */
export const runConnection = async (options: ConnectionOptions, signal: AbortSignal): Promise<string> => {
  const { settings, onConnected, onBytes, onMessageEvent, onTapEvent } = options;
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const closing = new AbortController();
  const logger = sdkLogger(options.logger);
  let connected = false;

  const sockets = createSockets(settings.origin.startsWith('https:'), {
    onFrame: (what) => {
      liveness.heard(what);
      onBytes();
    },
    onRefused: end,
    onClose: (code) =>
      end(`${connected ? 'the connection was lost' : 'the connection could not be made'}${code ? ` (${code})` : ''}`),
  });

  const { heartbeatMs, pongTimeoutMs } = settings;
  const liveness = createLiveness({ heartbeatMs, pongTimeoutMs, ping: () => sockets.ping(), onDead: end });

  const request = async (call: SdkRequest): Promise<object> => {
    try {
      const { body, pingIntervalMs } = await callEndpoint(call, settings, closing.signal);
      // The answer may come just as the connection ends.
      if (closing.signal.aborted) throw new Error('the connection has ended');
      liveness.interval(pingIntervalMs);
      return body;
    } catch (error) {
      end(errorText(error));
      throw error;
    }
  };

  const client = new WSClient({
    appId: settings.appId,
    appSecret: settings.appSecret,
    domain: settings.origin,
    httpInstance: { request } as never,
    agent: sockets.agent,
    logger,
    loggerLevel: LoggerLevel.warn,
    // The SDK's limit is our own deadline, so that the SDK does not wait for a handshake that we have given up.
    handshakeTimeoutMs: settings.connectTimeoutMs,
    wsConfig: { pingTimeout: settings.pongTimeoutMs / 1_000 },
    onReady: () => {
      connected = true;
      liveness.connected();
      onConnected();
    },
    onReconnecting: () => end('the connection was lost'),
    onError: (error) => end(errorText(error)),
  });
  const lost = patchClient(client, { onPingInterval: (ms) => liveness.interval(ms) });
  if (lost.length > 0)
    options.logger.error(
      { lost },
      `this version of the Feishu SDK is not the one that Lifeline was tested with: ${lost.join('; ')}`,
    );
  const eventDispatcher = new EventDispatcher({ logger, loggerLevel: LoggerLevel.warn }).register({
    'im.message.receive_v1': onMessageEvent,
    'card.action.trigger': onTapEvent,
  });

  const deadline = setTimeout(() => {
    if (!connected) end(`no connection within ${settings.connectTimeoutMs / 1_000} s`);
  }, settings.connectTimeoutMs);
  const onAbort = (): void => end('stopped');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    client.start({ eventDispatcher }).catch((error: unknown) => end(errorText(error)));
    return await ended;
  } finally {
    closing.abort();
    signal.removeEventListener('abort', onAbort);
    clearTimeout(deadline);
    liveness.stop();
    client.close({ force: true });
    sockets.destroy();
  }
};

/** Writes the SDK's warnings and errors to our own log, at debug and without addresses, which carry tickets. */
const sdkLogger = (logger: Logger) => {
  const say = (...parts: readonly unknown[]): void => {
    const text = parts.flat().map((part) => (part instanceof Error ? part.message : String(part)));
    logger.debug({ sdk: text.join(' ').replace(/\b[a-z]+:\/\/\S+/gi, '(address)') }, 'feishu sdk');
  };
  return { fatal: say, error: say, warn: say, info: () => undefined, debug: () => undefined, trace: () => undefined };
};
