/** A chat command is data: what it is called, who may use it, what it does. One file each in `commands/`. */
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { TreatmentResult } from '../healing/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Role, Operator } from '../config/config.ts';
import type { Locale, Texts } from '../text/locale.ts';
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
  /** @throws UserError for arguments that make no sense; its message is the reply. */
  run(context: CommandContext, args: readonly string[]): Promise<Message>;
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
}

/** One gateway, as commands see it. */
export interface GatewayPort {
  readonly name: string;
  /** Looks now and reports. */
  report(): Promise<GatewayReport>;
  /** The last `count` lines of its log, oldest first, redacted. */
  logs(count: number): Promise<readonly string[]>;
  /** Restarts it (or starts it when it is down) and verifies; resolves when proven or given up. */
  restart(requestedBy: string): Promise<TreatmentResult | { readonly outcome: 'busy' }>;
}

export interface GatewayReport {
  /** The gateway's own verdict first, then its links'. */
  readonly verdicts: readonly Verdict[];
  readonly process: ProcessSeen | null | undefined;
  /** Lifeline's own restarts of it. */
  readonly restarts: { readonly lastHour: number; readonly perHour: number; readonly lastDay: number; readonly perDay: number };
  readonly incident: Incident | null;
  /** When it was last well proven or judged, milliseconds since the epoch. */
  readonly judgedAt: number;
}

export interface LifelineReport {
  readonly version: string;
  readonly startedAt: number;
  readonly channels: readonly { readonly name: string; readonly link: string; readonly since: number; readonly problem: string | null }[];
  /** Alerts that are not delivered yet. */
  readonly undelivered: number;
}
