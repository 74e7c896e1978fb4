/**
 * What a TypeScript command of an operator's own is made of. Operators import these types and nothing else of
 * Lifeline, so this file imports nothing: `import type { OwnCommand } from 'gateway-lifeline/commands'`.
 */

/** The values that were typed, by the names under `params`. */
export type OwnArgs = Readonly<Record<string, string | number>>;

interface OwnNumber {
  /** A whole number from the first to the second; neither is below 0. */
  readonly number: readonly [least: number, most: number];
  readonly default?: number;
}

type OwnText<V extends string> =
  /** An RE2 pattern that the whole word must match. A word that begins with `-` needs a pattern that begins so. */
  { readonly pattern: string; readonly default?: V } | { readonly one_of: readonly V[]; readonly default?: V };

/** What may be typed for a parameter. Without a default it must be typed. */
export type OwnParameter<V extends string | number = string | number> = [V] extends [number]
  ? OwnNumber
  : [V] extends [string]
    ? OwnText<V>
    : OwnNumber | OwnText<string>;

type OwnParameters<Args extends OwnArgs> = { readonly [Name in keyof Args]: OwnParameter<Args[Name]> };

interface OwnDeclaration {
  /** Without the slash: a–z, 0–9, `_` and `-`. */
  readonly name: string;
  /** Other names, Chinese ones included; a Chinese one works without the slash, too. */
  readonly aliases?: readonly string[];
  /** What `/help` says. */
  readonly help?: string | { readonly 'zh-CN': string; readonly en: string };
  /** The least role that may use it; `operator` unless told. */
  readonly role?: 'viewer' | 'operator' | 'admin';
  /** Ask once more before it runs. */
  readonly confirm?: boolean;
  /**
   * What it does to the world. Unless told: it `reads` for viewers, else it `changes` or, if it asks first,
   * `interrupts`.
   */
  readonly effects?: 'reads' | 'changes' | 'interrupts';
  /** How long it may take, such as `30s`: from 1 s to 5 min, 10 s unless told. Then it is killed. */
  readonly timeout?: string;
}

/** `Args` names the parameters and their types: `OwnCommand<{ site: string; tries: number }>`. */
export type OwnCommand<Args extends OwnArgs = OwnArgs> = OwnDeclaration &
  (string extends keyof Args ? { readonly params?: OwnParameters<Args> } : { readonly params: OwnParameters<Args> }) & {
    /** @returns the answer. A throw is an answer, too: its message. */
    run(context: OwnContext<Args>): OwnAnswer | Promise<OwnAnswer>;
  };

/** Text is the title of the answer; nothing at all means "done". */
export type OwnAnswer = string | OwnMessage | undefined | void;

export interface OwnMessage {
  /** The colour; `info` unless told. */
  readonly tone?: 'critical' | 'warning' | 'good' | 'info';
  /** The essential, in one line: it is all that a lock screen shows. */
  readonly title: string;
  readonly lines?: readonly string[];
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
  /** In a fixed-width font where the channel has one. */
  readonly code?: readonly string[];
  readonly note?: string;
}

/** All that a command gets; each of its functions asks Lifeline and may reject. */
export interface OwnContext<Args extends OwnArgs = OwnArgs> {
  readonly locale: 'zh-CN' | 'en';
  /** Milliseconds since the epoch, by Lifeline's clock. */
  readonly now: number;
  /** Who asked for it. */
  readonly operator: { readonly name: string; readonly role: 'viewer' | 'operator' | 'admin' };
  readonly args: Args;
  /** Looks at every gateway now; may take seconds. */
  gateways(): Promise<readonly OwnGateway[]>;
  /** Lines of a gateway's log, the oldest first, redacted. */
  logs(gateway: string, query?: OwnLogQuery): Promise<readonly string[]>;
  /** Says something before the answer; the first three times in a run, later ones are dropped. */
  say(message: string | OwnMessage): Promise<void>;
}

export interface OwnGateway {
  readonly name: string;
  /** `healthy`, `frozen`, `stopped`, …; `unknown` when it could not be looked at. */
  readonly condition: string;
  /** Why, as a stable word. */
  readonly cause: string;
  /** Since when it is so, milliseconds since the epoch; null when it could not be looked at. */
  readonly since: number | null;
  readonly links: readonly {
    readonly name: string;
    readonly condition: string;
    readonly cause: string;
    readonly since: number;
  }[];
  readonly pid: number | null;
  readonly memoryBytes: number | null;
  /** Lifeline's own restarts of it. */
  readonly restarts: { readonly lastHour: number; readonly lastDay: number };
  /** The number of its open incident. */
  readonly incident: number | null;
}

export interface OwnLogQuery {
  /** How many, at most 200; 20 unless told. */
  readonly lines?: number;
  /** Only lines that hold this. */
  readonly text?: string;
  /** Only lines at least this grave. */
  readonly level?: 'debug' | 'info' | 'warning' | 'error' | 'critical';
  /** Only lines of the last so many milliseconds. */
  readonly sinceMs?: number;
}
