/** What is said of the way a gateway is kept: what it is, and why it matters. */
import type { KeepingFacts } from '../../doctor/facts/keeping.ts';
import type { Sentences } from './sentences.ts';
import type { Texts } from '../locale.ts';

const isEngine = (supervisor: string): boolean => supervisor === 'docker' || supervisor === 'podman';

export const KEEPING_TEXTS = {
  'zh-CN': {
    launchd_replace: {
      what: ({ plist, where }) =>
        where === 'file'
          ? `${plist} 同时有 --replace 和 KeepAlive`
          : `${plist} 已改好，但 launchd 里运行的还是带 --replace 的旧定义`,
      why: () => '每次启动都会赶走前一个实例，launchd 又把它拉起来，网关每几分钟就重启一次',
    },
    launchd_keep_alive: {
      what: ({ plist, value }) => `${plist} 的 KeepAlive ${value === 'off' ? '没有打开' : '只在部分退出时生效'}`,
      why: ({ value }) =>
        value === 'off'
          ? '网关一旦退出，没有人把它拉起来'
          : '网关以代码 0 退出时（比如收到意外的停止信号），没有人把它拉起来',
    },
    launchd_exit_timeout: {
      what: ({ plist, seconds }) => `${plist} 的 ExitTimeOut ${seconds === null ? '没有设置' : `是 ${seconds} 秒`}`,
      why: ({ seconds, today }) =>
        seconds === 0
          ? '停不下来的网关会永远卡住，launchd 不会强制结束它'
          : `网关来不及收尾就会被强制结束，正在处理的对话会丢失；${today.title} 自己用 ${today.seconds} 秒`,
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
      what: ({ marker }) => `网关曾发现 launchd 不接受它的任务（${marker}），现在脱离 launchd 运行`,
      why: () => '网关崩溃或重新登录后，没有人把它拉起来；可以让 Lifeline 来管理，在配置里写 supervisor: process',
    },
    launchd_several: {
      what: ({ home, plists }) => `有 ${plists.length} 个 plist 启动同一个网关目录 ${home}：${plists.join('、')}`,
      why: () => '它们会互相赶走，或者其中一个永远启动不了；留下一个，其余的卸载并改名',
    },
    launchd_program_gone: {
      what: ({ plist, program }) => `${plist} 要运行的程序不在了：${program}`,
      why: () => 'launchd 每次启动都会失败；多半是更新或移动过网关，或运行它的 Python、Node',
    },
    launchd_unreadable: {
      what: ({ plist, problem }) => `${plist} 读不了：${problem}`,
      why: () => 'launchd 也不会加载它，网关不会启动',
    },
    nobody_revives: {
      what: ({ supervisor }) => (isEngine(supervisor) ? '容器的重启策略是 no' : '没有任何服务管理器管理这个网关'),
      why: ({ supervisor }) =>
        `网关退出或机器重启以后，没有人把它拉起来${supervisor === 'podman' ? '；podman 改不了已有容器的策略：重建容器时加上 --restart=unless-stopped，再启用 podman-restart.service，让它随机器启动' : ''}`,
    },
    unit_restart_no: {
      what: ({ unit }) => `${unit} 设了 Restart=no`,
      why: () => '网关退出以后，systemd 不会把它拉起来；请改成 Restart=always',
    },
    config_fatal: {
      what: ({ unit }) => `${unit} 上次以代码 78 退出，已不再启动`,
      why: () => '这是配置错误，重启没有用；先看日志里的原因，改好配置，再运行下面的命令',
    },
    start_limit: {
      what: ({ unit }) => `${unit} 启动次数过多，systemd 已放弃`,
      why: () => '不清除失败状态，它就不会再启动',
    },
    unit_replace: {
      what: ({ unit }) => `${unit} 的启动命令带 --replace`,
      why: () => '两次启动会互相赶走，systemd 又把它们拉起来，网关反复重启',
    },
    no_linger: {
      what: ({ unit, user }) => `${unit} 是用户服务，但用户 ${user} 没有开启 linger`,
      why: () => '用户退出登录时网关会被停掉，机器重启后也不会自己启动',
    },
    rival_units: {
      what: ({ units }) => `有 ${units.length} 个 systemd 服务启动同一个网关：${units.join('、')}`,
      why: () => '它们会互相抢占；留下一个，停用其余的',
    },
    unit_restart_conditional: {
      what: ({ unit, restart }) => `${unit} 设的是 Restart=${restart}`,
      why: ({ title }) =>
        `网关以代码 0 退出时（比如收到意外的停止信号），systemd 不会把它拉起来；${title === null ? '请改成' : `新版 ${title} 用`} Restart=always`,
    },
    unit_start_limited: {
      what: ({ unit, burst, seconds }) => `${unit} 在 ${seconds} 秒内最多启动 ${burst} 次`,
      why: ({ title }) =>
        `网络断上几分钟，systemd 就会放弃；Lifeline 会清除失败状态再启动${title === null ? '' : `，但新版 ${title} 的服务不设这个限制`}`,
    },
    unit_stop_timeout: {
      what: ({ unit, seconds }) => `${unit} 只给网关 ${seconds} 秒停止`,
      why: ({ today }) =>
        `网关来不及收尾就会被强制结束，正在处理的对话会丢失；新版 ${today.title} 用 ${today.seconds} 秒以上`,
    },
    unit_slow_restart: {
      what: ({ unit, seconds }) => `${unit} 退出后要等 ${seconds} 秒才重启`,
      why: ({ today }) =>
        `每次崩溃都要断线好几分钟${today === null ? '' : `；新版 ${today.title} 用 ${today.seconds} 秒`}`,
    },
    unit_other_home: {
      what: ({ unit, unitHome }) => `${unit} 启动的是另一个网关目录 ${unitHome}`,
      why: ({ home }) => `重启它，动的是别的网关；在 Lifeline 的配置里把 home（${home}）或 unit 改对`,
    },
    unit_not_enabled: {
      what: ({ unit }) => `${unit} 在运行，但没有设成自动启动`,
      why: () => '机器重启以后，网关不会自己启动',
    },
    other_watchdog: {
      what: ({ line }) => `crontab 里有一条会动网关的任务：${line}`,
      why: () => '别的看护脚本是误重启最常见的原因，也会和 Lifeline 冲突；请注释掉它',
    },
  },
  en: {
    launchd_replace: {
      what: ({ plist, where }) =>
        where === 'file'
          ? `${plist} has --replace together with KeepAlive`
          : `${plist} is mended, but launchd still runs what it read before, with --replace`,
      why: () =>
        'each start ends the one before it, and launchd starts that again, so the gateway restarts every few minutes',
    },
    launchd_keep_alive: {
      what: ({ plist, value }) => `KeepAlive in ${plist} is ${value === 'off' ? 'not on' : 'for some ends only'}`,
      why: ({ value }) =>
        value === 'off'
          ? 'once the gateway ends, nothing starts it again'
          : 'when the gateway ends with code 0, for one after an unexpected signal to stop, nothing starts it again',
    },
    launchd_exit_timeout: {
      what: ({ plist, seconds }) => `ExitTimeOut in ${plist} is ${seconds === null ? 'not set' : `${seconds} s`}`,
      why: ({ seconds, today }) =>
        seconds === 0
          ? 'a stop that hangs does so for ever: launchd never ends it by force'
          : `the gateway is ended by force before it has finished, and turns in progress are lost; ${today.title} itself uses ${today.seconds} s`,
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
      what: ({ marker }) => `the gateway once found that launchd does not take its job (${marker}), and runs detached`,
      why: () =>
        'after a crash or a new login nothing starts it again; Lifeline can: set "supervisor: process" in its configuration',
    },
    launchd_several: {
      what: ({ home, plists }) => `${plists.length} plists start the same home ${home}: ${plists.join(', ')}`,
      why: () => 'they end each other, or one of them can never start; keep one, unload and rename the others',
    },
    launchd_program_gone: {
      what: ({ plist, program }) => `the program that ${plist} runs is gone: ${program}`,
      why: () =>
        'every start by launchd fails; most likely the gateway, or the Python or Node that runs it, was updated or moved',
    },
    launchd_unreadable: {
      what: ({ plist, problem }) => `${plist} cannot be read: ${problem}`,
      why: () => 'launchd does not load it either, so the gateway does not start',
    },
    nobody_revives: {
      what: ({ supervisor }) =>
        isEngine(supervisor) ? 'the restart policy of its container is "no"' : 'no service manager keeps this gateway',
      why: ({ supervisor }) =>
        `once the gateway ends or the machine restarts, nothing starts it again${supervisor === 'podman' ? '; podman changes no policy of a container that is there: make it anew with --restart=unless-stopped, and enable podman-restart.service so that it starts with the machine' : ''}`,
    },
    unit_restart_no: {
      what: ({ unit }) => `${unit} has Restart=no`,
      why: () => 'once the gateway ends, systemd does not start it again; make it Restart=always',
    },
    config_fatal: {
      what: ({ unit }) => `${unit} last ended with code 78 and is not started any more`,
      why: () =>
        'its configuration is wrong and no restart helps: find the reason in its log, mend that, then run the command below',
    },
    start_limit: {
      what: ({ unit }) => `${unit} was started too often, and systemd has given up`,
      why: () => 'it does not start again until its failed state is reset',
    },
    unit_replace: {
      what: ({ unit }) => `the command of ${unit} has --replace`,
      why: () => 'two starts end each other, and systemd starts both again, so the gateway keeps restarting',
    },
    no_linger: {
      what: ({ unit, user }) => `${unit} is a user's service, and lingering is off for ${user}`,
      why: () => 'the gateway is stopped when that user logs out, and does not start with the machine',
    },
    rival_units: {
      what: ({ units }) => `${units.length} units of systemd start the same gateway: ${units.join(', ')}`,
      why: () => 'they take it from each other; keep one and disable the others',
    },
    unit_restart_conditional: {
      what: ({ unit, restart }) => `${unit} has Restart=${restart}`,
      why: ({ title }) =>
        `when the gateway ends with code 0, for one after an unexpected signal to stop, systemd does not start it again; ${title === null ? 'make it' : `${title} has`} Restart=always${title === null ? '' : ' today'}`,
    },
    unit_start_limited: {
      what: ({ unit, burst, seconds }) => `${unit} may start ${burst} times in ${seconds} s`,
      why: ({ title }) =>
        `after some minutes without a network systemd gives up; Lifeline resets and starts it${title === null ? '' : `, but the unit of ${title} today has no such limit`}`,
    },
    unit_stop_timeout: {
      what: ({ unit, seconds }) => `${unit} gives the gateway ${seconds} s to stop`,
      why: ({ today }) =>
        `it is ended by force before it has finished, and turns in progress are lost; ${today.title} has ${today.seconds} s or more today`,
    },
    unit_slow_restart: {
      what: ({ unit, seconds }) => `${unit} waits ${seconds} s before it starts again`,
      why: ({ today }) =>
        `each crash is an outage of minutes${today === null ? '' : `; ${today.title} has ${today.seconds} s today`}`,
    },
    unit_other_home: {
      what: ({ unit, unitHome }) => `${unit} starts the gateway of another home, ${unitHome}`,
      why: ({ home }) =>
        `to restart it would hit the wrong gateway; put "home" (${home}) or "unit" right in Lifeline's configuration`,
    },
    unit_not_enabled: {
      what: ({ unit }) => `${unit} runs, but does not start by itself`,
      why: () => 'after a restart of the machine the gateway stays down',
    },
    other_watchdog: {
      what: ({ line }) => `the crontab has an entry that touches the gateway: ${line}`,
      why: () =>
        'other watchdogs are the commonest reason why a healthy gateway restarts, and this one conflicts with Lifeline; comment it out',
    },
  },
} satisfies Texts<Sentences<KeepingFacts>>;
