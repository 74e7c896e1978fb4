/** The words for links, conditions and causes, in every place where people read them. */
import type { LinkName } from '../../diagnosis/evidence.ts';
import { accountOf, platformOf } from '../../diagnosis/link-name.ts';
import type { Cause, GatewayCondition, LinkCondition, Remedy, Verdict } from '../../diagnosis/verdict.ts';
import { platformFor } from '../../gateways/platforms/index.ts';
import { onlyTimeHelps } from './advice.ts';
import type { Locale, Texts } from '../locale.ts';

/** Other names of links, as people call them; the platforms have theirs in their facts. */
const LINKS: Texts<Readonly<Record<string, string>>> = {
  'zh-CN': { qq: 'QQ', lark: 'Lark' },
  en: { qq: 'QQ', lark: 'Lark' },
};

const GATEWAY_CONDITIONS = {
  'zh-CN': {
    healthy: '运行正常',
    starting: '正在启动',
    stopping: '正在停止或重启',
    stopped: '没有在运行',
    stopped_on_purpose: '已主动停止',
    frozen: '卡死了',
    paused: '被暂停了',
    broken_executor: '在运行，但发不出消息',
    crash_looping: '反复崩溃',
    misconfigured: '配置有误',
    duplicate: '有多个实例同时在运行',
    updating: '正在更新',
    network_down: '所在机器断网',
    unwell: '检查没有通过',
    unkept: '在运行，但问不到管理它的服务',
    unanswered: '在运行，但不回消息',
    strained: '在运行，但资源吃紧',
    unknown: '状态不明',
  },
  en: {
    healthy: 'running well',
    starting: 'starting',
    stopping: 'stopping or restarting',
    stopped: 'not running',
    stopped_on_purpose: 'stopped on purpose',
    frozen: 'frozen',
    paused: 'paused',
    broken_executor: 'running but cannot send',
    crash_looping: 'crashing again and again',
    misconfigured: 'misconfigured',
    duplicate: 'running twice',
    updating: 'updating',
    network_down: 'without network',
    unwell: 'fails its check',
    unkept: 'running, but what keeps it cannot be asked',
    unanswered: 'running, but does not answer',
    strained: 'running, but short of resources',
    unknown: 'state unknown',
  },
} satisfies Texts<Record<GatewayCondition, string>>;

const LINK_CONDITIONS = {
  'zh-CN': {
    up: '已登录',
    connecting: '正在连接',
    reconnecting: '断线，正在重连',
    down: '失联',
    gave_up: '失联，网关已放弃重连',
    deaf: '收不到消息',
    flapping: '反复掉线',
    rejected: '被平台拒绝',
    misconfigured: '配置不全',
    unreachable: '连不上平台',
    disabled: '未启用',
    listening: '监听中',
    unanswered: '连着，但不回消息',
    unknown: '状态不明',
  },
  en: {
    up: 'logged in',
    connecting: 'connecting',
    reconnecting: 'lost, reconnecting',
    down: 'offline',
    gave_up: 'offline, the gateway gave up',
    deaf: 'receives nothing',
    flapping: 'drops again and again',
    rejected: 'refused by the platform',
    misconfigured: 'misconfigured',
    unreachable: 'cannot reach the platform',
    disabled: 'not enabled',
    listening: 'listening',
    unanswered: 'connected, but messages get no answer',
    unknown: 'state unknown',
  },
} satisfies Texts<Record<LinkCondition, string>>;

