/**
 * The QQ adapter: connects, listens, reconnects and gives up exactly as Hermes's does (docs/facts/hermes.md 2.1),
 * with the same traps: `Connected` and `Reconnected` before any login, ACKs ignored, and terminal exits that
 * tell nobody.
 */
import { errorText } from '../../src/base/errors.ts';
import { sendTraceback, useExecutor, type IncomingMessage, type Link, type LinkContext } from './link.ts';
import { traceback, type Level } from './python-log.ts';
import { createQqApi } from './qq-api.ts';
import { afterClose } from './qq-close.ts';
import { createQqSession } from './qq-session.ts';
import { NO_CLOSE_FRAME, openQqSocket, type QqClose, type QqSocket } from './qq-socket.ts';

const LOGGER = 'gateway.platforms.qqbot.adapter';
const RATE_LIMIT_WAIT_MS = 60_000;

export const createQqLink = (context: LinkContext): Link => {
  const { settings, clock, state, receive, qqAttempts } = context;
  const { qqBackoffMs } = settings.timings;
  const tag = `[QQBot:${settings.qq.appId}]`;
  const log = (level: Level, message: string, below?: string): void =>
    context.log(level, LOGGER, `${tag} ${message}`, below === undefined ? {} : { below });
  const info = (message: string): void => log('INFO', message);

  const stopped = new AbortController();
  let socket: QqSocket | null = null;
  let openedAt = 0;
  let knownUser: string | null = null;

  const api = createQqApi(settings.qq, clock, (seconds) => info(`Access token refreshed, expires in ${seconds}s`));
  const heard = (message: IncomingMessage): void => {
    knownUser = message.user;
    receive(link, message);
  };
  const session = createQqSession({ api, info, fail: (message) => log('ERROR', message), receive: heard });

  const open = async (sayUrl: boolean): Promise<QqSocket> => {
    await api.token();
    const url = await api.gatewayUrl();
    if (sayUrl) info(`Gateway URL: ${url}`);
    const opened = await openQqSocket(url, (from, frame) => {
      if (!stopped.signal.aborted) session.handle(from, frame);
    });
    socket = opened;
    openedAt = clock.now();
    info(`WebSocket connected to ${url}`);
    state.platform('qqbot', 'connected');
    return opened;
  };

  const reconnect = async (attempt: number): Promise<boolean> => {
    const delayMs = qqBackoffMs[Math.min(attempt, qqBackoffMs.length - 1)] ?? 0;
    info(`Reconnecting in ${Math.round(delayMs / 1_000)}s (attempt ${attempt + 1})...`);
    await clock.sleep(delayMs, stopped.signal);
    socket = null;
    try {
      const opened = await open(false);
      info('Reconnected');
      opened.listen();
      return true;
    } catch (error) {
      log('WARNING', `Reconnect failed: ${errorText(error)}`);
      return false;
    }
  };

  /** The end of one socket. @returns whether to try again. */
  const closed = async ({ code, reason }: QqClose, livedMs: number, attempt: number): Promise<boolean> => {
    log('WARNING', `WebSocket closed: code=${code} reason=${reason}`);
    // Hermes also counts these towards a limit, which its own resets keep out of reach.
    if (livedMs < 5_000) info(`Quick disconnect (${(livedMs / 1_000).toFixed(1)}s), count: 1`);
    state.platform('qqbot', 'disconnected');
    const next = afterClose(code);
    switch (next.kind) {
      case 'fatal':
        log('ERROR', `Bot is ${next.description}. Check QQ Open Platform.`);
        state.platform('qqbot', 'fatal', {
          errorCode: `qq_${next.description}`,
          errorMessage: `Bot is ${next.description}`,
        });
        return false;
      case 'rate-limited':
        info('Rate limited (4008), waiting 60s');
        if (attempt >= qqAttempts.most) return false;
        await clock.sleep(RATE_LIMIT_WAIT_MS, stopped.signal);
        return true;
      case 'new-token':
        info('Invalid token (4004), will refresh and reconnect');
        api.forgetToken();
        return true;
      case 'new-session':
        info(`Session error (${code}), clearing session for re-identify`);
        session.clear();
        return true;
      case 'resume':
        return true;
    }
  };

  const lost = (attempt: number, error: string): boolean => {
    log('WARNING', `WebSocket error: ${error}`);
    state.platform('qqbot', 'disconnected');
    if (attempt < qqAttempts.most) return true;
    log('ERROR', 'Max reconnect attempts reached');
    return false;
  };

  const listen = async (): Promise<void> => {
    let attempt = 0;
    for (;;) {
      const close = socket ? await socket.closed : null;
      session.stopHeartbeat();
      if (stopped.signal.aborted) return;
      const framed = close !== null && close.code !== NO_CLOSE_FRAME;
      const again = framed
        ? await closed(close, clock.now() - openedAt, attempt)
        : lost(attempt, close ? 'WebSocket closed' : 'WebSocket not connected');
      if (!again) return;
      attempt = (await reconnect(attempt)) ? 0 : attempt + 1;
      if (framed && attempt >= qqAttempts.most) {
        log('ERROR', 'Max reconnect attempts reached (QQCloseError)');
        return;
      }
    }
  };

  const listenUntilStopped = async (): Promise<void> => {
    try {
      await listen();
    } catch (error) {
      if (!stopped.signal.aborted)
        context.log('ERROR', 'asyncio', `Task exception was never retrieved: ${errorText(error)}`);
    }
  };

  const link: Link = {
    name: 'qqbot',
    tag,
    connect: async () => {
      let opened: QqSocket;
      try {
        opened = await open(true);
      } catch (error) {
        const text = errorText(error);
        log(
          'ERROR',
          `QQ startup failed: ${text}`,
          traceback(
            'gateway/platforms/qqbot/adapter.py',
            402,
            'connect',
            'await self._open_ws(gateway_url)',
            `RuntimeError: ${text}`,
          ),
        );
        state.platform('qqbot', 'retrying', { errorCode: 'qq_connect_error', errorMessage: text });
        throw error;
      }
      void listenUntilStopped();
      info('Connected');
      opened.listen();
    },
    send: async (text, answerTo) => {
      const user = answerTo?.user ?? knownUser;
      try {
        useExecutor(context);
        if (user !== null) await api.send(user, text, answerTo?.id ?? null);
      } catch (error) {
        log(
          'ERROR',
          `Send failed: ${errorText(error)}`,
          sendTraceback(
            'gateway/platforms/qqbot/adapter.py',
            'response = await self._api_request("POST", path, body)',
            errorText(error),
          ),
        );
      }
    },
    disconnect: () => {
      stopped.abort(new Error('The gateway is shutting down.'));
      session.stopHeartbeat();
      socket?.close();
      state.platform('qqbot', 'disconnected');
      info('Disconnected');
    },
  };
  return link;
};
