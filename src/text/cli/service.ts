/** What `lifeline service install` and `uninstall` say. `status` is in `service-status.ts`. */
import type { Locale, Texts } from '../locale.ts';

/** Why there is no installation. */
export type ServiceRefusal =
  | { readonly why: 'usage'; readonly what: 'run_as' | 'launchd_system' }
  | { readonly why: 'no_manager' }
  | { readonly why: 'needs_root'; readonly command: string }
  | { readonly why: 'other_scope'; readonly path: string; readonly scope: 'user' | 'system' }
  | { readonly why: 'no_config'; readonly file: string }
  | { readonly why: 'no_account'; readonly who: string }
  /** `file` null: this service manager has no such file. `written`: made just now, with empty places. */
  | {
      readonly why: 'secrets';
      readonly names: readonly string[];
      readonly file: string | null;
      readonly written: boolean;
    }
  | { readonly why: 'in_use'; readonly dataDir: string; readonly pid: number | null };

type Refusals = {
  readonly [Why in ServiceRefusal['why']]: (refusal: Extract<ServiceRefusal, { readonly why: Why }>) => string;
};

const REFUSALS = {
  'zh-CN': {
    usage: ({ what }) =>
      what === 'run_as'
        ? '--run-as 只能和 --system 一起用：用户服务总是以您自己的身份运行。'
        : 'macOS 上只装用户服务，请去掉 --system。',
    no_manager: () =>
      '这台机器没有 systemd（也不是 macOS），装不了服务。请用您现有的方式保持 lifeline run 运行；容器见 docs/service.zh-CN.md。',
    needs_root: ({ command }) => `系统服务要由 root 来装和卸。请运行：\n  ${command}`,
    other_scope: ({ path, scope }) =>
      `已经装了一个${scope === 'system' ? '系统' : '用户'}服务：${path}。两个 Lifeline 会抢同一个数据目录。要换，请先运行：lifeline service uninstall`,
    no_config: ({ file }) => `没有配置文件 ${file}。请先运行：lifeline init`,
    no_account: ({ who }) => `这台机器上没有账户“${who}”。请用 --run-as 写一个有的。`,
    secrets: ({ names, file, written }) =>
      file === null
        ? `配置从环境变量读取 ${names.join('、')}，而 launchd 没有安全的地方放它们。请把密钥放进文件（chmod 600），在配置里写成 file:路径。`
        : `配置从环境变量读取 ${names.join('、')}，但服务没有您终端里的环境。\n${written ? `已建好 ${file}（权限 0600）` : `请建 ${file}（chmod 600）`}，在里面填上（每行 名字=值），再运行一次。`,
    in_use: ({ dataDir, pid }) =>
      `另一个 Lifeline 正在用数据目录 ${dataDir}${pid === null ? '' : `（进程 ${pid}）`}，它不是这个服务。请先把它停掉（在它的终端里按 Ctrl-C${pid === null ? '' : `，或 kill ${pid}`}），再运行一次。`,
  },
  en: {
    usage: ({ what }) =>
      what === 'run_as'
        ? '--run-as goes with --system only: a user service always runs as you.'
        : 'On macOS there is only the user service: leave out --system.',
    no_manager: () =>
      'This machine has no systemd (and is no Mac), so there is nothing to install a service with. Keep "lifeline run" with what you have; for containers see docs/service.md.',
    needs_root: ({ command }) => `A service of the system is installed and removed by root. Run:\n  ${command}`,
    other_scope: ({ path, scope }) =>
      `There is a ${scope} service already: ${path}. Two Lifelines would fight for one data folder. To change over, first run: lifeline service uninstall`,
    no_config: ({ file }) => `There is no configuration ${file}. First run: lifeline init`,
    no_account: ({ who }) => `There is no account "${who}" on this machine. Name one with --run-as.`,
    secrets: ({ names, file, written }) =>
      file === null
        ? `The configuration takes ${names.join(', ')} from the environment, and launchd has no safe place for that. Put each secret into a file (chmod 600), and in the configuration write file:PATH.`
        : `The configuration takes ${names.join(', ')} from the environment, and a service has nothing of your terminal's.\n${written ? `${file} is made (mode 0600)` : `Make ${file} (chmod 600)`}: fill in one NAME=VALUE a line, then run this again.`,
    in_use: ({ dataDir, pid }) =>
      `Another Lifeline has the data folder ${dataDir}${pid === null ? '' : ` (process ${pid})`}, and it is not this service. Stop it first (Ctrl-C in its terminal${pid === null ? '' : `, or kill ${pid}`}), then run this again.`,
  },
} satisfies Texts<Refusals>;

