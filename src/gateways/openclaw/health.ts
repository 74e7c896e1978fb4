/**
 * What the gateway answers over HTTP to anybody on this machine (facts/openclaw.md 4.1). Any path that it does not know
 * answers 200 with a page, so the body is what counts.
 */
import { request } from 'node:http';
import { isSection } from '../../base/section.ts';

/** `silent`: it connects, which the kernel does for a frozen process as well, and no answer comes. `strange`: somebody else listens there. */
export type Health = 'live' | 'silent' | 'closed' | 'strange';

type Answer = { readonly state: 'answer'; readonly body: Readonly<Record<string, unknown>> } | { readonly state: Exclude<Health, 'live'> };

const MOST_BYTES = 65_536;

/** Never throws, whatever listens there. */
const ask = (port: number, path: string, timeoutMs: number): Promise<Answer> =>
  new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, method: 'GET', agent: false, headers: { accept: 'application/json' } });
    let ended = false;
    const end = (answer: Answer): void => {
      if (ended) return;
      ended = true;
      clearTimeout(limit);
      asked.destroy();
      resolve(answer);
    };
    const limit = setTimeout(() => end({ state: 'silent' }), timeoutMs);
    asked.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > MOST_BYTES) end({ state: 'strange' });
      });
      response.on('end', () => end(readBody(body)));
      response.on('error', () => end({ state: 'silent' }));
    });
    // Behind the answer it may break as well, when nobody listens any more.
    asked.on('error', (error: NodeJS.ErrnoException) => end({ state: error.code === 'ECONNREFUSED' ? 'closed' : error.code?.startsWith('HPE_') === true ? 'strange' : 'silent' }));
    asked.end();
  });

const readBody = (text: string): Answer => {
  try {
    const body: unknown = JSON.parse(text);
    return isSection(body) ? { state: 'answer', body } : { state: 'strange' };
  } catch {
    return { state: 'strange' };
  }
};

/** `/health` answers as soon as the port is open, and says nothing of the channels. */
export const askHealth = async (port: number, timeoutMs: number): Promise<Health> => {
  const answer = await ask(port, '/health', timeoutMs);
  return answer.state !== 'answer' ? answer.state : answer.body['ok'] === true ? 'live' : 'strange';
};

/** Whether its start has come through; null: it does not say, as older versions do not. While it drains it has not. */
export const askStarted = async (port: number, timeoutMs: number): Promise<boolean | null> => {
  const answer = await ask(port, '/startup', timeoutMs);
  return answer.state !== 'answer' || typeof answer.body['status'] !== 'string' ? null : answer.body['ok'] === true && answer.body['status'] === 'started';
};

/** The channels that its brake keeps off although it calls itself ready (facts/openclaw.md 0.3); null: it does not say. */
export const askSuppressed = async (port: number, timeoutMs: number): Promise<readonly string[] | null> => {
  const answer = await ask(port, '/readyz', timeoutMs);
  if (answer.state !== 'answer' || typeof answer.body['ready'] !== 'boolean') return null;
  const { suppressed } = answer.body;
  return Array.isArray(suppressed) ? suppressed.filter((channel): channel is string => typeof channel === 'string') : [];
};
