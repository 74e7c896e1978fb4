/** Takes a file from the eyes of others: its text stays as it is. */
import { chmod } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import { commandLine } from '../supervisors/command-steps.ts';
import type { FixAct } from './finding.ts';

/** @param mode what it has now; the owner keeps what he may. */
export const ownerOnly = (path: string, mode: number, clock: Clock): FixAct => {
  const wanted = mode & 0o700;
  const command = commandLine(['chmod', wanted.toString(8), path]);
  return {
    key: `chmod:${path}`,
    commands: [command],
    harmless: true,
    run: async () => {
      const steps = [{ at: clock.now(), action: 'command', pid: null, command }] as const;
      try {
        await chmod(path, wanted);
        return { outcome: 'done', steps };
      } catch (error) {
        return { outcome: 'failed', steps, reason: errorText(error) };
      }
    },
  };
};
