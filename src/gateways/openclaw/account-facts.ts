/**
 * What `channels.status` says of a link, as facts (facts/openclaw.md 0.2, 2.2). Green elsewhere is no proof: a Feishu
 * link is up only with `connected: true` and `lifecycle: "ready"`; one that never connected has no `connected` at all.
 */
import type { LinkFact } from '../../diagnosis/evidence.ts';

export interface AccountFact {
  readonly at: number;
  readonly fact: LinkFact;
}

type Account = Readonly<Record<string, unknown>>;

const time = (value: unknown, now: number): number | null => (typeof value === 'number' && value > 0 && value <= now + 60_000 ? Math.min(value, now) : null);

const BREAKER = /restart-loop breaker/i;

/** @returns what is known of this account's link now, the strongest last; empty: nothing. */
export const accountFacts = (account: Account, now: number): readonly AccountFact[] => {
  const { enabled, configured, running, connected, lifecycle, lastError } = account;
  const error = typeof lastError === 'string' && lastError !== '' ? lastError : null;
  // Not `lastEventAt`: a close of the connection sets it as well.
  const traffic = time(account['lastInboundAt'], now);
  const heard: AccountFact[] = traffic === null ? [] : [{ at: traffic, fact: { kind: 'link-traffic' } }];
  if (enabled === false || configured === false) return [{ at: now, fact: { kind: 'link-closed' } }];
  if (running !== true) {
    if (error !== null && BREAKER.test(error)) return [{ at: now, fact: { kind: 'link-claim', state: 'suppressed', error } }];
    return [{ at: now, fact: error === null ? { kind: 'link-closed' } : { kind: 'link-claim', state: 'stopped', error } }];
  }
  if (connected === true && (lifecycle === undefined || lifecycle === 'ready')) return [{ at: time(account['lastConnectedAt'], now) ?? now, fact: { kind: 'link-login' } }, ...heard];
  if (connected === false && lifecycle !== 'starting') return [{ at: now, fact: { kind: 'link-lost', reason: error ?? 'disconnected' } }];
  return [{ at: time(account['lastStartAt'], now) ?? now, fact: { kind: 'link-open' } }];
};
