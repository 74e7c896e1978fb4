/**
 * What `channels.status` says of a link, as facts (docs/facts/openclaw.md 0.2, 2.2). Green elsewhere is no proof: a
 * Feishu link is up only with `connected: true` and `lifecycle: "ready"`; one that never connected has no `connected`
 * at all.
 */
import { AHEAD_MS, instantOf, type Instant } from '../../base/instant.ts';
import type { LinkFact, Refusal } from '../../diagnosis/evidence.ts';
import { refusalIn, refused, type OpenClawChannel } from '../platforms/platform.ts';

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

/**
 * @param channel what is known of the channel; null: of one whose facts are with the kind.
 * @returns what is known of this account's link now, its state first; empty: nothing.
 */
export const accountFacts = (
  account: Account,
  now: Instant,
  channel: OpenClawChannel | null = null,
): readonly AccountFact[] => {
  const state = channel === null ? stateFact(account, now) : channelFact(account, now, channel);
  if (state === null) return [];
  // Not `lastEventAt`: a close of the connection sets it as well.
  const traffic = state.fact.kind === 'link-login' ? time(account['lastInboundAt'], now) : null;
  return traffic === null ? [state] : [state, { at: traffic, fact: { kind: 'link-traffic' } }];
};

const stateFact = (account: Account, now: Instant): AccountFact => {
  const { enabled, configured, linked, running, connected, lifecycle, lastError } = account;
  const error = typeof lastError === 'string' && lastError !== '' ? lastError : null;
  const seen = (fact: LinkFact): AccountFact => ({ at: now, fact });
  if (enabled === false || configured === false || linked === false) return seen({ kind: 'link-closed', wanted: true });
  if (account['terminalDisconnect'] === true || lifecycle === 'blocked')
    return seen({ kind: 'link-gave-up', terminal: true });
  if (running !== true) return seen(stoppedFact(account, error));
  // What is left over from before a restart of the link says nothing of it now.
  if (lifecycle === 'starting' || (connected !== true && connected !== false))
    return { at: time(account['lastStartAt'], now) ?? now, fact: { kind: 'link-open', content: true } };
  if (connected === true && (lifecycle === undefined || lifecycle === 'ready'))
    return { at: time(account['lastConnectedAt'], now) ?? now, fact: { kind: 'link-login' } };
  // QQ's plugin did not set it when its session was resumed (openclaw-qqbot#148).
  const never = error === null && account['lastConnectedAt'] === null;
  return seen({
    kind: 'link-lost',
    reason: error ?? 'disconnected',
    ...(never ? { neverSince: time(account['lastStartAt'], now) ?? 0 } : {}),
  });
};

/** Of a channel with facts of its own (docs/facts/platforms.md 4.1, 5): what it refuses only a person can mend. */
const channelFact = (
  account: Account,
  now: Instant,
  { status, freshMs = Infinity }: OpenClawChannel,
): AccountFact | null => {
  const { running, lifecycle, lastError } = account;
  const error = typeof lastError === 'string' ? lastError : '';
  const isEnded =
    account['terminalDisconnect'] === true ||
    lifecycle === 'blocked' ||
    STOPPED_HEALTH.has(String(account['healthState']));
  const why = error === '' ? null : refusalIn(error);
  if (account['enabled'] === false || account['configured'] === false)
    return { at: now, fact: { kind: 'link-closed', wanted: true } };
  if (account['linked'] === false) return { at: now, fact: refused(error || 'logged out', 'logged_out') };
  if (isEnded || (running !== true && why !== null && why !== 'setup_incomplete'))
    return { at: now, fact: refused(error || 'it refuses to go on', healthRefusal(account) ?? why) };
  if (running !== true) return { at: now, fact: stoppedFact(account, error === '' ? null : error) };
  if (status === 'log') return null;
  if (status === 'events') return polledFact(account, now, freshMs);
  const fact = stateFact(account, now);
  const alive = time(account['lastTransportActivityAt'], now);
  return fact.fact.kind === 'link-login' && alive !== null && now - alive > freshMs
    ? // The loss began with the last answer: its grace has run since then.
      { at: alive, fact: { kind: 'link-lost', reason: `no answer for ${Math.round((now - alive) / 1_000)} s` } }
    : fact;
};

const STOPPED_HEALTH: ReadonlySet<string> = new Set(['conflict', 'logged-out']);
const healthRefusal = ({ healthState }: Account): Refusal | null => {
  if (healthState === 'logged-out') return 'logged_out';
  return healthState === 'conflict' ? 'token_in_use' : null;
};

/** It never says that it is connected: each of its polls that came back is the proof. */
const polledFact = (account: Account, now: Instant, freshMs: number): AccountFact => {
  const polled = time(account['lastEventAt'], now);
  const started = time(account['lastStartAt'], now) ?? now;
  if (polled === null) return { at: started, fact: { kind: 'link-open', content: true } };
  return now - polled <= freshMs
    ? { at: polled, fact: { kind: 'link-login', still: true } }
    : { at: polled, fact: { kind: 'link-lost', reason: 'no poll came back any more' } };
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
