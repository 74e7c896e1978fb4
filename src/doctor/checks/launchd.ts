/** The gateway's launchd definitions. Each fault here was met in the field. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '../../gateways/index.ts';
import { findGatewayProcesses } from '../../sensors/process/process.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { finding, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { reinstall, stop } from '../gateway-here.ts';
import { askAbout, editFix, isJobDisabled, lookAt, readablePlists, reloadOf } from '../launchd.ts';
import { withoutArgument, withValue } from '../plist.ts';

type Check = DoctorCheck<DoctorContext>;

/** A plist that cannot be read, or whose program is gone: after an update, a new Python, a moved folder. */
export const launchdProgram: Check = {
  name: 'launchd-program',
  title: { 'zh-CN': 'launchd 要运行的程序', en: 'the program that launchd runs' },
  run: async (context) => {
    const { gateway } = context;
    const commands = reinstall(gateway);
    return (await context.plists()).flatMap((file) => {
      if (!file.ok) {
        const { path: plist, problem } = file;
        return [
          finding(gateway, 'error', 'launchd_unreadable', {
            'zh-CN': [`${plist} 读不了：${problem}`, 'launchd 也不会加载它，网关不会启动'],
            en: [
              `${plist} cannot be read: ${problem}`,
              'launchd does not load it either, so the gateway does not start',
            ],
            plist,
            problem,
            commands: [commandLine(['plutil', '-lint', plist]), ...commands],
          }),
        ];
      }
      const { path: plist, label, argv } = file.plist;
      const program = programsOf(argv).find((each) => !existsSync(each));
      return program === undefined
        ? []
        : [
            finding(gateway, 'error', 'launchd_program_gone', {
              'zh-CN': [
                `${plist} 要运行的程序不在了：${program}`,
                'launchd 每次启动都会失败；多半是更新或移动过网关，或运行它的 Python、Node',
              ],
              en: [
                `the program that ${plist} runs is gone: ${program}`,
                'every start by launchd fails; most likely the gateway, or the Python or Node that runs it, was updated or moved',
              ],
              plist,
              label,
              program,
              commands,
            }),
          ];
    });
  },
};

/** Returns the program, and the one behind a wrapper's `--`, where they are named by a full path. */
const programsOf = (argv: readonly string[]): readonly string[] => {
  const behind = argv.indexOf('--');
  return [...argv.slice(0, 1), ...(behind < 0 ? [] : argv.slice(behind + 1, behind + 2))].filter((program) =>
    program.startsWith('/'),
  );
};

/** The plist is there and launchd does not know the job: it was unloaded, disabled, or never took (#73368). */
export const launchdUnloaded: Check = {
  name: 'launchd-unloaded',
  title: { 'zh-CN': 'launchd 已加载', en: 'loaded by launchd' },
  run: async (context) => {
    const { gateway, kind, doctor, uid } = context;
    const found: DoctorFinding[] = [];
    const marker = doctor.launchdRefused === null ? null : join(gateway.home, doctor.launchdRefused);
    const unsupported = marker !== null && existsSync(marker);
    const plists = await readablePlists(context);
    const asked = await Promise.all(plists.map(async (plist) => ({ plist, look: await askAbout(plist, context) })));
    // Of several plists for one home, one loaded plist is enough; `launchd-several` tells of the others.
    const oneWorks = asked.some(({ look }) => look?.job);
    const running = await findGatewayProcesses(kind, gateway.home);
    for (const { plist, look } of oneWorks ? [] : asked) {
      if (!look) continue;
      const { path, label } = plist;
      const reload = reloadOf(plist, context, look);
      if (await isJobDisabled(plist, context)) {
        // Somebody's decision: not for the doctor to undo.
        found.push(
          finding(gateway, 'error', 'launchd_disabled', {
            'zh-CN': [`${label} 在 launchd 里被禁用了`, '登录后它不会启动，要先启用才能加载；是否启用由您决定'],
            en: [
              `${label} is disabled in launchd`,
              'it does not start with the login and cannot be loaded before it is enabled, which is yours to decide',
            ],
            plist: path,
            label,
            commands: [`launchctl enable gui/${uid}/${label}`, ...reload.commands],
          }),
        );
        continue;
      }
      // Beside a gateway that somebody else started, a second gateway would only fight the first.
      const safe = plists.length === 1 && running.length === 0 && !unsupported;
      found.push(
        finding(gateway, 'error', 'launchd_unloaded', {
          'zh-CN': [`${path} 在，但 launchd 没有加载 ${label}`, '网关不会随登录启动，退出后也没有人把它拉起来'],
          en: [
            `${path} is there, but launchd has not loaded ${label}`,
            'the gateway does not start with the login, and nothing starts it again once it ends',
          ],

          plist: path,
          label,
          commands: [...(running.length > 0 ? stop(gateway) : []), ...reload.commands],
          fix: safe ? { edit: null, act: reload } : null,
        }),
      );
    }
    if (unsupported)
      found.push(
        finding(gateway, 'error', 'launchd_unsupported', {
          'zh-CN': [
            `网关曾发现 launchd 不接受它的任务（${marker}），现在脱离 launchd 运行`,
            '网关崩溃或重新登录后，没有人把它拉起来；可以让 Lifeline 来管理，在配置里写 supervisor: process',
          ],
          en: [
            `the gateway once found that launchd does not take its job (${marker}), and runs detached`,
            'after a crash or a new login nothing starts it again; Lifeline can: set "supervisor: process" in its configuration',
          ],
          marker,
        }),
      );
    return found;
  },
};

