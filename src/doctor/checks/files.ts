/** The gateway's files: whether they can be read and believed, who else reads the secrets, and room for them. */
import { access, constants, realpath, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { forgetWays, readForeign, MOST_BYTES } from '../../base/open-foreign.ts';
import { fileRefusalOf, fileRefusalText, mendingOf, shownPath, type Refusal } from '../../base/refused-file.ts';
import { isExposed } from '../../config/secret.ts';
import { isDated, listLogFiles, logNames } from '../../sensors/logs/log-files.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { formatBytes } from '../../text/common/bytes.ts';
import { foreignFileText } from '../../text/common/foreign-files.ts';
import { finding, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { ownerOnly, writtenByOwner } from '../mend.ts';

type Check = DoctorCheck<DoctorContext>;

/**
 * Whether Lifeline can read the gateway's home: of a missing or unreadable home, Lifeline would only see that
 * everything is missing.
 */
export const home: Check = {
  name: 'home',
  title: { 'zh-CN': '网关目录和日志可读', en: 'home and logs can be read' },
  run: async (context) => {
    const { gateway, doctor, user } = context;
    const parts = ['', 'logs', ...(await logPaths(context)), ...(doctor.version ? [doctor.version.file] : [])];
    const looked = await Promise.all(parts.map((part) => problemOf(resolve(gateway.home, part))));
    if (looked[0] === 'missing')
      return [
        finding(gateway, 'error', 'home_missing', {
          'zh-CN': [`找不到网关目录 ${gateway.home}`, '没有它就没有日志和状态可看；在 Lifeline 的配置里把 home 改对'],
          en: [
            `there is no gateway's home ${gateway.home}`,
            'without it there are no logs and no state to look at; put "home" right in Lifeline\'s configuration',
          ],
          home: gateway.home,
        }),
      ];
    const closed = parts.find((_part, at) => looked[at] === 'closed');
    if (closed === undefined) return [];
    const path = resolve(gateway.home, closed);
    return [
      finding(gateway, 'error', 'home_unreadable', {
        'zh-CN': [
          `Lifeline 读不了 ${path}`,
          '看不到日志和状态，就判断不了网关好不好；最好用网关所属的用户来运行 Lifeline',
        ],
        en: [
          `Lifeline may not read ${path}`,
          'without logs and state it cannot judge the gateway; best run Lifeline as the user whose gateway it is',
        ],
        path,
        // ACLs give one user more without opening it to everybody.
        commands: [`sudo setfacl -R -m u:${user}:rX ${gateway.home}`],
      }),
    ];
  },
};

const problemOf = async (path: string): Promise<'missing' | 'closed' | null> => {
  try {
    await access(path, constants.R_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'closed' : 'missing';
  }
};

/** Whether the gateway's files can be believed: a file that others can write to is no evidence. */
export const trust: Check = {
  name: 'trust',
  title: { 'zh-CN': '没有别人能改它的文件', en: 'nobody else can change its files' },
  run: async (context) => {
    forgetWays();
    const found = [...(await logRefusals(context)), ...(await smallRefusals(context))];
    const each = new Map(found.map((refusal) => [fileRefusalText(refusal), refusal]));
    return [...each.values()].map((refusal) => refusedFile(refusal, context));
  },
};

const refusedFile = (refusal: Refusal, { gateway, uid, clock }: DoctorContext): DoctorFinding => {
  const command = refusal.why === 'writable' ? mendingOf(refusal) : null;
  const act = refusal.why === 'writable' && refusal.uid === uid ? writtenByOwner(refusal, clock) : null;
  const [zh, en] = [foreignFileText('zh-CN'), foreignFileText('en')];
  const todo = (stop: string, words: string | null): string => (words === null ? '' : `${stop}${words}`);
  return finding(gateway, 'error', 'file_refused', {
    'zh-CN': [
      `没有读 ${shownPath(refusal.path)}：${zh.why(refusal)}`,
      `别人能改的、不是普通文件的，都不能当证据，Lifeline 因此少看到一些${todo('。', zh.todo(refusal))}`,
    ],
    en: [
      `${shownPath(refusal.path)} is not read: ${en.why(refusal)}`,
      `what others can change, or is no regular file, is no evidence, and Lifeline sees so much less${todo('. ', en.todo(refusal))}`,
    ],
    path: refusal.path,
    refusal,
    commands: command === null ? [] : [command],
    fix: act === null ? null : { edit: null, act },
  });
};

/** Of several places where the log may be, the unused ones are left out. */
const logRefusals = async ({ gateway, kind, trust: whom }: DoctorContext): Promise<readonly Refusal[]> => {
  const logs = await Promise.all(
    kind.logs.map(async (log) => {
      const path = resolve(gateway.home, log);
      const { files, refused } = await listLogFiles(path, whom).catch((error: unknown) => {
        const refusal = fileRefusalOf(error);
        return { files: [], refused: refusal === null ? [] : [refusal] };
      });
      return { isMain: kind.mainLogs.includes(log), files: files.length, refused };
    }),
  );
  const hasMain = logs.some(({ isMain, files }) => isMain && files > 0);
  return logs.filter(({ isMain, files }) => !isMain || !hasMain || files > 0).flatMap(({ refused }) => refused);
};

const smallRefusals = async ({ gateway, kind, trust: whom }: DoctorContext): Promise<readonly Refusal[]> => {
  const files = [
    ...kind.stateFiles,
    ...kind.appFiles,
    ...kind.records,
    ...(kind.loop === null ? [] : [{ path: kind.loop.heartbeat, mostBytes: MOST_BYTES.record }]),
  ];
  const refusals = await Promise.all(
    files.map(({ path, mostBytes }) =>
      readForeign(resolve(gateway.home, path), { trust: whom, mostBytes }).then(() => null, fileRefusalOf),
    ),
  );
  return refusals.filter((refusal) => refusal !== null);
};

/** Who else may read the gateway's secrets. In a folder that lets nobody else in, nobody else can. */
export const secretFiles: Check = {
  name: 'secret-files',
  title: { 'zh-CN': '密钥文件的权限', en: 'who can read its secrets' },
  run: async ({ gateway, doctor, uid, clock }) => {
    if (doctor.settings === null) return { skip: 'no_settings' };
    const paths = doctor.settings.secrets.map((file) => join(gateway.home, file));
    const seen = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
    if (seen.every((file) => file === null)) return { skip: 'no_settings' };
    const folder = await stat(gateway.home).catch(() => null);
    if (folder && (folder.mode & 0o011) === 0) return [];
    return paths.flatMap((path, at) => {
      const file = seen[at];
      if (!file || !isExposed(file.mode)) return [];
      const act = ownerOnly(path, file.mode, clock);
      return [
        finding(gateway, 'warning', 'env_readable', {
          'zh-CN': [`别的用户也能读 ${path}`, '机器人的密钥在里面'],
          en: [`other users can read ${path}`, "the bots' secrets are in it"],
          path,
          commands: act.commands,
          fix: file.uid === uid ? { edit: null, act } : null,
        }),
      ];
    });
  },
};

const MIB = 1_048_576;
/** Gateways that rotate their logs do so well before this size: nothing rotates a larger log. */
const HUGE_BYTES = 200 * MIB;

export const logSizes: Check = {
  name: 'log-sizes',
  title: { 'zh-CN': '日志大小', en: 'size of its logs' },
  run: async (context) => {
    const { gateway, kind, doctor } = context;
    const paths = await logPaths(context, [...kind.logs, ...doctor.unrotatedLogs]);
    const seen = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
    if (seen.every((file) => file === null)) return { skip: 'no_log' };
    return paths.flatMap((path, at) => {
      const bytes = seen[at]?.size ?? 0;
      // A log may be cut while the gateway runs: the gateway appends, and goes on at the new end.
      return bytes < HUGE_BYTES
        ? []
        : [
            finding(gateway, 'warning', 'log_huge', {
              'zh-CN': [
                `${path} 已有 ${formatBytes(bytes)}`,
                '这个日志不会自动轮转，会一直长到把磁盘写满；下面的命令会清空它',
              ],
              en: [
                `${path} has grown to ${formatBytes(bytes)}`,
                'nothing rotates it, so it grows until the disk is full; the command empties it',
              ],
              path,
              bytes,
              commands: [commandLine(['truncate', '-s', '0', path])],
            }),
          ];
    });
  },
};

/** The disks that the home and the logs are on: a gateway that cannot write stops in strange ways. */
export const disk: Check = {
  name: 'disk',
  title: { 'zh-CN': '磁盘空间', en: 'room on the disk' },
  run: async (context) => {
    const { gateway } = context;
    if ((await context.owner()) === null) return { skip: 'no_home' };
    const places = await oneEachDisk([gateway.home, ...(await logFolders(context))]);
    return (await Promise.all(places.map((place) => fullDisk(gateway, place)))).flat();
  },
};

interface DiskRoom {
  readonly freeBytes: number;
  readonly allBytes: number;
  /** Null where the file system does not count files. */
  readonly freeFiles: number | null;
  readonly allFiles: number;
}

/** @returns nothing when the folder is not there, either */
export const fullDisk = async (
  about: { readonly name: string } | null,
  path: string,
): Promise<readonly DoctorFinding[]> => {
  const found = await statfs(path).catch(() => null);
  const full =
    found &&
    judgeRoom({
      freeBytes: found.bavail * found.bsize,
      allBytes: found.blocks * found.bsize,
      freeFiles: found.files > 0 ? found.ffree : null,
      allFiles: found.files,
    });
  if (!found || !full) return [];
  const { severity, what } = full;
  const freeBytes = found.bavail * found.bsize;
  const free = formatBytes(freeBytes);
  return [
    finding(about, severity, 'disk_full', {
      'zh-CN': [
        what === 'bytes' ? `${path} 所在的磁盘只剩 ${free}` : `${path} 所在的磁盘快没有 inode 了`,
        '写不了文件时，网关和 Lifeline 都会出各种问题；请先清理磁盘',
      ],
      en: [
        what === 'bytes' ? `the disk of ${path} has ${free} left` : `the disk of ${path} has hardly any inodes left`,
        'when files cannot be written, the gateway and Lifeline fail in many ways; free some space first',
      ],
      path,
      freeBytes,
      what,
      commands: [commandLine(['df', what === 'bytes' ? '-h' : '-i', path])],
    }),
  ];
};

/** On a large disk one part in a hundred is still enough, so the share and the bytes must both be small. */
export const judgeRoom = ({
  freeBytes,
  allBytes,
  freeFiles,
  allFiles,
}: DiskRoom): { readonly severity: 'error' | 'warning'; readonly what: 'bytes' | 'files' } | null => {
  if (freeFiles !== null && freeFiles < 1_000 && freeFiles < allFiles / 100)
    return { severity: freeFiles < 100 ? 'error' : 'warning', what: 'files' };
  if (freeBytes >= 1_024 * MIB || freeBytes >= allBytes / 20) return null;
  return { severity: freeBytes < 100 * MIB ? 'error' : 'warning', what: 'bytes' };
};

type Logs = Pick<DoctorContext, 'gateway' | 'kind' | 'trust'>;

/**
 * Returns the absolute paths of the logs, those of all days where a new file is begun each day, without those in a
 * folder that is not trusted, of which another check tells. Some of the files may be missing.
 */
const logPaths = async (
  { gateway, kind, trust: whom }: Logs,
  logs: readonly string[] = kind.logs,
): Promise<readonly string[]> => {
  const each = logs
    .map((log) => resolve(gateway.home, log))
    .map(async (path) => (isDated(path) ? logNames(path, whom).catch(() => []) : [path]));
  return [...new Set((await Promise.all(each)).flat())];
};

/** Returns the existing folders of the logs: behind a symbolic link they may be on another disk. */
export const logFolders = async (context: Logs): Promise<readonly string[]> => {
  const found = await Promise.all((await logPaths(context)).map((path) => realpath(path).then(dirname, () => null)));
  return [...new Set(found.filter((folder) => folder !== null))];
};

/** Returns the first existing place on each file system. */
export const oneEachDisk = async (places: readonly string[]): Promise<readonly string[]> => {
  const disks = new Map<number, string>();
  for (const place of places) {
    const seen = await stat(place).catch(() => null);
    if (seen && !disks.has(seen.dev)) disks.set(seen.dev, place);
  }
  return [...disks.values()];
};
