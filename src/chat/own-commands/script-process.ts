/** Reads and runs a TypeScript file of an operator's in a process of its own, and believes nothing that it says. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { programFile } from '../../base/program-files.ts';
import { CHILD_WORD, isSingleFile } from '../../base/single-file.ts';
import { within } from '../../base/time-limit.ts';
import { createOutputKeeper, type KeptOutput } from './kept-output.ts';
import type { FromChild, ToChild } from './protocol.ts';
import { startProgram, type ProgramEnd, type RunningProgram } from './program.ts';

/** What a command may ask of Lifeline; a rejection is passed on to it. */
export type Answering = (
  method: Extract<FromChild, { kind: 'call' }>['method'],
  args: readonly unknown[],
) => Promise<unknown>;

export type ScriptResult =
  | { readonly kind: 'loaded'; readonly declaration: unknown; readonly runs: boolean }
  | { readonly kind: 'answer'; readonly answer?: unknown }
  | { readonly kind: 'threw'; readonly text: string; readonly code: string | null }
  /** It said nothing more: the limit, Lifeline's end, or a death of its own. */
  | { readonly kind: 'ended'; readonly ending: ProgramEnd };

export interface RunningScript {
  /** Never rejects. */
  readonly result: Promise<{ readonly result: ScriptResult; readonly stderr: KeptOutput; readonly tookMs: number }>;
  readonly gone: Promise<void>;
}

export interface ScriptOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly killAfterMs?: number;
  readonly signal?: AbortSignal;
  readonly answer?: Answering;
  /** The file of the process. */
  readonly child?: string;
}

const CHILD = fileURLToPath(programFile('src/chat/own-commands/child.ts'));
/** Of memory, in MB: a command that wants more than this ends, and nothing else does. */
const MOST_MEMORY = 256;
const CHILD_FLAGS = ['--no-warnings', `--max-old-space-size=${MOST_MEMORY}`];
/** A command that asks without end must not keep Lifeline busy. */
const MOST_CALLS = 200;
/** A process that was killed is gone in a moment, or for a reason that nobody need wait for. */
const LINGERS_MS = 2_000;

const MESSAGE = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('loaded'), declaration: z.unknown(), runs: z.boolean() }),
  z.object({
    kind: z.literal('call'),
    id: z.number(),
    method: z.enum(['gateways', 'logs', 'say']),
    args: z.array(z.unknown()).max(5),
  }),
  z.object({ kind: z.literal('answer'), answer: z.unknown().optional() }),
  z.object({ kind: z.literal('threw'), text: z.string(), code: z.string().nullable() }),
]);

export const startScript = (
  begin: Extract<ToChild, { kind: 'load' | 'run' }>,
  { answer, child = CHILD, ...options }: ScriptOptions,
): RunningScript => {
  const startedAt = performance.now();
  let settle: (result: ScriptResult) => void;
  const said = new Promise<ScriptResult>((resolve) => {
    settle = resolve;
  });
  let calls = 0;

  const serve = async ({ id, method, args }: Extract<FromChild, { kind: 'call' }>): Promise<ToChild> => {
    calls += 1;
    try {
      if (!answer || calls > MOST_CALLS) throw new Error(`a command may ask at most ${MOST_CALLS} times`);
      return { kind: 'result', id, value: await answer(method, args) };
    } catch (error) {
      return { kind: 'refused', id, text: error instanceof Error ? error.message : String(error) };
    }
  };

  const program: RunningProgram = startProgram(
    isSingleFile ? [process.execPath, CHILD_WORD] : [process.execPath, ...CHILD_FLAGS, child],
    {
      ...options,
      // The single file takes no flags of Node on its command line.
      ...(isSingleFile ? { env: { ...options.env, NODE_OPTIONS: CHILD_FLAGS.join(' ') } } : {}),
      cwd: dirname(begin.file),
      ipc: (given, send) => {
        const { data: message } = MESSAGE.safeParse(given);
        if (message === undefined) return;
        if (message.kind === 'ready') return send(begin);
        if (message.kind === 'call') return void serve(message).then(send);
        settle(message);
      },
    },
  );
  const ended = program.result.then(({ ending }): ScriptResult => ({ kind: 'ended', ending }));
  const result = Promise.race([said, ended]).then(async (first) => {
    if (first.kind === 'ended')
      return { result: first, stderr: (await program.result).stderr, tookMs: performance.now() - startedAt };
    program.end();
    const tookMs = performance.now() - startedAt;
    // So that it can be asked for again at once.
    await within(program.gone, LINGERS_MS);
    return { result: first, stderr: createOutputKeeper().kept(), tookMs };
  });
  return { result, gone: program.gone };
};
