/** What Hermes's QQ adapter logs (docs/facts/hermes.md 2.1). */
import type { Level, Recorder } from './recorder.ts';

const BACKOFF = [2, 5, 10, 30];
const backoff = (attempt: number): number => BACKOFF[attempt - 1] ?? 60;

export const QQ_DNS = 'Failed to get QQ Bot gateway URL: [Errno -3] Temporary failure in name resolution';
export const QQ_UNREACHABLE =
  "Cannot connect to host api.sgroup.qq.com:443 ssl:default [Connect call failed ('119.29.99.64', 443)]";
/** httpx puts its advice on a second line. */
export const QQ_500 =
  "Failed to get QQ Bot gateway URL: Server error '500 Internal Server Error' for url 'https://api.sgroup.qq.com/gateway'\nFor more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/500";

export interface QqOptions {
  readonly tag?: string;
  readonly logger?: string;
}

export const qqAdapter = (
  home: Recorder,
  { tag = '[QQBot:102938475]', logger = 'gateway.platforms.qqbot.adapter' }: QqOptions = {},
) => {
  let session = `${Math.floor(home.random() * 0xffffffff)
    .toString(16)
    .padStart(8, '0')}-5b1e-4c7a-9d20-${Math.floor(home.random() * 0xffffffffffff)
    .toString(16)
    .padStart(12, '0')}`;
  let seq = 3 + Math.floor(home.random() * 200);
  const say = (level: Level, message: string, below?: readonly string[]): void =>
    home.say(level, logger, `${tag} ${message}`, below ? { below } : {});
  const socket = (): void => {
    home.pass('120ms');
    say('INFO', 'WebSocket connected to wss://api.sgroup.qq.com/websocket');
  };
  const token = (): void => {
    home.pass('180ms');
    say('INFO', `Access token refreshed, expires in ${4000 + Math.floor(home.random() * 3200)}s`);
  };

  const qq = {
    tag,
    say,
    token,
    /** Identify and READY: proof of a fresh login. */
    identify: () => {
      say('INFO', 'Identify sent');
      home.pass('210ms');
      session = `${Math.floor(home.random() * 0xffffffff)
        .toString(16)
        .padStart(8, '0')}${session.slice(8)}`;
      say('INFO', `Ready, session_id=${session}`);
    },
    resumeSent: () => {
      seq += 7;
      say('INFO', `Resume sent (session_id=${session}, seq=${seq})`);
    },
    /** Resume and RESUMED: proof of login. */
    resume: ({ withSeq = false } = {}) => {
      qq.resumeSent();
      home.pass('150ms');
      say('INFO', withSeq ? `Session resumed (seq=${seq})` : 'Session resumed');
    },
    firstConnect: () => {
      token();
      say('INFO', 'Gateway URL: wss://api.sgroup.qq.com/websocket');
      socket();
      say('INFO', 'Connected');
    },
    closed: (code = 4009, reason = 'Session timed out') =>
      say('WARNING', `WebSocket closed: code=${code} reason=${reason}`),
    announceRetry: (attempt = 1) => say('INFO', `Reconnecting in ${backoff(attempt)}s (attempt ${attempt})...`),
    /** Announces a try and lets its waiting time pass. */
    retry: (attempt = 1) => {
      qq.announceRetry(attempt);
      home.passMs(backoff(attempt) * 1000);
    },
    retryFailed: (error: string) => {
      home.pass('90ms');
      const [first = '', ...below] = error.split('\n');
      say('WARNING', `Reconnect failed: ${first}`, below);
    },
    /** Socket open again; no proof of login yet. */
    reconnected: () => {
      socket();
      say('INFO', 'Reconnected');
    },
    /** Attempts `from`…`to`, all failing. */
    failing: (from: number, to: number, error: string) => {
      for (let attempt = from; attempt <= to; attempt += 1) {
        qq.retry(attempt);
        qq.retryFailed(error);
      }
    },
    /** The half-hourly routine: closed with 4009, back in two seconds. */
    routine4009: (options?: { withSeq?: boolean }) => {
      qq.closed();
      qq.retry();
      qq.reconnected();
      qq.resume(options);
    },
    routineOp7: () => {
      say('INFO', 'Server requested reconnect (op 7)');
      qq.retry();
      qq.reconnected();
      qq.resume();
    },
    disconnected: () => say('INFO', 'Disconnected'),
  };
  return qq;
};

export type Qq = ReturnType<typeof qqAdapter>;
