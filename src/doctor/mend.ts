/** Mends what can be mended: all changes of one file together, a copy of it first, then each command once. */
import { chmod, realpath, stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import { keepCopy } from '../base/keep-copy.ts';
import { mendingOf, type Refusal } from '../base/refused-file.ts';
import { replaceWhole } from '../base/write-whole.ts';
import { commandLine } from '../supervisors/command-steps.ts';
import type { DoctorFinding, FixAct } from './check.ts';

export interface Mending {
  readonly file: { readonly path: string; readonly before: string; readonly after: string } | null;
  readonly act: FixAct | null;
}

export type Mended =
  | { readonly outcome: 'done'; readonly copy: string | null }
  | { readonly outcome: 'failed'; readonly copy: string | null; readonly reason: string };

/** Returns what would be done, in order, and changes nothing. */
export const planMending = (findings: readonly DoctorFinding[]): readonly Mending[] => {
  const fixes = findings.flatMap(({ fix }) => (fix ? [fix] : []));
  // A file's changes and the command after them belong together; a command without a change stands alone.
  const groups = new Map<string, Mending>();
  for (const { edit, act } of fixes) {
    const key = act?.key ?? edit?.path ?? '';
    const group = groups.get(key) ?? { file: null, act: null };
    const file = edit
      ? changed(group.file ?? { path: edit.path, before: edit.text, after: edit.text }, edit.change)
      : group.file;
    groups.set(key, { file, act: group.act ?? act });
  }
  // Changes come first: a definition is changed before anything loads it.
  return [...groups.values()].sort((one, other) => Number(one.file === null) - Number(other.file === null));
};

/** Applies one more change of a file. A change that no longer fits after the earlier ones is left for the next run. */
const changed = (
  file: NonNullable<Mending['file']>,
  change: (text: string) => string | null,
): NonNullable<Mending['file']> => ({ ...file, after: change(file.after) ?? file.after });

export const mend = async ({ file, act }: Mending, clock: Clock, signal: AbortSignal): Promise<Mended> => {
  let copy: string | null = null;
  try {
    if (file) {
      copy = await keepCopy(file.path, clock.now());
      // Behind a symbolic link, the file that the link names is written.
      const place = await realpath(file.path);
      replaceWhole(place, file.after, { mode: (await stat(place)).mode });
    }
    if (!act) return { outcome: 'done', copy };
    const result = await act.run(signal);
    return result.outcome === 'done' ? { outcome: 'done', copy } : { outcome: 'failed', copy, reason: result.reason };
  } catch (error) {
    return { outcome: 'failed', copy, reason: errorText(error) };
  }
};

/** Takes all rights from everybody but the owner, who keeps his. @param mode the file's mode now */
export const ownerOnly = (path: string, mode: number, clock: Clock): FixAct =>
  modeChanged(path, mode & 0o700, commandLine(['chmod', (mode & 0o700).toString(8), path]), clock);

/**
 * Takes away the right by which others can write the file. @param refusal of a file whose path nobody else could have
 * led elsewhere
 */
export const writtenByOwner = (refusal: Extract<Refusal, { why: 'writable' }>, clock: Clock): FixAct =>
  modeChanged(
    refusal.path,
    refusal.mode & 0o7777 & (refusal.by === 'everybody' ? ~0o002 : ~0o020),
    mendingOf(refusal) ?? '',
    clock,
  );

const modeChanged = (path: string, mode: number, command: string, clock: Clock): FixAct => ({
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
