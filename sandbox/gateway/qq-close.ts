/** What Hermes's adapter does after a close code (docs/facts/hermes.md 2.1, docs/facts/qq.md 2.6). */

export type AfterClose =
  | { readonly kind: 'resume' }
  | { readonly kind: 'new-token' }
  | { readonly kind: 'new-session' }
  | { readonly kind: 'rate-limited' }
  /** Stops for good. */
  | { readonly kind: 'fatal'; readonly description: string };

const FATAL: Readonly<Record<number, string>> = {
  4001: 'invalid opcode',
  4002: 'invalid payload',
  4010: 'invalid shard',
  4011: 'sharding required',
  4012: 'invalid API version',
  4013: 'invalid intent',
  4014: 'intent not authorized',
  4914: 'offline/sandbox-only',
  4915: 'banned',
};

export const afterClose = (code: number): AfterClose => {
  const description = FATAL[code];
  if (description !== undefined) return { kind: 'fatal', description };
  if (code === 4004) return { kind: 'new-token' };
  if (code === 4008) return { kind: 'rate-limited' };
  if (code === 4006 || code === 4007 || (code >= 4900 && code <= 4913)) return { kind: 'new-session' };
  // 4009 among them: the half-hourly close, after which the session lives on.
  return { kind: 'resume' };
};