export const serviceRefusalText = <Why extends ServiceRefusal['why']>(
  refusal: Extract<ServiceRefusal, { readonly why: Why }>,
  locale: Locale,
): string => {
  // Each reason's sentence takes that reason's facts, which TypeScript cannot follow through the table.
  const say = REFUSALS[locale][refusal.why] as (facts: typeof refusal) => string;
  return say(refusal);
};

export interface Installed {
  /** `already`: nothing had to be done. `not_ready`: it did not come up. */
  readonly outcome: 'already' | 'installed' | 'changed' | 'not_ready';
  readonly manager: 'systemd' | 'launchd';
  readonly scope: 'user' | 'system';
  readonly path: string;
  readonly configFile: string;
  /** The definition as a person had left it. */
  readonly copy: string | null;
  /** Why Lifeline did not come up, and the last lines of its log. */
  readonly problem: string | null;
  readonly log: readonly string[];
  /**
   * What became of the definition that was written and did not come up: no definition is left, or the earlier one is
   * back; null: nothing was taken back.
   */
  readonly takenBack: 'removed' | 'restored' | null;
  /** null where it does not matter. */
  readonly linger: LingerShown | null;
  /** Whether the service manager restarts Lifeline when it hangs. */
  readonly watchdog: boolean;
  /** Which rights are taken from the service; `none` where Lifeline itself may start a gateway. */
  readonly guard: 'none' | 'size' | 'rights';
  /** Paths in the definition that may be gone one day. */
  readonly fleeting: readonly Fleeting[];
}

/** The line about linger, with the command that turns it on. `on` null: it cannot be asked, and why. */
export type LingerShown =
  | { readonly on: true }
  | { readonly on: false; readonly command: string }
  | { readonly on: null; readonly problem: string; readonly command: string };

export interface Fleeting {
  readonly why: 'versioned' | 'npx' | 'temporary';
  readonly path: string;
}

const frameEn = {
  would: (path: string) => `Will write ${path}:`,
  wouldChange: (path: string) => `Will change ${path}:`,
  wouldKeep: 'Somebody has changed it by hand; a copy is kept first.',
  same: (path: string) => `${path} is so already.`,
  wouldRun: 'Then run:',
  nothingDone: 'This was a dry run: nothing was done.',
  already: 'Installed and running already; nothing to change.',
  installed: '🟢 Installed: Lifeline is running.',
  changed: '🟢 Changed: Lifeline was started anew and is running.',
  not_ready: '🔴 As a service, Lifeline did not come up.',
  removed:
    'What was written is taken away again: there is no service. Once that is mended, run: lifeline service install',
  restored: 'The earlier definition is back. Once that is mended, run: lifeline service install',
  copy: (path: string) => `The definition as you had changed it is kept as ${path}`,
  noLog: 'None of its log could be read.',
  log: 'The end of its log:',
  lingerOn: 'It outlives your login and starts with the machine (lingering is on).',
  lingerOff: (command: string) =>
    `One thing is left: without lingering it ends when you log out, and does not start with the machine. Run:\n  ${command}`,
  lingerUnknown: (problem: string, command: string) =>
    `Whether it outlives your login is not known: ${problem}. To make sure, run:\n  ${command}`,
  noWatchdog:
    'systemd-notify is not installed, or older than 246: Lifeline is started again when it ends, but nobody notices when it hangs.',
  noWatchdogMac: 'launchd has no watchdog: Lifeline is started again when it ends, but nobody notices when it hangs.',
  bare: 'A gateway may be started by Lifeline itself, so no memory limit and no hardening is set (the gateway would inherit it).',
  fleeting: ({ why, path }: Fleeting): string =>
    ({
      npx: `${path} lies in npx's cache, which is cleared some day. Run npm install -g gateway-lifeline, then install the service again.`,
      temporary: `${path} is temporary and gone after a restart of the machine. Install the service again with a Node in a lasting place.`,
      versioned: `${path} has a version in it: after an update of Node run lifeline service install again.`,
    })[why],
  next: 'How it is: lifeline service status',
};

