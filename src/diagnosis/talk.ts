/**
 * Folds ordinary talk into the state (`ordinary.ts`) as `advance` does, but without a new state for each piece: a
 * gateway that is well tells of little else, and nobody asks for the states between.
 */
import { advance, isOfEarlierLife } from './advance.ts';
import { answersAfter } from './advance-answers.ts';
import type { Evidence, LinkName } from './evidence.ts';
import { isCalm, isOrdinaryPiece } from './ordinary.ts';
import type { DiagnosisPolicy } from './policy.ts';
import { NO_ANSWERS, type GatewayState, type LinkAnswers } from './state.ts';

export interface Talk {
  /** Folds a piece that is not older than the one before. @returns false for one that is not ordinary, and not folded. */
  take(evidence: Evidence): boolean;
  /** The state with all that was folded. */
  state(): GatewayState;
}

/** @param before a state that is at ease */
export const createTalk = (before: GatewayState, policy: DiagnosisPolicy): Talk => {
  let state = before;
  /** Those of the state; made when there is something to change. */
  let answers: Map<LinkName, LinkAnswers> | null = null;
  /** The latest sign of life of links that had one in this talk, which is not in the state yet. */
  const heard = new Map<LinkName, Evidence>();
  /** Links on which a further sign of life changes nothing but their proof. */
  const settled = new Set<LinkName>();
  let calm: boolean | null = null;

  return {
    take: (evidence) => {
      calm ??= isCalm(state, evidence.at, policy);
      if (!calm || !isOrdinaryPiece(state, evidence)) return false;
      const { link, fact } = evidence;
      if (fact.kind === 'conversation' && (fact.step === 'asked' || fact.step === 'answered') && fact.on !== null) {
        if (answers === null) {
          answers = new Map(state.answers);
          state = { ...state, answers };
        }
        answers.set(fact.on, answersAfter(answers.get(fact.on) ?? NO_ANSWERS, evidence, fact));
      } else if (link !== null && settled.has(link) && !isOfEarlierLife(state, evidence)) {
        heard.set(link, evidence);
      } else {
        state = advance(state, evidence);
        const told = link === null ? undefined : state.links.get(link);
        // What was lost before is counted anew with each sign of life, where logins are not logged.
        if (link !== null && told?.proof === evidence && (told.loginsVisible || told.losses.length === 0))
          settled.add(link);
      }
      return true;
    },
    state: () => {
      if (heard.size > 0) {
        const links = new Map(state.links);
        for (const [link, proof] of heard) {
          const known = links.get(link);
          if (known !== undefined) links.set(link, { ...known, proof });
        }
        state = { ...state, links };
        heard.clear();
      }
      // Whoever has the state keeps it as it is.
      answers = null;
      return state;
    },
  };
};
