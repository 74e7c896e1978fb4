/** The contract by which the set-up asks whoever runs it: on a terminal, or from the command line alone. */

/** Ctrl-C, or the end of the input: nothing more is asked or done. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export interface OfferedChoice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

/** `flag`: what answers it on the command line. */
interface Question {
  readonly message: string;
  readonly flag: string;
}

export interface Waiting {
  /** Says what is waited for, in a few words: it stands on one line with the time that is left. */
  readonly message: string;
  readonly limitMs: number;
  /** Asked again and again until it is true; may throw. */
  readonly until: () => boolean;
}

export interface SetupAsker {
  /** False: nobody is there to answer. */
  readonly interactive: boolean;
  /** @throws Cancelled, as all questions do; UserError `USAGE_MISSING` with the flag where nobody can be asked. */
  choose<Value extends string>(
    question: Question & { readonly options: readonly OfferedChoice<Value>[]; readonly initial?: Value },
  ): Promise<Value>;
  /** At least one. */
  chooseSome<Value extends string>(
    question: Question & { readonly options: readonly OfferedChoice<Value>[]; readonly initial: readonly Value[] },
  ): Promise<readonly Value[]>;
  /** @param question `check` says what is wrong with an answer; null: nothing. */
  text(
    question: Question & { readonly initial?: string; readonly check: (answer: string) => string | null },
  ): Promise<string>;
  /** Not shown as it is typed. */
  secret(question: Question): Promise<string>;
  yes(question: Question & { readonly initial: boolean }): Promise<boolean>;
  /** Shows in a frame what to do; only where somebody is there. */
  guide(title: string, lines: readonly string[]): void;
  /** Lines that are to be scanned or copied as they are: without a frame; only where somebody is there. */
  bare(lines: readonly string[]): void;
  /** Which part of the set-up begins; only where somebody is there. */
  step(title: string): void;
  begin(title: string): void;
  /** A line that must be read, such as a pairing code. */
  show(text: string): void;
  good(text: string): void;
  warn(text: string): void;
  bad(text: string): void;
  end(text: string): void;
  /** Shows that something is being done. */
  busy<Result>(message: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Waits until `until` is true, somebody skips the wait, or the time limit is reached. */
  wait(waiting: Waiting): Promise<'done' | 'skipped' | 'late'>;
}
