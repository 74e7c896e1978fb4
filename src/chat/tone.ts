/** How bad a condition is, for the colour of an answer. */
import type { Tone } from './message.ts';
import type { Verdict } from '../diagnosis/verdict.ts';

type Health = Extract<Tone, 'critical' | 'warning' | 'good'>;

const GATEWAY = {
  healthy: 'good',
  starting: 'warning',
  stopping: 'warning',
  stopped: 'critical',
  stopped_on_purpose: 'warning',
  frozen: 'critical',
  broken_executor: 'critical',
  crash_looping: 'critical',
  misconfigured: 'critical',
  duplicate: 'critical',
  updating: 'warning',
  network_down: 'critical',
  unknown: 'warning',
} satisfies Record<Extract<Verdict, { link: null }>['condition'], Health>;

const LINK = {
  up: 'good',
  connecting: 'warning',
  reconnecting: 'warning',
  down: 'critical',
  gave_up: 'critical',
  deaf: 'critical',
  flapping: 'warning',
  rejected: 'critical',
  unreachable: 'critical',
  disabled: 'good',
  unknown: 'warning',
} satisfies Record<Extract<Verdict, { link: string }>['condition'], Health>;

export const toneOf = (verdict: Verdict): Health => (verdict.link === null ? GATEWAY[verdict.condition] : LINK[verdict.condition]);

const BADNESS: readonly Tone[] = ['info', 'good', 'warning', 'critical'];

/** @returns the worst; a gateway of which nothing is known is a warning. */
export const worst = <T extends Tone>(tones: readonly T[]): T | 'warning' =>
  tones.length === 0 ? 'warning' : tones.reduce((a, b) => (BADNESS.indexOf(b) > BADNESS.indexOf(a) ? b : a));

export const worstOf = (verdicts: readonly Verdict[]): Health => worst(verdicts.map(toneOf));

/** For lines about several gateways in one message. */
export const DOT: Record<Health, string> = { good: '🟢', warning: '🟠', critical: '🔴' };
