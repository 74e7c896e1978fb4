/** A chat command is data: what it is called, who may use it, what it does. One file each in `commands/`. */
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Answer, Decision } from '../healing/decision.ts';
import type { TreatmentPlan } from '../healing/plan.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Role, Operator } from '../config/config.ts';
import type { Locale, Texts } from '../text/locale.ts';
import type { Choice } from '../supervisors/holder.ts';
import type { Message } from './message.ts';

export interface Command {
  /** The canonical name, without the slash. */
  readonly id: string;
  /** Other names, Chinese ones included, without the slash. */
  readonly aliases: readonly string[];
  readonly role: Role;
  /** What it changes in the world; `interrupts` stops the gateway for a while. */
  readonly effects: 'reads' | 'interrupts';
  /** Argument names in order, for help: `['gateway?', 'n?']`. */
  readonly usage: readonly string[];
  readonly help: Texts<string>;
  readonly examples: readonly string[];
  /**
   * @returns the answer; null when somebody else gives it later.
   * @throws UserError for arguments that make no sense; its message is the reply.
   */
  run(context: CommandContext, args: readonly string[]): Promise<Message | null>;
}

/** What a command may use. Everything is already authorised when a command runs. */
export interface CommandContext {
  readonly locale: Locale;
  readonly now: number;
  readonly operator: Operator;
  readonly gateways: readonly GatewayPort[];
  readonly commands: readonly Command[];
  /** Lifeline's own health. */
  lifeline(): LifelineReport;
  /** Says something before the result is there. */
  say(message: Message): Promise<void>;
  /** Where the command came from, for an answer that comes later. */
  readonly origin: Answer;
}

/** One gateway, as commands see it. */
export interface GatewayPort {
  readonly name: string;
  /** Looks now and reports. */
  report(): Promise<GatewayReport>;
  /** The last `count` lines of its log, oldest first, redacted. */
  logs(count: number): Promise<readonly string[]>;
  /** What a treatment would do now. @throws UserError when its supervisor cannot be asked. */
  plan(remedy: 'start' | 'restart' | 'stop'): Promise<TreatmentPlan>;
  /** Begins it; how it goes and its result are told to the origin. @returns false when another one is under way. */
  treat(plan: TreatmentPlan, requestedBy: string, origin: Answer): boolean;
}

export interface GatewayReport {
  /** The gateway's own verdict first, then its links'. */
  readonly verdicts: readonly Verdict[];
  readonly process: ProcessSeen | null | undefined;
  /** Lifeline's own restarts of it. */
  readonly restarts: { readonly lastHour: number; readonly perHour: number; readonly lastDay: number; readonly perDay: number };
  readonly incident: Incident | null;
  /** What Lifeline would do about it of its own accord. */
  readonly decision: Decision;
  /** What keeps its process, and why that is so; null when that cannot be told, with `holderProblem` saying why. */
  readonly holder: Pick<Choice, 'supervisor' | 'why' | 'rivals'> | null;
  readonly holderProblem: string | null;
  /** When it was last well proven or judged, milliseconds since the epoch. */
  readonly judgedAt: number;
}

export interface LifelineReport {
  readonly version: string;
  readonly startedAt: number;
  readonly channels: readonly {
    readonly name: string;
    readonly link: string;
    readonly since: number;
    readonly problem: string | null;
    readonly lastInboundAt?: number | null;
    readonly callsThisMonth?: number;
  }[];
  /** Alerts that are not delivered yet. */
  readonly undelivered: number;
}
