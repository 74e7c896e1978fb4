/** The same record is written to several files, and counts once. */
import type { Evidence } from '../../diagnosis/evidence.ts';
import type { LogRecord } from '../../gateways/gateway-kind.ts';
import { tellSame } from '../../gateways/line-evidence.ts';

/** How many times of evidence are remembered at least; the copies of a record are written within a moment. */
const REMEMBERED = 2_000;

/** @returns what gives out the evidence of a record, each piece once. */
export const createUnseen = (): ((record: LogRecord) => readonly Evidence[]) => {
  let recent = new Map<number, Evidence[]>();
  let older = recent;
  return ({ at, evidence }) => {
    if (recent.size >= REMEMBERED) {
      older = recent;
      recent = new Map();
    }
    const before = recent.get(at) ?? older.get(at) ?? [];
    if (before.length === 0) recent.set(at, before);
    return evidence.filter((piece) => {
      const { link, fact } = piece;
      if (before.some((each) => each.link === link && each.fact.kind === fact.kind && tellSame(each, piece)))
        return false;
      before.push(piece);
      return true;
    });
  };
};
