/**
 * The process in which a TypeScript command of an operator's is read or run: one for each time, so that whatever the
 * file does, endless loops and crashes among it, ends with it.
 */
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isSingleFile } from '../../base/single-file.ts';
import type { FromChild, ToChild } from './protocol.ts';
import { distrust } from './file-trust.ts';
import type { OwnAnswer, OwnContext } from './types.ts';

/** So much text of an answer is worth sending. */
const MOST_TEXT = 200_000;
const MOST_ITEMS = 2_000;

const send = (message: FromChild): void => void process.send?.(message, () => undefined);

const textOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.name === 'Error' ? thrown.message : `${thrown.name}: ${thrown.message}`;
};
const codeOf = (thrown: unknown): string | null =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;

const threw = (thrown: unknown): void => {
  let text = 'something that cannot be shown';
  try {
    text = textOf(thrown);
  } catch {
    // Even to look at it may throw.
  }
  send({ kind: 'threw', text: text.slice(0, 4_000), code: codeOf(thrown) });
};

/** A plain copy of no more than there is room for. @returns undefined for what cannot be sent. */
const copyOf = (value: unknown): unknown => {
  let room = MOST_TEXT;
  const copy = (part: unknown, depth: number): unknown => {
    room -= 1;
    if (room < 0) return undefined;
    if (typeof part === 'string') {
      const kept = part.slice(0, room);
      room -= kept.length;
      return kept;
    }
    if (typeof part === 'number' || typeof part === 'boolean' || part === null) return part;
    if (typeof part !== 'object' || depth > 4) return undefined;
    if (Array.isArray(part)) return part.slice(0, MOST_ITEMS).map((each: unknown) => copy(each, depth + 1));
    return Object.fromEntries(
      Object.entries(part)
        .slice(0, MOST_ITEMS)
        .map(([key, each]: [string, unknown]) => [key, copy(each, depth + 1)]),
    );
  };
  return copy(value, 0);
};

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}
const waiting = new Map<number, Waiting>();
let calls = 0;

const call = (method: Extract<FromChild, { kind: 'call' }>['method'], ...args: readonly unknown[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    calls += 1;
    waiting.set(calls, { resolve, reject });
    send({ kind: 'call', id: calls, method, args: args.map(copyOf) });
  });

/** Others may not have written what the file imports either. */
const guardImports = (): void => {
  registerHooks({
    load: (url, context, next) => {
      const problem = url.startsWith('file:') ? distrust(fileURLToPath(url)) : null;
      if (problem !== null) throw new Error(problem);
      return next(url, context);
    },
  });
};

const commandIn = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  // A single executable cannot `import` a file, but its own `require` reads modules as well.
  const { command } = (isSingleFile ? createRequire(file)(file) : await import(pathToFileURL(file).href)) as {
    readonly command?: unknown;
  };
  if (typeof command !== 'object' || command === null)
    throw new Error('it exports no "command"; write: export const command: OwnCommand = { … }');
  return command as Readonly<Record<string, unknown>>;
};

const load = async (file: string): Promise<void> => {
  const { run, ...declaration } = await commandIn(file);
  send({ kind: 'loaded', declaration: copyOf(declaration), runs: typeof run === 'function' });
};

const runIt = async (
  file: string,
  { locale, now, operator, args }: Extract<ToChild, { kind: 'run' }>['context'],
): Promise<void> => {
  const command = await commandIn(file);
  if (typeof command['run'] !== 'function') throw new Error('"run" is no function');
  const context: OwnContext = {
    locale,
    now,
    operator,
    args,
    gateways: () => call('gateways') as ReturnType<OwnContext['gateways']>,
    logs: (gateway, query = {}) => call('logs', gateway, query) as ReturnType<OwnContext['logs']>,
    say: async (message) => void (await call('say', message)),
  };
  const answer: unknown = await (command as unknown as { run(here: OwnContext): OwnAnswer | Promise<OwnAnswer> }).run(
    context,
  );
  send({ kind: 'answer', answer: copyOf(answer) });
};

const take = (message: ToChild): void => {
  switch (message.kind) {
    case 'load':
      return void load(message.file).catch(threw);
    case 'run':
      return void runIt(message.file, message.context).catch(threw);
    case 'result':
      waiting.get(message.id)?.resolve(message.value);
      return void waiting.delete(message.id);
    case 'refused':
      waiting.get(message.id)?.reject(new Error(message.text));
      return void waiting.delete(message.id);
  }
};

process.on('uncaughtException', threw);
process.on('unhandledRejection', threw);
// Lifeline is gone, or has heard enough.
process.on('disconnect', () => process.exit());
process.on('message', (message) => take(message as ToChild));
guardImports();
send({ kind: 'ready' });
