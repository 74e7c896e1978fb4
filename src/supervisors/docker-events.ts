/**
 * What an engine's own record of events says of the end of a container: whether somebody asked the engine for it. What
 * `inspect` says is the same after `stop`, after `kill` and after a crash with the same exit code (docker 20.10 and
 * podman 4.3). Pure.
 */
import * as z from 'zod';
import type { Container } from './docker-inspect.ts';

/** Only what is needed, by docker's names; podman says `died` for `die`. */
export interface EngineEvent {
  readonly action: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of docker's `kill`; podman does not tell it. */
  readonly signal: number | null;
}

/** How a container has ended. */
export type ContainerEnding =
  /** The engine was asked to stop the container, or to send it the signal of a stop. */
  | 'stopped'
  /** The engine was asked to send SIGKILL to the container, and no more than that. */
  | 'killed'
  /** Somebody, or podman itself, is starting the container again. */
  | 'started'
  /** Nobody asked the engine. */
  | 'by_itself';

const shape = z.object({
  // Docker's, and podman's.
  id: z.string().optional(),
  ID: z.string().optional(),
  Action: z.string().optional(),
  Status: z.string().optional(),
  timeNano: z.number().optional(),
  Time: z.string().optional(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** @param text one JSON object a line. @returns the events of this container in their order. */
export const parseEvents = (text: string, id: string): readonly EngineEvent[] =>
  text.split('\n').flatMap((line) => {
    const parsed = shape.safeParse(jsonOf(line));
    if (!parsed.success) return [];
    const { data } = parsed;
    const action = data.Action ?? data.Status;
    if (action === undefined || (data.id ?? data.ID) !== id) return [];
    const at = data.timeNano === undefined ? Date.parse(data.Time ?? '') : Math.floor(data.timeNano / 1e6);
    const signal = Number(data.Actor?.Attributes?.['signal'] ?? Number.NaN);
    return Number.isNaN(at)
      ? []
      : [{ action: action === 'died' ? 'die' : action, at, signal: Number.isInteger(signal) ? signal : null }];
  });

const SIGKILL = 9;
/**
 * With these people and engines tell a program to end: SIGINT, SIGQUIT, SIGTERM, and SIGWINCH and SIGRTMIN+3, by which
 * some images are stopped.
 */
const STOPS: ReadonlySet<number> = new Set([2, 3, 15, 28, 37]);
/** A signal so long before the end was not what ended it. */
const SENT_WITHIN_MS = 600_000;

/** @param events all of the container since its last start or longer. */
export const endingOf = (
  events: readonly EngineEvent[],
  { engine, exitCode, finishedAt }: Pick<Container, 'engine' | 'exitCode' | 'finishedAt'>,
): ContainerEnding => {
  const from = events.findLastIndex(({ action }) => action === 'start');
  const life = events.slice(from + 1);
  // The events are asked for after the state.
  if (
    [...events.slice(Math.max(from, 0), from + 1), ...life].some(
      ({ action, at }) => (action === 'start' || action === 'init') && at > (finishedAt ?? Infinity),
    )
  )
    return 'started';
  const end = life.find(({ action }) => action === 'die');
  // Podman says this before it ends the container, and docker once it runs again.
  if (engine === 'podman' && life.some(({ action }) => action === 'restart')) return 'started';
  if (life.some(({ action }) => action === 'stop')) return 'stopped';
  // Podman 4.3 leaves its `stop` out when another of its processes was quicker; but then it cleans up a second time.
  if (engine === 'podman' && life.filter(({ action }) => action === 'cleanup').length > 1) return 'stopped';
  const sent = life.filter(
    ({ action, at }) =>
      action === 'kill' && (end === undefined || (at <= end.at + SAME_MS && at > end.at - SENT_WITHIN_MS)),
  );
  if (sent.some(({ signal }) => (signal === null ? exitCode !== 128 + SIGKILL : STOPS.has(signal)))) return 'stopped';
  return sent.some(({ signal }) => signal === null || signal === SIGKILL) ? 'killed' : 'by_itself';
};

/** Docker writes a signal down after it has sent it. */
const SAME_MS = 1_000;

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};
