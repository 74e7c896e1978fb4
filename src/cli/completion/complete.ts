/**
 * What may stand where the cursor is, for the shells' scripts: a line each, with its description behind a tab, and at
 * the end `:0` where a file name will do as well, `:4` where none will. Never fails: nobody would see it.
 */
import type { Argument, Command, Option } from 'commander';
import { gatewayNames, incidentNumbers } from './complete-values.ts';

interface Suggestion {
  readonly value: string;
  readonly about: string;
}

interface Suggestions {
  readonly found: readonly Suggestion[];
  readonly files: boolean;
}

const NOTHING: Suggestions = { found: [], files: false };
const FILES: Suggestions = { found: [], files: true };

/** `lifeline complete -- WORD…`; the last word is the one at the cursor, empty behind a blank. */
export const complete = (program: Command, words: readonly string[]): void => {
  const { found, files } = completions(program, words);
  const lines = found.map(({ value, about }) => (about === '' ? value : `${value}\t${about}`));
  process.stdout.write(`${[...lines, files ? ':0' : ':4'].join('\n')}\n`);
};

/** Reads from the words before the cursor which command they name, and what is left of them. */
interface Place {
  readonly command: Command;
  readonly operands: readonly string[];
  /** An option that still waits for its value. */
  readonly option: Option | null;
  /** The configuration that is named. */
  readonly config: string | undefined;
}

export const completions = (program: Command, words: readonly string[]): Suggestions => {
  const current = words.at(-1) ?? '';
  const { command, operands, option, config } = placeOf(program, words.slice(0, -1));
  const matching = ({ found, files }: Suggestions): Suggestions => ({
    found: found.filter(({ value }) => value.startsWith(current)),
    files,
  });

  if (option) return matching(valuesOf(option));
  const [, name, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
  if (name !== undefined && value !== undefined) {
    const given = command.options.find(({ long }) => long === name);
    return given
      ? matching({
          ...valuesOf(given),
          found: valuesOf(given).found.map((each) => ({ ...each, value: `${name}=${each.value}` })),
        })
      : NOTHING;
  }
  if (current.startsWith('-')) return matching({ found: optionsOf(command), files: false });
  const commands = operands.length === 0 ? commandsOf(command) : [];
  const argument =
    command.registeredArguments[operands.length] ?? command.registeredArguments.findLast(({ variadic }) => variadic);
  const values = argument ? argumentsFor(command, argument, config) : NOTHING;
  return matching({ found: [...commands, ...values.found], files: values.files });
};

const placeOf = (program: Command, words: readonly string[]): Place => {
  let command = program;
  let operands: readonly string[] = [];
  let option: Option | null = null;
  let config: string | undefined;
  for (const word of words) {
    if (option) {
      if (option.long === '--config') config = word;
      option = null;
    } else if (word.startsWith('-')) {
      const [name = '', value] = word.split('=', 2);
      const found = command.options.find(({ long, short }) => name === long || name === short) ?? null;
      if (found?.long === '--config' && value !== undefined) config = value;
      option = found && value === undefined && (found.required || found.optional) ? found : null;
    } else {
      const inner = operands.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (inner) command = inner;
      else operands = [...operands, word];
    }
  }
  return { command, operands, option, config };
};

const commandsOf = (command: Command): readonly Suggestion[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ value: each.name(), about: each.description() }));

const optionsOf = (command: Command): readonly Suggestion[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', about: description }));

const choices = (values: readonly string[]): Suggestions => ({
  found: values.map((value) => ({ value, about: '' })),
  files: false,
});

/** An argument whose name is a file or a folder takes a path. */
const PATHS = /file|folder|home|dir/i;

const valuesOf = ({ argChoices, flags }: Option): Suggestions => {
  if (argChoices) return choices(argChoices);
  return PATHS.test(flags.replace(/^.*?</, '')) ? FILES : NOTHING;
};

/** Where a gateway is named. */
const GATEWAY_PLACES: ReadonlySet<string> = new Set([
  ...['status', 'restart', 'start', 'stop', 'unmute'].map((command) => `${command} gateway`),
  'mute words',
]);

const argumentsFor = (command: Command, argument: Argument, config: string | undefined): Suggestions => {
  if (argument.argChoices) return choices(argument.argChoices);
  const place = `${command.name()} ${argument.name()}`;
  if (GATEWAY_PLACES.has(place)) return choices(gatewayNames(config));
  if (place === 'logs words')
    return choices([...gatewayNames(config), 'debug', 'info', 'warning', 'error', 'critical']);
  if (place === 'incidents id' || place === 'ack what')
    return {
      found: [
        ...incidentNumbers(config).map(({ id, words }) => ({ value: String(id), about: words })),
        ...(place === 'ack what' ? choices(gatewayNames(config)).found : []),
      ],
      files: false,
    };
  return PATHS.test(argument.name()) ? FILES : NOTHING;
};
