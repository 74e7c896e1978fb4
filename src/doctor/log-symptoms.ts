/** Reads the ends of a gateway's logs for what somebody must mend, and leaves out what is over. */
import { resolve } from 'node:path';
import { trustIn, type Trust } from '../base/foreign/trust.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import type { SymptomSeen } from '../gateways/symptom.ts';
import { listLogFiles } from '../sensors/log-files.ts';
import { linesBefore } from '../sensors/tail.ts';

export interface LogFindings {
  /** Whether there is any log at all. */
  readonly anyLog: boolean;
  /** The last of each kind, the newest last. */
  readonly symptoms: readonly SymptomSeen[];
}

/** Some days of a quiet gateway, half a day of a busy one. */
const TAIL_BYTES = 1_048_576;
const NEWEST_MS = 24 * 3_600_000;
/** Clocks differ a little, and a log's time may be that of an hour that comes twice. */
const AHEAD_MS = 3_600_000;

type Event = { readonly at: number } & (
  | { readonly kind: 'symptom'; readonly seen: SymptomSeen }
  | { readonly kind: 'login'; readonly link: string }
  | { readonly kind: 'start' | 'ready' | 'taken' }
);

/** Files that are not there or cannot be read say nothing: another check tells of those. */
export const findLogSymptoms = async (kind: GatewayKind, home: string, now: number): Promise<LogFindings> => {
  const since = now - NEWEST_MS;
  const logs = await Promise.all(
    kind.logs.map((log) => tailOf(resolve(home, log), trustIn(home, kind.trustedUsers), since)),
  );
  const events = logs.flatMap((lines, at) => eventsIn(kind, kind.logs[at] ?? '', lines ?? []));
  return {
    anyLog: logs.some((lines) => lines !== null),
    symptoms: lasting(events.filter(({ at }) => at > since && at < now + AHEAD_MS)),
  };
};

/**
 * Over midnight and rotations: a new file has nothing yet of what is wrong since before. @returns null when there is no
 * log.
 */
const tailOf = async (path: string, trust: Trust, since: number): Promise<readonly string[] | null> => {
  try {
    const { files } = await listLogFiles(path, trust);
    let lines: readonly string[] = [];
    let left = TAIL_BYTES;
    for (const [at, { file, size, modifiedAt }] of files.entries()) {
      if (left <= 0 || (at > 0 && modifiedAt < since)) break;
      lines = [...(await linesBefore(file, size, left, trust)), ...lines];
      left -= size;
    }
    return files.length === 0 ? null : lines;
  } catch {
    return null;
  }
};

const eventsIn = (kind: GatewayKind, log: string, lines: readonly string[]): readonly Event[] => {
  const reader = kind.newLogReader(log.slice(log.lastIndexOf('/') + 1));
  return lines.flatMap((line): Event[] => {
    const record = reader.line(line);
    const milestones = (record?.evidence ?? []).flatMap(({ at, link, fact }): Event[] => {
      if (link !== null && fact.kind === 'link-login') return [{ at, kind: 'login', link }];
      if (fact.kind === 'gateway-starting') return [{ at, kind: 'start' }];
      if (fact.kind === 'config-taken') return [{ at, kind: 'taken' }];
      return fact.kind === 'gateway-ready' ? [{ at, kind: 'ready' }] : [];
    });
    // A line that the reader takes for a quotation says nothing here either.
    const seen = record === null ? null : kind.exam.symptom(line);
    return [...(seen ? [{ at: seen.at, kind: 'symptom', seen } as const] : []), ...milestones];
  });
};

/** In the order of time; at the same moment what is over comes after what it ends. */
const lasting = (events: readonly Event[]): readonly SymptomSeen[] => {
  let open: readonly SymptomSeen[] = [];
  for (const event of events.toSorted((one, other) => one.at - other.at)) {
    if (event.kind === 'symptom') open = [...open.filter((seen) => !isSame(seen, event.seen)), event.seen];
    else open = open.filter((seen) => !isOver(seen, event));
  }
  return open;
};

const isOver = ({ until, symptom }: SymptomSeen, event: Exclude<Event, { kind: 'symptom' }>): boolean => {
  if (event.kind === 'login') return until === 'login' && 'link' in symptom && symptom.link === event.link;
  return until === event.kind;
};

const isSame = (one: SymptomSeen, other: SymptomSeen): boolean =>
  one.symptom.code === other.symptom.code && linkOf(one) === linkOf(other);
const linkOf = ({ symptom }: SymptomSeen): string | null => ('link' in symptom ? symptom.link : null);
