/**
 * A thousand days of one gateway and the policy that heals it, with no I/O and no real time: troubles come and go, by
 * themselves or by a treatment, people restart and stop things, mute Lifeline and say that they know, clocks jump,
 * Lifeline ends and begins again.
 */
import type { Budget, HealMode } from '../../src/config/config.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import { DAY_MS, HOUR_MS } from '../../src/healing/budget.ts';
import type { Decision } from '../../src/healing/decision.ts';
import type { Missing, TreatmentResult } from '../../src/healing/treatment.ts';
import { decide } from '../../src/healing/decision.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import type { IncidentBook } from '../../src/incidents/incident-book.ts';
import type { IncidentInput, KnownIncidents } from '../../src/incidents/input.ts';
import { recheckIncidentsAt } from '../../src/incidents/incident-policy.ts';
import { DEFAULT_INCIDENT_POLICY } from '../incidents/default-policy.ts';
import { stepIncidents } from '../../src/incidents/step.ts';
import { createHearing, type Heard, type Span } from '../incidents/hearing.ts';
import { gateway, link, T0, type VerdictAt } from '../incidents/helpers.ts';
import { instant } from '../instant.ts';

export const MINUTE = 60_000;
const DAYS = 1_000;
/** How often Lifeline looks while something is wrong and nothing else happens. */
const PULSE_MS = HOUR_MS;
/** A round of episodes takes at least so long; the rest of it is quiet. */
const ROUND_MS = 10 * DAY_MS;

/** What may be wrong, and what must become of it: said here once more, apart from the policy. */
export const TROUBLES = {
  none: { may: 'not', verdicts: [gateway('healthy'), link('qqbot', 'up'), link('feishu', 'up')] },
  wavers: { may: 'not', verdicts: [gateway('healthy'), link('qqbot', 'reconnecting'), link('feishu', 'up')] },
  one_link: { may: 'restart', verdicts: [gateway('healthy'), link('qqbot', 'down'), link('feishu', 'up')] },
  two_links: { may: 'restart', verdicts: [gateway('healthy'), link('qqbot', 'gave_up'), link('feishu', 'down')] },
  link_beside_banned: {
    may: 'restart',
    verdicts: [gateway('healthy'), link('qqbot', 'rejected'), link('feishu', 'down')],
  },
  frozen: { may: 'restart', verdicts: [gateway('frozen'), link('qqbot', 'unknown'), link('feishu', 'unknown')] },
  gone: { may: 'start', verdicts: [gateway('stopped'), link('qqbot', 'unknown'), link('feishu', 'unknown')] },
  strays: {
    may: 'not',
    verdicts: [
      gateway('duplicate', { cause: 'several_processes', remedy: 'alert' }),
      link('qqbot', 'down'),
      link('feishu', 'up'),
    ],
  },
  banned: { may: 'not', verdicts: [gateway('healthy'), link('qqbot', 'rejected'), link('feishu', 'up')] },
  unreachable: {
    may: 'not',
    verdicts: [gateway('healthy'), link('qqbot', 'unreachable'), link('feishu', 'unreachable')],
  },
  misconfigured: { may: 'not', verdicts: [gateway('misconfigured'), link('qqbot', 'down'), link('feishu', 'down')] },
  network: {
    may: 'not',
    verdicts: [
      gateway('network_down', { remedy: 'alert', cause: 'network_unreachable' }),
      link('qqbot', 'down'),
      link('feishu', 'down'),
    ],
  },
  stopping: { may: 'not', verdicts: [gateway('stopping'), link('qqbot', 'down'), link('feishu', 'up')] },
  stopped_on_purpose: {
    may: 'not',
    verdicts: [gateway('stopped_on_purpose'), link('qqbot', 'down'), link('feishu', 'down')],
  },
  updating: {
    may: 'not',
    verdicts: [
      gateway('updating', { remedy: 'wait', cause: 'update_in_progress' }),
      link('qqbot', 'down'),
      link('feishu', 'down'),
    ],
  },
} as const satisfies Record<
  string,
  { readonly may: 'not' | 'start' | 'restart'; readonly verdicts: readonly VerdictAt[] }
