/** Takes from others the right to read a file, or to write it. The text of the file stays as it is. */
import { chmod } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import { mendingOf, type Refusal } from '../base/foreign/refusal.ts';
import { commandLine } from '../supervisors/command-steps.ts';
import type { FixAct } from './finding.ts';

/** Takes all rights from everybody but the owner, who keeps his. @param mode the file's mode now */
export const ownerOnly = (path: string, mode: number, clock: Clock): FixAct =>
  changed(path, mode & 0o700, commandLine(['chmod', (mode & 0o700).toString(8), path]), clock);

/**
 * Takes away the right by which others can write the file. @param refusal of a file whose path nobody else could have
 * led elsewhere
 */
export const writtenByOwner = (refusal: Extract<Refusal, { why: 'writable' }>, clock: Clock): FixAct =>
  changed(
    refusal.path,
    refusal.mode & 0o7777 & (refusal.by === 'everybody' ? ~0o002 : ~0o020),
    mendingOf(refusal) ?? '',
    clock,
  );

const changed = (path: string, mode: number, command: string, clock: Clock): FixAct => ({
  key: command,
  commands: [command],
  harmless: true,
  run: async () => {
    const steps = [{ at: clock.now(), action: 'command', pid: null, command }] as const;
    try {
      await chmod(path, mode);
      return { outcome: 'done', steps };
    } catch (error) {
      return { outcome: 'failed', steps, reason: errorText(error) };
    }
  },
});
