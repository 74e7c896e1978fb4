/**
 * The Feishu adapter of an older Hermes (docs/facts/hermes.md 2.2): `Connected in websocket mode` as soon as the
 * client's thread runs, and a state file that says `connected` whatever becomes of the link.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { errorText } from '../../src/base/errors.ts';
import { createFeishuApi } from './feishu-api.ts';
import { openFeishuSocket, type FeishuSocket } from './feishu-socket.ts';
import { sendTraceback, useExecutor, type IncomingMessage, type Link, type LinkContext } from './link.ts';
import type { Level } from './python-log.ts';

const LOGGER = 'plugins.platforms.feishu.adapter';
const TAG = '[Feishu]';
const SEND_ATTEMPTS = 3;

export interface FeishuLink extends Link {
  /** Cuts the link and ends the SDK's reconnects: deaf for good, and nobody is told (Hermes issue #64712). */
  loseForGood(): void;
}

const ordinal = (n: number): string =>
  `${n}${['th', 'st', 'nd', 'rd'][n % 100 >= 11 && n % 100 <= 13 ? 0 : n % 10] ?? 'th'}`;

/** In the form of the real address, but where this platform is, and with credentials that open nothing. */
const shownUrl = (platform: string): string => {
  const parts = {
    fpid: 493,
    aid: 552564,
    device_id: `75${randomBytes(8).readBigUInt64BE()}`,
    access_key: randomBytes(16).toString('hex'),
  };
  const query = Object.entries({ ...parts, service_id: 33554678, ticket: randomUUID() });
  return `${platform.replace(/^http/, 'ws')}/ws/v2?${query.map(([key, value]) => `${key}=${value}`).join('&')}`;
};

export const createFeishuLink = (context: LinkContext): FeishuLink => {
  const { settings, clock, state, receive } = context;
  const { feishuNonceMs, feishuIntervalMs } = settings.timings;
  const log = (level: Level, message: string, below?: string): void =>
    context.log(level, LOGGER, `${TAG} ${message}`, below === undefined ? {} : { below });
  const lark = (level: Level, message: string): void => context.log(level, 'Lark', message);

  const stopped = new AbortController();
  const api = createFeishuApi(settings.feishu, clock);
  let socket: FeishuSocket | null = null;
  let reconnectsEnded = false;
  let knownUser: string | null = null;

  const heard = (message: IncomingMessage): void => {
    knownUser = message.user;
    log('INFO', `Flushing text batch agent:main:feishu:dm:${message.chat} (${message.text.length} chars)`);
    receive(link, message);
  };

  /** Holds one connection until it is lost. @returns false when it could not be made. */
  const hold = async (): Promise<boolean> => {
    try {
      socket = await openFeishuSocket(settings.feishu, heard);
    } catch (error) {
      lark('ERROR', `connect failed, err: ${errorText(error)}`);
      return false;
    }
    const url = shownUrl(settings.feishu.url);
    const connection = ` [conn_id=${randomBytes(8).readBigUInt64BE()}]`;
    lark('INFO', `connected to ${url}${connection}`);
    await socket.lost;
    if (stopped.signal.aborted) return true;
    lark('ERROR', `receive message loop exit, err: no close frame received or sent${connection}`);
    lark('INFO', `disconnected to ${url}${connection}`);
    return true;
  };

  const run = async (): Promise<void> => {
    let tries = 0;
    for (;;) {
      if (await hold()) tries = 0;
      if (stopped.signal.aborted || reconnectsEnded) return;
      await clock.sleep(tries === 0 ? Math.random() * feishuNonceMs : feishuIntervalMs, stopped.signal);
      tries += 1;
      lark('INFO', `trying to reconnect for the ${ordinal(tries)} time`);
    }
  };

  const runUntilStopped = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      if (!stopped.signal.aborted) throw error;
    }
  };

  const trySend = async (text: string, answerTo: IncomingMessage | null): Promise<void> => {
    useExecutor(context);
    if (answerTo) await api.reply(answerTo.id, text);
    else if (knownUser !== null) await api.send(knownUser, text);
  };

  const sendWithRetry = async (text: string, answerTo: IncomingMessage | null): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await trySend(text, answerTo);
      } catch (error) {
        if (attempt === SEND_ATTEMPTS) throw error;
        const waitS = 2 ** (attempt - 1);
        const chat = answerTo?.chat ?? knownUser ?? 'home';
        log(
          'WARNING',
          `Send attempt ${attempt}/${SEND_ATTEMPTS} failed for chat ${chat}; retrying in ${waitS}s: ${errorText(error)}`,
        );
        await clock.sleep(waitS * 1_000, stopped.signal);
      }
    }
  };

  const link: FeishuLink = {
    name: 'feishu',
    tag: TAG,
    connect: () => {
      void runUntilStopped();
      state.platform('feishu', 'connected');
      log('INFO', 'Connected in websocket mode (feishu)');
      return Promise.resolve();
    },
    send: async (text, answerTo) => {
      try {
        await sendWithRetry(text, answerTo);
      } catch (error) {
        if (stopped.signal.aborted) return;
        log(
          'ERROR',
          `Send error: ${errorText(error)}`,
          sendTraceback(
            'plugins/platforms/feishu/adapter.py',
            'response = await loop.run_in_executor(None, create, request)',
            errorText(error),
          ),
        );
      }
    },
    disconnect: () => {
      stopped.abort(new Error('The gateway is shutting down.'));
      socket?.close();
      state.platform('feishu', 'disconnected');
      log('INFO', 'Disconnected');
    },
    loseForGood: () => {
      reconnectsEnded = true;
      socket?.drop();
    },
  };
  return link;
};
