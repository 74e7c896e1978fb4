import { instantOf } from '../base/instant.ts';
import { settledAt, settlesAt } from './advance-link.ts';
import { platformOf } from './link-name.ts';
import { graceOf, mayRestart, retryHorizonOf, type DiagnosisPolicy } from './policy.ts';
import { GATEWAY_RULES, LINK_RULES } from './rules/index.ts';
import type { RuleFinding, GatewayFinding, LinkFinding } from './rules/finding.ts';
import { overSince } from './rules/link-over.ts';
import { cutOff } from './rules/network-down.ts';
import { unansweredOn } from './rules/unanswered.ts';
import type { Evidence, LinkName } from './evidence.ts';
import { isClaimedIll, isHearsay, type GatewayState, type LinkState } from './state.ts';
import type { Verdict } from './verdict.ts';

export interface Judgement {
  /** The gateway's own verdict first, then one for each link that is known. */
  readonly verdicts: readonly Verdict[];
  /** When a verdict changes by the mere passing of time; null: only new evidence changes it. */
  readonly recheckAt: number | null;
  /** Links of which no verdict could be reached: a rule threw. */
  readonly failed: readonly { readonly link: LinkName; readonly error: unknown }[];
}

export interface JudgeOptions {
  readonly gateway: string;
  readonly policy: DiagnosisPolicy;
  readonly now: number;
  /** Since when it has been looked at without a gap; absent: always. */
  readonly watchedSince?: number;
  /** Judge only these links; null: all that are known. */
  readonly links: readonly string[] | null;
}

/**
 * Judges a gateway and its links from what is known at `now`. Pure: the same state and time give the same verdicts.
 * @throws what a rule of the gateway itself throws.
 */
export const judge = (
  state: GatewayState,
  { gateway, policy, now, watchedSince = -Infinity, links }: JudgeOptions,
): Judgement => {
  const own: GatewayFinding = firstOf(GATEWAY_RULES, (rule) => rule(state, policy, now)) ?? {
    condition: 'unknown',
    cause: 'no_evidence',
    remedy: 'none',
    since: now,
    evidence: [],
  };
  const failed: { readonly link: LinkName; readonly error: unknown }[] = [];
  const networkUntil = cutOff(state, policy, now)?.until ?? null;
  const findings = [...state.links]
    .filter(([name]) => links === null || links.includes(name))
    .flatMap(([name, found]) => {
      const link = settledAt(found, now);
      const context = {
        listens: policy.platforms[platformOf(name)]?.listens === true,
        graceMs: graceOf(policy, name),
        retryHorizonMs: retryHorizonOf(policy, name),
        routineCloseMs: policy.platforms[platformOf(name)]?.routineCloseMs ?? null,
        watchedSince,
        policy,
        gateway: own,
        blocked: state.blocked,
        treated: state.treated,
        reconnecterDead: state.reconnecterDead,
        resumedAt: state.resumedAt,
        unanswered: unansweredOn(state, name, now),
        networkUntil,
      };
      try {
        return [
          {
            name,
            link,
            settlesAt: settlesAt(link),
            overSince: mayRestart(policy, name)
              ? -Infinity
              : overSince(link, {
                  retryHorizonMs: context.retryHorizonMs,
                  logsTries: policy.platforms[platformOf(name)]?.logsTries === true,
                }),
            finding: gentler(
              firstOf(LINK_RULES, (rule) => rule(link, context, now)),
              link,
              policy,
              now,
            ),
          },
        ];
      } catch (error) {
        failed.push({ link: name, error });
        return [];
      }
    });
  const verdicts: Verdict[] = [{ ...concluded(own, gateway, now), link: null, condition: own.condition }];
  for (const { name, link, finding, overSince: since } of findings) {
    if (!finding) continue;
    const verdict = { ...concluded(finding, gateway, now), link: name, condition: finding.condition };
    const isLeft = isRestart(finding) && (since === null || now < since || isMerelyHeard(finding, link));
    verdicts.push(isLeft ? { ...verdict, ...LEFT_TO_PEOPLE } : verdict);
  }
  const deadlines = [
    own.until,
    ...findings.flatMap(({ finding, settlesAt: at, overSince: since }) => [finding?.until, at, since]),
  ].filter((until) => until !== undefined && until !== null && until > now);
  return { verdicts, recheckAt: deadlines.length ? Math.min(...(deadlines as number[])) : null, failed };
};

/**
 * Of a platform whose loss and login were not yet seen for real, a restart is a person's to decide, unless the link is
 * over by the gateway's own words; and where those may be a chat's.
 */
const LEFT_TO_PEOPLE = { remedy: 'alert', wouldHelp: 'restart' } as const;

/** Nothing but what chat text may have said tells of its loss. */
const isMerelyHeard = ({ evidence }: LinkFinding, link: LinkState): boolean => {
  const losses = evidence.filter((piece) => piece?.fact.kind === 'link-lost');
  return (
    losses.length > 0 &&
    losses.every((loss) => loss !== null && isHearsay(loss.fact)) &&
    link.failure === null &&
    !isClaimedIll(link)
  );
};

const isRestart = ({ remedy }: LinkFinding): boolean => remedy === 'restart' || remedy === 'restart_link';

/** What the rules reckon from times and durations is a whole number here, so that it can be stored. */
const concluded = (finding: RuleFinding<unknown>, gateway: string, now: number) => ({
  gateway,
  cause: finding.cause,
  remedy: finding.remedy,
  since: instantOf(finding.since) ?? now,
  at: now,
  evidence: finding.evidence.filter((piece): piece is Evidence => piece !== null),
});

/**
 * One link alone before the whole gateway, where the gateway offers that; not again and again, nor where the gateway
 * has done that itself, since it has then not helped, or where only the end of the process is of help.
 */
const gentler = (
  finding: LinkFinding | null,
  { treated, dead, failure }: LinkState,
  { linkRestarts }: DiagnosisPolicy,
  now: number,
): LinkFinding | null => {
  if (finding?.remedy !== 'restart' || linkRestarts === null) return finding;
  if (dead?.fact.kind === 'link-lost' && dead.fact.startedInVain) return finding;
  if (failure?.fact.kind === 'link-retry-failed' && failure.fact.leftBehind) return finding;
  const recent = treated.filter(({ at }) => at > now - linkRestarts.windowMs).length;
  return recent < linkRestarts.most ? { ...finding, remedy: 'restart_link' } : finding;
};

const firstOf = <Rule, Found>(rules: readonly Rule[], ask: (rule: Rule) => Found | null): Found | null => {
  for (const rule of rules) {
    const found = ask(rule);
    if (found !== null) return found;
  }
  return null;
};
