/** A finding of the doctor as people read it, on the phone and in the terminal. */
import type { Locale, Texts } from '../locale.ts';

/** What a finding is, and why it matters: with what to do where no command mends it. */
export type FindingWords = Texts<readonly [what: string, why: string]>;

export type FindingSeverity = 'error' | 'warning' | 'info';

export interface Finding {
  readonly code: string;
  /** The gateway's name in the configuration; null: Lifeline itself. */
  readonly gateway: string | null;
  /**
   * `error`: the gateway will fail, or has failed; `warning`: the gateway works until something else goes wrong;
   * `info`: a hint, nothing is wrong.
   */
  readonly severity: FindingSeverity;
  readonly words: FindingWords;
  /** The commands that a person runs to mend the fault, in this order; empty when no command mends it. */
  readonly commands: readonly string[];
  /** How `lifeline doctor --fix` mends the fault; null when only a person can. */
  readonly fix: object | null;
}

/** Returns whether somebody should act on the finding: hints do not count. */
export const isProblem = ({ severity }: Pick<Finding, 'severity'>): boolean => severity !== 'info';

const RANKS: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, info: 2 };

/** Compares two findings, the worse one first. Findings of the same severity keep their order. */
export const bySeverity = (one: Pick<Finding, 'severity'>, other: Pick<Finding, 'severity'>): number =>
  RANKS[one.severity] - RANKS[other.severity];

export const SEVERITY_DOTS: Readonly<Record<FindingSeverity, string>> = { error: '🔴', warning: '🟠', info: '🔵' };

const SELF: Texts<string> = { 'zh-CN': 'Lifeline 自己', en: 'Lifeline itself' };

export const groupName = (gateway: string | null, locale: Locale): string => gateway ?? SELF[locale];