/** Several plists run the same home: their gateways end each other, or only one of them can ever start (#27041). */
export const launchdSeveral: Check = {
  name: 'launchd-several',
  title: { 'zh-CN': 'launchd 定义不重复', en: 'one launchd definition' },
  run: async (context) => {
    const { gateway, services, uid } = context;
    const plists = await readablePlists(context);
    if (plists.length < 2) return [];
    const own = services.find(({ supervisor }) => supervisor === 'launchd')?.path;
    const keep = plists.find(({ path }) => path === own) ?? plists[0];
    // The owner decides which plist is right, so nothing is deleted: the others are unloaded and set aside.
    const commands = plists
      .filter((plist) => plist !== keep)
      .flatMap(({ path, label }) => [
        ...(label === keep?.label ? [] : [`launchctl bootout gui/${uid}/${label}`]),
        commandLine(['mv', path, `${path}.off`]),
      ]);
    const paths = plists.map(({ path }) => path);
    return [
      finding(gateway, 'error', 'launchd_several', {
        'zh-CN': [
          `有 ${paths.length} 个 plist 启动同一个网关目录 ${gateway.home}：${paths.join('、')}`,
          '它们会互相赶走，或者其中一个永远启动不了；留下一个，其余的卸载并改名',
        ],
        en: [
          `${paths.length} plists start the same home ${gateway.home}: ${paths.join(', ')}`,
          'they end each other, or one of them can never start; keep one, unload and rename the others',
        ],
        home: gateway.home,
        plists: paths,
        commands,
      }),
    ];
  },
};

const FLAG = '--replace';

/**
 * `--replace` together with KeepAlive: each start ends the one before it, launchd revives that, and the gateway flaps
 * every few minutes (#92276, #79048). Today's plist has no `--replace`.
 */
export const launchdReplace: Check = {
  name: 'launchd-replace',
  title: { 'zh-CN': 'launchd 定义没有 --replace', en: 'no --replace in launchd' },
  run: async (context) => {
    const found: DoctorFinding[] = [];
    for (const plist of await readablePlists(context)) {
      if (plist.keepAlive === 'off') continue;
      const { path, label } = plist;
      const look = await lookAt(plist, context);
      const reload = look ? reloadOf(plist, context, look) : null;
      // The file was mended, but launchd still runs what it read before.
      const isLoaded = !plist.argv.includes(FLAG) && look?.job?.arguments.includes(FLAG) === true;
      if (!plist.argv.includes(FLAG) && !isLoaded) continue;
      found.push(
        finding(context.gateway, 'error', 'launchd_replace', {
          'zh-CN': [
            isLoaded
              ? `${path} 已改好，但 launchd 里运行的还是带 --replace 的旧定义`
              : `${path} 同时有 --replace 和 KeepAlive`,
            '每次启动都会赶走前一个实例，launchd 又把它拉起来，网关每几分钟就重启一次',
          ],
          en: [
            isLoaded
              ? `${path} is mended, but launchd still runs what it read before, with --replace`
              : `${path} has --replace together with KeepAlive`,
            'each start ends the one before it, and launchd starts that again, so the gateway restarts every few minutes',
          ],

          plist: path,
          label,
          where: isLoaded ? 'loaded' : 'file',
          commands: reload?.commands ?? [],
          fix: isLoaded
            ? { edit: null, act: reload }
            : await editFix(plist, context, (xml) => withoutArgument(xml, FLAG)),
        }),
      );
    }
    return found;
  },
};

