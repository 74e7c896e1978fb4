/** What a person can do about a trouble that no restart mends. */
import type { Cause } from '../../diagnosis/verdict.ts';
import type { Locale, Texts } from '../locale.ts';

type Advice = (gateway: string) => string;

const ADVICE: Texts<Partial<Record<Cause, Advice>> & { readonly otherwise: Advice }> = {
  'zh-CN': {
    config_rejected: (gateway) => `原因见 /logs ${gateway}，改好配置再启动`,
    no_platform_enabled: (gateway) =>
      `只跑定时任务的话就不用管；否则在网关里启用一个平台，并看 /logs ${gateway} 里缺不缺软件包`,
    config_not_taken: () => '把这一处改对再保存，网关会自己读入；改好之前不要重启它',
    config_reverted: () => '你的改动没有生效：对照旁边的 .clobbered 文件重新改，保留文件里的 meta 一段',
    no_login_after_loss: (gateway) =>
      `也可能已经连上了、只是日志没写：给机器人发条消息试试，不通就 /restart ${gateway}`,
    reconnected_without_login: (gateway) =>
      `也可能已经连上了、只是日志没写：给机器人发条消息试试，不通就 /restart ${gateway}`,
    platform_refuses: () => '查一下机器人是否被封、AppID 和密钥是否正确',
    token_in_use: (gateway) =>
      `找出用同一个机器人令牌或账号的另一个程序（另一台机器、另一个网关、脚本）并停掉它；找不到就换一个新令牌，再 /restart ${gateway}`,
    kicked_by_another_client: (gateway) =>
      `找出用同一个应用登录的另一个程序（另一台机器、另一个网关、脚本）并停掉它；找不到就换一个新密钥，再 /restart ${gateway}`,
    credentials_refused: (gateway) => `在平台的控制台换一个新令牌或密钥，写进网关的设置，再 /restart ${gateway}`,
    intents_missing: (gateway) =>
      `在平台的开发者控制台打开特权 Intent（Discord：Bot → Privileged Gateway Intents，打开 Message Content 和 Server Members），再 /restart ${gateway}`,
    logged_out: () => '在那台机器上重新配对：再扫一次二维码；如果马上又失效，就是同一个账号在别处绑定了',
    setup_incomplete: (gateway) => `按上面这行补上缺少的设置或软件包，再 /restart ${gateway}`,
    platform_errors: () => '平台那边的故障，等它恢复即可',
    platform_unreachable: () => '查一下这台机器的网络、DNS 和代理',
    network_unreachable: () => '查一下这台机器的网络、DNS 和代理，网络恢复后网关会自己重连',
    silent_connection: (gateway) => `给机器人发条消息试试，不回就 /restart ${gateway}`,
    loop_held_up: (gateway) =>
      `看 /logs ${gateway} 里它在忙什么：多半是某个插件或刚更新的版本；/restart ${gateway} 多半只管一阵`,
    loop_blocked: () => '把长任务拆小或移出网关；再重启也只是暂时的',
    starts_again_and_again: (gateway) => `原因见 /logs ${gateway}，改好再重启`,
    held_by_respawn_brake: () => '等它自己启动，最多 5 分钟，不要再重启',
    port_taken: () => '停掉占着端口的程序，或者给网关换一个端口',
    another_instance: () => '找出另一个实例并停掉；确实没有时，删掉它留下的 pid 文件再启动',
    several_processes: (gateway) => `先认准哪一个是多余的，再发 /end ${gateway} 进程号 结束它；我不会自己动它`,
    unproven_process: (gateway) =>
      `如果它是多余的，发 /end ${gateway} 进程号 结束它，我会接着启动网关；如果它就是网关，等它写好自己的状态`,
    never_seen: (gateway) => `要现在启动：/start ${gateway}；如果它本来就不该运行，把它从配置里去掉`,
    ended_cleanly: (gateway) =>
      `是你停的就不用管；要启动：/start ${gateway}。用 systemctl enable 启用它的服务，以后就分得清`,
    container_removed: () =>
      '按原来的方法重新建容器（docker run、compose up -d），我不会在容器外面启动它；容器改了名，就改配置里的 unit',
    held_still: (gateway) =>
      `要它继续：在那台机器上 unpause（systemd 用 thaw），或者 /restart ${gateway}；我不会自己动它`,
    stopped_by_signal: (gateway) =>
      `要它继续：在那台机器上 kill -CONT 进程号，或者 /restart ${gateway}；我不会自己动它`,
    keeper_silent: () => '先让它恢复回答；在这之前我只看进程在不在',
    out_of_memory: (gateway) => `给它更多内存，或者看 /logs ${gateway} 里是什么用掉的`,
    start_blocked: () => '先解决服务管理器说的原因，它就能启动',
    failing_for_hours: (gateway) => `看 /logs ${gateway}：多半是凭证或平台的问题`,
    provider_key: () => '检查网关里模型的 API 密钥和账号权限，改好后发条消息试试',
    provider_quota: () => '给模型的账号充值或等额度恢复，也可以在网关里换一个模型',
    provider_overloaded: () => '多半等一阵就好；不想等，就在网关里换一个模型',
    turns_fail: (gateway) => `原因见 /logs ${gateway}；刚更新过的话，先 /restart ${gateway} 试一次`,
    turn_hangs: (gateway) => `在聊天里开一个新会话（/new）；还不回就 /restart ${gateway}`,
    sends_fail: (gateway) => `原因见 /logs ${gateway}：多半是权限、额度或令牌；令牌失效就 /restart ${gateway}`,
    jobs_undelivered: (gateway) =>
      `原因见 /logs ${gateway}：多半是任务的目标不对，或者机器人没有权限；结果还存在网关那里`,
    messages_dropped: (gateway) => `让大家重发消息；还是被丢弃就 /restart ${gateway}`,
    no_reply: (gateway) => `给机器人发条消息试试，不回就 /restart ${gateway}`,
    memory_high: (gateway) => `给它更多内存，或者找个空闲的时候 /restart ${gateway}`,
    memory_over_limit: (gateway) => `现在可能有对话在进行；不想等就 /restart ${gateway}`,
    memory_grows: (gateway) => `多半是内存泄漏：更新网关，或者找个空闲的时候 /restart ${gateway}`,
    files_high: (gateway) => `到了上限它就连不上也写不了：提高上限（LimitNOFILE、ulimit -n），或者 /restart ${gateway}`,
    disk_low: () => '清理磁盘：写不了文件时，网关会出各种问题',
    part_out_of_memory: () => '给它更多内存；浏览器一类的子进程最费内存',
    was_out_of_memory: (gateway) => `给它更多内存，或者看 /logs ${gateway} 里是什么用掉的`,
    perhaps_out_of_memory: (gateway) => `看 /logs ${gateway} 里它最后写了什么；内存不够就给它更多`,
    otherwise: (gateway) => `先看 /logs ${gateway}`,
  },
  en: {
    config_rejected: (gateway) => `See /logs ${gateway} for the reason, correct the configuration, then start it`,
    no_platform_enabled: (gateway) =>
      `If it is meant to run cron jobs alone, that is all; otherwise enable a platform in the gateway, and see in /logs ${gateway} whether a package is missing`,
    config_not_taken: () => 'Correct it in the file and the gateway reads it by itself; do not restart it before that',
    config_reverted: () =>
      'Your change has no effect: make it anew, by the .clobbered file beside it, and keep the block meta of the file',
    no_login_after_loss: (gateway) =>
      `It may be back without a line in the log: write to the bot, and if it stays silent, /restart ${gateway}`,
    reconnected_without_login: (gateway) =>
      `It may be back without a line in the log: write to the bot, and if it stays silent, /restart ${gateway}`,
    platform_refuses: () => 'Check whether the bot was banned, and its app id and secret',
    token_in_use: (gateway) =>
      `Find the other program that uses the same bot token or account (another machine, another gateway, a script) and stop it; if you cannot find it, make a new token, then /restart ${gateway}`,
    kicked_by_another_client: (gateway) =>
      `Find the other program that logs in with the same app (another machine, another gateway, a script) and stop it; if you cannot find it, make a new secret, then /restart ${gateway}`,
    credentials_refused: (gateway) =>
      `Make a new token or secret in the platform's console, put it into the gateway's settings, then /restart ${gateway}`,
    intents_missing: (gateway) =>
      `Switch on the privileged intents in the platform's developer console (Discord: Bot → Privileged Gateway Intents, Message Content and Server Members), then /restart ${gateway}`,
    logged_out: () =>
      'Pair it anew on that machine: scan its QR code once more; if it is logged out again at once, the same account is bound somewhere else',
    setup_incomplete: (gateway) => `Put in the setting or package that the line above names, then /restart ${gateway}`,
    platform_errors: () => 'The fault is with the platform: wait for it to recover',
    platform_unreachable: () => "Check this machine's network, DNS and proxy",
    network_unreachable: () =>
      "Check this machine's network, DNS and proxy; the gateway reconnects by itself once it is back",
    silent_connection: (gateway) => `Write to the bot, and if it stays silent, /restart ${gateway}`,
    loop_held_up: (gateway) =>
      `See in /logs ${gateway} what it is busy with, most often a plugin or a new version; /restart ${gateway} helps for a while at most`,
    loop_blocked: () => 'Split the long task or move it out of the gateway; a restart helps only for a while',
    starts_again_and_again: (gateway) => `See /logs ${gateway} for the reason, mend it, then restart`,
    held_by_respawn_brake: () => 'Let it start by itself, 5 minutes at most; do not restart it again',
    port_taken: () => 'Stop the program that holds the port, or give the gateway another port',
    another_instance: () =>
      'Find the other instance and stop it; if there is none, remove the pid file that it left and start the gateway',
    several_processes: (gateway) =>
      `Find out which one is not wanted and end it with /end ${gateway} PID; I do not end any of them myself`,
    unproven_process: (gateway) =>
      `If it is not wanted, /end ${gateway} PID ends it and I start the gateway; if it is the gateway, wait until it has written its state`,
    never_seen: (gateway) =>
      `To start it now: /start ${gateway}; if it is not meant to run, take it out of the configuration`,
    ended_cleanly: (gateway) =>
      `If you stopped it, that is all; to start it: /start ${gateway}. Enable its service with systemctl enable, and the two can be told apart`,
    container_removed: () =>
      'Create the container again as before (docker run, compose up -d): I do not start it outside a container. If the container has a new name, write that as "unit"',
    held_still: (gateway) =>
      `To let it go on: unpause it on that machine (thaw with systemd), or /restart ${gateway}; I do not change that myself`,
    stopped_by_signal: (gateway) =>
      `To let it go on: kill -CONT PID on that machine, or /restart ${gateway}; I do not change that myself`,
    keeper_silent: () => 'Make it answer again; until then I only see whether the process is there',
    out_of_memory: (gateway) => `Give it more memory, or see in /logs ${gateway} what used it up`,
    start_blocked: () => 'Mend what its service manager names, and it can start',
    failing_for_hours: (gateway) => `See /logs ${gateway}: most often credentials, or the platform`,
    provider_key: () => "Check the model's API key and the rights of its account, then write to the bot",
    provider_quota: () => "Top up the model's account or wait for its quota, or choose another model in the gateway",
    provider_overloaded: () => 'Most often it passes; if you cannot wait, choose another model in the gateway',
    turns_fail: (gateway) => `See /logs ${gateway} for the reason; after an update, try /restart ${gateway} once`,
    turn_hangs: (gateway) => `Begin a new session in the chat (/new); if it stays silent, /restart ${gateway}`,
    sends_fail: (gateway) =>
      `See /logs ${gateway} for the reason: permissions, quota or a token; for an invalid token, /restart ${gateway}`,
    jobs_undelivered: (gateway) =>
      `See /logs ${gateway} for the reason: most often the job's target, or rights of the bot; the gateway keeps the results`,
    messages_dropped: (gateway) => `Send the messages again; if they are dropped once more, /restart ${gateway}`,
    no_reply: (gateway) => `Write to the bot, and if it stays silent, /restart ${gateway}`,
    memory_high: (gateway) => `Give it more memory, or /restart ${gateway} at a quiet time`,
    memory_over_limit: (gateway) => `A turn may be under way; if you do not want to wait, /restart ${gateway}`,
    memory_grows: (gateway) =>
      `Most often memory leaks: update the gateway, or /restart ${gateway} at a quiet time before it is used up`,
    files_high: (gateway) =>
      `At the limit it can neither connect nor write: raise it (LimitNOFILE, ulimit -n), or /restart ${gateway}`,
    disk_low: () => 'Free some space: a gateway that cannot write fails in many ways',
    part_out_of_memory: () => 'Give it more memory; child processes such as browsers need the most',
    was_out_of_memory: (gateway) => `Give it more memory, or see in /logs ${gateway} what used it up`,
    perhaps_out_of_memory: (gateway) => `See in /logs ${gateway} what it wrote last; if memory is short, give it more`,
    otherwise: (gateway) => `Look at /logs ${gateway} first`,
  },
};

