/**
 * What is known of one gateway: the state that evidence is folded into, what is concluded of it, and how that outlives
 * a restart of Lifeline.
 */
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import { AHEAD_MS, nowOf, type Instant } from '../../base/instant.ts';
import type { Logger } from '../../base/logger.ts';
import { reported, type Place, type Stage, type StageReport } from '../../base/stage-report.ts';
import { admit } from '../../diagnosis/admit.ts';
import { advance } from '../../diagnosis/advance.ts';
import type { Evidence, GatewayFact, LinkFact, LinkName } from '../../diagnosis/evidence.ts';
import { judge, type Judgement } from '../../diagnosis/judge.ts';
import { notAfter } from '../../diagnosis/not-after.ts';
import type { DiagnosisPolicy } from '../../diagnosis/policy.ts';
import { initialState, type GatewayState } from '../../diagnosis/state.ts';
import type { LogDoubt } from '../../gateways/gateway-kind.ts';
import type { LogCursors } from '../../sensors/logs/logs.ts';
import type { Recollection, WatchMemory } from './saved-state.ts';

export interface KnowledgeOptions {
  readonly gateway: string;
  /** Judge only these links; null: all that the gateway has. */
  readonly links: readonly string[] | null;
  /** May change as the gateway becomes known. */
  readonly policy: () => DiagnosisPolicy;
  /** Keeps what is known over a restart of Lifeline; null: nothing is kept. */
  readonly memory: WatchMemory | null;
  readonly report: StageReport;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What Lifeline itself did, of the gateway or of a link. */
export type OwnEvidence = { readonly text: string } & (
  { readonly link: null; readonly fact: GatewayFact } | { readonly link: LinkName; readonly fact: LinkFact }
);

export interface GatewayKnowledge {
  /** How far the logs were read and as of when, from before the restart; null: nothing is remembered. */
  readonly recalled: Recollection | null;
  readonly state: () => GatewayState;
  /** Everything is to be learned anew. */
  forget(): void;
  /** Takes in one piece of evidence that needs no admission: what Lifeline itself did. */
  note(evidence: OwnEvidence): void;
  /** Takes in what a sensor has found. @returns whether all of it was understood. */
  takeIn(found: readonly Evidence[]): boolean;
  /** Moves what is known to the clock of now, when that was set back since the last look. */
  followClock(): void;
  /** What is concluded now; what fails is reported. */
  conclude(): Judgement;
  /** What is concluded of a gateway of which nothing is known. */
  concludeNothing(): Judgement;
  /** Links in a condition in which it matters whether their platform can be reached at all. */
  linksInDoubt(): readonly LinkName[];
  /** Where evidence came from that was dated in the future. */
  doubts(): readonly LogDoubt[];
  save(at: number, cursors: LogCursors): void;
}

/** Looks come much oftener: the machine slept, or Lifeline was held still. */
const UNWATCHED_MS = 600_000;

/** Conditions of a link in which it matters whether its platform can be reached at all. */
const IN_DOUBT: ReadonlySet<string> = new Set(['reconnecting', 'down', 'gave_up', 'deaf', 'unreachable']);

export const createKnowledge = (options: KnowledgeOptions): GatewayKnowledge => {
  const { gateway, links, policy, memory, report, clock, logger } = options;
  const recalled = recall(options);
  let state: GatewayState = recalled ? notAfter(recalled.state, clock.now()) : initialState;
  let lookedAt: Instant | null = null;
  /** Since when it has been looked at without a gap. */
  let watchedSince = clock.now();
  /** Where evidence came from that was dated in the future, and by how much. */
  const ahead = new Map<string, number>();
  const place = (stage: Stage, part?: string): Place => ({ stage, gateway, ...(part === undefined ? {} : { part }) });
  const judgeState = (): Judgement =>
    judge(state, { gateway, policy: policy(), now: clock.now(), watchedSince, links });

  const noteAhead = ({ source, at }: Evidence, now: Instant): void => {
    if (!ahead.has(source))
      logger.warn({ gateway, source, aheadMs: at - now }, 'evidence is dated in the future; it is none');
    ahead.set(source, at - now);
  };

  return {
    recalled,
    state: () => state,
    forget: () => {
      state = initialState;
    },
    note: (evidence) => {
      state = advance(state, { at: nowOf(clock), source: 'lifeline', ...evidence });
    },
    takeIn: (found) => {
      let understood = true;
      const now = nowOf(clock);
      for (const evidence of found) {
        // What cannot be understood must not keep the rest from being understood.
        try {
          const admitted = admit(evidence, now);
          if (admitted === null) {
            noteAhead(evidence, now);
            continue;
          }
          ahead.delete(evidence.source);
          state = advance(state, admitted);
        } catch (error) {
          understood = false;
          logger.error(
            { gateway, source: evidence.source, err: error },
            'a piece of evidence could not be taken in; the others are',
          );
          report.failed(place('evidence'), error);
        }
      }
      return understood;
    },
    followClock: () => {
      const now = nowOf(clock);
      // What was known by the clock of before must not wait for that time to come.
      if (lookedAt !== null && now < lookedAt - AHEAD_MS) {
        logger.warn(
          { gateway, byMs: lookedAt - now },
          'the clock was set back; what is known of the gateway is dated by it',
        );
        state = notAfter(state, now);
      }
      if (lookedAt !== null && Math.abs(now - lookedAt) > UNWATCHED_MS) watchedSince = now;
      lookedAt = now;
    },
    conclude: () => {
      const judgement = reported(report, place('judgement'), judgeState);
      // A link that cannot be judged must not keep the gateway and its other links from being judged.
      const failed = new Map(judgement.failed.map(({ link, error }) => [link, error]));
      for (const link of state.links.keys()) {
        if (failed.has(link)) report.failed(place('judgement', link), failed.get(link));
        else report.worked(place('judgement', link));
      }
      return judgement;
    },
    concludeNothing: () => judge(initialState, { gateway, policy: policy(), now: clock.now(), links }),
    linksInDoubt: () => {
      try {
        return judgeState().verdicts.flatMap(({ link, condition }) =>
          link !== null && IN_DOUBT.has(condition) ? [link] : [],
        );
      } catch {
        // The look's own judgement will say so.
        return [];
      }
    },
    doubts: () =>
      [...ahead].map(([source, ms]) => ({ path: source, why: 'ahead', text: String(Math.round(ms / 60_000)) })),
    save: (at, cursors) => {
      try {
        memory?.save(gateway, at, state, cursors);
      } catch (error) {
        logger.warn(
          { gateway, error: errorText(error) },
          'what is known of the gateway could not be saved; the next look tries again',
        );
      }
    },
  };
};

const recall = ({ memory, gateway, clock, logger }: KnowledgeOptions): Recollection | null => {
  try {
    return memory?.load(gateway, clock.now()) ?? null;
  } catch (error) {
    logger.warn(
      { gateway, error: errorText(error) },
      'what was known of the gateway could not be read; it is judged anew',
    );
    return null;
  }
};
