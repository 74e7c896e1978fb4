/** What `lifeline doctor` says of each finding: what it is, and why it matters. */
import type { Finding, FindingFacts } from '../doctor/finding.ts';
import type { Locale, Texts } from './locale.ts';

type Code = FindingFacts['code'];
type Facts<C extends Code> = Extract<FindingFacts, { readonly code: C }>;
interface Sentences<C extends Code> {
  readonly what: (facts: Facts<C>) => string;
  readonly why: (facts: Facts<C>) => string;
}
type Table = { readonly [C in Code]: Sentences<C> };

const FINDINGS = {
  'zh-CN': {
    launchd_replace: {
      what: ({ plist, where }) => (where === 'file' ? `${plist} 同时有 --replace 和 KeepAlive` : `${plist} 已改好，但 launchd 里运行的还是带 --replace 的旧定义`),
      why: () => '每次启动都会赶走前一个实例，launchd 又把它拉起来，网关每几分钟就重启一次',
    },
    launchd_keep_alive: {
      what: ({ plist, value }) => `${plist} 的 KeepAlive ${value === 'off' ? '没有打开' : '只在部分退出时生效'}`,
      why: ({ value }) => (value === 'off' ? '网关一旦退出，没有人把它拉起来' : '网关以代码 0 退出时（比如收到意外的停止信号），没有人把它拉起来'),
    },
    launchd_exit_timeout: {
      what: ({ plist, seconds }) => `${plist} 的 ExitTimeOut ${seconds === null ? '没有设置' : `是 ${seconds} 秒`}`,
      why: ({ seconds }) => (seconds === 0 ? '停不下来的网关会永远卡住，launchd 不会强制结束它' : '网关来不及收尾就会被强制结束，正在处理的对话会丢失；Hermes 自己用 25 秒'),
    },
    launchd_unloaded: {
      what: ({ plist, label }) => `${plist} 在，但 launchd 没有加载 ${label}`,
      why: () => '网关不会随登录启动，退出后也没有人把它拉起来',
    },
    launchd_disabled: {
      what: ({ label }) => `${label} 在 launchd 里被禁用了`,
      why: () => '登录后它不会启动，要先启用才能加载；是否启用由您决定',
    },
    launchd_unsupported: {
      what: ({ marker }) => `Hermes 曾发现 launchd 不接受它的任务（${marker}），网关在脱离 launchd 运行`,
      why: () => '网关崩溃或重新登录后，没有人把它拉起来；可以让 Lifeline 来管理，在配置里写 supervisor: process',
    },
    launchd_several: {
      what: ({ home, plists }) => `有 ${plists.length} 个 plist 启动同一个网关目录 ${home}：${plists.join('、')}`,
      why: () => '它们会互相赶走，或者其中一个永远启动不了；留下一个，其余的卸载并改名',
    },
    launchd_program_gone: {
      what: ({ plist, program }) => `${plist} 要运行的程序不在了：${program}`,
      why: () => 'launchd 每次启动都会失败；多半是更新或移动过 Python、Hermes',
    },
    launchd_unreadable: {
      what: ({ plist, problem }) => `${plist} 读不了：${problem}`,
      why: () => 'launchd 也不会加载它，网关不会启动',
    },
    nobody_revives: {
      what: ({ supervisor }) => (supervisor === 'docker' ? '容器的重启策略是 no' : '没有任何服务管理器管理这个网关'),
      why: () => '网关退出或机器重启以后，没有人把它拉起来',
    },
    unit_restart_no: { what: ({ unit }) => `${unit} 设了 Restart=no`, why: () => '网关退出以后，systemd 不会把它拉起来；请改成 Restart=always' },
    config_fatal: { what: ({ unit }) => `${unit} 上次以代码 78 退出，已不再启动`, why: () => '这是配置错误，重启没有用；先看日志里的原因，改好配置，再运行下面的命令' },
    start_limit: { what: ({ unit }) => `${unit} 启动次数过多，systemd 已放弃`, why: () => '不清除失败状态，它就不会再启动' },
    unit_replace: { what: ({ unit }) => `${unit} 的启动命令带 --replace`, why: () => '两次启动会互相赶走，systemd 又把它们拉起来，网关反复重启' },
    no_linger: { what: ({ unit, user }) => `${unit} 是用户服务，但用户 ${user} 没有开启 linger`, why: () => '用户退出登录时网关会被停掉，机器重启后也不会自己启动' },
    rival_units: { what: ({ units }) => `有 ${units.length} 个 systemd 服务启动同一个网关：${units.join('、')}`, why: () => '它们会互相抢占；留下一个，停用其余的' },
    cannot_ask: { what: ({ problem }) => `有些检查做不了：${problem}`, why: () => '不知道服务管理器的情况，就不能保证它会把网关拉起来' },
  },
  en: {
    launchd_replace: {
      what: ({ plist, where }) => (where === 'file' ? `${plist} has --replace together with KeepAlive` : `${plist} is mended, but launchd still runs what it read before, with --replace`),
      why: () => 'each start throws the one before it out and launchd revives that, so the gateway restarts every few minutes',
    },
    launchd_keep_alive: {
      what: ({ plist, value }) => `KeepAlive in ${plist} is ${value === 'off' ? 'not on' : 'for some ends only'}`,
      why: ({ value }) => (value === 'off' ? 'once the gateway ends, nothing starts it again' : 'when the gateway ends with code 0, for one after an unexpected signal to stop, nothing starts it again'),
    },
    launchd_exit_timeout: {
      what: ({ plist, seconds }) => `ExitTimeOut in ${plist} is ${seconds === null ? 'not set' : `${seconds} s`}`,
      why: ({ seconds }) => (seconds === 0 ? 'a stop that hangs does so for ever: launchd never ends it by force' : 'the gateway is ended by force before it has finished, and turns in progress are lost; Hermes itself uses 25 s'),
    },
    launchd_unloaded: {
      what: ({ plist, label }) => `${plist} is there, but launchd has not loaded ${label}`,
      why: () => 'the gateway does not start with the login, and nothing starts it again once it ends',
    },
    launchd_disabled: {
      what: ({ label }) => `${label} is disabled in launchd`,
      why: () => 'it does not start with the login and cannot be loaded before it is enabled, which is yours to decide',
    },
    launchd_unsupported: {
      what: ({ marker }) => `Hermes once found that launchd does not take its job (${marker}); the gateway runs detached`,
      why: () => 'after a crash or a new login nothing starts it again; Lifeline can: set "supervisor: process" in its configuration',
    },
    launchd_several: {
      what: ({ home, plists }) => `${plists.length} plists start the same home ${home}: ${plists.join(', ')}`,
      why: () => 'they throw each other out, or one of them can never start; keep one, unload and rename the others',
    },
    launchd_program_gone: {
      what: ({ plist, program }) => `the program that ${plist} runs is gone: ${program}`,
      why: () => 'every start by launchd fails; most likely Python or Hermes was updated or moved',
    },
    launchd_unreadable: {
      what: ({ plist, problem }) => `${plist} cannot be read: ${problem}`,
      why: () => 'launchd does not load it either, so the gateway does not start',
    },
    nobody_revives: {
      what: ({ supervisor }) => (supervisor === 'docker' ? 'the restart policy of its container is "no"' : 'no service manager keeps this gateway'),
      why: () => 'once the gateway ends or the machine restarts, nothing starts it again',
    },
    unit_restart_no: { what: ({ unit }) => `${unit} has Restart=no`, why: () => 'once the gateway ends, systemd does not start it again; make it Restart=always' },
    config_fatal: { what: ({ unit }) => `${unit} last ended with code 78 and is not started any more`, why: () => 'its configuration is wrong and no restart helps: find the reason in its log, mend that, then run the command below' },
    start_limit: { what: ({ unit }) => `${unit} was started too often, and systemd has given up`, why: () => 'it does not start again until its failed state is reset' },
    unit_replace: { what: ({ unit }) => `the command of ${unit} has --replace`, why: () => 'two starts throw each other out and systemd revives both, so the gateway keeps restarting' },
    no_linger: { what: ({ unit, user }) => `${unit} is a user's service, and lingering is off for ${user}`, why: () => 'the gateway is stopped when that user logs out, and does not start with the machine' },
    rival_units: { what: ({ units }) => `${units.length} units of systemd start the same gateway: ${units.join(', ')}`, why: () => 'they take it from each other; keep one and disable the others' },
    cannot_ask: { what: ({ problem }) => `some checks could not be made: ${problem}`, why: () => 'without asking the service manager nobody knows whether it would start the gateway again' },
  },
} satisfies Texts<Table>;

