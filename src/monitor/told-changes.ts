/** The diagnosis in simulated time: what each piece of evidence, and the time between two of them, changes. */
import { advance } from '../diagnosis/advance.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import { judge } from '../diagnosis/judge.ts';
import { isAtEase, ORDINARY_MS } from '../diagnosis/ordinary.ts';
import type { DiagnosisPolicy } from '../diagnosis/policy.ts';
import { initialState, type GatewayState } from '../diagnosis/state.ts';
import { createTalk, type Talk } from '../diagnosis/talk.ts';
import type { Verdict } from '../diagnosis/verdict.ts';

export interface ToldChanges {
  /** Folds evidence that is not older than that before it. */
  take(evidence: Evidence): void;
  /** Lets time pass, stopping wherever a verdict may change by itself. */
  passTime(to: number): void;
  /** @returns each verdict that differs from the last one for the same gateway or link, since the last call. */
  changed(): readonly Verdict[];
}

export const createToldChanges = (gateway: string, policy: DiagnosisPolicy): ToldChanges => {
  const told = new Map<string | null, string>();
  let changed: Verdict[] = [];
  let state: GatewayState = initialState;
  let now = -Infinity;
  let judgedAt = -Infinity;
  let recheckAt: number | null = null;
  /** What comes now may be ordinary talk, which is not judged; null: it may not. */
  let talk: Talk | null = null;
  /** Some of it came since the last judgement. */
  let isBehind = false;

  const judgeNow = (): void => {
    state = talk?.state() ?? state;
    const judged = judge(state, { gateway, policy, now, links: null });
    for (const verdict of judged.verdicts) {
      const conclusion = `${verdict.condition} ${verdict.remedy} ${verdict.cause}`;
      if (told.get(verdict.link) === conclusion) continue;
      told.set(verdict.link, conclusion);
      changed.push(verdict);
    }
    recheckAt = judged.recheckAt;
    talk = isAtEase(judged.verdicts) ? createTalk(state, policy) : null;
    judgedAt = now;
    isBehind = false;
  };
  const passTime = (to: number): void => {
    if (isBehind && to >= Math.min(recheckAt ?? Infinity, judgedAt + ORDINARY_MS)) judgeNow();
    while (recheckAt !== null && recheckAt <= to) {
      now = recheckAt;
      judgeNow();
    }
  };

  return {
    take: (evidence) => {
      passTime(evidence.at - 1);
      now = Math.max(now, evidence.at);
      if (talk?.take(evidence) === true) {
        isBehind = true;
        return;
      }
      state = advance(talk?.state() ?? state, evidence);
      talk = null;
      judgeNow();
    },
    passTime,
    changed: () => {
      const since = changed;
      changed = [];
      return since;
    },
  };
};