>;

export type Trouble = keyof typeof TROUBLES;

export interface Episode {
  readonly trouble: Trouble;
  readonly lastsMs: number;
  readonly treatment: 'cures' | 'login' | 'process' | 'cannot_act';
  readonly treatmentMs: number;
  /** By how much the clock is wrong while it lasts. */
  readonly jumpMs: number;
  /** Restarts that an operator asks for when it begins. */
  readonly byHand: number;
  /** Lifeline ends when it begins, and is back after so long; null: it stays. */
  readonly awayMs: number | null;
  /** It comes and goes so often while it lasts, half of the time ill; 1: it stays. */
  readonly times: number;
  /** Lifeline is muted when it begins, for so long. */
  readonly mutedMs: number | null;
  /** So long after it began an operator says that they know. */
  readonly knownAfterMs: number | null;
}

export interface Setting {
  readonly budget: Budget;
  readonly mode: HealMode;
  /** Every day at this time, for so long; by Lifeline's clock. */
  readonly window: { readonly atMs: number; readonly durationMs: number } | null;
  /** Whether nothing is told in it either. */
  readonly windowIsSilent: boolean;
}

export interface Begun {
  /** By Lifeline's clock. */
  readonly stamp: number;
  /** By no clock. */
  readonly truly: number;
  /** Counts the jumps of the clock so far. */
  readonly segment: number;
  readonly by: 'auto' | 'me';
  readonly remedy: 'start' | 'restart';
  readonly trouble: Trouble;
  /** When that was last seen, and when the last treatment before this one began; by Lifeline's clock. */
  readonly seenAt: number;
  readonly lastAt: number | null;
  readonly inWindow: boolean;
  readonly whileRunning: boolean;
}

export interface History {
  readonly begun: readonly Begun[];
  readonly incidents: readonly Incident[];
  readonly notices: readonly Heard[];
  readonly folded: ReadonlySet<number>;
  readonly spans: ReadonlyMap<number, Span>;
  readonly baseless: readonly Heard[];
  readonly unended: readonly number[];
  /** Incidents that were ill, with nobody told, at a look when Lifeline was not to be silent. */
  readonly untold: ReadonlySet<number>;
  readonly last: Decision | null;
  readonly days: number;
}

export const inWindow = (window: Setting['window'], now: number): number | null => {
  if (!window) return null;
  const today = Math.floor(now / DAY_MS) * DAY_MS + window.atMs;
  const begin = today > now ? today - DAY_MS : today;
  return now < begin + window.durationMs ? begin + window.durationMs : null;
};

const MISSING: Readonly<Record<Episode['treatment'], readonly Missing[]>> = {
  cures: [],
  login: [
    { what: 'login', link: 'qqbot' },
    { what: 'login', link: 'feishu' },
  ],
  process: [{ what: 'process' }],
  cannot_act: [],
};

export interface Extent {
  /** Where all is kept from one step to the next, as if Lifeline began anew each time. */
  readonly book?: IncidentBook;
  readonly days?: number;
}

