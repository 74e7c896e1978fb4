/**
 * Who holds a process, from `/proc/PID/cgroup`: the kernel's own word, which neither a wrong pid file nor a command
 * line can forge. systemd puts each unit into a control group of its name, containers have one with their id.
 */
import { unlessShort } from '../../base/shortage.ts';
import { readKernelText } from '../kernel-text.ts';

export type ProcessHolder =
  /** It is kept, and may be started again, by this unit of the system's manager or of this user's. */
  | { readonly kind: 'service'; readonly scope: 'system'; readonly unit: string }
  | { readonly kind: 'service'; readonly scope: 'user'; readonly uid: number; readonly unit: string }
  /** A login session, a terminal's tab or the like; nothing starts it again. `uid` null for the system's. */
  | { readonly kind: 'scope'; readonly unit: string; readonly uid: number | null }
  | { readonly kind: 'container'; readonly id: string; readonly tool: 'docker' | 'podman' | null };

/** @returns null when nothing of that kind holds it, it is gone, or this system does not say. */
export const findUnitOfPid = async (pid: number, proc = '/proc'): Promise<ProcessHolder | null> => {
  const found = await readGroups(pid, proc);
  return found && parseHolder(found.process, found.lifeline);
};

/** @returns the control groups of a process and of Lifeline, as the kernel writes them; null where it does not. */
export const readGroups = async (
  pid: number,
  proc = '/proc',
): Promise<{ readonly process: string; readonly lifeline: string } | null> => {
  const [text, own] = [groups(`${proc}/${pid}/cgroup`), groups(`${proc}/self/cgroup`)];
  return text === null ? null : { process: text, lifeline: own ?? '' };
};

/**
 * Whether a process lies in a control group, or below it. @param group as a manager names its unit's:
 * `/user.slice/…/bot.service`
 */
export const isInGroup = async (pid: number, group: string): Promise<boolean> =>
  ((await readGroups(pid))?.process ?? '').split('\n').some((line) => {
    const path = line.slice(line.indexOf(':', line.indexOf(':') + 1) + 1);
    return path === group || path.startsWith(`${group}/`);
  });

const groups = (path: string): string | null => {
  try {
    return readKernelText(path, 'utf8');
  } catch (error) {
    return unlessShort(error);
  }
};

/**
 * @param own the cgroup text of Lifeline itself: the container in which both are is no holder for Lifeline, and
 * units of another container's systemd are none that Lifeline's systemctl knows.
 */
export const parseHolder = (text: string, own = ''): ProcessHolder | null => {
  const path = groupPath(text);
  const world = worldOf(groupPath(own));
  const inside = world.every((part, at) => part === path[at]) ? path.slice(world.length) : path;
  for (const part of inside) {
    const container = containerOf(part, inside);
    if (container) return container;
  }
  return unitOf(inside);
};

/**
 * systemd's own hierarchy first, then cgroup v2; others only where a container without systemd names itself in them.
 */
const groupPath = (text: string): readonly string[] => {
  const lines = text.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers, parts: partsOf(path) }];
  });
  const named = (name: string): readonly string[] => lines.find(({ controllers }) => controllers === name)?.parts ?? [];
  const [systemd, unified] = [named('name=systemd'), named('')];
  if (systemd.length > 0) return systemd;
  if (unified.length > 0) return unified;
  return lines.find(({ parts }) => parts.some((part) => containerOf(part, parts)))?.parts ?? [];
};

/** A leading `_` is systemd's escape for names that would clash with the kernel's own files. */
const partsOf = (path: string): readonly string[] =>
  path
    .replace(/ \(deleted\)$/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => part.replace(/^_/, ''));

/**
 * Up to its last container, or else what comes before the first unit: where the tree that one's systemd sees begins.
 */
const worldOf = (path: readonly string[]): readonly string[] => {
  const container = path.findLastIndex((part) => containerOf(part, path));
  if (container >= 0) return path.slice(0, container + 1);
  const first = path.findIndex(isUnit);
  return first < 0 ? path : path.slice(0, first);
};

const isSlice = (part: string): boolean => part.endsWith('.slice');
const isUnit = (part: string): boolean => /\.(slice|service|scope)$/.test(part);

/** Docker and podman by either cgroup driver, Kubernetes' runtimes, LXC and nspawn. */
const containerOf = (part: string, path: readonly string[]): ProcessHolder | null => {
  const [, name, hex] =
    /^(?:(docker|libpod|libpod-payload|cri-containerd|crio)-)?([0-9a-f]{64})(?:\.scope)?$/.exec(part) ?? [];
  if (hex !== undefined) return { kind: 'container', id: hex, tool: toolOf(name ?? path[0] ?? '') };
  const other = /^lxc\.payload\.(.+)$|^machine-(.+)\.scope$/.exec(part);
  if (other) return { kind: 'container', id: other[1] ?? other[2] ?? part, tool: null };
  return null;
};

const toolOf = (name: string): 'docker' | 'podman' | null => {
  if (name.startsWith('docker')) return 'docker';
  return name.startsWith('libpod') ? 'podman' : null;
};

/** As systemd itself reads it: the first name that is no slice; below `user@UID.service` the same again. */
const unitOf = (path: readonly string[]): ProcessHolder | null => {
  const at = path.findIndex((part) => !isSlice(part));
  const unit = path[at];
  if (unit === undefined || !isUnit(unit)) return null;
  const uid = /^user@(\d+)\.service$/.exec(unit)?.[1];
  const below = uid === undefined ? undefined : path.slice(at + 1).find((part) => !isSlice(part));
  if (uid !== undefined && below !== undefined && isUnit(below)) {
    if (below.endsWith('.scope')) return { kind: 'scope', unit: below, uid: Number(uid) };
    return { kind: 'service', scope: 'user', uid: Number(uid), unit: below };
  }
  if (unit.endsWith('.service')) return { kind: 'service', scope: 'system', unit };
  return { kind: 'scope', unit, uid: sessionUser(path) };
};

const sessionUser = (path: readonly string[]): number | null => {
  const uid = path.map((part) => /^user-(\d+)\.slice$/.exec(part)?.[1]).find((found) => found !== undefined);
  return uid === undefined ? null : Number(uid);
};
