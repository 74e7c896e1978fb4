/** What is said of what a gateway's log names. */
import type { Symptom } from '../gateways/symptom.ts';
import { inHan, type Sentences } from './doctor-sentences.ts';
import type { Texts } from './locale.ts';
import { linkName } from './words.ts';

export const LOG_TEXTS = {
  'zh-CN': {
    log_credentials: { what: ({ link }) => `${inHan(linkName(link, 'zh-CN'))}不接受网关的 App ID 或密钥`, why: ({ said }) => `到开放平台重新复制到 .env，再重启网关。日志：${said}` },
    log_permission: { what: ({ link }) => `${inHan(linkName(link, 'zh-CN'))}说网关的应用缺权限`, why: ({ said }) => `到开放平台开通权限，并发布新版本。日志：${said}` },
    log_app_in_use: { what: ({ link }) => `网关的${inHan(linkName(link, 'zh-CN'))}机器人另有程序在用`, why: ({ said }) => `一个机器人只能给一个程序用，否则消息会分流；停掉另一个。日志：${said}` },
    log_dependency: { what: ({ link, module }) => `${inHan(linkName(link, 'zh-CN'))}缺 Python 模块 ${module}`, why: () => '没有它，网关不会连接这个平台；要装进网关自己的 Python 环境' },
    log_quota: { what: () => '飞书本月的接口调用次数用完了', why: () => '网关发不出消息；在管理后台升级，或等到下个月' },
    log_intents: { what: () => 'QQ 拒绝了网关申请的事件权限（intents）', why: ({ said }) => `到 q.qq.com 开通对应的事件，或在网关里少申请一些，再重启网关。日志：${said}` },
    log_banned: { what: () => 'QQ 机器人已下架或被封禁', why: ({ said }) => `重启没有用，到 q.qq.com 看原因。日志：${said}` },
    log_address: { what: () => '这台机器的 IP 不在 QQ 机器人的白名单里', why: ({ said }) => `到 q.qq.com 的开发设置把出口 IP 加进去，下面的命令会显示它。日志：${said}` },
    log_push_refused: { what: () => 'QQ 不让网关主动发消息', why: ({ said }) => `在机器人的资料页打开「允许主动发送」，并确认已加好友。日志：${said}` },
    log_refuses_start: { what: () => '网关拒绝启动', why: ({ said }) => `先改好配置，再启动。日志：${said}` },
    log_parked: { what: () => '网关在运行，但有平台没有启动', why: ({ said }) => `改好配置，再重启网关。日志：${said}` },
    log_nobody_allowed: { what: () => '网关说没有设允许的用户', why: () => '没有配对过的人发消息都不会有回应；在 .env 里写 FEISHU_ALLOWED_USERS 或 QQ_ALLOWED_USERS，或者先配对' },
    log_no_platform: { what: () => '网关没有启用任何平台', why: () => '更新以后 .env 或 config.yaml 可能被清空过；检查里面的 App ID 还在不在' },
    log_database: { what: () => '网关的 state.db 没有通过完整性检查', why: ({ said }) => `聊天记录可能已损坏，先备份再处理。日志：${said}` },
    log_out_of_memory: { what: () => '网关可能因为内存不足被系统结束过', why: () => '还会再发生；给机器加内存或交换空间，或者少开些工具' },
    log_pid_race: { what: () => '网关说已有另一个实例，因此退出', why: () => '多半是残留的 pid 文件；确认没有别的网关在运行，再挪开它' },
    log_many_starts: { what: () => '网关最近启动得太频繁，自己放慢了', why: ({ said }) => `有东西在反复重启它；看看崩溃原因，或别的看护脚本。日志：${said}` },
  },
  en: {
    log_credentials: { what: ({ link }) => `${linkName(link, 'en')} does not accept the gateway's app id or secret`, why: ({ said }) => `copy both anew from the developer console into .env and restart the gateway. Its log: ${said}` },
    log_permission: { what: ({ link }) => `${linkName(link, 'en')} says that the gateway's app lacks a permission`, why: ({ said }) => `grant it in the developer console and publish a new version. Its log: ${said}` },
    log_app_in_use: { what: ({ link }) => `another program uses the gateway's ${linkName(link, 'en')} bot`, why: ({ said }) => `a bot is for one program, or each gets a part of the messages; stop the other. Its log: ${said}` },
    log_dependency: { what: ({ link, module }) => `${linkName(link, 'en')} needs the Python module ${module}`, why: () => "without it the gateway does not connect there; it belongs into the gateway's own Python" },
    log_quota: { what: () => "Feishu's monthly quota of calls is used up", why: () => 'the gateway cannot send; upgrade the plan in the admin console, or wait for next month' },
    log_intents: { what: () => 'QQ refuses the events (intents) that the gateway asks for', why: ({ said }) => `grant them at q.qq.com, or have the gateway ask for fewer, then restart it. Its log: ${said}` },
    log_banned: { what: () => 'the QQ bot was taken off line or banned', why: ({ said }) => `no restart helps: q.qq.com tells the reason. Its log: ${said}` },
    log_address: { what: () => "this machine's address is not on the QQ bot's list", why: ({ said }) => `add it under the development settings at q.qq.com; the command shows it. Its log: ${said}` },
    log_push_refused: { what: () => 'QQ does not let the gateway push', why: ({ said }) => `switch on 允许主动发送 in the bot's profile, and see that you are its friend. Its log: ${said}` },
    log_refuses_start: { what: () => 'the gateway refuses to start', why: ({ said }) => `mend its settings first, then start it. Its log: ${said}` },
    log_parked: { what: () => 'the gateway runs without some of its platforms', why: ({ said }) => `mend their settings, then restart it. Its log: ${said}` },
    log_nobody_allowed: { what: () => 'the gateway says that no users are allowed', why: () => 'who was not paired gets no answer; set FEISHU_ALLOWED_USERS or QQ_ALLOWED_USERS in .env, or pair first' },
    log_no_platform: { what: () => 'the gateway has no platform switched on', why: () => 'an update may have emptied .env or config.yaml; see whether the app ids are still there' },
    log_database: { what: () => "the gateway's state.db failed its integrity check", why: ({ said }) => `conversations may be damaged: make a copy before anything else. Its log: ${said}` },
    log_out_of_memory: { what: () => 'the system may have ended the gateway for want of memory', why: () => 'it will happen again; give the machine memory or swap, or the gateway fewer tools' },
    log_pid_race: { what: () => 'the gateway ended because it saw another one', why: () => 'most likely a pid file was left over; see that no other gateway runs, then move it away' },
    log_many_starts: { what: () => 'the gateway was started too often and slows itself down', why: ({ said }) => `something keeps restarting it: a crash, or another watchdog. Its log: ${said}` },
  },
} satisfies Texts<Sentences<Symptom>>;
