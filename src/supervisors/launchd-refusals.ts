/** What launchctl means when it refuses: its messages are errno's words, which rarely say what is wrong. */
import type { CommandOutput } from './run-command.ts';

export type LaunchdRefusal =
  /** launchd knows no such job, or no longer does. */
  | 'no_service'
  /** The domain does not exist: nobody is logged in at the screen, as over SSH or on a headless machine. */
  | 'no_domain'
  /** An earlier process of the job is still ending. */
  | 'in_progress'
  /** The job is loaded already. */
  | 'loaded'
  | 'disabled'
  /** The plist is for another kind of session. */
  | 'wrong_session'
  /** "Input/output error": loaded already, disabled, or a plist that it does not take. */
  | 'input_output'
  | 'not_allowed'
  | 'other';

/**
 * The words come first: the exit code is not the same in every version; `print` says 113 for all that it does not find.
 */
const WORDS: readonly (readonly [RegExp, LaunchdRefusal])[] = [
  [/could not find domain|domain does not support specified action|could not find specified domain/i, 'no_domain'],
  [/could not find (?:specified )?service|no such process|no process to signal/i, 'no_service'],
  [/operation (?:already|now) in progress/i, 'in_progress'],
  [/already (?:bootstrapped|loaded)/i, 'loaded'],
  [/service is disabled/i, 'disabled'],
  [/cannot load in requested session/i, 'wrong_session'],
  [/input\/output error/i, 'input_output'],
  [/operation not permitted|not privileged|permission denied/i, 'not_allowed'],
];

const CODES: Readonly<Record<number, LaunchdRefusal>> = {
  1: 'not_allowed',
  3: 'no_service',
  5: 'input_output',
  36: 'in_progress',
  37: 'in_progress',
  112: 'no_domain',
  113: 'no_service',
  119: 'disabled',
  125: 'no_domain',
  133: 'loaded',
  134: 'wrong_session',
};

export const launchdRefusalOf = ({
  exitCode,
  stdout,
  stderr,
}: Pick<CommandOutput, 'exitCode' | 'stdout' | 'stderr'>): LaunchdRefusal => {
  const text = `${stderr}\n${stdout}`;
  return (
    WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? (exitCode === null ? 'other' : (CODES[exitCode] ?? 'other'))
  );
};

/** What to do about a job that could not be loaded; a sentence or two for people. */
export const bootstrapAdvice = (
  refusal: LaunchdRefusal,
  {
    uid,
    label,
    plistPath,
    command,
  }: { readonly uid: number; readonly label: string; readonly plistPath: string; readonly command: string },
): string => {
  switch (refusal) {
    case 'no_domain':
      return `launchd has no session of user ${uid} that takes this job: it is there only while that user is logged in at the screen. Log in once (locking the screen afterwards is fine), then run: ${command}`;
    case 'wrong_session':
      return `the plist is not for this kind of session. Log in at the screen as user ${uid}, or add Background to LimitLoadToSessionType in ${plistPath}, then run: ${command}`;
    case 'disabled':
      return `the job is disabled. Run: launchctl enable gui/${uid}/${label} and then: ${command}`;
    case 'in_progress':
      return `the job's last process has not ended yet. Wait half a minute, then run: ${command}`;
    case 'input_output':
      return `launchd does not take ${plistPath}, and does not say why. Check that it is valid (plutil -lint ${plistPath}), belongs to user ${uid} and can be written by nobody else, and that the job is not disabled (launchctl print-disabled gui/${uid}); then run: ${command}`;
    case 'not_allowed':
      return `only user ${uid} may do that. Run Lifeline as that user, or run there: ${command}`;
    case 'no_service':
    case 'loaded':
    case 'other':
      return `run: ${command}`;
  }
};
