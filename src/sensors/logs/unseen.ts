/** The same record is written to several files, and counts once. */
import type { Evidence } from '../../diagnosis/evidence.ts';
import type { LogRecord } from '../../gateways/gateway-kind.ts';
import { tellSame } from '../../gateways/line-evidence.ts';

/**
 * How many different times of evidence are remembered at least; the copies of a record are written within a moment.
 * When as many have come again, all older ones are forgotten at once: that is cheaper than one by one.
 */
const REMEMBERED = 2_000;

/** @returns what adds the evidence of a record to a list, each piece once. */
export const createUnseen = (): ((record: LogRecord, into: Evidence[]) => void) => {
  let recent = new Map<number, Evidence[]>();
  let older = new Map<number, Evidence[]>();
  let latest = -Infinity;
  const isUnseen = (evidence: Evidence): boolean => {
    const { at } = evidence;
    // Nearly all of it comes in the order of time.
    const sameTime = at > latest ? undefined : (recent.get(at) ?? older.get(at));
    if (sameTime === undefined) {
      latest = Math.max(latest, at);
      if (recent.size >= REMEMBERED) {
        older = recent;
        recent = new Map();
      }
      recent.set(at, [evidence]);
      return true;
    }
    for (const each of sameTime)
      if (each.link === evidence.link && each.fact.kind === evidence.fact.kind && tellSame(each, evidence))
        return false;
    sameTime.push(evidence);
    return true;
  };
  /** What the records of the latest time have said. */
  let saidAt = -Infinity;
  let said: object[] = [];
  return (record, into) => {
    const { at, says } = record;
    if (at !== saidAt) {
      saidAt = at;
      said = [];
    }
    if (says !== undefined) {
      if (said.includes(says)) return;
      said.push(says);
    }
    for (const evidence of record.evidence) if (isUnseen(evidence)) into.push(evidence);
  };
};
