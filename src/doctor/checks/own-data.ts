/** Lifeline's own files: its configuration and secrets, its data folder, its database. */
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { errorText, UserError } from '../../base/errors.ts';
import { mendingOf, shownPath } from '../../base/refused-file.ts';
import type { Config } from '../../config/config.ts';
import { allFilesOf, openFilesOf } from '../../config/own-files.ts';
import type { ConfigWarning } from '../../config/warnings.ts';
import { STUCK_AFTER_MS } from '../../monitor/own-state.ts';
import { createOutbox } from '../../notify/outbox/queue.ts';
import { databaseIn } from '../../store/files.ts';
import { folderState } from '../../store/private-folder.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { foreignFileText } from '../../text/common/foreign-files.ts';
import { finding, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { SelfContext } from '../context.ts';
import { ownerOnly, writtenByOwner } from '../mend.ts';
import { fullDisk, oneEachDisk } from './files.ts';

type Check = DoctorCheck<SelfContext>;

/** The warnings that other checks tell, together with what to do. */
const TOLD_ELSEWHERE: readonly ConfigWarning['code'][] = ['no_channel', 'no_operators', 'operator_unreachable'];

/** Whether there is a configuration, what its reader warned of, and who else may read its secrets or change it. */
export const configuration: Check = {
  name: 'configuration',
  title: { 'zh-CN': '配置文件和密钥', en: 'configuration and secrets' },
  run: async ({ config, fromFile, clock, uid }) => {
    if (!fromFile)
      return [
        finding(null, 'info', 'own_no_config', {
          'zh-CN': ['Lifeline 没有配置文件，只看护找到的网关', '出了事手机上收不到，也不会自动重启'],
          en: [
            'Lifeline has no configuration and only watches the gateways it finds',
            'nothing reaches your phone, and nothing is restarted',
          ],
          commands: ['lifeline init'],
        }),
      ];
    const warned = config.warnings.filter(({ code }) => !TOLD_ELSEWHERE.includes(code));
    const found = await Promise.all(warned.map((warning) => ofWarning(warning, uid, clock)));
    return [...found, ...openFiles(config, uid, clock)];
  },
};

const ofWarning = async ({ file: path, what }: ConfigWarning, uid: number, clock: Clock): Promise<DoctorFinding> => {
  const file = path === null ? null : await stat(path).catch(() => null);
  if (path === null || !file)
    return finding(null, 'warning', 'own_config_warning', {
      'zh-CN': [`配置有提醒：${what['zh-CN']}`, '现在能用，但不该一直这样'],
      en: [`the configuration: ${what.en}`, 'it works, but should not stay so'],
      warning: what.en,
    });
  const act = ownerOnly(path, file.mode, clock);
  return finding(null, 'error', 'own_secret_readable', {
    'zh-CN': [`别的用户也能读 ${path}`, 'Lifeline 的密钥在里面，拿到它就能冒充这个机器人'],
    en: [`other users can read ${path}`, "Lifeline's secret is in it: whoever has that can pretend to be this bot"],
    path,
    commands: act.commands,
    fix: file.uid === uid ? { edit: null, act } : null,
  });
};

/**
 * Whoever can write these files can command Lifeline, or pretend to be Lifeline. `lifeline run` mends what it can when
 * it starts.
 */
const openFiles = (config: Config, uid: number, clock: Clock): readonly DoctorFinding[] => {
  return openFilesOf(config).map((refusal) => {
    const act = refusal.why === 'writable' && refusal.uid === uid ? writtenByOwner(refusal, clock) : null;
    const command = mendingOf(refusal);
    const path = shownPath(refusal.path);
    return finding(null, 'error', 'own_file_open', {
      'zh-CN': [
        `${path}：${foreignFileText('zh-CN').why(refusal)}`,
        '能改 Lifeline 的配置或密钥，就能指挥它；改好以后检查一下，内容还是不是你写的',
      ],
      en: [
        `${path}: ${foreignFileText('en').why(refusal)}`,
        "whoever changes Lifeline's configuration or a secret commands it; once it is mended, check that its contents are still what you wrote",
      ],
      path: refusal.path,
      refusal,
      commands: command === null ? [] : [command],
      fix: act === null ? null : { edit: null, act },
    });
  });
};

export const dataFolder: Check = {
  name: 'data-folder',
  title: { 'zh-CN': '数据目录的权限', en: 'who can get at the data folder' },
  run: async ({ config, uid, user, clock }) => {
    const { dataDir } = config;
    // A missing folder is made at the first start, if the folder above allows that.
    const folder = await nearest(dataDir);
    const found: DoctorFinding[] = [];
    const closed = await access(folder, constants.W_OK | constants.X_OK).then(() => null, errorText);
    if (closed !== null)
      found.push(
        finding(null, 'error', 'own_data_readonly', {
          'zh-CN': [`Lifeline 写不了 ${folder}`, `记不住处理过的消息和重启次数：${closed}`],
          en: [
            `Lifeline cannot write ${folder}`,
            `it forgets what it has done and how often it has restarted: ${closed}`,
          ],
          path: folder,
          commands: [commandLine(['sudo', 'chown', '-R', user, dataDir])],
        }),
      );
    const state = folderState(dataDir, allFilesOf(config));
    if (state === 'shared')
      found.push(
        finding(null, 'warning', 'own_data_shared', {
          'zh-CN': [
            `别的用户也能进数据目录 ${dataDir}，里面还有别的东西`,
            '别人能锁住它，让 Lifeline 启动不了；请给 Lifeline 一个单独的 data_dir',
          ],
          en: [
            `other users can enter the data folder ${dataDir}, which holds other things, too`,
            'they can hold its lock and keep Lifeline from starting; give Lifeline a data_dir of its own',
          ],
          path: dataDir,
        }),
      );
    for (const path of [...(state === 'open' ? [dataDir] : []), databaseIn(dataDir)]) {
      const file = await stat(path).catch(() => null);
      if (!file || process.platform === 'win32' || (file.mode & 0o077) === 0) continue;
      const act = ownerOnly(path, file.mode, clock);
      found.push(
        finding(null, 'warning', 'own_data_open', {
          'zh-CN': [
            `别的用户也能进 ${path}`,
            '里面记着谁能下命令，改了它就能指挥 Lifeline；锁住它，Lifeline 就启动不了',
          ],
          en: [
            `other users can get at ${path}`,
            'who may command stands in it: whoever changes that, commands Lifeline; whoever holds its lock keeps Lifeline from starting',
          ],
          path,
          commands: act.commands,
          fix: file.uid === uid ? { edit: null, act } : null,
        }),
      );
    }
    return found;
  },
};

export const dataRoom: Check = {
  name: 'data-room',
  title: { 'zh-CN': '数据目录的空间', en: 'room for the data folder' },
  run: async ({ config: { dataDir, logFile } }) => {
    const places = await Promise.all([dataDir, ...(logFile === null ? [] : [dirname(logFile)])].map(nearest));
    return (await Promise.all((await oneEachDisk(places)).map((place) => fullDisk(null, place)))).flat();
  },
};

export const store: Check = {
  name: 'store',
  title: { 'zh-CN': '数据库和未送达的告警', en: 'database, and alerts that did not arrive' },
  run: async ({ withStore, clock }) => {
    try {
      const count = withStore((db) => createOutbox(db).stuck(clock.now(), STUCK_AFTER_MS).count);
      if (count === null) return { skip: 'no_store' };
      return count === 0
        ? []
        : [
            finding(null, 'error', 'own_undelivered', {
              'zh-CN': [`有 ${count} 条告警一直没有送到`, '哪个通道都没有收下；下面的命令会逐个试'],
              en: [`${count} alerts have long not arrived`, 'no channel took them; the command tries each'],
              count,
              commands: ['lifeline send-test'],
            }),
          ];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const problem = error.message;
      return [
        finding(null, 'error', 'own_store', {
          'zh-CN': ['Lifeline 的数据库用不了', problem],
          en: ["Lifeline's database cannot be used", problem],
          problem,
        }),
      ];
    }
  },
};

/** Returns the folder itself, or the first existing folder above it. */
const nearest = async (path: string): Promise<string> => {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  return there || dirname(path) === path ? path : nearest(dirname(path));
};
