/** Reads the state of one job from launchd. Changes nothing. */
import { UserError } from '../base/errors.ts';
import { isDisabled, parseLaunchdJob, type LaunchdJob } from './launchd-print.ts';
import { launchdRefusalOf } from './launchd-refusals.ts';
import { wordsOf, type RunCommand } from './run-command.ts';

export interface LaunchdState {
  /** Where the job is loaded; where it was seen last, or would be by default, when it is not. */
  readonly domain: string;
  /** null: not loaded. */
  readonly job: LaunchdJob | null;
}

export interface LaunchdReader {
  /** The user's login session first; the background session is what there is without one. */
  readonly domains: readonly [string, string];
  /** @throws UserError when launchd cannot be asked. */
  read(signal?: AbortSignal): Promise<LaunchdState>;
  /** Returns what the last `read` found. */
  last(): LaunchdState;
  /** Whether somebody has forbidden the job to be loaded. */
  isDisabled(signal?: AbortSignal): Promise<boolean>;
}

export const createLaunchdReader = ({
  label,
  uid,
  run,
}: {
  readonly label: string;
  readonly uid: number;
  readonly run: RunCommand;
}): LaunchdReader => {
  const domains = [`gui/${uid}`, `user/${uid}`] as const;
  let last: LaunchdState = { domain: domains[0], job: null };
  return {
    domains,
    last: () => last,
    read: async (signal) => {
      for (const domain of domains) {
        const output = await run(['launchctl', 'print', `${domain}/${label}`], signal ? { signal } : {});
        if (output.failure === 'not_found')
          throw new UserError(
            'SUPERVISOR_TOOL_MISSING',
            'launchctl is not on this machine: launchd is part of macOS. Set "supervisor" of this gateway to what keeps it here.',
          );
        if (output.exitCode === 0) {
          const job = parseLaunchdJob(output.stdout);
          if (!job)
            throw new UserError(
              'SUPERVISOR_UNREACHABLE',
              `What "launchctl print ${domain}/${label}" says cannot be understood; this macOS may be too new or too old.`,
            );
          return (last = { domain, job });
        }
        const refusal = launchdRefusalOf(output);
        if (refusal === 'no_service' || refusal === 'no_domain') continue;
        throw new UserError(
          'SUPERVISOR_UNREACHABLE',
          `launchd cannot be asked about ${label}: ${wordsOf(output)}.${refusal === 'not_allowed' ? ` Run Lifeline as user ${uid}.` : ''}`,
        );
      }
      return (last = { domain: last.domain, job: null });
    },
    isDisabled: async (signal) => {
      for (const domain of domains) {
        const output = await run(['launchctl', 'print-disabled', domain], signal ? { signal } : {});
        if (output.exitCode === 0 && isDisabled(output.stdout, label)) return true;
      }
      return false;
    },
  };
};
