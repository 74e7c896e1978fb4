/**
 * Reads `launchctl print DOMAIN/LABEL` and `launchctl print-disabled DOMAIN`. Apple calls the output no API and changes
 * it; so only a few lines are looked at, and what is not there is unknown.
 */
import type { SupervisorState, SupervisorStatus } from './supervisor.ts';

export interface LaunchdJob {
  /** launchd's own word: `running`, `not running`, `spawn scheduled`, `xpcproxy`… */
  readonly state: string;
  readonly pid: number | null;
  /** How often the job was started since it was loaded. */
  readonly runs: number | null;
  readonly exit: SupervisorStatus['exit'];
  /** The plist that the job was loaded from. */
  readonly path: string | null;
  /** The settings that the job was loaded with, which a plist that was edited later does not tell. */
  readonly arguments: readonly string[];
}

/** @returns null when the text is no job's. */
export const parseLaunchdJob = (text: string): LaunchdJob | null => {
  const lines = text.split('\n');
  // Only lines with one tab are the job's own: its coalitions, endpoints and event triggers have a `state`, too.
  const value = (key: string): string | null =>
    lines
      .find((line) => line.startsWith(`\t${key} = `))
      ?.slice(key.length + 4)
      .trim() ?? null;
  const state = value('state');
  if (state === null) return null;
  return {
    state,
    pid: wholeNumber(value('pid')),
    runs: wholeNumber(value('runs')),
    exit: exitOf(value('last terminating signal'), value('last exit code')),
    path: value('path'),
    arguments: block(lines, 'arguments'),
  };
};

/** What launchd's word means to a caller. A word that is not known here is judged by whether there is a process. */
export const stateOf = ({ state, pid, exit }: LaunchdJob): SupervisorState => {
  if (/^(?:sigtermed|sigkilled|exiting|removing|stopping)/i.test(state)) return 'deactivating';
  // xpcproxy: the process is there and about to become the program. "waiting" is macOS 10's word for "not running".
  if (state === 'xpcproxy' || state === 'spawn scheduled' || state === 'spawning') return 'activating';
  if (pid !== null || state === 'running') return 'active';
  return state === 'spawn failed' || (exit !== null && !('code' in exit && exit.code === 0)) ? 'failed' : 'inactive';
};

/** `"label" => true` up to macOS 12, `=> disabled` since 13. */
export const isDisabled = (text: string, label: string): boolean =>
  text.split('\n').some((line) => {
    const [, name, word] = /^\s*"([^"]*)" => (\w+)\s*$/.exec(line) ?? [];
    return name === label && (word === 'true' || word === 'disabled');
  });

/**
 * `0`, `78: EX_CONFIG`, `(never exited)`; `Terminated: 15`. A signal takes the place of the code, or outranks an older
 * one.
 */
const exitOf = (signal: string | null, code: string | null): SupervisorStatus['exit'] => {
  const number = wholeNumber(/: (\d+)$/.exec(signal ?? '')?.[1] ?? null);
  if (number !== null) return { signal: SIGNALS[number] ?? `signal ${number}` };
  const exited = wholeNumber(/^(\d+)(?:: .*)?$/.exec(code ?? '')?.[1] ?? null);
  return exited === null ? null : { code: exited };
};

/** Darwin's numbers, which are not Linux's. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGBUS',
  11: 'SIGSEGV',
  12: 'SIGSYS',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  30: 'SIGUSR1',
  31: 'SIGUSR2',
};

const wholeNumber = (text: string | null): number | null => (text !== null && /^\d+$/.test(text) ? Number(text) : null);

/** The lines of `key = { … }`, one level in. */
const block = (lines: readonly string[], key: string): readonly string[] => {
  const start = lines.indexOf(`\t${key} = {`);
  if (start < 0) return [];
  const end = lines.indexOf('\t}', start);
  return lines.slice(start + 1, end < 0 ? undefined : end).map((line) => line.replace(/^\t\t/, ''));
};
