/**
 * The operators' own chat commands: programs that are declared in the configuration and in the YAML files of a folder.
 * A broken one is reported and left out; it never keeps the others, or the bot, from running.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter } from 'yaml';
import { errorText } from '../../base/errors.ts';
import { readForeignNow, OWN_CODE } from '../../base/open-foreign.ts';
import { fileRefusalOf } from '../../base/refused-file.ts';
import type { Logger } from '../../base/logger.ts';
import { MOST_YAML, readYaml, yamlValue } from '../../base/yaml.ts';
import type { Config } from '../../config/config.ts';
import type { Locale } from '../../text/locale.ts';
import type { Command } from '../command/command.ts';
import { confirmingText } from '../interaction/confirmation.ts';
import { pairingText } from '../pairing/pairing.ts';
import { readDeclaration, type Declaration, type OwnProblem } from './declaration.ts';
import { cleanLine } from './output.ts';
import { distrusted, ownCommand, type OwnTools } from './own-command.ts';
import { distrust } from './trust.ts';

export interface LoadTools {
  readonly locale: Locale;
  readonly logger: Logger;
  /** Aborted when Lifeline ends: what runs is ended. */
  readonly signal?: AbortSignal;
  /** Of real time; for tests. */
  readonly times?: Partial<Pick<OwnTools, 'slowMs' | 'killAfterMs'>>;
}

export interface OwnCommands {
  readonly commands: readonly Command[];
  readonly problems: readonly OwnProblem[];
}

const TIMES = { slowMs: 3_000, killAfterMs: 2_000 };

/** A declaration as it stands somewhere, unread. */
interface Entry {
  readonly where: string;
  readonly given: unknown;
  /** In which its program runs unless told; undefined: the home folder. */
  readonly folder?: string;
}

/** Never throws. */
export const loadOwnCommands = (
  { folder, declared }: Config['ownCommands'],
  builtIn: readonly Command[],
  { locale, logger, signal, times }: LoadTools,
): OwnCommands => {
  const tools: OwnTools = { locale, logger, running: new Map(), ...TIMES, ...times, ...(signal ? { signal } : {}) };
  const taken = new Map<string, string>(
    builtIn.flatMap(({ id, aliases }) => [id, ...aliases].map((name) => [name, `the built-in /${id}`] as const)),
  );
  const inFolder = folder === null ? { entries: [], problems: [] } : readFolder(folder);
  const entries = [
    ...declared.map((given, index): Entry => ({ where: `commands[${index}]`, given })),
    ...inFolder.entries,
  ];
  const commands: Command[] = [];
  const problems = [...inFolder.problems];
  for (const entry of entries) {
    try {
      const read = readEntry(entry, taken);
      if (!('name' in read)) {
        problems.push(...read);
        continue;
      }
      commands.push(ownCommand(read, entry.where, tools));
      for (const name of [read.name, ...read.aliases]) taken.set(name, entry.where);
    } catch (err) {
      // A mistake of Lifeline's own is a problem of this one command, too.
      logger.error({ err, where: entry.where }, "an operator's own command cannot be set up");
      problems.push({ where: entry.where, what: `cannot be set up: ${errorText(err)}` });
    }
  }
  return { commands, problems };
};

const readEntry = (
  { where, given, folder }: Entry,
  taken: ReadonlyMap<string, string>,
): Declaration | readonly OwnProblem[] => {
  const read = readDeclaration(given, where, folder);
  if (read.kind === 'wrong') return read.problems;
  const fixed = read.value.words.map((word) => (word.kind === 'fixed' ? word.text : null));
  const problem = distrusted(read.value, fixed);
  if (problem !== null) return [{ where: `${where}.run`, what: `is not run: ${cleanLine(problem.why, 500)}` }];
  const conflicts = takenNames(read.value, taken);
  return conflicts.length > 0 ? conflicts.map((what) => ({ where, what })) : read.value;
};

const reservedFor = (typed: string): string | null => {
  if (confirmingText(typed) !== null) return 'what confirms a question';
  return pairingText(typed) !== null ? 'pairing' : null;
};

/** @returns a sentence for each of its names that something else has. */
const takenNames = ({ name, aliases }: Declaration, taken: ReadonlyMap<string, string>): readonly string[] =>
  [name, ...aliases].flatMap((each, index, all) => {
    const by = reservedFor(`/${each}`) ?? taken.get(each);
    if (by !== undefined) return [`/${each} is taken by ${by}; choose another`];
    return all.indexOf(each) < index ? [`/${each} is there twice; remove one`] : [];
  });

interface FolderRead {
  readonly entries: readonly Entry[];
  readonly problems: readonly OwnProblem[];
}

/** The YAML files of the folder, in the order of their names. */
const readFolder = (folder: string): FolderRead => {
  try {
    const files = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
    const reads = files.map((name) => (/\.ya?ml$/.test(name) ? readFile(folder, name) : oldCommand(folder, name)));
    return {
      entries: reads.flatMap(({ entries }) => entries),
      problems: reads.flatMap(({ problems }) => problems),
    };
  } catch (error) {
    const what =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? `there is no folder ${folder}; make it, or remove the key`
        : `cannot be read: ${errorText(error)}`;
    return { entries: [], problems: [{ where: 'commands_dir', what }] };
  }
};

/** One command, or a list of them, or a list under `commands` as in the configuration. */
const readFile = (folder: string, name: string): FolderRead => {
  const wrong = (what: string): FolderRead => ({
    entries: [],
    problems: [{ where: name, what: cleanLine(what, 500) }],
  });
  try {
    const lines = new LineCounter();
    const document = readYaml(textOf(folder, name), lines);
    const [error] = document.errors;
    if (error) return wrong(`line ${lines.linePos(error.pos[0]).line} is no YAML: ${error.message}`);
    const given = withoutKey(yamlValue(document));
    return {
      entries: Array.isArray(given)
        ? given.map((each: unknown, index) => ({ where: `${name}[${index}]`, given: each, folder }))
        : [{ where: name, given, folder }],
      problems: [],
    };
  } catch (error) {
    return wrong(
      fileRefusalOf(error) === null
        ? `cannot be read: ${errorText(error)}`
        : `is not read: ${distrust(join(folder, name)) ?? errorText(error)}`,
    );
  }
};

/** @throws as `readForeignNow`. */
const textOf = (folder: string, name: string): string =>
  readForeignNow(join(folder, name), { trust: OWN_CODE, mostBytes: MOST_YAML }).text;

const withoutKey = (given: unknown): unknown => {
  const { commands, ...others } = (typeof given === 'object' ? (given ?? {}) : {}) as Readonly<Record<string, unknown>>;
  return Array.isArray(commands) && Object.keys(others).length === 0 ? commands : given;
};

const SCRIPT = /\.[mc]?[jt]s$/;
const EXPORTS_COMMAND = /^export (?:const|let|var) command\b/m;

/** Earlier versions ran each TypeScript file that exports `command`. What a program is made of may lie here, too. */
const oldCommand = (folder: string, name: string): FolderRead => {
  const none: FolderRead = { entries: [], problems: [] };
  if (!SCRIPT.test(name)) return none;
  try {
    if (!EXPORTS_COMMAND.test(textOf(folder, name))) return none;
  } catch {
    return none;
  }
  const own = name.replace(SCRIPT, '');
  const what = `is a TypeScript command of earlier versions and is not run any more. Let it print its answer, and declare it in ${join(folder, `${own}.yaml`)}: { name: ${own}, run: [node, ${name}] } (docs/commands.md)`;
  return { entries: [], problems: [{ where: name, what }] };
};
