/**
 * The dead man's switch: a service elsewhere that hears after each round that Lifeline lives, and raises the alarm
 * when it hears nothing. The protocol is that of healthchecks.io (https://healthchecks.io/docs/http_api/): POST to
 * `<url>/start`, `<url>` or `<url>/fail`, with a report as the body and `rid` to pair a start with its end.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { hostOf } from '../../base/endpoint.ts';
import { httpCall, type Http } from '../../base/http.ts';
import type { Logger } from '../../base/logger.ts';
import { post, type Posted } from './ping-post.ts';

export interface PingOptions {
  /** Whoever knows it can pretend to be Lifeline, so it is a secret: only its host is logged. */
  readonly url: string;
  readonly http?: Http;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For one try, its redirects included. */
  readonly timeoutMs?: number;
  readonly version: string;
}

/**
 * Nothing here throws, and no promise needs to be waited for: each resolves when its ping was taken, was given up, or
 * was overtaken. They go out one after the other, because a start that arrives behind its success would look like a
 * run that never ends.
 */
export interface Ping {
  start(): Promise<void>;
  success(body: string): Promise<void>;
  fail(body: string): Promise<void>;
  /** Ends what is under way. */
  stop(): void;
}

const PAUSES_MS = [0, 1_000, 5_000];

export const createPing = ({ url, http = httpCall, clock, logger, timeoutMs = 10_000, version }: PingOptions): Ping => {
  const host = hostOf(url);
  const stopping = new AbortController();
  let latest = new AbortController();
  let line: Promise<void> = Promise.resolve();
  let inLine = 0;
  let run: string | null = null;
  let taken = true;

  const learn = (result: Posted): void => {
    if (result.outcome === 'ok') {
      if (!taken) logger.info({ host }, "the dead man's switch takes the pings again");
    } else
      logger[taken ? 'warn' : 'debug']({ host, reason: result.reason }, "the dead man's switch did not take a ping");
    taken = result.outcome === 'ok';
  };

  const deliver = async (target: string, body: string, overtaken: AbortSignal): Promise<void> => {
    let result: Posted | null = null;
    for (const pauseMs of PAUSES_MS) {
      if (pauseMs > 0) await clock.sleep(pauseMs, overtaken).catch(() => undefined);
      if (overtaken.aborted || stopping.signal.aborted) return;
      result = await post({
        url: target,
        body,
        http,
        timeoutMs,
        signal: stopping.signal,
        userAgent: `gateway-lifeline/${version}`,
      });
      if (result.outcome !== 'retry') break;
    }
    if (result && !stopping.signal.aborted) learn(result);
  };

  /** The older ones lose their retries; a try that is under way is let finish, within its time limit. */
  const send = (path: string, body: string): Promise<void> => {
    latest.abort();
    latest = new AbortController();
    const { signal } = latest;
    const target = `${url}${path}${run === null ? '' : `?rid=${run}`}`;
    const go = (): Promise<void> => deliver(target, body, signal);
    // With nobody before it, it begins now: what comes at once behind it cannot overtake it any more.
    line = (inLine === 0 ? go() : line.then(go)).finally(() => (inLine -= 1));
    inLine += 1;
    return line;
  };

  const end = (path: string, body: string): Promise<void> => {
    const sent = send(path, body);
    run = null;
    return sent;
  };

  return {
    start: () => {
      run = randomUUID();
      return send('/start', '');
    },
    success: (body) => end('', body),
    fail: (body) => end('/fail', body),
    stop: () => {
      stopping.abort();
      latest.abort();
    },
  };
};
