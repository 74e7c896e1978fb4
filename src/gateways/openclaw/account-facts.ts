/**
 * What `channels.status` says of a link, as facts (docs/facts/openclaw.md 0.2, 2.2). Green elsewhere is no proof: a
 * Feishu link is up only with `connected: true` and `lifecycle: "ready"`; one that never connected has no `connected`
 * at all.
 */
import { AHEAD_MS, instantOf, type Instant } from '../../base/instant.ts';
import type { LinkFact } from '../../diagnosis/evidence.ts';

export interface AccountFact {
  readonly at: Instant;
  readonly fact: LinkFact;
}

type Account = Readonly<Record<string, unknown>>;

/** Its clock is this machine's; what lies ahead of it is nonsense. */
const time = (value: unknown, now: Instant): Instant | null => {
  if (typeof value !== 'number' || value <= 0 || value > now + AHEAD_MS) return null;
  return value > now ? now : instantOf(value);
};

const BREAKER = /restart-loop breaker/i;
/** Nobody set it up, or somebody logged it out: it is not meant to run. */
const NOT_WANTED = /^(?:ambient channel credentials suppressed|logged out)/i;
/** OpenClaw restarts an account ten times at most (docs/facts/openclaw.md 5.2). */
const MOST_ATTEMPTS = 10;

/** @returns what is known of this account's link now, its state first; empty: nothing. */
export const accountFacts = (account: Account, now: Instant): readonly AccountFact[] => {
  const state = stateFact(account, now);
  // Not `lastEventAt`: a close of the connection sets it as well.
  const traffic = state.fact.kind === 'link-login' ? time(account['lastInboundAt'], now) : null;
  return traffic === null ? [state] : [state, { at: traffic, fact: { kind: 'link-traffic' } }];
};

const stateFact = (account: Account, now: Instant): AccountFact => {
  const { enabled, configured, linked, running, connected, lifecycle, lastError } = account;
  const error = typeof lastError === 'string' && lastError !== '' ? lastError : null;
  const seen = (fact: LinkFact): AccountFact => ({ at: now, fact });
  if (enabled === false || configured === false || linked === false) return seen({ kind: 'link-closed', wanted: true });
  if (account['terminalDisconnect'] === true || lifecycle === 'blocked') return seen({ kind: 'link-gave-up' });
  if (running !== true) return seen(stoppedFact(account, error));
  // What is left over from before a restart of the link says nothing of it now.
  if (lifecycle === 'starting' || (connected !== true && connected !== false))
    return { at: time(account['lastStartAt'], now) ?? now, fact: { kind: 'link-open', content: true } };
  if (connected === true && (lifecycle === undefined || lifecycle === 'ready'))
    return { at: time(account['lastConnectedAt'], now) ?? now, fact: { kind: 'link-login' } };
  return seen({ kind: 'link-lost', reason: error ?? 'disconnected' });
};

const stoppedFact = (account: Account, error: string | null): LinkFact => {
  if (error !== null && BREAKER.test(error)) return { kind: 'link-held', reason: error };
  if (account['restartPending'] === true) return { kind: 'link-lost', reason: error ?? 'its restart is pending' };
  // By somebody's wish: its own health monitor leaves it alone, too.
  if (error === null || NOT_WANTED.test(error)) return { kind: 'link-closed' };
  const attempts = account['reconnectAttempts'];
  return typeof attempts === 'number' && attempts >= MOST_ATTEMPTS
    ? { kind: 'link-gave-up' }
    : { kind: 'link-lost', reason: error };
};