/** Causes that pass by themselves: nobody can or must do anything about them. */
const PASSING: ReadonlySet<Cause> = new Set(['platform_errors', 'held_by_respawn_brake']);

/**
 * Returns whether a trouble that no restart mends asks for nothing but time; its card does not say "this needs you".
 */
export const onlyTimeHelps = (cause: Cause): boolean => PASSING.has(cause);

/** What is left to the operator at the end of the advice; a cause without an entry ends otherwise. */
const LAST_STEP: Partial<Record<Cause, 'restart_when_mended' | 'restart' | 'start'>> = {
  config_rejected: 'restart_when_mended',
  platform_refuses: 'restart_when_mended',
  starts_again_and_again: 'restart_when_mended',
  port_taken: 'restart_when_mended',
  another_instance: 'restart_when_mended',
  out_of_memory: 'restart_when_mended',
  start_blocked: 'restart_when_mended',
  failing_for_hours: 'restart_when_mended',
  kicked_by_another_client: 'restart_when_mended',
  token_in_use: 'restart_when_mended',
  credentials_refused: 'restart_when_mended',
  intents_missing: 'restart_when_mended',
  setup_incomplete: 'restart_when_mended',
  no_login_after_loss: 'restart',
  reconnected_without_login: 'restart',
  silent_connection: 'restart',
  held_still: 'restart',
  stopped_by_signal: 'restart',
  turns_fail: 'restart',
  turn_hangs: 'restart',
  messages_dropped: 'restart',
  no_reply: 'restart',
  loop_held_up: 'restart',
  sends_fail: 'restart',
  memory_high: 'restart',
  memory_over_limit: 'restart',
  memory_grows: 'restart',
  files_high: 'restart',
  never_seen: 'start',
  ended_cleanly: 'start',
};

