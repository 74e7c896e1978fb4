/** Why the running gateway does not take Lifeline as a client; asked once, for the doctor. */
import type { Trust } from '../../base/file-trust.ts';
import { askStarted } from './health.ts';
import { createRpc } from './rpc.ts';
import { readTarget, type Target } from './target.ts';
import { createTries } from './tries.ts';

const ANSWER_MS = 5_000;
/** What Lifeline calls itself as a client; the gateway only logs it. */
export const CLIENT_VERSION = '1';

/**
 * @returns its own words; null: it takes Lifeline, it says nothing, it still starts, or its settings already tell why
 * not.
 */
export const readRefusal = async (home: string, pid: number, trust: Trust): Promise<string | null> =>
  refusalBy(await readTarget(home, pid, trust));

export const refusalBy = async ({ port, access }: Pick<Target, 'port' | 'access'>): Promise<string | null> => {
  if (access.credential === null) return null;
  const isReady = (await askStarted(port, ANSWER_MS)) !== false;
  const rpc = createRpc({
    url: `ws://127.0.0.1:${port}`,
    token: null,
    ...access.credential,
    version: CLIENT_VERSION,
    timeoutMs: ANSWER_MS,
  });
  let refusal: string | null = null;
  const tries = createTries(access, (reason) => {
    refusal = reason;
  });
  await tries.ask(() => rpc.call('channels.status'), { now: 0, isReady });
  rpc.close();
  return refusal;
};
