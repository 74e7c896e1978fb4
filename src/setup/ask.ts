/** How the set-up speaks with whoever runs it: questions on a terminal, or answers from the command line alone. */

/** Ctrl-C, or the end of the input: nothing more is asked or done. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export interface Choice<Value extends string> {
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
  /** What is waited for, short: it stands on one line with the time that is left. */
  readonly message: string;
  readonly limitMs: number;
  /** Looked at again and again; may throw. */
  readonly until: () => boolean;
}

export interface Asker {
  /** False: nobody is there to answer. */
  readonly interactive: boolean;
  /** @throws Cancelled, as all questions do; UserError `USAGE_MISSING` with the flag where nobody can be asked. */
  choose<Value extends string>(
    question: Question & { readonly options: readonly Choice<Value>[]; readonly initial?: Value },
  ): Promise<Value>;
  /** At least one. */
  chooseSome<Value extends string>(
    question: Question & { readonly options: readonly Choice<Value>[]; readonly initial: readonly Value[] },
  ): Promise<readonly Value[]>;
  /** @param question `check` says what is wrong with an answer; null: nothing. */
  text(
    question: Question & { readonly initial?: string; readonly check: (answer: string) => string | null },
  ): Promise<string>;
  /** Not shown as it is typed. */
  secret(question: Question): Promise<string>;
  yes(question: Question & { readonly initial: boolean }): Promise<boolean>;
  /** What to do, in a frame; only for somebody who is there. */
  guide(title: string, lines: readonly string[]): void;
  begin(title: string): void;
  /** A line that must be read, such as a pairing code. */
  show(text: string): void;
  good(text: string): void;
  warn(text: string): void;
  bad(text: string): void;
  end(text: string): void;
  /** Shows that something is being done. */
  busy<Result>(message: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Until it has happened, somebody does not want to wait, or the time is over. */
  wait(waiting: Waiting): Promise<'done' | 'skipped' | 'over'>;
}
