/** Carries one check out. */
import { connect } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import { AHEAD_MS } from '../../base/instant.ts';
import { errorText } from '../../base/errors.ts';
import type { Trust } from '../../base/file-trust.ts';
import { seeForeign } from '../../base/open-foreign.ts';
import { fileRefusalOf, type Refusal } from '../../base/refused-file.ts';
import { within } from '../../base/time-limit.ts';
import { askHttp, failedWith, type Answer } from './ask-http.ts';
import type { LivenessCheck } from './settings.ts';

export interface AskContext {
  readonly home: string;
  readonly trust: Trust;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Before this nothing can be asked of it: it did not run, or nobody looked. */
  readonly from: number;
  /** When a line last fitted the pattern of the check; null: never. */
  readonly heardAt: number | null;
}

/** Never throws, and ends in its time. @returns a refusal for a file that is no evidence. */
export const ask = async (check: LivenessCheck, context: AskContext): Promise<Answer | Refusal> => {
  switch (check.kind) {
    case 'http':
      return askHttp(check, context.timeoutMs);
    case 'tcp':
      return askTcp(check, context.timeoutMs);
    case 'file':
      return inTime(askFile(resolvePath(context.home, check.path), check.maxAgeMs, context), context.timeoutMs);
    case 'log':
      return fresh(context.heardAt, check.maxAgeMs, context, { newest: 'last line', none: 'no such line' });
  }
};

const askTcp = ({ host, port }: Extract<LivenessCheck, { readonly kind: 'tcp' }>, timeoutMs: number): Promise<Answer> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: Answer): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve(answer);
    };
    const limit = setTimeout(() => end({ ok: false, came: `no connection within ${timeoutMs / 1_000} s` }), timeoutMs);
    socket.on('connect', () => end({ ok: true, came: 'connected' }));
    socket.on('error', (error) => end(failedWith(error)));
  });

/** @param path a heartbeat; what is in it does not matter. */
const askFile = async (path: string, maxAgeMs: number, context: AskContext): Promise<Answer | Refusal> => {
  try {
    const { modifiedAt } = await seeForeign(path, context.trust, 'file or folder');
    // A time ahead of now would keep it fresh for as long.
    const ahead = modifiedAt > context.now() + AHEAD_MS;
    return fresh(ahead ? null : modifiedAt, maxAgeMs, context, { newest: 'written', none: 'written in the future' });
  } catch (error) {
    const refusal = fileRefusalOf(error);
    if (refusal !== null) return refusal;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!missing) return { ok: false, came: errorText(error) };
    return fresh(null, maxAgeMs, context, { newest: '', none: 'not there' });
  }
};

/** What has just begun has all of its time: nothing older than its start counts against it. */
const fresh = (
  at: number | null,
  maxAgeMs: number,
  { now, from }: AskContext,
  words: { readonly newest: string; readonly none: string },
): Answer => {
  const ok = now() - Math.max(at ?? from, from) <= maxAgeMs;
  return {
    ok,
    ...(ok && (at === null || at < from) ? { early: true } : {}),
    came: at === null ? words.none : `${words.newest} ${Math.max(0, Math.round((now() - at) / 1_000))} s ago`,
  };
};

/** A file on a dead network drive keeps its reader waiting for ever. */
const inTime = async (answer: Promise<Answer | Refusal>, timeoutMs: number): Promise<Answer | Refusal> =>
  (await within(answer, timeoutMs)) ?? { ok: false, came: `cannot be looked at within ${timeoutMs / 1_000} s` };
