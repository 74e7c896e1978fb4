/** Links that were not lost: up, on their way, or never heard of. */
import { conditionFor, triesUntil, unreachableCause } from './failures.ts';
import { worksAllTheSame, type GatewayCondition } from '../verdict.ts';
import type { LinkState } from '../state.ts';
import type { GatewayFinding, LinkRule } from './finding.ts';
import { overdueAt } from './link-deaf.ts';
import { fresh } from './resumed.ts';

/** Conditions in which a gateway's links have no state of their own; their trouble is the gateway's. */
const NOT_UP: ReadonlySet<GatewayCondition> = new Set([
  'starting',
  'stopping',
  'stopped',
  'stopped_on_purpose',
  'frozen',
  'paused',
  'misconfigured',
  'updating',
]);

export const gatewayNotUp: LinkRule = (link, { gateway }) =>
  !NOT_UP.has(gateway.condition) || worksAllTheSame(gateway.cause) || isWhyItIsSlow(link, gateway)
    ? null
    : { condition: 'unknown', cause: gateway.cause, remedy: 'none', since: gateway.since, evidence: [] };

/** A start that takes for ever may wait for this very link, and then the link says why. */
const isWhyItIsSlow = (link: LinkState, { cause }: GatewayFinding): boolean =>
  cause === 'start_too_slow' && (link.rejected !== null || link.failure !== null);

/** A listener whose start failed or was refused, or that is not started any more: nobody can call it. */
const isOff = ({ opened, proof, failure, rejected, gaveUp, closed: off }: LinkState): boolean =>
  off !== null ||
  (gaveUp !== null && (opened === null || opened.at < gaveUp.at)) ||
  (opened === null && proof === null && (failure !== null || rejected !== null));

/** There is no connection that could be lost; that its port is closed is the gateway's own death. */
export const listening: LinkRule = (link, { listens }) => {
  const listener = link.closed?.fact.kind === 'link-closed' && link.closed.fact.listens ? link.closed : null;
  if (listener === null && isOff(link)) return null;
  return listens || listener !== null
    ? {
        condition: 'listening',
        cause: 'fine',
        remedy: 'none',
        since: listener?.at ?? link.since,
        evidence: [listener ?? link.proof ?? link.opened ?? link.claim],
      }
    : null;
};

export const closed: LinkRule = (link, { policy }, now) => {
  if (link.closed === null) return null;
  const treated = link.treated.at(-1);
  // Lifeline's own restart of it is no wish of anybody's that it be off.
  if (
    treated &&
    link.proof === null &&
    link.closed.at >= treated.at &&
    now < treated.at + (policy.linkRestarts?.windowMs ?? 0)
  ) {
    return {
      condition: 'down',
      cause: 'no_login_after_start',
      remedy: 'restart',
      since: treated.at,
      evidence: [treated, link.closed],
      until: treated.at + (policy.linkRestarts?.windowMs ?? 0),
    };
  }
  return {
    condition: 'disabled',
    cause: 'not_configured',
    remedy: 'none',
    since: link.closed.at,
    evidence: [link.closed],
  };
};

export const up: LinkRule = (link, context) => {
  if (link.proof === null) return null;
  const until = overdueAt(link, context);
  const finding = {
    condition: 'up',
    cause: 'fine',
    remedy: 'none',
    since: (link.upBy ?? link.proof).at,
    evidence: [link.proof],
  } as const;
  return until === null ? finding : { ...finding, until };
};

/**
 * Tried in this life, never logged in: a fault only where logins are logged (QQ always, Feishu with the SDK's lines).
 */
export const connecting: LinkRule = (link, context, now) => {
  const { graceMs, policy, gateway } = context;
  const sign = link.opened ?? link.failure ?? link.lastTry;
  if (!sign) return null;
  // Of a gateway that is not known nobody can say since when it is as it is.
  const from = gateway.condition === 'unknown' ? link.since : Math.max(link.since, gateway.since);
  const content = sign.fact.kind === 'link-open' && sign.fact.content === true;
  const until =
    content && policy.connectMs !== null
      ? fresh(context, Math.max(from, sign.at)) + policy.connectMs
      : Math.max(
          fresh(context, from) + Math.max(graceMs, policy.startGraceMs),
          link.failure && link.opened ? link.opened.at + graceMs : 0,
        );
  const evidence = [link.failure, sign === link.failure ? null : sign, link.needsAttention];
  const since = from;
  if (now < until)
    return { condition: 'connecting', cause: 'start_in_progress', remedy: 'wait', since, evidence, until };
  const unreachable = unreachableCause(link, context, now);
  if (unreachable)
    return {
      condition: conditionFor(unreachable),
      cause: unreachable,
      remedy: 'alert',
      since,
      evidence,
      until: triesUntil(link, context),
    };
  if (link.needsAttention)
    return { condition: 'unreachable', cause: 'failing_for_hours', remedy: 'alert', since, evidence };
  // It keeps trying and keeps failing, for a reason of its own: that may be mended by a human, not by a restart.
  if (link.failure && !link.opened && now < triesUntil(link, context)) {
    return {
      condition: 'down',
      cause: 'no_login_after_start',
      remedy: 'alert',
      since,
      evidence,
      until: triesUntil(link, context),
    };
  }
  // It shows its state, and so what is missing from it proves something.
  if (content) return { condition: 'deaf', cause: 'no_login_after_start', remedy: 'restart', since, evidence };
  if (!link.loginsVisible && !link.failure)
    return { condition: 'unknown', cause: 'no_evidence', remedy: 'none', since, evidence };
  return {
    condition: 'down',
    cause: 'no_login_after_start',
    // A try that never ended, or failed. Where it opened and nothing failed, all there is is a line that is missing; a
    // newer version may word it in another way.
    remedy: link.loginsVisible && (link.failure !== null || link.opened === null) ? 'restart' : 'alert',
    since,
    evidence,
  };
};

export const unknown: LinkRule = (link) => ({
  condition: 'unknown',
  cause: 'no_evidence',
  remedy: 'none',
  since: link.since,
  evidence: [],
});
