/**
 * The operators' own chat commands: programs declared in YAML, and TypeScript files. One that is broken is reported and
 * left out; it never keeps the others, or the bot, from running.
 */
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Config } from '../../config/config.ts';
import type { Locale } from '../../text/locale.ts';
import type { Command } from '../command/command.ts';
import { confirmingText } from '../interaction/confirmation.ts';
import { pairingText } from '../pairing/pairing.ts';
import { readProgramDeclaration, type Declaration, type OwnProblem, type Read } from './declaration.ts';
import type { OwnTools } from './own-command.ts';
import { programCommand, trustedProgram } from './program-command.ts';
import { scriptCommand } from './script-command.ts';
import { listScripts, readScript, type ScriptFile } from './script-files.ts';
import { createSlots } from './slots.ts';

export type { OwnProblem } from './declaration.ts';

export interface LoadTools {
  readonly locale: Locale;
  readonly logger: Logger;
  /** Aborted when Lifeline ends: what runs is ended. */
  readonly signal?: AbortSignal;
  /** Of real time; for tests. */
  readonly times?: Partial<
    Pick<OwnTools, 'slowMs' | 'killAfterMs'> & { readonly loadMs: number; readonly loadAllMs: number }
  >;
  /** The file of the process in which a file is read or run; for tests. */
  readonly child?: string;
}

export interface OwnCommands {
  readonly commands: readonly Command[];
  readonly problems: readonly OwnProblem[];
}

const MOST_AT_ONCE = 3;
const TIMES = { slowMs: 3_000, killAfterMs: 2_000, loadMs: 10_000, loadAllMs: 30_000 };
/** Each file has a process of its own while it is read. */
const READ_AT_ONCE = 4;

/** Never throws. Takes half a minute at most. */
export const loadOwnCommands = async (
  { folder, declared }: Config['ownCommands'],
  builtIn: readonly Command[],
  { locale, logger, signal, times, child }: LoadTools,
): Promise<OwnCommands> => {
  const { loadMs, loadAllMs, ...rest } = { ...TIMES, ...times };
  const given = { ...(signal ? { signal } : {}), ...(child === undefined ? {} : { child }) };
  const tools: OwnTools = { locale, logger, slots: createSlots(MOST_AT_ONCE), ...rest, ...given };
  const taken = new Map<string, string>(
    builtIn.flatMap(({ id, aliases }) => [id, ...aliases].map((name) => [name, `the built-in /${id}`] as const)),
  );
  const commands: Command[] = [];
  const problems: OwnProblem[] = [];

  const add = <D extends Declaration>(where: string, read: Read<D>, make: (declaration: D) => Command): void => {
    if (read.kind === 'wrong') return void problems.push(...read.problems);
    const conflicts = takenNames(read.value, taken).map((what) => ({ where, what }));
    if (conflicts.length > 0) return void problems.push(...conflicts);
    commands.push(make(read.value));
    for (const name of [read.value.name, ...read.value.aliases]) taken.set(name, where);
  };
  /** A mistake of Lifeline's own is a problem of this one command, too. */
  const safely = (where: string, work: () => void): void => {
    try {
      work();
    } catch (err) {
      logger.error({ err, where }, "an operator's own command cannot be set up");
      problems.push({ where, what: `cannot be set up: ${errorText(err)}` });
    }
  };

  for (const [index, entry] of declared.entries()) {
    const where = `commands[${index}]`;
    safely(where, () =>
      add(where, trustedProgram(readProgramDeclaration(entry, where), where), (declaration) =>
        programCommand(declaration, where, tools),
      ),
    );
  }
  if (folder !== null) {
    const listed = listScripts(folder);
    problems.push(...listed.problems);
    const deadline = performance.now() + loadAllMs;
    const reads = await readAll(listed.files, (file) => {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0)
        return Promise.resolve({
          kind: 'wrong',
          problems: [{ where: file.where, what: 'was not loaded: the files before it took too long' }],
        });
      return readScript(file, {
        timeoutMs: Math.min(loadMs, leftMs),
        killAfterMs: tools.killAfterMs,
        ...given,
      });
    });
    for (const [index, file] of listed.files.entries()) {
      const read = reads[index];
      if (read)
        safely(file.where, () =>
          add(file.where, read, (declaration) => scriptCommand(declaration, file.path, file.where, tools)),
        );
    }
  }
  return { commands, problems };
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

const readAll = async (
  files: readonly ScriptFile[],
  read: (file: ScriptFile) => Promise<Read<Declaration>>,
): Promise<readonly Read<Declaration>[]> => {
  const results: Read<Declaration>[] = [];
  const queue = files.entries();
  const worker = async (): Promise<void> => {
    for (const [index, file] of queue) {
      results[index] = await read(file).catch((error: unknown) => ({
        kind: 'wrong',
        problems: [{ where: file.where, what: `cannot be read: ${errorText(error)}` }],
      }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(READ_AT_ONCE, files.length) }, worker));
  return results;
};
