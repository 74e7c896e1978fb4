/**
 * One life of the long connection: a fresh SDK client connects, holds, and ends. The SDK's own reconnecting is not
 * used; of its ways of giving up silently (docs/facts/feishu.md 1.4) each ends the cycle here, and the link begins
 * anew.
 */
import { errorText } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import { wrapEdge } from './edge.ts';
import { callEndpoint, type SdkRequest } from './endpoint.ts';
import { createLiveness } from './liveness.ts';
import type { Settings } from '../options.ts';
import { sdkLogger, type Sdk } from './sdk.ts';
import { createTap } from './tap.ts';

export interface CycleOptions {
  readonly sdk: Sdk;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly onConnected: () => void;
  /** Anything came from the platform on the connection, heartbeats included. */
  readonly onBytes: () => void;
  /** A message event; it is acked when this returns. */
  readonly onMessageEvent: (data: unknown) => void;
  /** A tap on a card; what this returns is the answer. */
  readonly onTapEvent: (data: unknown) => object;
}

/** Resolves with why it ended, in words for people; everything it opened is closed by then. */
export const runCycle = async (options: CycleOptions, signal: AbortSignal): Promise<string> => {
  const { sdk, settings, onConnected, onBytes, onMessageEvent, onTapEvent } = options;
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const over = new AbortController();
  const logger = sdkLogger(options.logger);
  let connected = false;

  const tap = createTap(settings.origin.startsWith('https:'), {
    onFrame: (what) => {
      liveness.heard(what);
      onBytes();
    },
    onRefused: end,
    onClose: (code) =>
      end(`${connected ? 'the connection was lost' : 'the connection could not be made'}${code ? ` (${code})` : ''}`),
  });

  const { heartbeatMs, pongTimeoutMs } = settings;
  const liveness = createLiveness({ heartbeatMs, pongTimeoutMs, ping: () => tap.ping(), onDead: end });

  const request = async (call: SdkRequest): Promise<object> => {
    try {
      const { body, pingIntervalMs } = await callEndpoint(call, settings, over.signal);
      // The answer may come just as the cycle ends.
      if (over.signal.aborted) throw new Error('the cycle is over');
      liveness.interval(pingIntervalMs);
      return body;
    } catch (error) {
      end(errorText(error));
      throw error;
    }
  };

  const client = new sdk.WSClient({
    appId: settings.appId,
    appSecret: settings.appSecret,
    domain: settings.origin,
    httpInstance: { request } as never,
    agent: tap.agent,
    logger,
    loggerLevel: sdk.LoggerLevel.warn,
    // Never later than our own deadline, so that the SDK does not hold on to a handshake that we have given up.
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
  if (!wrapEdge(client, { onPingInterval: (ms) => liveness.interval(ms) })) {
    options.logger.warn(
      'this version of the Feishu SDK is not the one that Lifeline was tested with; a broken pong of the platform is not caught',
    );
  }
  const eventDispatcher = new sdk.EventDispatcher({ logger, loggerLevel: sdk.LoggerLevel.warn }).register({
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
    over.abort();
    signal.removeEventListener('abort', onAbort);
    clearTimeout(deadline);
    liveness.stop();
    client.close({ force: true });
    tap.destroy();
  }
};
