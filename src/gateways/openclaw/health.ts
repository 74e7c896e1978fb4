/**
 * What the gateway answers over HTTP to anybody on this machine (docs/facts/openclaw.md 4.1). Any path that it does not
 * know answers 200 with a page, so the body is what counts.
 */
import { httpCall, HttpFailure, parseObject } from '../../base/http.ts';

/**
 * `silent`: it connects, which the kernel does for a frozen process as well, and no answer comes. `strange`: somebody
 * else listens there.
 */
export type HealthAnswer = 'live' | 'silent' | 'closed' | 'strange';

type Answer =
  | { readonly state: 'answer'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly state: Exclude<HealthAnswer, 'live'> };

/** No more of a body is read. */
const MOST_BYTES = 65_536;

/** Never throws, whatever listens there. */
const ask = async (port: number, path: string, timeoutMs: number): Promise<Answer> => {
  try {
    const { text, whole } = await httpCall({
      method: 'GET',
      url: new URL(path, `http://127.0.0.1:${port}`),
      headers: { accept: 'application/json' },
      timeoutMs,
      mostBytes: () => MOST_BYTES,
    });
    const body = whole ? parseObject(text) : null;
    return body === null ? { state: 'strange' } : { state: 'answer', body };
  } catch (error) {
    return { state: stateWithoutAnswer(error) };
  }
};

const stateWithoutAnswer = (error: unknown): Exclude<HealthAnswer, 'live'> => {
  const code = error instanceof HttpFailure && error.why === 'broken' ? (error.code ?? '') : '';
  if (code === 'ECONNREFUSED') return 'closed';
  return code.startsWith('HPE_') ? 'strange' : 'silent';
};

/** `/health` answers as soon as the port is open, and says nothing of the channels. */
export const askHealth = async (port: number, timeoutMs: number): Promise<HealthAnswer> => {
  const answer = await ask(port, '/health', timeoutMs);
  if (answer.state !== 'answer') return answer.state;
  return answer.body['ok'] === true ? 'live' : 'strange';
};

/** Whether its start has come through; null: it does not say, as older versions do not. While it drains it has not. */
export const askStarted = async (port: number, timeoutMs: number): Promise<boolean | null> => {
  const answer = await ask(port, '/startup', timeoutMs);
  return answer.state !== 'answer' || typeof answer.body['status'] !== 'string'
    ? null
    : answer.body['ok'] === true && answer.body['status'] === 'started';
};

/**
 * The channels that its brake keeps off although it calls itself ready (docs/facts/openclaw.md 0.3); null: it does not
 * say.
 */
export const askSuppressed = async (port: number, timeoutMs: number): Promise<readonly string[] | null> => {
  const answer = await ask(port, '/readyz', timeoutMs);
  if (answer.state !== 'answer' || typeof answer.body['ready'] !== 'boolean') return null;
  const { suppressed } = answer.body;
  return Array.isArray(suppressed)
    ? suppressed.filter((channel): channel is string => typeof channel === 'string')
    : [];
};
