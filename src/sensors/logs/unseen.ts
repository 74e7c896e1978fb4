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
  /** By their times; nearly all of it comes in that order. */
  let recent: Evidence[] = [];
  let older: Evidence[] = [];
  let times = 0;
  let latest = -Infinity;
  const isUnseen = (evidence: Evidence): boolean => {
    const { at } = evidence;
    let list = recent;
    let end = at >= latest ? list.length : endOf(list, at);
    if (list[end - 1]?.at !== at) {
      const before = at > latest ? 0 : endOf(older, at);
      if (before > 0 && older[before - 1]?.at === at) {
        list = older;
        end = before;
      }
    }
    for (let place = end - 1; list[place]?.at === at; place -= 1) {
      const each = list[place];
      if (each?.link === evidence.link && each.fact.kind === evidence.fact.kind && tellSame(each, evidence))
        return false;
    }
    if (list[end - 1]?.at !== at) {
      if (times >= REMEMBERED) {
        older = recent;
        list = recent = [];
        end = 0;
        times = 0;
      }
      times += 1;
      latest = Math.max(latest, at);
    }
    if (end === list.length) list.push(evidence);
    else list.splice(end, 0, evidence);
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

/** @returns the place behind all that is not later. */
const endOf = (list: readonly Evidence[], at: number): number => {
  let [from, end] = [0, list.length];
  while (from < end) {
    const middle = (from + end) >> 1;
    if ((list[middle]?.at ?? at) <= at) from = middle + 1;
    else end = middle;
  }
  return from;
};
