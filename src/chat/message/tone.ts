/** How bad things are, for the colour of an answer. */
import type { Verdict } from '../../diagnosis/verdict.ts';
import { healthOf, type Health } from '../../incidents/severity.ts';
import type { Tone } from './message.ts';

/** The colour of a verdict says how bad it is. */
export const toneOf: (verdict: Verdict) => Health = healthOf;

const BADNESS: readonly Tone[] = ['info', 'good', 'warning', 'critical'];

/** @returns the worst; a gateway of which nothing is known is a warning. */
export const worst = <T extends Tone>(tones: readonly T[]): T | 'warning' =>
  tones.length === 0 ? 'warning' : tones.reduce((a, b) => (byBadness(a, b) > 0 ? b : a));

/** For sorting, the worst first. */
export const byBadness = (a: Tone, b: Tone): number => BADNESS.indexOf(b) - BADNESS.indexOf(a);

export const worstOf = (verdicts: readonly Verdict[]): Health => worst(verdicts.map(toneOf));

/** For lines about several gateways in one message. */
export const DOT: Record<Health, string> = { good: '🟢', warning: '🟠', critical: '🔴' };