const CAUSES = {
  'zh-CN': {
    fine: '一切正常',
    no_evidence: '还没有足够的迹象可以判断',
    start_in_progress: '正在启动',
    start_too_slow: '启动了很久还没有就绪',
    stop_in_progress: '正在停止或重启',
    process_gone: '进程不在了，没有人要求停止它',
    killed_by_signal: '进程被意外的信号终止',
    out_of_memory: '内存用完，进程被系统杀掉',
    planned_stop: '有人主动停止了它',
    keeper_starts_it: '进程退出了，服务管理器正在重新启动它',
    start_blocked: '进程退出了，服务管理器说明了为什么不能启动它',
    container_removed: '它所在的容器已经不在了',
    unproven_process: '有一个进程看起来像它，但没有证据证明就是它',
    never_seen: '配置里有它，但从没见它运行过',
    ended_cleanly: '它正常退出了，但服务管理器没有记录是不是有人停的',
    restart_never_came_back: '有人重启了它，但它没有再起来',
    update_in_progress: '正在更新',
    loop_not_answering: '进程还在，但已经没有反应',
    held_still: '有人暂停了它所在的容器或服务',
    stopped_by_signal: '进程被信号或终端停住了（状态 T），什么都不做',
    keeper_silent: '管理它的服务没有回答；网关要是停了，没法自动拉起来',
    executor_shut_down: '进程还在，但内部线程池已关闭，消息都发不出去',
    config_rejected: '网关不接受自己的配置',
    lost_within_grace: '刚断线，网关正在自己重连',
    no_login_after_loss: '断线后一直没有重新登录',
    no_login_after_start: '启动后一直没有登录',
    reconnected_without_login: '连上了却没有登录，收不到消息',
    attempts_exhausted: '多次重连都没成功',
    keeps_dropping: '连上不久又断，反复多次',
    kicked_by_another_client: '另一个程序在用同一个应用连接平台，双方互相顶掉',
    platform_refuses: '平台拒绝这个机器人登录',
    token_in_use: '另一个程序在用同一个机器人或账号登录',
    credentials_refused: '平台不认这个机器人的令牌或密钥',
    intents_missing: '平台要求的特权 Intent 没有打开',
    logged_out: '账号的登录已失效，或者还没有配对',
    setup_incomplete: '这个平台的设置不全，或者缺少软件包',
    platform_errors: '平台返回错误，网关还在重试',
    platform_unreachable: '网络连不上平台，网关还在重试',
    network_unreachable: '从这台机器连不上平台',
    silent_connection: '连接还在，但平台那边很久没有回音',
    loop_held_up: '事件循环大部分时间被占着，消息和心跳都要等很久',
    loop_blocked: '网关忙于长任务，没顾上心跳，被平台断开',
    starts_again_and_again: '短时间内反复启动',
    held_by_respawn_brake: '启动太频繁，网关自己在等待',
    another_instance: '它以为另一个实例在运行，拒绝启动',
    port_taken: '它的端口被别的程序占着，起不来',
    several_processes: '有多个进程在服务同一个目录',
    stop_hangs: '收到停止信号后卡住，一直没有退出',
    reconnecter_dead: '网关内部负责重连的任务已经死掉',
    failing_for_hours: '网关已连续重试了几个小时',
    held_by_breaker: '网关短时间内异常退出多次，自己关掉了这个连接',
    config_reverted: '网关没有用你写的配置，而是换回了旧的',
    config_not_taken: '网关不接受改过的配置，还在用原来的；现在重启就起不来了',
    config_ignored: '网关读不懂配置文件，没有用它就运行了',
    nothing_connected: '网关在运行，但一个平台都没有连上',
    no_platform_enabled: '网关在运行，但没有启用任何平台，谁也联系不到它',
    ended_again_and_again: '短时间内反复被停止又启动，有别的东西在抢着管理它',
    check_fails: '你设的检查没有通过',
    provider_key: '模型服务商拒绝访问：密钥无效或没有权限',
    provider_quota: '模型服务商拒绝回答：额度用完或欠费',
    provider_overloaded: '模型服务商一直报限流、过载或故障，回答不出来',
    turns_fail: '消息收到了，但每次处理都出错',
    turn_hangs: '有消息在等，但前一轮卡住了，很久没有进展',
    sends_fail: '回复生成了，但每次都发不出去',
    messages_dropped: '消息收到后被网关直接丢弃',
    jobs_undelivered: '定时任务的结果一直发不出去',
    no_reply: '消息收到了，但远超平时的时间还没有任何回复',
    memory_high: '内存快用完了',
    memory_over_limit: '内存超过了你设的重启界限',
    memory_grows: '内存一直在涨，一天之内就会用完',
    files_high: '打开的文件快到上限了',
    disk_low: '它所在的磁盘快满了',
    part_out_of_memory: '内存用完，它的一个子进程被系统杀掉',
    was_out_of_memory: '刚才内存用完，它被系统杀掉，现在又在运行了',
    perhaps_out_of_memory: '刚才它没了又起来了；同一时间系统因为内存不够杀过进程，可能就是它',
    not_configured: '没有启用',
  },
  en: {
    fine: 'all is well',
    no_evidence: 'not enough signs to judge yet',
    start_in_progress: 'it is starting',
    start_too_slow: 'it has been starting for long and is not ready',
    stop_in_progress: 'it is stopping or restarting',
    process_gone: 'the process is gone and nobody asked for that',
    killed_by_signal: 'an unexpected signal ended the process',
    out_of_memory: 'it ran out of memory, and the system killed it',
    planned_stop: 'somebody stopped it on purpose',
    keeper_starts_it: 'its process has ended, and its service manager is starting it again',
    start_blocked: 'its process has ended, and its service manager says why it cannot start it',
    container_removed: 'the container in which it ran is gone',
    unproven_process: 'a process looks like it, and nothing proves that it is',
    never_seen: 'it is configured and was never seen running',
    ended_cleanly: 'it ended without a fault, and its service manager no longer knows whether somebody stopped it',
    restart_never_came_back: 'somebody restarted it, and it did not come back',
    update_in_progress: 'it is being updated',
    loop_not_answering: 'the process is there but no longer responds',
    held_still: 'somebody has paused its container or unit',
    stopped_by_signal: 'a signal or a terminal has stopped its process (state T), and it does nothing',
    keeper_silent: 'what keeps it does not answer; if the gateway ends, it cannot be brought back',
    executor_shut_down: 'the process is there but its thread pool is shut down, so nothing can be sent',
    config_rejected: 'the gateway refuses its own configuration',
    lost_within_grace: 'just lost, the gateway is reconnecting by itself',
    no_login_after_loss: 'lost, and not logged in since',
    no_login_after_start: 'not logged in since the start',
    reconnected_without_login: 'connected again but never logged in, so it receives nothing',
    attempts_exhausted: 'all its attempts to reconnect failed',
    keeps_dropping: 'it connects and drops again and again',
    kicked_by_another_client: 'another program uses the same app, and the two disconnect each other',
    platform_refuses: 'the platform refuses this bot',
    token_in_use: 'another program is logged in with the same bot or account',
    credentials_refused: "the platform does not take this bot's token or secret",
    intents_missing: 'the platform asks for privileged intents that are switched off',
    logged_out: 'the account is logged out, or was never paired',
    setup_incomplete: 'a setting or a package that this platform needs is missing',
    platform_errors: 'the platform answers with errors, the gateway still tries',
    platform_unreachable: 'the platform cannot be reached, the gateway still tries',
    network_unreachable: 'the platform cannot be reached from this machine',
    silent_connection: 'the connection is open, but nothing has come back from the platform for long',
    loop_held_up: 'something holds its event loop up most of the time: messages and heartbeats wait',
    loop_blocked: 'the gateway was busy with a long task, missed its heartbeats and was dropped',
    starts_again_and_again: 'it starts again and again within a short time',
    held_by_respawn_brake: 'it was started too often and waits before it starts again',
    another_instance: 'it believes that another instance is running and refuses to start',
    port_taken: 'another program holds its port, so it cannot start',
    several_processes: 'several processes serve the same home',
    stop_hangs: 'it was told to stop, and hangs',
    reconnecter_dead: 'the part of the gateway that reconnects links is dead',
    failing_for_hours: 'the gateway has been trying for hours',
    held_by_breaker: 'the gateway crashed several times and has switched this link off by itself',
    config_reverted: 'the gateway does not use the configuration you wrote but went back to an older one',
    config_not_taken:
      'the gateway does not take the changed configuration and goes on with the old one; a restart now would leave it down',
    config_ignored: 'the gateway cannot read its configuration file and runs without it',
    nothing_connected: 'the gateway runs, but no platform is connected',
    no_platform_enabled: 'the gateway runs, but no platform is enabled: nobody can reach it',
    ended_again_and_again: 'it is stopped and started again and again: something else fights over it',
    check_fails: 'the check that you set fails',
    provider_key: "the model's provider refuses access: the key is invalid or lacks permission",
    provider_quota: "the model's provider refuses: its quota or credit is used up",
    provider_overloaded: "the model's provider keeps answering with limits, overload or errors",
    turns_fail: 'messages come in, and every turn ends in an error',
    turn_hangs: 'messages wait for a turn that hangs and makes no progress',
    sends_fail: 'replies are ready, but none can be sent',
    messages_dropped: 'the gateway drops the messages that come in',
    jobs_undelivered: 'what a scheduled job has to say cannot be delivered, again and again',
    no_reply: 'messages come in, and nothing has gone out for much longer than its answers take',
    memory_high: 'its memory is nearly used up',
    memory_over_limit: 'it holds more memory than the limit you set for a restart',
    memory_grows: 'its memory keeps growing and will be used up within a day',
    files_high: 'it has nearly as many files open as its limit allows',
    disk_low: 'the disk of its home is nearly full',
    part_out_of_memory: 'it ran out of memory, and the system killed one of its child processes',
    was_out_of_memory: 'a moment ago it ran out of memory and the system killed it; it runs again',
    perhaps_out_of_memory:
      'a moment ago it ended and came back; at that time the system ran out of memory and killed a process, perhaps this one',
    not_configured: 'not enabled',
  },
} satisfies Texts<Record<Cause, string>>;