const FRAME = {
  'zh-CN': {
    run: '可以运行：',
    fixable: '运行 lifeline doctor --fix 可以自动修好',
    plan: (path: string) => `将修改 ${path}：`,
    planRun: '将运行（正在运行的网关会随之重启）：',
    copy: (path: string) => `原文件已备份为 ${path}`,
    mended: '已处理',
    failed: (reason: string) => `没有修好：${reason}`,
    left: '处理后仍有以下问题：',
  },
  en: {
    run: 'Run:',
    fixable: 'lifeline doctor --fix mends it',
    plan: (path: string) => `Changing ${path}:`,
    planRun: 'Running (a gateway that runs restarts with it):',
    copy: (path: string) => `The file as it was is kept as ${path}`,
    mended: 'Done',
    failed: (reason: string) => `Not mended: ${reason}`,
    left: 'Still to be done:',
  },
} satisfies Texts<unknown>;

export const findingWords = (finding: Finding, locale: Locale): { readonly what: string; readonly why: string } => {
  // Each code's sentences take that code's facts, which TypeScript cannot follow through the table.
  const { what, why } = FINDINGS[locale][finding.code] as Sentences<Code>;
  return { what: what(finding), why: why(finding) };
};

/** One finding, complete in itself; `hint`: with the way to have it mended. */
export const findingText = (finding: Finding, locale: Locale, { hint }: { readonly hint: boolean }): string => {
  const { what, why } = findingWords(finding, locale);
  const frame = FRAME[locale];
  return [
    `${finding.severity === 'error' ? '🔴' : '🟠'} ${finding.gateway}${locale === 'en' ? ': ' : '：'}${what}`,
    `   ${why}`,
    ...(finding.commands.length > 0 ? [`   ${frame.run}`, ...finding.commands.map((command) => `     ${command}`)] : []),
    ...(finding.fix && hint ? [`   ${frame.fixable}`] : []),
  ].join('\n');
};

export const planText = (plan: { readonly path: string | null; readonly diff: readonly string[]; readonly commands: readonly string[] }, locale: Locale): string => {
  const frame = FRAME[locale];
  return [
    ...(plan.path === null ? [] : [frame.plan(plan.path), ...plan.diff.map((line) => `  ${line}`)]),
    ...(plan.commands.length > 0 ? [frame.planRun, ...plan.commands.map((command) => `  ${command}`)] : []),
  ].join('\n');
};

export const mendedText = ({ copy, reason }: { readonly copy: string | null; readonly reason: string | null }, locale: Locale): string => {
  const frame = FRAME[locale];
  return [...(copy === null ? [] : [frame.copy(copy)]), reason === null ? frame.mended : frame.failed(reason)].join('\n');
};

export const leftText = (locale: Locale): string => FRAME[locale].left;
