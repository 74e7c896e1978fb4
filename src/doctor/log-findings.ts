/** Reads the ends of a gateway's logs for what somebody must mend, without what is over, and for what mended itself. */
import { resolve } from 'node:path';
import type { Trust } from '../base/file-trust.ts';
import { trustIn } from '../base/open-foreign.ts';
import type { Evidence, LinkName } from '../diagnosis/evidence.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import type { SymptomReader, SymptomSeen } from '../gateways/symptom.ts';
import { listLogFiles } from '../sensors/logs/log-files.ts';
import { linesBefore } from '../sensors/logs/log-sample.ts';

export interface LogFindings {
  /** Whether there is any log at all. */
  readonly anyLog: boolean;
  /** The last symptom of each kind, the newest last. */
  readonly symptoms: readonly SymptomSeen[];
  /** Of each link that was lost and came back by itself. */
  readonly drops: readonly LinkDrops[];
}

/** A quiet gateway writes that much in some days, a busy one in half a day. */
const TAIL_BYTES = 1_048_576;
const NEWEST_MS = 24 * 3_600_000;
/** Clocks differ a little, and a log's time may be that of an hour that comes twice. */
const AHEAD_MS = 3_600_000;

type Event = { readonly at: number } & (
  | { readonly kind: 'link'; readonly evidence: Evidence }
  | { readonly kind: 'symptom'; readonly seen: SymptomSeen }
  | { readonly kind: 'login'; readonly link: string }
  | { readonly kind: 'start' | 'ready' | 'taken' }
);

/**
 * Finds what the logs name that somebody must mend. Missing and unreadable files are left out: another check tells of
 * those.
 */
export const findLogSymptoms = async (
  kind: GatewayKind,
  symptomIn: SymptomReader,
  home: string,
  now: number,
): Promise<LogFindings> => {
  const since = now - NEWEST_MS;
  const logs = await Promise.all(
    kind.logs.map((log) => tailOf(resolve(home, log), trustIn(home, kind.trustedUsers), since)),
  );
  const events = logs.flatMap((lines, at) => eventsIn(kind, symptomIn, kind.logs[at] ?? '', lines ?? []));
  const recent = events
    .filter(({ at }) => at > since && at < now + AHEAD_MS)
    .toSorted((one, other) => one.at - other.at);
  return {
    anyLog: logs.some((lines) => lines !== null),
    symptoms: lasting(recent),
    drops: dropsIn(
      recent.flatMap((event) => (event.kind === 'link' ? [event.evidence] : [])),
      now,
    ),
  };
};

/**
 * Reads the end of a log over midnight and rotations: a new file does not yet name what has been wrong since before.
 * Returns null when there is no log.
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

const eventsIn = (
  kind: GatewayKind,
  symptomIn: SymptomReader,
  log: string,
  lines: readonly string[],
): readonly Event[] => {
  const reader = kind.newLogReader(log.slice(log.lastIndexOf('/') + 1));
  return lines.flatMap((line): Event[] => {
    const record = reader.line(line);
    const links = (record?.evidence ?? []).flatMap((evidence): Event[] =>
      evidence.link !== null || evidence.fact.kind === 'gateway-starting'
        ? [{ at: evidence.at, kind: 'link', evidence }]
        : [],
    );
    const milestones = (record?.evidence ?? []).flatMap(({ at, link, fact }): Event[] => {
      if (link !== null && fact.kind === 'link-login') return [{ at, kind: 'login', link }];
      if (fact.kind === 'gateway-starting') return [{ at, kind: 'start' }];
      if (fact.kind === 'config-taken') return [{ at, kind: 'taken' }];
      return fact.kind === 'gateway-ready' ? [{ at, kind: 'ready' }] : [];
    });
    // A line that the reader takes for a quotation is no symptom either.
    const seen = record === null ? null : symptomIn(line);
    return [...(seen ? [{ at: seen.at, kind: 'symptom', seen } as const] : []), ...milestones, ...links];
  });
};

/**
 * Returns the symptoms that no later event has ended, from events in the order of time. Of events at the same moment, one that ends a symptom comes after
 * it.
 */
const lasting = (events: readonly Event[]): readonly SymptomSeen[] => {
  let open: readonly SymptomSeen[] = [];
  for (const event of events) {
    if (event.kind === 'symptom') open = [...open.filter((seen) => !isSame(seen, event.seen)), event.seen];
    else open = open.filter((seen) => !isOver(seen, event));
  }
  return open;
};

const isOver = ({ until, symptom }: SymptomSeen, event: Exclude<Event, { kind: 'symptom' }>): boolean => {
  if (event.kind === 'link') return false;
  if (event.kind === 'login') return until === 'login' && 'link' in symptom && symptom.link === event.link;
  return until === event.kind;
};

const isSame = (one: SymptomSeen, other: SymptomSeen): boolean =>
  one.symptom.code === other.symptom.code && linkOf(one) === linkOf(other);
const linkOf = ({ symptom }: SymptomSeen): string | null => ('link' in symptom ? symptom.link : null);

/* How often each link was lost and came back by itself, by the gateway's own log. */

export interface LinkDrops {
  readonly link: LinkName;
  readonly count: number;
  /** From the beginning of what was read until now. */
  readonly spanMs: number;
  readonly longestMs: number;
  /** How much of that time the link was up, from 0 to 1; how it was before the first drop does not matter. */
  readonly upShare: number;
}

interface Drop {
  readonly link: LinkName;
  readonly from: number;
  readonly to: number;
}

/** @param evidence of one gateway, in the order of time; copies of a record do no harm. */
export const dropsIn = (evidence: readonly Evidence[], now: number): readonly LinkDrops[] => {
  const spanMs = now - (evidence[0]?.at ?? now);
  return [...Map.groupBy(healedIn(evidence), ({ link }) => link)].map(([link, drops]) => {
    const downMs = drops.reduce((sum, { from, to }) => sum + to - from, 0);
    return {
      link,
      count: drops.length,
      spanMs,
      longestMs: Math.max(...drops.map(({ from, to }) => to - from)),
      upShare: spanMs > 0 ? Math.max(0, 1 - downMs / spanMs) : 1,
    };
  });
};

const healedIn = (evidence: readonly Evidence[]): readonly Drop[] => {
  const loginsVisible = new Set(evidence.flatMap(({ link, fact }) => (fact.kind === 'link-login' ? [link] : [])));
  const lostAt = new Map<LinkName, number>();
  const drops: Drop[] = [];
  for (const { at, link, fact } of evidence) {
    // What comes back with a start did not come back by itself.
    if (fact.kind === 'gateway-starting') lostAt.clear();
    if (link === null) continue;
    // When it came back from a loss of this sort, the log does not say.
    if (fact.kind === 'link-lost' && !fact.returnsSilently && !lostAt.has(link)) lostAt.set(link, at);
    // Where logins are not logged, an open socket is all that shows that it is back.
    const isBack =
      fact.kind === 'link-login' ||
      fact.kind === 'link-traffic' ||
      (fact.kind === 'link-open' && !loginsVisible.has(link));
    const from = lostAt.get(link);
    if (!isBack || from === undefined) continue;
    lostAt.delete(link);
    drops.push({ link, from, to: Math.max(from, at) });
  }
  return drops;
};
