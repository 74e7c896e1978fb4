import type { Evidence } from '../../src/diagnosis/evidence.ts';
import type { Cause, GatewayCondition, LinkCondition, Remedy, Verdict } from '../../src/diagnosis/verdict.ts';
import type { Decision } from '../../src/healing/decision.ts';
import type { Missing, TreatmentResult } from '../../src/healing/treatment.ts';
import type { Incident, Notice } from '../../src/incidents/incident.ts';
import type { IncidentBook } from '../../src/incidents/incident-book.ts';
import type { Fold, IncidentInput, KnownIncidents } from '../../src/incidents/input.ts';
import type { IncidentPolicy } from '../../src/incidents/incident-policy.ts';
import { DEFAULT_INCIDENT_POLICY } from './default-policy.ts';
import { stepIncidents } from '../../src/incidents/step.ts';
import { instant } from '../instant.ts';

/** A Saturday, 10:30:00 in Shanghai. */
export const T0 = Date.parse('2026-09-26T10:30:00+08:00');
export const SECOND = 1_000;
export const MINUTE = 60_000;

const evidence = (link: string | null, at: number): Evidence =>
  link === null
    ? { at: instant(at), source: 'process', text: 'no process', link, fact: { kind: 'process', process: null } }
    : {
        at: instant(at),
        source: 'gateway.log',
        text: 'QQ WebSocket closed: code=4009',
        link,
        fact: { kind: 'link-lost', code: 4009 },
      };

export interface VerdictChange {
  readonly since?: number;
  readonly cause?: Cause;
  readonly remedy?: Remedy;
}

/** Verdicts of the gateway `main`, concluded when the story says. */
export type VerdictAt = (at: number) => Verdict;

const GATEWAY: Record<string, [Cause, Remedy]> = {
  healthy: ['fine', 'none'],
  starting: ['start_in_progress', 'wait'],
  stopping: ['stop_in_progress', 'wait'],
  stopped: ['process_gone', 'start'],
  stopped_on_purpose: ['planned_stop', 'none'],
  frozen: ['loop_not_answering', 'restart'],
  misconfigured: ['config_rejected', 'alert'],
  unknown: ['no_evidence', 'none'],
};

const LINK: Record<string, [Cause, Remedy]> = {
  up: ['fine', 'none'],
  connecting: ['start_in_progress', 'wait'],
  reconnecting: ['lost_within_grace', 'wait'],
  down: ['no_login_after_loss', 'restart'],
  gave_up: ['attempts_exhausted', 'restart'],
  flapping: ['keeps_dropping', 'restart'],
  rejected: ['platform_refuses', 'alert'],
  unreachable: ['platform_unreachable', 'alert'],
  disabled: ['not_configured', 'none'],
  unknown: ['no_evidence', 'none'],
};

export const gateway = (condition: GatewayCondition, change: VerdictChange = {}): VerdictAt => {
  const [cause, remedy] = GATEWAY[condition] ?? ['no_evidence', 'none'];
  return (at) => ({
    gateway: 'main',
    link: null,
    condition,
    cause,
    remedy,
    since: T0 - MINUTE,
    at,
    evidence: (change.remedy ?? remedy) === 'none' ? [] : [evidence(null, at)],
    ...change,
  });
};

export const link = (name: string, condition: LinkCondition, change: VerdictChange = {}): VerdictAt => {
  const [cause, remedy] = LINK[condition] ?? ['no_evidence', 'none'];
  return (at) => ({
    gateway: 'main',
    link: name,
    condition,
    cause,
    remedy,
    since: T0 - MINUTE,
    at,
    evidence: (change.remedy ?? remedy) === 'none' ? [] : [evidence(name, at)],
    ...change,
  });
};

