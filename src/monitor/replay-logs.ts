/** Runs the diagnosis over recorded logs in simulated time: what would Lifeline have concluded, and when? */
import { join } from 'node:path';
import { readForeign } from '../base/foreign/read.ts';
import { ANYBODY } from '../base/foreign/trust.ts';
import { nowOf } from '../base/instant.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import { DEFAULT_POLICY, type DiagnosisPolicy } from '../diagnosis/policy.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { recordedEvidence } from '../sensors/logs/recorded-logs.ts';
import { policyForKind } from './gateway/policy-for-kind.ts';
import { createToldChanges } from './told-changes.ts';

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
  const timeline = withUpdate(
    withProcessEnds(recordedEvidence(kind, home)),
    markers,
    markers.length === 0 ? null : await lastStop(kind, home),
  );
  const changes = createToldChanges(gateway, policy);
  let lastAt = 0;
  for await (const pieces of timeline) {
    for (const evidence of pieces) {
      lastAt = Math.max(lastAt, evidence.at);
      if (until === null || evidence.at <= until) changes.take(evidence);
    }
    yield* changes.changed();
  }
  changes.passTime(until ?? lastAt);
  yield* changes.changed();
}

type Timeline = AsyncIterable<readonly Evidence[]>;

/** Recorded logs have no process table: a gateway that says its last words is gone, one that starts is there again. */
async function* withProcessEnds(timeline: Timeline): Timeline {
  for await (const pieces of timeline) yield pieces.some(isEnd) ? pieces.flatMap(withProcessEnd) : pieces;
}

const isEnd = ({ fact: { kind } }: Evidence): boolean => kind === 'gateway-exit' || kind === 'gateway-stopped';

const withProcessEnd = (evidence: Evidence): Evidence[] => {
  const { at, source, text } = evidence;
  return isEnd(evidence)
    ? [evidence, { at, source, text, link: null, fact: { kind: 'process', process: null } }]
    : [evidence];
};

/** Of what has no time of its own. */
const BEGINNING = nowOf({ now: () => 0 });

/**
 * A marker of an update that was recorded with the logs was there when the gateway was last stopped: for that update.
 * @param stop which of all pieces tells of that stop; null: none does, and the marker was there in the end
 */
async function* withUpdate(timeline: Timeline, markers: readonly Evidence[], stop: number | null): Timeline {
  let begins = 0;
  let lastAt = BEGINNING;
  for await (const pieces of timeline) {
    const place = stop === null ? -1 : stop - begins;
    const stopping = pieces[place];
    yield stopping === undefined
      ? pieces
      : [
          ...pieces.slice(0, place),
          ...markers.map((marker) => ({ ...marker, at: stopping.at })),
          ...pieces.slice(place),
        ];
    begins += pieces.length;
    lastAt = pieces.at(-1)?.at ?? lastAt;
  }
  if (stop === null) yield markers.map((marker) => ({ ...marker, at: lastAt }));
}

const lastStop = async (kind: GatewayKind, home: string): Promise<number | null> => {
  let last: number | null = null;
  let begins = 0;
  for await (const pieces of withProcessEnds(recordedEvidence(kind, home))) {
    const place = pieces.findLastIndex(({ fact }) => fact.kind === 'gateway-stopping');
    if (place >= 0) last = begins + place;
    begins += pieces.length;
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
