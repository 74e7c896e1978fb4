/** Questions to somebody at a terminal. */
import {
  type CANCEL_SYMBOL,
  confirm,
  intro,
  isCancel,
  log,
  multiselect,
  note,
  outro,
  password,
  S_BAR,
  select,
  text,
  type Option,
} from '@clack/prompts';
import type { ReadStream, WriteStream } from 'node:tty';
import { setupText } from '../text/setup/setup.ts';
import type { Locale } from '../text/locale.ts';
import { Cancelled, type SetupAsker, type OfferedChoice } from './asker.ts';
import { orCancelled } from './flag-asker.ts';
import { waitOnTerminal } from './terminal-wait.ts';

export interface TerminalAskerOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  /** Aborted by Ctrl-C where no question is open. */
  readonly signal: AbortSignal;
  readonly locale: () => Locale;
}

const optionsOf = <Value extends string>(choices: readonly OfferedChoice<Value>[]): Option<Value>[] =>
  choices.map((choice) => ({ ...choice }) as unknown as Option<Value>);

const answered = async <Answer>(asked: Promise<Answer | typeof CANCEL_SYMBOL>): Promise<Answer> => {
  const answer = await asked;
  if (isCancel(answer)) throw new Cancelled();
  return answer;
};

export const createTerminalAsker = ({ input, output, signal, locale }: TerminalAskerOptions): SetupAsker => {
  const io = { input, output, signal };
  const words = () => setupText(locale());
  return {
    interactive: true,
    choose: ({ message, options, initial }) =>
      answered(
        select({
          ...io,
          message,
          options: optionsOf(options),
          showInstructions: false,
          ...(initial === undefined ? {} : { initialValue: initial }),
        }),
      ),
    chooseSome: async ({ message, options, initial }) => {
      for (;;) {
        const some = await answered(
          multiselect({
            ...io,
            message: `${message}${words().howToChoose()}`,
            options: optionsOf(options),
            initialValues: initial,
            required: false,
            showInstructions: false,
          }),
        );
        if (some.length > 0) return some;
        log.warn(words().atLeastOne(), io);
      }
    },
    text: async ({ message, initial, check }) =>
      (
        await answered(
          text({
            ...io,
            message,
            ...(initial === undefined ? {} : { initialValue: initial }),
            validate: (answer = '') => check(answer.trim()) ?? undefined,
          }),
        )
      ).trim(),
    secret: async ({ message }) =>
      (
        await answered(
          password({ ...io, message, validate: (answer = '') => (answer.trim() === '' ? words().empty() : undefined) }),
        )
      ).trim(),
    yes: ({ message, initial }) =>
      answered(confirm({ ...io, message, active: words().yes(), inactive: words().no(), initialValue: initial })),
    guide: (title, lines) => note(lines.join('\n'), title, { ...io, format: (line) => line }),
    bare: (lines) => output.write(`${lines.join('\n')}\n`),
    step: (title) => log.step(title, io),
    begin: (title) => intro(title, io),
    show: (shown) => log.step(shown, io),
    good: (message) => log.success(message, io),
    warn: (message) => log.warn(message, io),
    bad: (message) => log.error(message, io),
    end: (message) => outro(message.replaceAll('\n', '\n   '), io),
    busy: async (message, work) => {
      output.write(`${S_BAR}\n${S_BAR}  ${message}`);
      try {
        return await orCancelled(signal, work(signal));
      } finally {
        // The result is shown in the place of this line.
        output.write('\r\u001B[2K\u001B[1A');
      }
    },
    wait: (waiting) => waitOnTerminal(waiting, { input, output, signal, words: words() }),
  };
};
