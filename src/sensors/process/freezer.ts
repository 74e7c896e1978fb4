/**
 * Whether somebody holds a process still by its control group: `docker pause`, `podman pause`, `systemctl freeze`. The
 * kernel says so at once, whichever engine it was and whether or not that can be asked.
 */
import { kernelTextOrNull } from '../kernel-text.ts';

/** @returns null when the kernel does not say: not Linux, or a control group that cannot be seen from here. */
export const isHeldStill = async (
  pid: number,
  { proc = '/proc', groups = '/sys/fs/cgroup' } = {},
): Promise<boolean | null> => {
  const text = kernelTextOrNull(`${proc}/${pid}/cgroup`);
  const answers = (text === null ? [] : freezerFiles(text)).map((file) => {
    const state = kernelTextOrNull(`${groups}/${file}`);
    return state === null ? null : parseFreezer(state);
  });
  if (answers.includes(true)) return true;
  return answers.includes(false) ? false : null;
};

/**
 * Pure. @returns where the kernel shows it, by version 1 and by version 2, below where control groups are mounted; the
 * nearest group speaks for those above it.
 */
export const freezerFiles = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    // One that lies outside of what can be seen from here is named from here upwards.
    if (controllers === undefined || path === undefined || path.includes('..')) return [];
    const group = path === '/' ? '' : path;
    if (controllers === 'freezer') return [`freezer${group}/freezer.state`];
    return controllers === '' && group !== ''
      ? [`${group.slice(1)}/cgroup.events`, `unified${group}/cgroup.events`]
      : [];
  });

/** Pure. Version 1 writes one word, `FREEZING` on its way; version 2 lines such as `frozen 1`. */
export const parseFreezer = (text: string): boolean | null => {
  const word = /^(THAWED|FREEZING|FROZEN)\s*$/.exec(text)?.[1];
  if (word !== undefined) return word !== 'THAWED';
  const flag = /^frozen ([01])$/m.exec(text)?.[1];
  return flag === undefined ? null : flag === '1';
};