const REMEDIES = {
  'zh-CN': {
    none: '不需要',
    wait: '先等等',
    start: '启动',
    restart_link: '只重启这个连接',
    restart: '重启',
    alert: '需要人来处理，重启没有用',
  },
  en: {
    none: 'none needed',
    wait: 'wait',
    start: 'start it',
    restart_link: 'restart that link alone',
    restart: 'restart it',
    alert: 'a human must act; a restart would not help',
  },
} satisfies Texts<Record<Remedy, string>>;

const ONLY_TIME: Texts<string> = {
  'zh-CN': '等它自己过去，重启没有用',
  en: 'wait until it passes; a restart would not help',
};

const LEFT_TO_YOU: Texts<string> = {
  'zh-CN': '多半重启就好；这个平台还没有足够的实例，我不会自己重启，由你决定',
  en: 'a restart would most likely help; this platform is not proven well enough for me to make it, so it is yours to decide',
};

export const remedyText = (
  { remedy, cause, wouldHelp }: Pick<Verdict, 'remedy' | 'cause' | 'wouldHelp'>,
  locale: Locale,
): string => {
  if (wouldHelp) return LEFT_TO_YOU[locale];
  return remedy === 'alert' && onlyTimeHelps(cause) ? ONLY_TIME[locale] : REMEDIES[locale][remedy];
};

/**
 * @returns what people call the link, `飞书` or `飞书 work` for an account of its own; a name that is not known stays as it
 * is.
 */
export const linkName = (link: LinkName, locale: Locale): string => {
  const [platform, account] = [platformOf(link), accountOf(link)];
  const name = platformFor(platform)?.names[locale] ?? LINKS[locale][platform] ?? platform;
  return `${name}${account === null ? '' : ` ${account}`}`;
};

/** @returns how a gateway is, to follow its name: `没有在运行`. */
export const gatewayConditionText = (condition: GatewayCondition, locale: Locale): string =>
  GATEWAY_CONDITIONS[locale][condition];

/** @returns how a link is, to follow its name: `失联`. */
export const linkConditionText = (condition: LinkCondition, locale: Locale): string =>
  LINK_CONDITIONS[locale][condition];

/** @returns why, as one short sentence without a full stop. */
export const causeText = (cause: Cause, locale: Locale): string => CAUSES[locale][cause];
