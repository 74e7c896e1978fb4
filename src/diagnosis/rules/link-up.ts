/** Links that were not lost: up, on their way, or never heard of. */
import type { GatewayCondition } from '../verdict.ts';
import type { LinkRule } from './finding.ts';

/** Conditions in which a gateway's links have no state of their own; their trouble is the gateway's. */
const NOT_UP: ReadonlySet<GatewayCondition> = new Set([
  'starting',
  'stopping',
  'stopped',
  'stopped_on_purpose',
  'frozen',
  'misconfigured',
  'updating',
]);

export const gatewayNotUp: LinkRule = (_link, { gateway }) =>
  !NOT_UP.has(gateway.condition)
    ? null
    : { condition: 'unknown', cause: gateway.cause, remedy: 'none', since: gateway.since, evidence: [] };

export const closed: LinkRule = (link) =>
  link.closed && { condition: 'disabled', cause: 'not_configured', remedy: 'none', since: link.closed.at, evidence: [link.closed] };

export const up: LinkRule = (link) =>
  link.proof && { condition: 'up', cause: 'fine', remedy: 'none', since: link.proof.at, evidence: [link.proof] };

/** Opened in this life, never logged in: a fault only where logins are logged (QQ always, Feishu with the SDK's lines). */
export const connecting: LinkRule = (link, { graceMs, policy, gateway }, now) => {
  const sign = link.opened ?? link.lastTry;
  if (!sign) return null;
  const from = Math.max(link.since, gateway.since);
  const until = from + Math.max(graceMs, policy.startGraceMs);
  const evidence = [link.failure, sign];
  if (now < until) return { condition: 'connecting', cause: 'start_in_progress', remedy: 'wait', since: from, evidence, until };
  if (!link.loginsVisible) return { condition: 'unknown', cause: 'no_evidence', remedy: 'none', since: from, evidence };
  const { failure } = link;
  const unreachable = failure?.fact.kind === 'link-retry-failed' && failure.fact.failure !== 'other' && !link.opened;
  return unreachable
    ? { condition: 'unreachable', cause: failure.fact.kind === 'link-retry-failed' && failure.fact.failure === 'platform' ? 'platform_errors' : 'platform_unreachable', remedy: 'alert', since: from, evidence }
    : { condition: 'down', cause: 'no_login_after_start', remedy: 'restart', since: from, evidence };
};

export const unknown: LinkRule = (link) => ({ condition: 'unknown', cause: 'no_evidence', remedy: 'none', since: link.since, evidence: [] });