/** What a button may offer below the advice: to start it, or to restart it, perhaps only when it is mended; or nothing. */
export const lastStep = (cause: Cause): 'restart_when_mended' | 'restart' | 'start' | null => LAST_STEP[cause] ?? null;

export const adviceText = (cause: Cause, gateway: string, locale: Locale): string =>
  (ADVICE[locale][cause] ?? ADVICE[locale].otherwise)(gateway);

/** What is to be seen only by writing to the bot. */
const TRY_IT: Texts<Advice> = {
  'zh-CN': () => '给机器人发条消息试试，不通就自己重启它',
  en: () => 'Write to the bot, and if it stays silent, restart it yourself',
};

const AT_A_QUIET_TIME: Texts<Advice> = {
  'zh-CN': () => '给它更多内存，或者找个空闲的时候自己重启它',
  en: () => 'Give it more memory, or restart it yourself at a quiet time',
};

/** Where something has to be mended first, the restart is the last step. */
const thenByHand = (cause: Cause): Texts<Advice> => ({
  'zh-CN': (gateway) => adviceText(cause, gateway, 'zh-CN').replace(`再 /restart ${gateway}`, '再自己重启它'),
  en: (gateway) => adviceText(cause, gateway, 'en').replace(`then /restart ${gateway}`, 'then restart it yourself'),
});

