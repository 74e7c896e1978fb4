/** What is said of what a gateway's log names. */
import type { Symptom } from '../../gateways/symptom.ts';
import { inHan, type Sentences } from './sentences.ts';
import type { Texts } from '../locale.ts';
import { linkName } from '../common/conditions.ts';

export const LOG_TEXTS = {
  'zh-CN': {
    log_credentials: {
      what: ({ link }) => `${inHan(linkName(link, 'zh-CN'))}不接受网关的 App ID 或密钥`,
      why: ({ said }) => `到开放平台重新复制到网关的设置里，再重启网关。日志：${said}`,
    },
    log_permission: {
      what: ({ link }) => `${inHan(linkName(link, 'zh-CN'))}说网关的应用缺权限`,
      why: ({ said }) => `到开放平台开通权限，并发布新版本。日志：${said}`,
    },
    log_app_in_use: {
      what: ({ link }) => `网关的${inHan(linkName(link, 'zh-CN'))}机器人另有程序在用`,
      why: ({ said }) => `一个机器人只能给一个程序用，否则消息会分流；停掉另一个。日志：${said}`,
    },
    log_dependency: {
      what: ({ link, module }) => `${inHan(linkName(link, 'zh-CN'))}缺 Python 模块 ${module}`,
      why: () => '没有它，网关不会连接这个平台；要装进网关自己的 Python 环境',
    },
    log_quota: {
      what: () => '飞书本月的接口调用次数用完了',
      why: () => '网关发不出消息；在管理后台升级，或等到下个月',
    },
    log_intents: {
      what: () => 'QQ 拒绝了网关申请的事件权限（intents）',
      why: ({ said }) => `到 q.qq.com 开通对应的事件，或在网关里少申请一些，再重启网关。日志：${said}`,
    },
    log_banned: {
      what: () => 'QQ 机器人已下架或被封禁',
      why: ({ said }) => `重启没有用，到 q.qq.com 看原因。日志：${said}`,
    },
    log_address: {
      what: () => '这台机器的 IP 不在 QQ 机器人的白名单里',
      why: ({ said }) => `到 q.qq.com 的开发设置把出口 IP 加进去，下面的命令会显示它。日志：${said}`,
    },
    log_push_refused: {
      what: () => 'QQ 不让网关主动发消息',
      why: ({ said }) => `在机器人的资料页打开「允许主动发送」，并确认已加好友。日志：${said}`,
    },
    log_refuses_start: { what: () => '网关拒绝启动', why: ({ said }) => `先改好配置，再启动。日志：${said}` },
    log_parked: {
      what: () => '网关在运行，但有平台没有启动',
      why: ({ said }) => `改好配置，再重启网关。日志：${said}`,
    },
    log_nobody_allowed: {
      what: () => '网关说没有设允许的用户',
      why: () => '没有配对过的人发消息都不会有回应；在 .env 里写 FEISHU_ALLOWED_USERS 或 QQ_ALLOWED_USERS，或者先配对',
    },
    log_no_platform: {
      what: () => '网关没有启用任何平台',
      why: () => '更新以后 .env 或 config.yaml 可能被清空过；检查里面的 App ID 还在不在',
    },
    log_database: {
      what: () => '网关的 state.db 没有通过完整性检查',
      why: ({ said }) => `聊天记录可能已损坏，先备份再处理。日志：${said}`,
    },
    log_out_of_memory: {
      what: () => '网关可能因为内存不足被系统结束过',
      why: () => '还会再发生；给机器加内存或交换空间，或者少开些工具',
    },
    log_pid_race: {
      what: () => '网关说已有另一个实例，因此退出',
      why: () => '多半是残留的 pid 文件；确认没有别的网关在运行，再挪开它',
    },
    log_many_starts: {
      what: () => '网关最近启动得太频繁，自己放慢了',
      why: ({ said }) => `有东西在反复重启它；看看崩溃原因，或别的看护脚本。日志：${said}`,
    },
    log_config_reverted: {
      what: () => '网关启动时换回了旧的配置副本',
      why: ({ said }) => `现在运行的不是你改过的配置；对照旁边的 .clobbered 文件重新改。日志：${said}`,
    },
    log_config_skipped: {
      what: () => '网关没有接受新的配置',
      why: ({ said }) => `现在还照旧的运行，下次启动就会失败；先改好再重启。日志：${said}`,
    },
    log_brake: {
      what: () => '网关的防崩溃刹车触发过，所有连接都没有启动',
      why: ({ said }) =>
        `5 分钟内非正常结束 3 次就会这样，它自己却说一切正常；不要再强行结束它，等 6 到 11 分钟，或者逐个启动连接。日志：${said}`,
    },
    log_other_supervisor: {
      what: () => '有别的东西反复停止网关',
      why: ({ said }) => `5 分钟内收到 3 次停止信号；看看有没有别的看护脚本或第二个服务。日志：${said}`,
    },
    log_drain_cut: {
      what: () => '网关上次停止超时，被强行收尾',
      why: ({ said }) => `多半有连接或对话卡住，这段时间网关不服务。日志：${said}`,
    },
    log_memory: {
      what: () => '网关占的内存到了危险线',
      why: ({ said }) => `它自己不会处理；找个空闲时间重启它，或给机器加内存。日志：${said}`,
    },
    log_stuck_session: {
      what: () => '有对话卡住了',
      why: ({ said }) => `机器人收到消息却不回；连接是好的，重启网关可以解开。日志：${said}`,
    },
    log_unanswered: {
      what: ({ link }) => `网关处理不了${inHan(linkName(link, 'zh-CN'))}的消息`,
      why: ({ said }) => `消息收得到，却没有回复；多半是插件和网关的版本不配，一起更新后重启网关。日志：${said}`,
    },
    log_stuck_channel: {
      what: ({ link }) => `${inHan(linkName(link, 'zh-CN'))}的连接停不下来`,
      why: ({ said }) => `下次正常重启可能要卡 5 分钟；急的话直接结束进程，由服务管理器拉起来。日志：${said}`,
    },
  },
  en: {
    log_credentials: {
      what: ({ link }) => `${linkName(link, 'en')} does not accept the gateway's app id or secret`,
      why: ({ said }) =>
        `copy both anew from the developer console into its settings and restart the gateway. Its log: ${said}`,
    },
    log_permission: {
      what: ({ link }) => `${linkName(link, 'en')} says that the gateway's app lacks a permission`,
      why: ({ said }) => `grant it in the developer console and publish a new version. Its log: ${said}`,
    },
    log_app_in_use: {
      what: ({ link }) => `another program uses the gateway's ${linkName(link, 'en')} bot`,
      why: ({ said }) =>
        `a bot is for one program, or each gets a part of the messages; stop the other. Its log: ${said}`,
    },
    log_dependency: {
      what: ({ link, module }) => `${linkName(link, 'en')} needs the Python module ${module}`,
      why: () => "without it the gateway does not connect there; it belongs into the gateway's own Python",
    },
    log_quota: {
      what: () => "Feishu's monthly quota of calls is used up",
      why: () => 'the gateway cannot send; upgrade the plan in the admin console, or wait for next month',
    },
    log_intents: {
      what: () => 'QQ refuses the events (intents) that the gateway asks for',
      why: ({ said }) => `grant them at q.qq.com, or have the gateway ask for fewer, then restart it. Its log: ${said}`,
    },
    log_banned: {
      what: () => 'the QQ bot was taken off line or banned',
      why: ({ said }) => `no restart helps: q.qq.com tells the reason. Its log: ${said}`,
    },
    log_address: {
      what: () => "this machine's address is not on the QQ bot's list",
      why: ({ said }) => `add it under the development settings at q.qq.com; the command shows it. Its log: ${said}`,
    },
    log_push_refused: {
      what: () => 'QQ does not let the gateway push',
      why: ({ said }) =>
        `switch on 允许主动发送 in the bot's profile, and see that you are its friend. Its log: ${said}`,
    },
    log_refuses_start: {
      what: () => 'the gateway refuses to start',
      why: ({ said }) => `mend its settings first, then start it. Its log: ${said}`,
    },
    log_parked: {
      what: () => 'the gateway runs without some of its platforms',
      why: ({ said }) => `mend their settings, then restart it. Its log: ${said}`,
    },
    log_nobody_allowed: {
      what: () => 'the gateway says that no users are allowed',
      why: () =>
        'who was not paired gets no answer; set FEISHU_ALLOWED_USERS or QQ_ALLOWED_USERS in .env, or pair first',
    },
    log_no_platform: {
      what: () => 'the gateway has no platform switched on',
      why: () => 'an update may have emptied .env or config.yaml; see whether the app ids are still there',
    },
    log_database: {
      what: () => "the gateway's state.db failed its integrity check",
      why: ({ said }) => `conversations may be damaged: make a copy before anything else. Its log: ${said}`,
    },
    log_out_of_memory: {
      what: () => 'the system may have ended the gateway because memory ran out',
      why: () => 'it will happen again; give the machine memory or swap, or the gateway fewer tools',
    },
    log_pid_race: {
      what: () => 'the gateway ended because it saw another one',
      why: () => 'most likely a pid file was left over; see that no other gateway runs, then move it away',
    },
    log_many_starts: {
      what: () => 'the gateway was started too often and slows itself down',
      why: ({ said }) => `something keeps restarting it: a crash, or another watchdog. Its log: ${said}`,
    },
    log_config_reverted: {
      what: () => 'at its start the gateway put an older copy of its configuration back',
      why: ({ said }) =>
        `it does not run with what was changed; compare the .clobbered file beside it and change it anew. Its log: ${said}`,
    },
    log_config_skipped: {
      what: () => 'the gateway did not take the new configuration',
      why: ({ said }) =>
        `it goes on with the old one, and its next start fails; mend that before any restart. Its log: ${said}`,
    },
    log_brake: {
      what: () => "the gateway's brake against crash loops was tripped and keeps all links off",
      why: ({ said }) =>
        `three ends without a stop within five minutes do that, and it calls itself well; do not kill it again, wait 6 to 11 minutes or start the links one by one. Its log: ${said}`,
    },
    log_other_supervisor: {
      what: () => 'something stops the gateway again and again',
      why: ({ said }) =>
        `three signals to stop within five minutes: look for another watchdog, or a second service. Its log: ${said}`,
    },
    log_drain_cut: {
      what: () => "the gateway's last stop took too long and was cut off",
      why: ({ said }) => `most likely a link or a conversation was stuck; meanwhile it served nobody. Its log: ${said}`,
    },
    log_memory: {
      what: () => 'the gateway uses dangerously much memory',
      why: ({ said }) =>
        `it does nothing about that; restart it at a quiet hour, or give the machine more. Its log: ${said}`,
    },
    log_stuck_session: {
      what: () => 'a conversation of the gateway is stuck',
      why: ({ said }) =>
        `the bot reads and does not answer there; its links are well, a restart frees it. Its log: ${said}`,
    },
    log_unanswered: {
      what: ({ link }) => `the gateway cannot handle messages from ${linkName(link, 'en')}`,
      why: ({ said }) =>
        `they come in and are not answered; most likely its plugin does not fit this version: update both, then restart the gateway. Its log: ${said}`,
    },
    log_stuck_channel: {
      what: ({ link }) => `${linkName(link, 'en')}'s link does not let itself be stopped`,
      why: ({ said }) =>
        `the next graceful restart may hang for five minutes; where that is too long, end the process and let its service manager start it. Its log: ${said}`,
    },
  },
} satisfies Texts<Sentences<Symptom>>;