export const TREAT: Extract<Decision, { act: 'treat' }> = {
  act: 'treat',
  remedy: 'restart',
  links: ['qqbot'],
  attempt: 1,
  perHour: 3,
};
export const WELL: Decision = { act: 'nothing', why: 'well' };
export const WAITING: Decision = { act: 'nothing', why: 'waiting' };
export const tell = (
  why: Exclude<
    Extract<Decision, { act: 'tell' }>['why'],
    'supervisor_out_of_reach' | 'lookalike' | 'not_again' | 'dry_run'
  >,
): Decision => ({ act: 'tell', why });
export const hold = (why: Extract<Decision, { act: 'hold' }>['why'], until: number | null = null): Decision => ({
  act: 'hold',
  why,
  until,
});

export const result = (startedAt: number, change: Partial<TreatmentResult> = {}): TreatmentResult => ({
  outcome: 'recovered',
  remedy: 'restart',
  requestedBy: 'auto',
  startedAt,
  endedAt: startedAt + 5 * SECOND,
  before: { pid: 123, startTime: 1, startedAt: T0 - 60 * MINUTE },
  after: { pid: 456, startTime: 2, startedAt: startedAt + SECOND },
  stepsTaken: ['supervisor'],
  actions: [],
  missing: [],
  problem: null,
  ...change,
});

export const failed = (
  startedAt: number,
  missing: readonly Missing[],
  change: Partial<TreatmentResult> = {},
): TreatmentResult => result(startedAt, { outcome: 'failed', missing, ...change });

export interface StoryOptions {
  readonly policy?: Partial<IncidentPolicy>;
  /** Keeps the incidents on a disk: each step knows only what is read from there. */
  readonly book?: IncidentBook;
}

/** Plays judgements, treatments and what people do in a row and keeps what became of it. */
export const createStory = ({ policy: change = {}, book }: StoryOptions = {}) => {
  const policy: IncidentPolicy = { ...DEFAULT_INCIDENT_POLICY, ...change };
  const incidents = new Map<number, Incident>();
  const notices: (Notice & { at: number })[] = [];
  const folded: Fold[] = [];
  const all = (): Incident[] => [...incidents.values()];
  let silent = false;

  let lastAt = 0;
  const step = (at: number, input: IncidentInput): readonly Notice[] => {
    lastAt = at;
    const known: KnownIncidents = {
      open: book?.open() ?? all().filter(({ closedAt }) => closedAt === null),
      closed: book?.closedSince(at - policy.againMs) ?? all().filter(({ closedAt }) => closedAt !== null),
    };
    const taken = stepIncidents(known, input, policy, at, book?.nextId() ?? incidents.size + 1);
    book?.save(taken.incidents);
    for (const incident of taken.incidents) incidents.set(incident.id, incident);
    notices.push(...taken.notices.map((notice) => ({ ...notice, at })));
    folded.push(...taken.folded);
    return taken.notices;
  };

  return {
    judged: (at: number, decision: Decision, ...makes: readonly VerdictAt[]) => {
      const verdicts = makes.map((make) => make(at));
      return step(at, { kind: 'judged', gateway: verdicts[0]?.gateway ?? 'main', verdicts, decision, silent });
    },
    treated: (at: number, treatment: TreatmentResult, decision: Decision = WELL) =>
      step(at, { kind: 'treated', gateway: 'main', result: treatment, decision, silent }),
    acknowledged: (at: number, by: string, ...ids: readonly number[]) => step(at, { kind: 'acknowledged', ids, by }),
    unwatched: (at: number) => step(at, { kind: 'unwatched', gateway: 'main' }),
    /** From now on, or no more. */
    silence: (on: boolean) => {
      silent = on;
    },
    isSilent: () => silent,
    lastAt: () => lastAt,
    all,
    open: () => all().filter(({ closedAt }) => closedAt === null),
    incident: (id: number) => incidents.get(id),
    folded,
    /** `opened qqbot`, `recovered main`… in order. */
    said: () => notices.map(({ kind, incident }) => `${kind} ${incident.link ?? incident.gateway}`),
    notices,
  };
};

export type Story = ReturnType<typeof createStory>;