const frameZh: typeof frameEn = {
  would: (path) => `将写入 ${path}：`,
  wouldChange: (path) => `将修改 ${path}：`,
  wouldKeep: '它被人手改过，会先留一份备份。',
  same: (path) => `${path} 已经是这样，不用改。`,
  wouldRun: '然后运行：',
  nothingDone: '这是演习，什么都没有做。',
  already: '已经装好，正在运行，没有要改的。',
  installed: '🟢 已安装，Lifeline 正在运行。',
  changed: '🟢 已更新，Lifeline 已重启，正在运行。',
  not_ready: '🔴 Lifeline 没有作为服务起来。',
  removed: '写下的都已撤回，没有留下服务。处理好以后再运行：lifeline service install',
  restored: '已换回原来的定义。处理好以后再运行：lifeline service install',
  copy: (path) => `您手改过的定义已备份为 ${path}`,
  noLog: '没有读到它的日志。',
  log: '最后的日志：',
  lingerOn: '退出登录、机器重启以后它都会在（linger 已开启）。',
  lingerOff: (command) =>
    `还差一步：不开启 linger，您退出登录它就会停，机器重启后也不会自己起来。请运行：\n  ${command}`,
  lingerUnknown: (problem, command) => `不知道退出登录以后它还在不在：${problem}。要确保它在，请运行：\n  ${command}`,
  noWatchdog: 'systemd-notify 没有安装，或版本早于 246：它退出了会被拉起来，卡住了没有人管。',
  noWatchdogMac: 'launchd 没有看门狗：它退出了会被拉起来，卡住了没有人管。',
  bare: '网关可能由 Lifeline 直接启动，所以没有加内存上限和权限限制（网关会继承它们）。',
  fleeting: ({ why, path }) =>
    ({
      npx: `${path} 在 npx 的缓存里，随时可能被清掉。请先运行 npm install -g gateway-lifeline，再装一次服务。`,
      temporary: `${path} 是临时路径，重启后就没有了。请用固定位置的 Node 再装一次。`,
      versioned: `${path} 里带版本号：升级 Node 以后请再运行一次 lifeline service install。`,
    })[why],
  next: '看状态：lifeline service status',
};

const FRAME: Texts<typeof frameEn> = { 'zh-CN': frameZh, en: frameEn };

const notes = (
  {
    watchdog,
    manager,
    guard,
    fleeting,
    linger,
  }: Pick<Installed, 'watchdog' | 'manager' | 'guard' | 'fleeting' | 'linger'>,
  locale: Locale,
): readonly string[] => {
  const frame = FRAME[locale];
  return [
    ...fleeting.map((each) => `🟠 ${frame.fleeting(each)}`),
    ...(watchdog ? [] : [`🟠 ${manager === 'launchd' ? frame.noWatchdogMac : frame.noWatchdog}`]),
    ...(guard === 'none' && manager === 'systemd' ? [frame.bare] : []),
    ...(linger === null
      ? []
      : [
          linger.on === true
            ? frame.lingerOn
            : `🟠 ${linger.on === null ? frame.lingerUnknown(linger.problem, linger.command) : frame.lingerOff(linger.command)}`,
        ]),
  ];
};

export const installedText = (installed: Installed, locale: Locale): string => {
  const frame = FRAME[locale];
  const { outcome, copy, problem, log, takenBack } = installed;
  return [
    frame[outcome],
    ...(copy === null ? [] : [frame.copy(copy)]),
    ...(problem === null
      ? []
      : [problem, ...(log.length > 0 ? [frame.log, ...log.map((line) => `  ${line}`)] : [frame.noLog])]),
    ...(takenBack === null ? notes(installed, locale) : [frame[takenBack]]),
    ...(outcome === 'already' || takenBack === 'removed' ? [] : [frame.next]),
  ].join('\n');
};

