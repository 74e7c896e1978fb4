/** Runs the diagnosis over recorded logs in simulated time: what would Lifeline have concluded, and when? */
import { join } from 'node:path';
import { readForeign, ANYBODY } from '../base/open-foreign.ts';
import { nowOf, type Instant } from '../base/instant.ts';
import { advance } from '../diagnosis/advance.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import { judge } from '../diagnosis/judge.ts';
import { DEFAULT_POLICY, type DiagnosisPolicy } from '../diagnosis/policy.ts';
import { initialState } from '../diagnosis/state.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { recordedEvidence } from '../sensors/logs/recorded-logs.ts';
import { policyForKind } from './gateway/policy-for-kind.ts';

export interface ReplayOptions {
  readonly kind: GatewayKind;
  readonly home: string;
  readonly gateway: string;
  /** Time runs on to here, so that grace periods expire; by default to the last record. */
  readonly until: number | null;
  readonly policy?: DiagnosisPolicy;
}

/** Yields each verdict that differs from the last one for the same gateway or link, in order of time. */
export async function* replay({
  kind,
  home,
  gateway,
  until,
  policy = policyForKind(DEFAULT_POLICY, kind),
}: ReplayOptions): AsyncGenerator<Verdict> {
  const markers = await updateMarkers(kind, home);
  // A marker of an update that was recorded with the logs was there when the gateway was last stopped: for that update.
  const stop = markers.length === 0 ? null : await lastStop(kind, home);
  const told = new Map<string | null, string>();
  let news: Verdict[] = [];
  let state = initialState;
  let now = BEGINNING;
  let recheckAt: number | null = null;
  const judgeAt = (at: number): void => {
    const judged = judge(state, { gateway, policy, now: at, links: null });
    for (const verdict of judged.verdicts) {
      const conclusion = `${verdict.condition} ${verdict.remedy} ${verdict.cause}`;
      if (told.get(verdict.link) !== conclusion) news.push(verdict);
      told.set(verdict.link, conclusion);
    }
    ({ recheckAt } = judged);
  };
  /** Lets time pass, stopping wherever a verdict may change by itself. */
  const passTime = (to: number): void => {
    while (recheckAt !== null && recheckAt <= to) judgeAt(recheckAt);
  };
  const take = (evidence: Evidence): void => {
    if (evidence.at > now) now = evidence.at;
    if (until !== null && evidence.at > until) return;
    passTime(evidence.at - 1);
    state = advance(state, evidence);
    judgeAt(now);
  };
  const takeMarkers = (at: Instant): void => markers.forEach((marker) => take({ ...marker, at }));

  let place = 0;
  for await (const evidence of recordedEvidence(kind, home)) {
    if (place === stop) takeMarkers(evidence.at);
    place += 1;
    take(evidence);
    // Recorded logs have no process table: a gateway that says its last words is gone.
    if (evidence.fact.kind === 'gateway-exit' || evidence.fact.kind === 'gateway-stopped')
      take({ ...evidence, link: null, fact: { kind: 'process', process: null } });
    if (news.length > 0) yield* news;
    news = [];
  }
  if (stop === null) takeMarkers(now);
  passTime(until ?? now);
  yield* news;
}

/** Of what has no time of its own. */
const BEGINNING = nowOf({ now: () => 0 });

/** @returns which piece of the evidence is the last that tells of a stop; null: none does. */
const lastStop = async (kind: GatewayKind, home: string): Promise<number | null> => {
  let last: number | null = null;
  let place = 0;
  for await (const { fact } of recordedEvidence(kind, home)) {
    if (fact.kind === 'gateway-stopping') last = place;
    place += 1;
  }
  return last;
};

const updateMarkers = async (kind: GatewayKind, home: string): Promise<Evidence[]> => {
  const found: Evidence[] = [];
  for (const file of kind.stateFiles) {
    const text = await readForeign(join(home, file.path), { trust: ANYBODY, mostBytes: file.mostBytes }).then(
      (read) => read.text,
      () => null,
    );
    if (text !== null) found.push(...file.read(text, { now: BEGINNING, modifiedAt: null }));
  }
  return found.filter(({ fact }) => fact.kind === 'marker' && fact.present && fact.marker.startsWith('update'));
};
