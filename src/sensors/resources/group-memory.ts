/**
 * What the control group of a process says of memory: its limit, its own count and how many processes the kernel has
 * ended there for want of memory. Both versions of control groups; null where the kernel does not say.
 */
import { join } from 'node:path';
import { kernelTextOrNull } from '../kernel-text.ts';

export interface MemoryGroup {
  /** The folder of the group itself. */
  readonly folder: string;
  /** The folders above it that may limit it, too. */
  readonly above: readonly string[];
  readonly version: 1 | 2;
}

export interface GroupPlaces {
  readonly proc?: string;
  readonly groups?: string;
}

/** What a limit of "none" is in version 1: the largest number of pages, in bytes. */
const UNLIMITED = 2 ** 60;

/** @returns the group that counts the memory of a process; null when there is none, or it is not seen from here. */
export const memoryGroupOf = async (
  pid: number,
  { proc = '/proc', groups = '/sys/fs/cgroup' }: GroupPlaces = {},
): Promise<MemoryGroup | null> => {
  const text = (await readText(`${proc}/${pid}/cgroup`)) ?? '';
  const lines = text.split('\n').map((line) => /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []);
  const pathOf = (is: (controllers: string) => boolean): string | undefined =>
    lines.find(([, controllers]) => controllers !== undefined && is(controllers))?.[2];
  const older = pathOf((controllers) => controllers.split(',').includes('memory'));
  const found =
    older === undefined
      ? groupAt(groups, pathOf((controllers) => controllers === '') ?? '/', 2)
      : groupAt(join(groups, 'memory'), older, 1);
  for (const group of [found, ...(older === undefined ? [] : [groupAt(join(groups, 'memory'), '/', 1)])])
    if ((await readText(join(group.folder, countOf(group)))) !== null) return group;
  return null;
};

const groupAt = (root: string, path: string, version: 1 | 2): MemoryGroup => {
  // A group outside of what is seen from here begins with "..".
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  const folders = parts.map((_part, index) => join(root, ...parts.slice(0, index + 1))).reverse();
  return {
    folder: folders[0] ?? root,
    above: [...folders.slice(1), root].filter((each) => each !== folders[0]),
    version,
  };
};

const countOf = ({ version }: Pick<MemoryGroup, 'version'>): string =>
  version === 2 ? 'memory.current' : 'memory.usage_in_bytes';

/** @returns the least of its own limit and those above it, in bytes; null: nothing limits it. */
export const groupLimit = async ({ folder, above, version }: MemoryGroup): Promise<number | null> => {
  const name = version === 2 ? 'memory.max' : 'memory.limit_in_bytes';
  const texts = await Promise.all([folder, ...above].map((each) => readText(join(each, name))));
  const limits = texts.map((text) => numberIn(text)).filter((limit) => limit !== null && limit < UNLIMITED);
  return limits.length === 0 ? null : Math.min(...(limits as number[]));
};

/** @returns what the group holds, without files that the kernel can drop at once. */
export const groupBytes = async (group: MemoryGroup): Promise<number | null> => {
  const [count, stat] = await Promise.all([
    readText(join(group.folder, countOf(group))),
    readText(join(group.folder, 'memory.stat')),
  ]);
  const bytes = numberIn(count);
  const dropped = numberIn(lineOf(stat, group.version === 2 ? 'inactive_file' : 'total_inactive_file'));
  return bytes === null ? null : Math.max(0, bytes - (dropped ?? 0));
};

/** @returns how many processes the kernel has ended there for want of memory; null where it does not count them. */
export const groupKills = async ({
  folder,
  version,
}: Pick<MemoryGroup, 'folder' | 'version'>): Promise<number | null> =>
  numberIn(lineOf(await readText(join(folder, version === 2 ? 'memory.events' : 'memory.oom_control')), 'oom_kill'));

/** @returns the rest of the line that begins with this word. */
const lineOf = (text: string | null, word: string): string | null =>
  (text ?? '')
    .split('\n')
    .find((line) => line.startsWith(`${word} `))
    ?.slice(word.length + 1) ?? null;

const numberIn = (text: string | null): number | null =>
  text !== null && /^\d+\s*$/.test(text) ? Number.parseInt(text, 10) : null;

const readText = async (path: string): Promise<string | null> => kernelTextOrNull(path);
