/**
 * Asks docker or podman. Both may hang: a daemon that is stuck, a lock that somebody holds. Nobody waits for long then,
 * and until that question is answered or given up no other is asked.
 */
import { ownAccount } from '../base/account.ts';
import { UserError } from '../base/errors.ts';
import { within } from '../base/time-limit.ts';
import { parseEvents, type EngineEvent } from './docker-events.ts';
import { parseContainer, type Container } from './docker-inspect.ts';
import { engineAdvice, engineRefusalOf, type EngineTool } from './docker-refusals.ts';
import { wordsOf, type CommandOutput, type RunCommand } from './run-command.ts';

export interface Engine {
  /**
   * All that it says of a container, by name or id; null when it knows none. @throws UserError when it cannot be asked.
   */
  inspect(container: string, signal?: AbortSignal): Promise<Container | null>;
  /** Returns the events of a container since its last start; null when they cannot be had. */
  events(container: Container, signal?: AbortSignal): Promise<readonly EngineEvent[] | null>;
  /** @throws UserError when no answer of the engine stands behind the output of a command. */
  answered(output: CommandOutput, container: string): CommandOutput;
}

/** Podman starts anew for each question, which takes a small board a second. Of real time. */
const PATIENCE_MS = 5_000;
/** After this time the tool is ended. */
const GIVE_UP_MS = 60_000;

/** The engine itself cannot be asked, whatever about. */
export class EngineError extends UserError {}

export const createEngine = ({
  tool,
  run,
  patienceMs = PATIENCE_MS,
}: {
  readonly tool: EngineTool;
  readonly run: RunCommand;
  readonly patienceMs?: number;
}): Engine => {
  let hangs = false;

  const silent = (container: string): EngineError =>
    new EngineError(
      'SUPERVISOR_UNREACHABLE',
      `${tool} cannot be asked about ${container}: ${engineAdvice(tool, 'silent', reader())}`,
    );

  const ask = async (
    argv: readonly [string, ...string[]],
    container: string,
    signal?: AbortSignal,
  ): Promise<CommandOutput> => {
    if (hangs) throw silent(container);
    const answer = run(argv, { timeoutMs: GIVE_UP_MS, ...(signal ? { signal } : {}) });
    const output = await within(answer, patienceMs);
    if (output !== null) return output;
    hangs = true;
    answer.finally(() => (hangs = false)).catch(() => undefined);
    throw silent(container);
  };

  const answered: Engine['answered'] = (output, container) => {
    const refused = output.exitCode === 0 ? null : engineRefusalOf(output);
    const refusal = output.failure === 'not_found' ? 'not_found' : refused;
    if (refusal === 'not_found' || refusal === 'no_engine' || refusal === 'not_allowed') {
      throw new EngineError(
        refusal === 'not_found' ? 'SUPERVISOR_TOOL_MISSING' : 'SUPERVISOR_UNREACHABLE',
        `${tool} cannot be asked about ${container}: ${engineAdvice(tool, refusal, reader())}`,
      );
    }
    return output;
  };

  return {
    answered,
    inspect: async (container, signal) => {
      const output = answered(
        await ask([tool, 'inspect', '--type', 'container', container], container, signal),
        container,
      );
      if (output.exitCode !== 0 && engineRefusalOf(output) === 'no_container') return null;
      const found = output.exitCode === 0 ? parseContainer(output.stdout) : null;
      if (found) return found;
      // Never the output itself: it holds the container's environment.
      throw new EngineError(
        'SUPERVISOR_UNREACHABLE',
        `${tool} cannot be asked about ${container}: ${output.exitCode === 0 ? 'its answer cannot be understood' : wordsOf(output)}`,
      );
    },
    events: async ({ id, name, engine, startedAt }, signal) => {
      // With an end of now podman 4.3 finds no events, and with a later end it waits until then: so podman is told not
      // to stream. Docker's events end only with `--until`.
      const bounds = engine === 'podman' ? ['--stream=false'] : ['--until', (Date.now() / 1_000).toFixed(3)];
      const since = String(Math.floor((startedAt ?? 0) / 1_000));
      const format = engine === 'podman' ? 'json' : '{{json .}}';
      const output = await ask(
        [tool, 'events', '--since', since, ...bounds, '--filter', `container=${id}`, '--format', format],
        name || id,
        signal,
      ).catch(() => null);
      return output?.exitCode === 0 ? parseEvents(output.stdout, id) : null;
    },
  };
};

const reader = (): { readonly user: string; readonly platform: NodeJS.Platform } => ({
  user: ownAccount().name,
  platform: process.platform,
});
