/** What the gateway's log names that somebody must mend, and the links that came back by themselves. */
import { join } from 'node:path';
import type { Symptom } from '../../gateways/symptom.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import type { FindingSeverity, FindingWords } from '../../text/common/findings.ts';
import { formatDuration } from '../../text/common/time.ts';
import { finding, linkNames, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { restart, type KeptIn } from '../gateway-here.ts';

type Check = DoctorCheck<DoctorContext>;

/** `{link}` and `{module}` are the symptom's; where it has words of the log, they follow. */
const SYMPTOMS: Readonly<Record<Symptom['code'], FindingWords & { readonly severity: FindingSeverity }>> = {
  log_credentials: {
    severity: 'error',
    'zh-CN': ['{link}不接受网关的 App ID 或密钥', '到开放平台重新复制到网关的设置里，再重启网关'],
    en: [
      "{link} does not accept the gateway's app id or secret",
      'copy both anew from the developer console into its settings and restart the gateway',
    ],
  },
  log_permission: {
    severity: 'error',
    'zh-CN': ['{link}说网关的应用缺权限', '到开放平台开通权限，并发布新版本'],
    en: [
      "{link} says that the gateway's app lacks a permission",
      'grant it in the developer console and publish a new version',
    ],
  },
  log_app_in_use: {
    severity: 'error',
    'zh-CN': ['网关的{link}机器人另有程序在用', '一个机器人只能给一个程序用，否则消息会分流；停掉另一个'],
    en: [
      "another program uses the gateway's {link} bot",
      'a bot is for one program, or each gets a part of the messages; stop the other',
    ],
  },
  log_dependency: {
    severity: 'error',
    'zh-CN': ['{link}缺 Python 模块 {module}', '没有它，网关不会连接这个平台；要装进网关自己的 Python 环境'],
    en: [
      '{link} needs the Python module {module}',
      "without it the gateway does not connect there; it belongs into the gateway's own Python",
    ],
  },
  log_quota: {
    severity: 'error',
    'zh-CN': ['飞书本月的接口调用次数用完了', '网关发不出消息；在管理后台升级，或等到下个月'],
    en: [
      "Feishu's monthly quota of calls is used up",
      'the gateway cannot send; upgrade the plan in the admin console, or wait for next month',
    ],
  },
  log_intents: {
    severity: 'error',
    'zh-CN': ['QQ 拒绝了网关申请的事件权限（intents）', '到 q.qq.com 开通对应的事件，或在网关里少申请一些，再重启网关'],
    en: [
      'QQ refuses the events (intents) that the gateway asks for',
      'grant them at q.qq.com, or have the gateway ask for fewer, then restart it',
    ],
  },
  log_banned: {
    severity: 'error',
    'zh-CN': ['QQ 机器人已下架或被封禁', '重启没有用，到 q.qq.com 看原因'],
    en: ['the QQ bot was taken off line or banned', 'no restart helps: q.qq.com tells the reason'],
  },
  log_address: {
    severity: 'error',
    'zh-CN': ['这台机器的 IP 不在 QQ 机器人的白名单里', '到 q.qq.com 的开发设置把出口 IP 加进去，下面的命令会显示它'],
    en: [
      "this machine's address is not on the QQ bot's list",
      'add it under the development settings at q.qq.com; the command shows it',
    ],
  },
  log_push_refused: {
    severity: 'warning',
    'zh-CN': ['QQ 不让网关主动发消息', '在机器人的资料页打开「允许主动发送」，并确认已加好友'],
    en: [
      'QQ does not let the gateway push',
      "switch on 允许主动发送 in the bot's profile, and see that you are its friend",
    ],
  },
  log_refuses_start: {
    severity: 'error',
    'zh-CN': ['网关拒绝启动', '先改好配置，再启动'],
    en: ['the gateway refuses to start', 'mend its settings first, then start it'],
  },
  log_parked: {
    severity: 'error',
    'zh-CN': ['网关在运行，但有平台没有启动', '改好配置，再重启网关'],
    en: ['the gateway runs without some of its platforms', 'mend their settings, then restart it'],
  },
  log_nobody_allowed: {
    severity: 'warning',
    'zh-CN': [
      '网关说没有设允许的用户',
      '没有配对过的人发消息都不会有回应；在 .env 里写 FEISHU_ALLOWED_USERS 或 QQ_ALLOWED_USERS，或者先配对',
    ],
    en: [
      'the gateway says that no users are allowed',
      'who was not paired gets no answer; set FEISHU_ALLOWED_USERS or QQ_ALLOWED_USERS in .env, or pair first',
    ],
  },
  log_no_platform: {
    severity: 'warning',
    'zh-CN': ['网关没有启用任何平台', '更新以后 .env 或 config.yaml 可能被清空过；检查里面的 App ID 还在不在'],
    en: [
      'the gateway has no platform switched on',
      'an update may have emptied .env or config.yaml; see whether the app ids are still there',
    ],
  },
  log_database: {
    severity: 'error',
    'zh-CN': ['网关的 state.db 没有通过完整性检查', '聊天记录可能已损坏，先备份再处理'],
    en: [
      "the gateway's state.db failed its integrity check",
      'conversations may be damaged: make a copy before anything else',
    ],
  },
  log_out_of_memory: {
    severity: 'warning',
    'zh-CN': ['网关可能因为内存不足被系统结束过', '还会再发生；给机器加内存或交换空间，或者少开些工具'],
    en: [
      'the system may have ended the gateway because memory ran out',
      'it will happen again; give the machine memory or swap, or the gateway fewer tools',
    ],
  },
  log_pid_race: {
    severity: 'error',
    'zh-CN': ['网关说已有另一个实例，因此退出', '多半是残留的 pid 文件；确认没有别的网关在运行，再挪开它'],
    en: [
      'the gateway ended because it saw another one',
      'most likely a pid file was left over; see that no other gateway runs, then move it away',
    ],
  },
  log_many_starts: {
    severity: 'info',
    'zh-CN': ['网关最近启动得太频繁，自己放慢了', '有东西在反复重启它；看看崩溃原因，或别的看护脚本'],
    en: [
      'the gateway was started too often and slows itself down',
      'something keeps restarting it: a crash, or another watchdog',
    ],
  },
  log_config_reverted: {
    severity: 'error',
    'zh-CN': ['网关启动时换回了旧的配置副本', '现在运行的不是你改过的配置；对照旁边的 .clobbered 文件重新改'],
    en: [
      'at its start the gateway put an older copy of its configuration back',
      'it does not run with what was changed; compare the .clobbered file beside it and change it anew',
    ],
  },
  log_config_skipped: {
    severity: 'error',
    'zh-CN': ['网关没有接受新的配置', '现在还照旧的运行，下次启动就会失败；先改好再重启'],
    en: [
      'the gateway did not take the new configuration',
      'it goes on with the old one, and its next start fails; mend that before any restart',
    ],
  },
  log_brake: {
    severity: 'error',
    'zh-CN': [
      '网关的防崩溃刹车触发过，所有连接都没有启动',
      '5 分钟内非正常结束 3 次就会这样，它自己却说一切正常；不要再强行结束它，等 6 到 11 分钟，或者逐个启动连接',
    ],
    en: [
      "the gateway's brake against crash loops was tripped and keeps all links off",
      'three ends without a stop within five minutes do that, and it calls itself well; do not kill it again, wait 6 to 11 minutes or start the links one by one',
    ],
  },
  log_other_supervisor: {
    severity: 'warning',
    'zh-CN': ['有别的东西反复停止网关', '5 分钟内收到 3 次停止信号；看看有没有别的看护脚本或第二个服务'],
    en: [
      'something stops the gateway again and again',
      'three signals to stop within five minutes: look for another watchdog, or a second service',
    ],
  },
  log_drain_cut: {
    severity: 'warning',
    'zh-CN': ['网关上次停止超时，被强行收尾', '多半有连接或对话卡住，这段时间网关不服务'],
    en: [
      "the gateway's last stop took too long and was cut off",
      'most likely a link or a conversation was stuck; meanwhile it served nobody',
    ],
  },
  log_memory: {
    severity: 'warning',
    'zh-CN': ['网关占的内存到了危险线', '它自己不会处理；找个空闲时间重启它，或给机器加内存'],
    en: [
      'the gateway uses dangerously much memory',
      'it does nothing about that; restart it at a quiet hour, or give the machine more',
    ],
  },
  log_stuck_session: {
    severity: 'warning',
    'zh-CN': ['有对话卡住了', '机器人收到消息却不回；连接是好的，重启网关可以解开'],
    en: [
      'a conversation of the gateway is stuck',
      'the bot reads and does not answer there; its links are well, a restart frees it',
    ],
  },
  log_unanswered: {
    severity: 'error',
    'zh-CN': ['网关处理不了{link}的消息', '消息收得到，却没有回复；多半是插件和网关的版本不配，一起更新后重启网关'],
    en: [
      'the gateway cannot handle messages from {link}',
      'they come in and are not answered; most likely its plugin does not fit this version: update both, then restart the gateway',
    ],
  },
  log_stuck_channel: {
    severity: 'warning',
    'zh-CN': ['{link}的连接停不下来', '下次正常重启可能要卡 5 分钟；急的话直接结束进程，由服务管理器拉起来'],
    en: [
      "{link}'s link does not let itself be stopped",
      'the next graceful restart may hang for five minutes; where that is too long, end the process and let its service manager start it',
    ],
  },
};

export const logSymptoms: Check = {
  name: 'log-symptoms',
  title: { 'zh-CN': '日志里要人处理的事', en: 'what the log asks of people' },
  run: async (context) => {
    const { anyLog, symptoms } = await context.symptoms();
    if (!anyLog) return { skip: 'no_log' };
    const isRunning = (await context.processes()).length > 0;
    const container = await context.container();
    return symptoms.map(({ symptom }) => ofSymptom(symptom, context, container, isRunning));
  },
};

const ofSymptom = (
  symptom: Symptom,
  context: DoctorContext,
  container: KeptIn | null,
  isRunning: boolean,
): DoctorFinding => {
  const { severity, 'zh-CN': zh, en } = SYMPTOMS[symptom.code];
  const link = 'link' in symptom ? linkNames(symptom.link) : null;
  const module = 'module' in symptom ? symptom.module : '';
  const [zhLog, enLog] = 'said' in symptom ? [`。日志：${symptom.said}`, `. Its log: ${symptom.said}`] : ['', ''];
  // A replacement that is a text would be read for patterns such as `$&`.
  const filled = (text: string, name: string): string =>
    text.replace('{link}', () => name).replace('{module}', () => module);
  const [zhName, enName] = [link?.['zh-CN'] ?? '', link?.en ?? ''];
  const { code, ...facts } = symptom;
  return finding(context.gateway, severity, code, {
    'zh-CN': [filled(zh[0], zhName), `${filled(zh[1], zhName)}${zhLog}`],
    en: [filled(en[0], enName), `${filled(en[1], enName)}${enLog}`],
    ...facts,
    commands: commandsFor(symptom, context, container, isRunning),
  });
};

/** The symptoms that a command mends, without a console or an editor. */
const commandsFor = (
  symptom: Symptom,
  { gateway, kind }: DoctorContext,
  container: KeptIn | null,
  isRunning: boolean,
): readonly string[] => {
  if (symptom.code === 'log_dependency') {
    const install = [pythonOf(gateway.command), '-m', 'pip', 'install', symptom.module];
    return [
      commandLine(
        container === null
          ? install
          : [...(container.tool === null ? [] : [container.tool, 'exec', container.name]), ...install],
      ),
      ...restart(gateway, container),
    ];
  }
  if (symptom.code === 'log_address') return ['curl -4 https://api.ipify.org'];
  if (symptom.code === 'log_refuses_start' || symptom.code === 'log_parked') return restart(gateway, container);
  // While a gateway runs, the file is no left-over.
  const [record] = kind.records;
  if (symptom.code !== 'log_pid_race' || isRunning || !record) return [];
  const path = join(gateway.home, record.path);
  return [commandLine(['mv', path, `${path}.stale`]), ...restart(gateway, container)];
};

const pythonOf = ([program = '']: readonly string[]): string =>
  /(?:^|\/)python[\d.]*$/.test(program) ? program : 'python3';

const LEAST = 5;
/** QQ ends each session about every half hour, and that is its normal life (docs/facts/qq.md 2.7). */
const OFTENER_THAN_MS = 900_000;

/** Links that were lost again and again and came back by themselves: nothing to mend, but worth knowing. */
export const linkDrops: Check = {
  name: 'link-drops',
  title: { 'zh-CN': '自行恢复的断线', en: 'links that drop and come back' },
  run: async (context) => {
    const { anyLog, drops } = await context.symptoms();
    if (!anyLog) return { skip: 'no_log' };
    return drops
      .filter(({ count, spanMs }) => count >= LEAST && spanMs / count < OFTENER_THAN_MS)
      .map((each) => {
        const { link, count, spanMs, longestMs, upShare } = each;
        // Never rounded up to all of the time.
        const up = `${Math.floor(upShare * 1_000) / 10}%`;
        return finding(context.gateway, 'info', 'link_drops', {
          'zh-CN': [
            `${linkNames(link)['zh-CN'].trim()} 在最近 ${formatDuration(spanMs, 'zh-CN')}里断开 ${count} 次，最长 ${formatDuration(longestMs, 'zh-CN')}，都自行恢复；${up} 的时间在线`,
            '能用就不用管；如果常在长任务时断开，多半是网关忙得顾不上心跳',
          ],
          en: [
            `${linkNames(link).en} dropped ${count} times in the last ${formatDuration(spanMs, 'en')}, for ${formatDuration(longestMs, 'en')} at most, and came back by itself; it was up ${up} of the time`,
            'nothing to do while it works; drops during long tasks are mostly those of a gateway too busy for its heartbeats',
          ],
          ...each,
        });
      });
  },
};
