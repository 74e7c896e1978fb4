/** What commands may ask of a gateway, and do to it. */
import type { Refusal } from '../../base/refused-file.ts';
import type { Finding } from '../../text/common/findings.ts';
import type { LinkName, ProcessSeen } from '../../diagnosis/evidence.ts';
import type { Verdict } from '../../diagnosis/verdict.ts';
import type { ResourcesSeen, Vitals } from '../../diagnosis/vitals.ts';
import type { LogDoubt } from '../../gateways/gateway-kind.ts';
import type { Decision } from '../../healing/decision.ts';
import type { ReplyAddress, TreatmentPlan } from '../../healing/treatment.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { LogPage, LogQuery } from '../../sensors/logs/log-search.ts';
import type { SupervisorChoice } from '../../supervisors/detect.ts';

/** One gateway, as commands see it. */
export interface GatewayPort {
  readonly name: string;
  /** Whether Lifeline can start and stop it. */
  readonly isTreatable: boolean;
  /** Whether it can restart one of its links alone. */
  readonly restartsLinks: boolean;
  /** Looks now and reports. */
  report(): Promise<GatewayReport>;
  /**
   * Lines of its log, redacted. @throws UserError when the log is not there, or the pattern or the place makes no
   * sense.
   */
  logs(query: LogsAsked): Promise<LogsShown>;
  /** What about the way it is kept will fail one day. Absent where no bot runs. */
  readonly doctor?: () => Promise<readonly Finding[]>;
  /** What a treatment would do now. @throws UserError when its supervisor cannot be asked. */
  plan(remedy: 'start' | 'restart' | 'stop'): Promise<TreatmentPlan>;
  /** The same for one of its links alone. @throws UserError when it has no such link, or cannot restart one alone. */
  planLink(link: LinkName): Promise<TreatmentPlan>;
  /**
   * The end of a process that looks like this gateway. @param startTime null: of whatever process has this pid. @throws
   * UserError when none of those has it.
   */
  planEnd(pid: number, startTime: number | null): Promise<TreatmentPlan>;
  /** Begins it; how it goes and its result are told to the origin. @returns false when another one is under way. */
  treat(plan: TreatmentPlan, requestedBy: string, origin: ReplyAddress): boolean;
}

/** A place is a word here, which only the port can make and read. */
export interface LogsAsked extends Omit<LogQuery, 'before'> {
  readonly before: string | null;
}

export interface LogsShown extends Omit<LogPage, 'older'> {
  readonly older: string | null;
}

export interface GatewayReport {
  /** The gateway's own verdict first, then its links'. */
  readonly verdicts: readonly Verdict[];
  /** When people were last heard and answered, by link. */
  readonly talk?: Vitals['talk'];
  readonly process: ProcessSeen | null | undefined;
  /** What its process holds of the machine's memory; null where that is not known. */
  readonly memoryBytes: number | null;
  /** What all its processes need of the machine, as last seen. */
  readonly resources?: ResourcesSeen;
  /** Lifeline's own restarts of it. */
  readonly restarts: {
    readonly lastHour: number;
    readonly perHour: number;
    readonly lastDay: number;
    readonly perDay: number;
  };
  readonly incident: Incident | null;
  /** What Lifeline would do about it of its own accord. */
  readonly decision: Decision;
  /** What keeps its process, and why that is so; null when that cannot be told, with `choiceProblem` saying why. */
  readonly supervisorChoice: Pick<SupervisorChoice, 'supervisor' | 'why' | 'rivals'> | null;
  readonly choiceProblem: string | null;
  /** Why files of it are no evidence. */
  readonly refused: readonly Refusal[];
  /** When it was last well proven or judged, milliseconds since the epoch. */
  readonly judgedAt: number;
  /** What could not be looked at, for people. */
  readonly problems: readonly string[];
  /** Logs that are read and tell nothing. */
  readonly logDoubts: readonly LogDoubt[];
}
