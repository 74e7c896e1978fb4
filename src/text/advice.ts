/** What a person can do about a trouble that no restart mends. */
import type { Cause } from '../diagnosis/verdict.ts';
import type { Locale, Texts } from './locale.ts';

type Advice = (gateway: string) => string;

const ADVICE: Texts<Partial<Record<Cause, Advice>> & { readonly otherwise: Advice }> = {
  'zh-CN': {
    config_rejected: (gateway) => `原因见 /logs ${gateway}，改好配置再启动`,
    config_not_taken: () => '把这一处改对再保存，网关会自己读入；改好之前不要重启它',
    config_reverted: () => '你的改动没有生效：对照旁边的 .clobbered 文件重新改，保留文件里的 meta 一段',
    no_login_after_loss: (gateway) => `这个连接的登录没有日志，给机器人发条消息试试，不通就 /restart ${gateway}`,
    reconnected_without_login: (gateway) => `这个连接的登录没有日志，给机器人发条消息试试，不通就 /restart ${gateway}`,
    platform_refuses: () => '查一下机器人是否被封、AppID 和密钥是否正确',
    platform_errors: () => '平台那边的故障，等它恢复即可',
    platform_unreachable: () => '查一下这台机器的网络、DNS 和代理',
    network_unreachable: () => '查一下这台机器的网络、DNS 和代理，网络恢复后网关会自己重连',
    silent_connection: (gateway) => `给机器人发条消息试试，不回就 /restart ${gateway}`,
    loop_blocked: () => '把长任务拆小或移出网关；再重启也只是暂时的',
    starts_again_and_again: (gateway) => `重启解决不了，原因见 /logs ${gateway}`,
    held_by_respawn_brake: () => '等它自己启动，最多 5 分钟，不要再重启',
    port_taken: () => '让占着端口的程序让出来（可以用按钮结束它），或者给网关换一个端口',
    another_instance: () => '找出另一个实例并停掉；确实没有时，删掉它留下的 pid 文件再启动',
    several_processes: () => '看清楚哪一个是多余的，用按钮结束它；我不会自己动它',
    unproven_process: () => '如果它是多余的，用按钮结束它，我会接着启动网关；如果它就是网关，等它写好自己的状态',
    never_seen: (gateway) => `要现在启动：/start ${gateway}；如果它本来就不该运行，把它从配置里去掉`,
    start_blocked: () => '先解决服务管理器说的原因，它就能启动',
    failing_for_hours: (gateway) => `看 /logs ${gateway}：多半是凭证或平台的问题`,
    otherwise: (gateway) => `先看 /logs ${gateway}`,
  },
  en: {
    config_rejected: (gateway) => `See /logs ${gateway} for the reason, correct the configuration, then start it`,
    config_not_taken: () => 'Correct it in the file and the gateway reads it by itself; do not restart it before that',
    config_reverted: () => 'Your change has no effect: make it anew, by the .clobbered file beside it, and keep the block meta of the file',
    no_login_after_loss: (gateway) => `This link does not log its logins: write to the bot, and if it stays silent, /restart ${gateway}`,
    reconnected_without_login: (gateway) => `This link does not log its logins: write to the bot, and if it stays silent, /restart ${gateway}`,
    platform_refuses: () => 'Check whether the bot was banned, and its app id and secret',
    platform_errors: () => 'The fault is with the platform: wait for it to recover',
    platform_unreachable: () => "Check this machine's network, DNS and proxy",
    network_unreachable: () => "Check this machine's network, DNS and proxy; the gateway reconnects by itself once it is back",
    silent_connection: (gateway) => `Write to the bot, and if it stays silent, /restart ${gateway}`,
    loop_blocked: () => 'Split the long task or move it out of the gateway; another restart would only put it off',
    starts_again_and_again: (gateway) => `A restart does not mend this: see /logs ${gateway} for the reason`,
    held_by_respawn_brake: () => 'Let it start by itself, 5 minutes at most; do not restart it again',
    port_taken: () => 'Make the program that holds the port let go of it (its button ends it), or give the gateway another port',
    another_instance: () => 'Find the other instance and stop it; if there is none, remove the pid file that it left and start it',
    several_processes: () => 'See which one is not wanted and end it with its button; I leave them all alone',
    unproven_process: () => 'If it is not wanted, end it with its button and I start the gateway; if it is the gateway, give it time to say so',
    never_seen: (gateway) => `To start it now: /start ${gateway}; if it is not meant to run, take it out of the configuration`,
    start_blocked: () => 'Mend what its service manager names, and it can start',
    failing_for_hours: (gateway) => `See /logs ${gateway}: most often credentials, or the platform`,
    otherwise: (gateway) => `Look at /logs ${gateway} first`,
  },
};

export const adviceText = (cause: Cause, gateway: string, locale: Locale): string =>
  (ADVICE[locale][cause] ?? ADVICE[locale].otherwise)(gateway);