/** KeepAlive off, or only after some ends: a gateway that ends with code 0 stays down (#5646). */
export const launchdKeepAlive: Check = {
  name: 'launchd-keep-alive',
  title: { 'zh-CN': 'launchd 的 KeepAlive', en: 'KeepAlive of launchd' },
  run: async (context) => {
    const found: DoctorFinding[] = [];
    for (const plist of await readablePlists(context)) {
      const { path, label, keepAlive: value } = plist;
      if (value === 'on') continue;
      const fix = await editFix(plist, context, (xml) => withValue(xml, 'KeepAlive', true));
      const isOff = value === 'off';
      found.push(
        finding(context.gateway, isOff ? 'error' : 'warning', 'launchd_keep_alive', {
          'zh-CN': [
            `${path} 的 KeepAlive ${isOff ? '没有打开' : '只在部分退出时生效'}`,
            isOff
              ? '网关一旦退出，没有人把它拉起来'
              : '网关以代码 0 退出时（比如收到意外的停止信号），没有人把它拉起来',
          ],
          en: [
            `KeepAlive in ${path} is ${isOff ? 'not on' : 'for some ends only'}`,
            isOff
              ? 'once the gateway ends, nothing starts it again'
              : 'when the gateway ends with code 0, for one after an unexpected signal to stop, nothing starts it again',
          ],
          plist: path,
          label,
          value,
          commands: fix?.act?.commands ?? [],
          fix,
        }),
      );
    }
    return found;
  },
};

/**
 * How long launchd lets the gateway end by itself. Too short a time tears turns apart; without a limit, a hung stop
 * hangs for ever. For a gateway without an installer, only its owner knows how long a stop takes.
 */
export const launchdExitTimeout: Check = {
  name: 'launchd-exit-timeout',
  title: { 'zh-CN': 'launchd 的 ExitTimeOut', en: 'ExitTimeOut of launchd' },
  run: async (context) => {
    const { gateway, doctor } = context;
    const found: DoctorFinding[] = [];
    const { title } = KINDS[gateway.kind];
    if (doctor.installs === null || title === null) return found;
    const wanted = doctor.installs.launchdStopSeconds;
    for (const plist of await readablePlists(context)) {
      const { path, label, exitTimeout: seconds } = plist;
      if (seconds !== null && seconds >= wanted) continue;
      const fix = await editFix(plist, context, (xml) => withValue(xml, 'ExitTimeOut', wanted));
      found.push(
        finding(gateway, 'warning', 'launchd_exit_timeout', {
          'zh-CN': [
            `${path} 的 ExitTimeOut ${seconds === null ? '没有设置' : `是 ${seconds} 秒`}`,
            seconds === 0
              ? '停不下来的网关会永远卡住，launchd 不会强制结束它'
              : `网关来不及收尾就会被强制结束，正在处理的对话会丢失；${title} 自己用 ${wanted} 秒`,
          ],
          en: [
            `ExitTimeOut in ${path} is ${seconds === null ? 'not set' : `${seconds} s`}`,
            seconds === 0
              ? 'a stop that hangs does so for ever: launchd never ends it by force'
              : `the gateway is ended by force before it has finished, and turns in progress are lost; ${title} itself uses ${wanted} s`,
          ],

          plist: path,
          label,
          seconds,
          today: { title, seconds: wanted },
          commands: fix?.act?.commands ?? [],
          fix,
        }),
      );
    }
    return found;
  },
};
