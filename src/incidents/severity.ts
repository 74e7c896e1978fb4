/** How bad a condition is. */
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Severity } from './incident.ts';

export type Health = 'good' | Severity;

const GATEWAY = {
  healthy: 'good',
  starting: 'warning',
  stopping: 'warning',
  stopped: 'critical',
  stopped_on_purpose: 'warning',
  frozen: 'critical',
  paused: 'critical',
  broken_executor: 'critical',
  crash_looping: 'critical',
  misconfigured: 'critical',
  duplicate: 'critical',
  updating: 'warning',
  network_down: 'critical',
  unwell: 'critical',
  unkept: 'warning',
  unanswered: 'critical',
  strained: 'warning',
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
  misconfigured: 'critical',
  unreachable: 'critical',
  disabled: 'good',
  listening: 'good',
  unanswered: 'critical',
  unknown: 'warning',
} satisfies Record<Extract<Verdict, { link: string }>['condition'], Health>;

export const healthOf = (verdict: Verdict): Health => {
  // It does what it is set up for, which may be all that is wanted of it.
  if (verdict.cause === 'no_platform_enabled') return 'warning';
  if (isCheckPending(verdict)) return 'warning';
  return verdict.link === null ? GATEWAY[verdict.condition] : LINK[verdict.condition];
};

/** It runs, and a check of the operator's has failed and not succeeded since: for now it is waited for. */
export const isCheckPending = ({ condition, cause }: Pick<Verdict, 'condition' | 'cause'>): boolean =>
  condition === 'healthy' && cause === 'check_fails';

export const severityOf = (verdict: Verdict): Severity => (healthOf(verdict) === 'critical' ? 'critical' : 'warning');

export const worstSeverity = (severities: readonly Severity[]): Severity =>
  severities.includes('critical') ? 'critical' : 'warning';