export interface InstallShown {
  readonly path: string;
  /** null: there was no definition. */
  readonly before: { readonly age: 'current' | 'outdated' | 'changed' } | null;
  /** The whole of a new definition, or the changes of an old one; empty: it stays. */
  readonly lines: readonly string[];
  readonly commands: readonly string[];
}

/** What `install` is about to do. */
export const servicePlanText = ({ path, before, lines, commands }: InstallShown, locale: Locale): string => {
  const frame = FRAME[locale];
  if (lines.length === 0) return frame.same(path);
  return [
    before === null ? frame.would(path) : frame.wouldChange(path),
    ...lines.map((line) => (line === '' ? '' : `  ${line}`)),
    ...(before?.age === 'changed' ? [frame.wouldKeep] : []),
    frame.wouldRun,
    ...commands.map((command) => `  ${command}`),
  ].join('\n');
};

/** The end of a dry run. */
export const dryText = (
  facts: Pick<Installed, 'watchdog' | 'manager' | 'guard' | 'fleeting' | 'linger'>,
  locale: Locale,
): string => [...notes(facts, locale), FRAME[locale].nothingDone].join('\n');

export interface Uninstalled {
  readonly path: string;
  /** null: the definition does not say it, or the configuration cannot be read. */
  readonly configFile: string | null;
  readonly dataDir: string | null;
  /** What a person has put beside the definition: copies, drop-ins. */
  readonly beside: readonly string[];
  /**
   * Its service manager could not be asked to stop it; `pid`: of a Lifeline that still has the data, where that can be
   * seen. Null: it is stopped.
   */
  readonly unreached: { readonly problem: string; readonly pid: number | null } | null;
}

const goneEn = {
  none: 'No service of Lifeline is installed.',
  done: (path: string) => `Lifeline's service is stopped and removed (${path} is gone). The gateway is as it was.`,
  removed: (path: string, problem: string) =>
    `🟠 The definition of Lifeline's service is removed (${path} is gone), but its service manager could not be asked to stop it: ${problem}`,
  runs: (pid: number) => `Lifeline still runs (process ${pid}). To stop it: kill ${pid}`,
  kept: (what: readonly string[]) => `Left as they are: ${what.join(', ')}`,
  config: (path: string) => `the configuration ${path}`,
  data: (path: string) => `the data ${path}`,
};

const goneZh: typeof goneEn = {
  none: '没有装 Lifeline 的服务。',
  done: (path) => `已停止并卸载 Lifeline 的服务（${path} 已删除）。网关不受影响。`,
  removed: (path, problem) => `🟠 已删除 Lifeline 服务的定义 ${path}，但问不到服务管理器，没能让它停止：${problem}`,
  runs: (pid) => `Lifeline 还在运行（进程 ${pid}）。要停掉：kill ${pid}`,
  kept: (what) => `没有动：${what.join('、')}`,
  config: (path) => `配置 ${path}`,
  data: (path) => `数据 ${path}`,
};

const GONE: Texts<typeof goneEn> = { 'zh-CN': goneZh, en: goneEn };

export const uninstalledText = (gone: Uninstalled | null, locale: Locale): string => {
  const frame = GONE[locale];
  if (gone === null) return frame.none;
  const kept = [
    ...(gone.configFile === null ? [] : [frame.config(gone.configFile)]),
    ...(gone.dataDir === null ? [] : [frame.data(gone.dataDir)]),
    ...gone.beside,
  ];
  const { unreached } = gone;
  const done =
    unreached === null
      ? [frame.done(gone.path)]
      : [frame.removed(gone.path, unreached.problem), ...(unreached.pid === null ? [] : [frame.runs(unreached.pid)])];
  return [...done, ...(kept.length > 0 ? [frame.kept(kept)] : [])].join('\n');
};