/**
 * The advice that names a command which starts or stops it, as it is for a gateway that Lifeline can neither start nor
 * stop.
 */
const BY_HAND: Partial<Record<Cause, Texts<Advice>>> = {
  no_login_after_loss: TRY_IT,
  reconnected_without_login: TRY_IT,
  silent_connection: TRY_IT,
  token_in_use: thenByHand('token_in_use'),
  kicked_by_another_client: thenByHand('kicked_by_another_client'),
  credentials_refused: thenByHand('credentials_refused'),
  intents_missing: thenByHand('intents_missing'),
  setup_incomplete: thenByHand('setup_incomplete'),
  turn_hangs: TRY_IT,
  messages_dropped: TRY_IT,
  no_reply: TRY_IT,
  loop_held_up: { 'zh-CN': ADVICE['zh-CN'].otherwise, en: ADVICE.en.otherwise },
  turns_fail: { 'zh-CN': ADVICE['zh-CN'].otherwise, en: ADVICE.en.otherwise },
  sends_fail: { 'zh-CN': ADVICE['zh-CN'].otherwise, en: ADVICE.en.otherwise },
  never_seen: { 'zh-CN': ADVICE['zh-CN'].otherwise, en: ADVICE.en.otherwise },
  ended_cleanly: { 'zh-CN': ADVICE['zh-CN'].otherwise, en: ADVICE.en.otherwise },
  held_still: { 'zh-CN': ADVICE['zh-CN'].otherwise, en: ADVICE.en.otherwise },
  stopped_by_signal: {
    'zh-CN': () => '要它继续：在那台机器上 kill -CONT 进程号，或者自己重启它',
    en: () => 'To let it go on: kill -CONT PID on that machine, or restart it yourself',
  },
  memory_high: AT_A_QUIET_TIME,
  memory_over_limit: AT_A_QUIET_TIME,
  memory_grows: AT_A_QUIET_TIME,
  files_high: {
    'zh-CN': () => '到了上限它就连不上也写不了：提高上限（LimitNOFILE、ulimit -n），或者自己重启它',
    en: () =>
      'At the limit it can neither connect nor write: raise it (LimitNOFILE, ulimit -n), or restart it yourself',
  },
};

export const adviceByHandText = (cause: Cause, gateway: string, locale: Locale): string =>
  BY_HAND[cause]?.[locale](gateway) ?? adviceText(cause, gateway, locale);