/** Plays the episodes over and over until a thousand days are over, and then the last one. */
export const live = (
  { budget, mode, window, windowIsSilent }: Setting,
  episodes: readonly Episode[],
  last: Episode,
  { book, days = DAYS }: Extent = {},
): History => {
  let truly = 0;
  let offset = T0;
  let segment = 0;
  let trouble: Trouble = 'none';
  let since = T0;
  /** A trouble is seen when it begins, and again in each process that comes up in vain. */
  let seenAt = T0;
  let lastAt: number | null = null;
  let running: { readonly began: Begun; readonly endsAt: number; readonly as: Episode['treatment'] } | null = null;
  let latest: Decision | null = null;
  let mutedUntil = 0;
  let open: readonly Incident[] = [];
  /** Those that may come back, however wrong the clock is. */
  let closed: readonly Incident[] = [];
  const incidents = new Map<number, Incident>();
  const begun: Begun[] = [];
  /** Those that can still matter, however wrong the clock is. */
  let recent: Begun[] = [];
  const hearing = createHearing();
  const untold = new Set<number>();
  const now = (): number => truly + offset;

  const change = (next: Trouble): void => {
    trouble = next;
    since = now();
    seenAt = now();
  };
  const verdictsNow = (): readonly Verdict[] =>
    TROUBLES[trouble].verdicts.map((make) => {
      const verdict = make(now());
      return {
        ...verdict,
        since: Math.min(since, now()),
        evidence: verdict.evidence.map((evidence) => ({ ...evidence, at: instant(Math.min(seenAt, now())) })),
      };
    });

  const decision = (): Decision =>
    decide({
      verdicts: verdictsNow(),
      isTreatable: true,
      mode,
      budget,
      restarts: recent.filter(({ by, stamp }) => by === 'auto' && stamp >= now() - DAY_MS).map(({ stamp }) => stamp),
      starts: recent.filter(({ stamp }) => stamp >= now() - 10 * MINUTE).map(({ stamp }) => stamp),
      killBrakeUntil: null,
      treatmentRunning: running !== null,
      maintenanceUntil: inWindow(window, now()),
      last: { gateway: lastAt, links: new Map() },
      now: now(),
    });

  const silentUntil = (): number | null => {
    const until = Math.max(mutedUntil, windowIsSilent ? (inWindow(window, now()) ?? 0) - offset : 0);
    return until > truly ? until : null;
  };

  const step = (input: IncidentInput): void => {
    const known: KnownIncidents = book
      ? { open: book.open(), closed: book.closedSince(now() - DEFAULT_INCIDENT_POLICY.againMs) }
      : { open, closed };
    const taken = stepIncidents(known, input, DEFAULT_INCIDENT_POLICY, now(), book?.nextId() ?? incidents.size + 1);
    book?.save(taken.incidents);
    for (const incident of taken.incidents) incidents.set(incident.id, incident);
    const all = new Map([...open, ...taken.incidents].map((incident) => [incident.id, incident]));
    open = [...all.values()].filter(({ closedAt }) => closedAt === null);
    const over = taken.incidents.filter(({ closedAt }) => closedAt !== null);
    // One that came back stays among them until the next is over; the latest is taken, so that matters to nobody.
    if (over.length > 0)
      closed = [
        ...closed.filter(({ id, closedAt }) => !all.has(id) && Math.abs(now() - (closedAt ?? 0)) < 10 * DAY_MS),
        ...over,
      ];
    const silent = silentUntil() !== null;
    hearing.step(taken, { stamp: now(), truly, segment, silent });
    // With a treatment under way nothing is said of what is ill.
    if (input.kind === 'judged' && !silent)
      for (const { id, told, verdict } of open) if (told === 'nothing' && verdict.at === now()) untold.add(id);
  };

  const begin = (by: Begun['by'], remedy: Begun['remedy'], { treatment, treatmentMs }: Episode): void => {
    const one: Begun = {
      stamp: now(),
      truly,
      segment,
      by,
      remedy,
      trouble,
      seenAt: Math.min(seenAt, now()),
      lastAt,
      inWindow: inWindow(window, now()) !== null,
      whileRunning: running !== null,
    };
    begun.push(one);
    lastAt = Math.max(lastAt ?? -Infinity, one.stamp);
    recent = [...recent.filter(({ truly: at }) => at > truly - 10 * DAY_MS), one];
    running = { began: one, endsAt: truly + treatmentMs, as: treatment };
  };

  const end = (): void => {
    if (!running) return;
    const { began, as } = running;
    running = null;
    const cured = as === 'cures' && TROUBLES[trouble].may !== 'not';
    if (cured) change('none');
    // What came up is as ill as what was before, and is seen to be; where nobody could act, nothing new is to be seen.
    else if (as !== 'cannot_act') seenAt = now();
    const recovered = cured || trouble === 'none';
    const result: TreatmentResult = {
      outcome: recovered ? 'recovered' : 'failed',
      remedy: began.remedy,
      requestedBy: began.by,
      startedAt: began.stamp,
      endedAt: now(),
      before: null,
      after: null,
      stepsTaken: ['supervisor'],
      actions: [],
      missing: recovered ? [] : MISSING[as === 'cures' ? 'process' : as],
      problem: !recovered && as === 'cannot_act' ? 'no bus' : null,
    };
    step({ kind: 'treated', gateway: 'main', result, decision: decision(), silent: silentUntil() !== null });
  };

  /** One look. @returns when the next one is worth while, in true time. */
  const look = (episode: Episode): number => {
    if (running) return running.endsAt;
    latest = decision();
    step({
      kind: 'judged',
      gateway: 'main',
      verdicts: verdictsNow(),
      decision: latest,
      silent: silentUntil() !== null,
    });
    if (latest.act === 'treat' && latest.remedy !== 'restart_link') begin('auto', latest.remedy, episode);
    const recheck = recheckIncidentsAt(open, DEFAULT_INCIDENT_POLICY, now());
    const times = [latest.act === 'hold' ? latest.until : null, recheck]
      .filter((at) => at !== null)
      .map((at) => at + 1 - offset);
    return Math.min(
      ...times,
      silentUntil() ?? Infinity,
      truly + (trouble === 'none' && recheck === null ? Infinity : PULSE_MS),
    );
  };

  const play = (episode: Episode): void => {
    const over = truly + episode.lastsMs;
    if (offset !== T0 + episode.jumpMs) {
      offset = T0 + episode.jumpMs;
      segment += 1;
    }
    if (episode.mutedMs !== null) mutedUntil = truly + episode.mutedMs;
    let knownAt = episode.knownAfterMs === null ? Infinity : truly + episode.knownAfterMs;
    const turnMs = Math.ceil(episode.lastsMs / (2 * episode.times));
    let turn = 1;
    let turnsAt = episode.times === 1 ? Infinity : truly + turnMs;
    change(episode.trouble);
    if (episode.awayMs !== null) {
      truly += Math.min(episode.awayMs, episode.lastsMs);
      // What is on the disk is all that is left; the treatment under way is taken up.
      [open, closed] = JSON.parse(JSON.stringify([open, closed])) as [readonly Incident[], readonly Incident[]];
    }
    for (let n = 0; n < episode.byHand && !running; n += 1) {
      begin('me', 'restart', { ...episode, treatmentMs: 1_000 });
      truly += 1_000;
      end();
    }
    while (truly < over) {
      const next = Math.min(look(episode), over, knownAt, turnsAt);
      truly = Math.max(next, truly + 1);
      if (running && truly >= running.endsAt) end();
      if (truly >= knownAt) {
        step({ kind: 'acknowledged', ids: open.map(({ id }) => id), by: 'me' });
        knownAt = Infinity;
      }
      if (truly >= turnsAt) {
        change(turn % 2 ? 'none' : episode.trouble);
        turn += 1;
        turnsAt += turnMs;
      }
    }
  };

  while (truly < days * DAY_MS) {
    const over = truly + ROUND_MS;
    for (const episode of episodes) play(episode);
    // Troubles that follow each other without a break are one incident, which may last a round.
    play({
      ...last,
      trouble: 'none',
      lastsMs: Math.max(HOUR_MS, over - truly),
      jumpMs: 0,
      byHand: 0,
      awayMs: null,
      times: 1,
      mutedMs: null,
      knownAfterMs: null,
    });
  }
  play(last);
  const { heard: notices, folded, spans, baseless, unended } = hearing;
  return {
    begun,
    incidents: [...incidents.values()],
    notices,
    folded,
    spans,
    baseless,
    unended,
    untold,
    last: latest,
    days: truly / DAY_MS,
  };
};

/** Most of the times that lie within one span of that length. */
export const most = (times: readonly number[], spanMs: number): number => {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  return sorted.reduce((best, at, index) => {
    while (at - (sorted[first] ?? at) > spanMs) first += 1;
    return Math.max(best, index - first + 1);
  }, 0);
};

export { DAY_MS, HOUR_MS };
