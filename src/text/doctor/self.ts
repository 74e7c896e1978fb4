/** What is said of Lifeline itself. */
import { shownPath } from '../../base/foreign/refusal.ts';
import type { SelfFacts } from '../../doctor/facts/self.ts';
import { inHan, type Sentences } from './sentences.ts';
import { foreignFileText } from '../common/foreign-files.ts';
import { fixText } from '../channels/fixes.ts';
import { accessText, hubTroubleText } from '../fleet/hub-trouble.ts';
import type { Locale, Texts } from '../locale.ts';
import { linkName } from '../common/conditions.ts';

const CHANNELS: Texts<Readonly<Record<string, string>>> = {
  'zh-CN': { feishu: '飞书', qq: 'QQ', webhook: '群机器人' },
  en: { feishu: 'Feishu', qq: 'QQ', webhook: 'the webhook' },
};
const channelName = (channel: string, locale: Locale): string => CHANNELS[locale][channel] ?? channel;

export const SELF_TEXTS = {
  'zh-CN': {
    own_no_config: {
      what: () => 'Lifeline 没有配置文件，只看护找到的网关',
      why: () => '出了事手机上收不到，也不会自动重启',
    },
    own_config_warning: { what: ({ warning }) => `配置有提醒：${warning}`, why: () => '现在能用，但不该一直这样' },
    own_file_open: {
      what: ({ path, refusal }) => `${shownPath(path)}：${foreignFileText('zh-CN').why(refusal)}`,
      why: () => '能改 Lifeline 的配置或密钥，就能指挥它；改好以后检查一下，内容还是不是你写的',
    },
    own_secret_readable: {
      what: ({ path }) => `别的用户也能读 ${path}`,
      why: () => 'Lifeline 的密钥在里面，拿到它就能冒充这个机器人',
    },
    own_no_channel: { what: () => '没有配置任何通道', why: () => '出了事没有人会知道' },
    own_hub_alone: {
      what: () => '告警只通过中枢发出',
      why: () => '连不上中枢的时候，没有人会收到这台机器的告警；可以给它配一个自己的通道，例如群机器人的 webhook',
    },
    own_one_channel: {
      what: ({ channel }) => `只有一个通道：${channelName(channel, 'zh-CN')}`,
      why: ({ channel }) =>
        channel === 'webhook'
          ? '群机器人只能发告警，收不到命令；平台自己出故障时，告警也送不到；再加飞书或 QQ'
          : '这个平台自己出故障时，告警送不到；再加一个，或加一个群机器人 webhook',
    },
    own_no_operator: {
      what: () => '还没有操作员',
      why: ({ feishu, webhook }) =>
        `${webhook ? '告警只发到群机器人，没有人能下命令' : '没有人会收到告警，也没有人能下命令'}；运行下面的命令，把配对码发给机器人${feishu ? '。飞书收不到配对码时：事件和回调两页都要选长连接，并发布新版本；页面上的「验证」要等 Lifeline 连着才会通过，有时明明正常也会失败，以能收到消息为准' : ''}`,
    },
    own_no_admin: { what: () => '操作员里没有管理员', why: () => '有些命令谁也用不了；再配对一个管理员' },
    own_operator_unreachable: {
      what: ({ name }) => `操作员 ${name} 在已配置的通道上没有 ID`,
      why: () => '收不到任何告警；让本人重新配对',
    },
    own_no_ping: {
      what: () => '没有设 alerts.ping_url',
      why: () => '整台机器断电断网时，没有外面的服务来提醒你；比如 healthchecks.io 的一个地址',
    },
    own_fleet_access: {
      what: ({ broken }) => `fleet.${broken.key}：${accessText('zh-CN').what(broken)}`,
      why: ({ broken }) => `这台机器不在机群里，手机上看不到它；${accessText('zh-CN').todo(broken)}`,
    },
    own_no_hub: {
      what: ({ host, trouble: { why, said } }) =>
        `${host}${why === 'twins' ? '：' : ' 联系不上中枢：'}${hubTroubleText('zh-CN').said(hubTroubleText('zh-CN').words[why].what, said)}`,
      why: ({ trouble: { why } }) => hubTroubleText('zh-CN').words[why].todo,
    },
    own_app_foreign: {
      what: ({ channel, appId, home }) =>
        `Lifeline 和网关（${home}）用的是同一个${inHan(channelName(channel, 'zh-CN'))}应用 ${appId}`,
      why: () => '消息会随机分给其中一个；给 Lifeline 另建一个机器人',
    },
    same_app: {
      what: ({ link, appId, homes }) =>
        `${homes.length} 个网关目录用同一个${inHan(linkName(link, 'zh-CN'))}机器人 ${appId}：${homes.join('、')}`,
      why: ({ running }) =>
        running
          ? '它们都在运行，会互相抢消息；给每个网关各用一个机器人'
          : '一起启动时，后启动的会因配置错误退出；给每个网关各用一个机器人，或从不用的目录里删掉',
    },
    own_credentials: {
      what: ({ channel }) => `${inHan(channelName(channel, 'zh-CN'))}不接受 Lifeline 的应用凭证`,
      why: ({ said }) => `告警送不到；到开放平台重新复制 App ID 和密钥。平台说：${said}`,
    },
    own_not_ready: {
      what: ({ channel }) => `Lifeline 的${inHan(channelName(channel, 'zh-CN'))}机器人还用不了`,
      why: ({ said, todo }) => `${todo === null ? '到开放平台处理' : fixText(todo, 'zh-CN')}。平台说：${said}`,
    },
    own_unreachable: {
      what: ({ channel }) => `Lifeline 连不上${inHan(channelName(channel, 'zh-CN'))}`,
      why: ({ said, proxy }) => `告警暂时送不到：${said}${proxy ? '。环境里设了代理，但 Lifeline 只直连' : ''}`,
    },
    own_no_long_connection: {
      what: () => '飞书不让 Lifeline 建立长连接',
      why: ({ said }) =>
        `收不到命令；在开放平台把事件和回调两页都设成长连接，并发布新版本（页面上的「验证」要等 Lifeline 连着才会通过）。平台说：${said}`,
    },
    own_few_sessions: {
      what: ({ left, total }) => `QQ 今天只剩 ${left} 次登录机会（共 ${total} 次）`,
      why: () => '有程序在用这个机器人反复登录；用完以后今天就连不上了',
    },
    own_push_refused: {
      what: ({ name }) => `QQ 不让 Lifeline 主动给 ${name} 发消息`,
      why: ({ todo }) => fixText(todo, 'zh-CN'),
    },
    own_undelivered: {
      what: ({ count }) => `有 ${count} 条告警一直没有送到`,
      why: () => '哪个通道都没有收下；下面的命令会逐个试',
    },
    clock_skew: {
      what: ({ seconds, host }) => `这台机器的时钟比 ${host} ${seconds > 0 ? '快' : '慢'} ${Math.abs(seconds)} 秒`,
      why: () => '签名会失效，手机上的命令会被当成过期的，告警里的时间也不对',
    },
    own_data_readonly: {
      what: ({ path }) => `Lifeline 写不了 ${path}`,
      why: ({ why }) => `记不住处理过的消息和重启次数：${why}`,
    },
    own_data_open: {
      what: ({ path }) => `别的用户也能进 ${path}`,
      why: () => '里面记着谁能下命令，改了它就能指挥 Lifeline；锁住它，Lifeline 就启动不了',
    },
    own_data_shared: {
      what: ({ path }) => `别的用户也能进数据目录 ${path}，里面还有别的东西`,
      why: () => '别人能锁住它，让 Lifeline 启动不了；请给 Lifeline 一个单独的 data_dir',
    },
    own_store: { what: () => 'Lifeline 的数据库用不了', why: ({ problem }) => problem },
    own_not_running: { what: () => 'Lifeline 没有在运行', why: () => '没有人看护网关' },
    own_second: {
      what: ({ pids }) => `有 ${pids.length} 个 Lifeline 在看护同一个网关：${pids.join('、')}`,
      why: () => '它们会各自重启网关，告警也会重复；只留一个',
    },
    own_update_pending: {
      what: ({ pid }) => `Lifeline 更新过，但运行着的（pid ${pid}）还是旧的`,
      why: () => '重启它才会用上新版本',
    },
    own_service_none: {
      what: () => 'Lifeline 没有装成系统服务',
      why: () => '退出登录、崩溃或机器重启以后，没有人把它拉起来',
    },
    own_service_down: { what: ({ unit, state }) => `${unit} 没有在运行（${state}）`, why: () => '没有人看护网关' },
    own_service_not_enabled: {
      what: ({ unit }) => `${unit} 没有设成自动启动`,
      why: () => '机器重启以后，Lifeline 不会自己启动',
    },
    own_service_definition: {
      what: ({ unit, age }) => (age === 'outdated' ? `${unit} 是旧版 Lifeline 写的` : `${unit} 被人改过`),
      why: ({ age }) => (age === 'outdated' ? '缺少新版的保护；重新安装一次' : '有意改的就不用管；重新安装会恢复原样'),
    },
    own_service_no_linger: {
      what: ({ unit, user }) => `${unit} 是用户服务，但用户 ${user} 没有开启 linger`,
      why: () => '退出登录时 Lifeline 会被停掉，机器重启后也不会自己启动',
    },
    own_service_no_watchdog: {
      what: ({ unit }) => `${unit} 没有设 WatchdogSec`,
      why: () => 'Lifeline 自己卡死时，systemd 发现不了',
    },
    own_service_other_config: {
      what: ({ unit, configFile }) => `${unit} 用的是另一个配置文件 ${configFile}`,
      why: ({ file }) => `刚才检查的是 ${file}；想检查那个，加上 --config`,
    },
    own_node: { what: ({ version }) => `Node.js ${version} 太旧`, why: ({ wanted }) => `Lifeline 需要 ${wanted}` },
  },
  en: {
    own_no_config: {
      what: () => 'Lifeline has no configuration and only watches the gateways it finds',
      why: () => 'nothing reaches your phone, and nothing is restarted',
    },
    own_config_warning: {
      what: ({ warning }) => `the configuration: ${warning}`,
      why: () => 'it works, but should not stay so',
    },
    own_file_open: {
      what: ({ path, refusal }) => `${shownPath(path)}: ${foreignFileText('en').why(refusal)}`,
      why: () =>
        "whoever changes Lifeline's configuration or a secret commands it; once it is mended, check that its contents are still what you wrote",
    },
    own_secret_readable: {
      what: ({ path }) => `other users can read ${path}`,
      why: () => "Lifeline's secret is in it: whoever has that can pretend to be this bot",
    },
    own_no_channel: { what: () => 'no channel is set up', why: () => 'whatever happens, nobody is told' },
    own_hub_alone: {
      what: () => 'alerts go through the hub alone',
      why: () =>
        'while no hub is reached, nobody is told of this machine; a channel of its own, such as the webhook of a group bot, would do',
    },
    own_one_channel: {
      what: ({ channel }) => `there is only one channel: ${channelName(channel, 'en')}`,
      why: ({ channel }) =>
        channel === 'webhook'
          ? 'it brings alerts and takes no commands, and while that platform itself is down, no alert arrives; add Feishu or QQ'
          : 'while that platform itself is down, no alert arrives; add another one, or the webhook of a group bot',
    },
    own_no_operator: {
      what: () => 'there is no operator yet',
      why: ({ feishu, webhook }) =>
        `${webhook ? 'alerts go to the webhook alone' : 'nobody gets alerts'}, and nobody may command; run the command and send the code to the bot${feishu ? '. When it does not arrive on Feishu: both pages, events and callbacks, must say persistent connection, and a version must be published; the "verify" button there passes only while Lifeline is connected, and fails at times although all is well: what counts is whether a message arrives' : ''}`,
    },
    own_no_admin: {
      what: () => 'none of the operators is an admin',
      why: () => 'some commands are for admins alone; pair one',
    },
    own_operator_unreachable: {
      what: ({ name }) => `operator ${name} has no id on a channel that is set up`,
      why: () => 'no alert reaches them; have them pair again',
    },
    own_no_ping: {
      what: () => 'alerts.ping_url is not set',
      why: () =>
        'when the whole machine loses power or network, nothing outside tells you; an address of healthchecks.io would, for one',
    },
    own_fleet_access: {
      what: ({ broken }) => `fleet.${broken.key}: ${accessText('en').what(broken)}`,
      why: ({ broken }) => `this host is in no fleet, and the phone does not see it; ${accessText('en').todo(broken)}`,
    },
    own_no_hub: {
      what: ({ host, trouble: { why, said } }) =>
        `${host}${why === 'twins' ? '' : ' reaches no hub'}: ${hubTroubleText('en').said(hubTroubleText('en').words[why].what, said)}`,
      why: ({ trouble: { why } }) => hubTroubleText('en').words[why].todo,
    },
    own_app_foreign: {
      what: ({ channel, appId, home }) =>
        `Lifeline and the gateway (${home}) use the same ${channelName(channel, 'en')} app ${appId}`,
      why: () => 'each message goes to either of the two at random; create another bot for Lifeline',
    },
    same_app: {
      what: ({ link, appId, homes }) =>
        `${homes.length} gateways use the same ${linkName(link, 'en')} bot ${appId}: ${homes.join(', ')}`,
      why: ({ running }) =>
        running
          ? 'they run and take messages from each other; give each its own bot'
          : 'once both are started, the later one ends with a fatal configuration; give each its own bot, or delete it from the home that is not used',
    },
    own_credentials: {
      what: ({ channel }) => `${channelName(channel, 'en')} does not accept Lifeline's credentials`,
      why: ({ said }) =>
        `no alert gets through; copy app id and secret anew from the developer console. The platform: ${said}`,
    },
    own_not_ready: {
      what: ({ channel }) => `Lifeline's ${channelName(channel, 'en')} bot is not ready`,
      why: ({ said, todo }) =>
        `${todo === null ? 'see to it in the developer console' : fixText(todo, 'en')}. The platform: ${said}`,
    },
    own_unreachable: {
      what: ({ channel }) => `Lifeline cannot reach ${channelName(channel, 'en')}`,
      why: ({ said, proxy }) =>
        `no alert gets through for now: ${said}${proxy ? '. A proxy is set in the environment, but Lifeline goes directly only' : ''}`,
    },
    own_no_long_connection: {
      what: () => 'Feishu does not let Lifeline open the long connection',
      why: ({ said }) =>
        `no command arrives; set both pages in the developer console, events and callbacks, to persistent connection, and publish a version (the "verify" button there passes only while Lifeline is connected). The platform: ${said}`,
    },
    own_few_sessions: {
      what: ({ left, total }) => `QQ lets this bot log in ${left} more times today, of ${total}`,
      why: () => 'something logs in with it again and again; when the logins are used up, it stays offline for the day',
    },
    own_push_refused: {
      what: ({ name }) => `QQ does not let Lifeline push to ${name}`,
      why: ({ todo }) => fixText(todo, 'en'),
    },
    own_undelivered: {
      what: ({ count }) => `${count} alerts have long not arrived`,
      why: () => 'no channel took them; the command tries each',
    },
    clock_skew: {
      what: ({ seconds, host }) =>
        `this machine's clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} ${host}`,
      why: () => 'signatures fail, commands from the phone count as too old, and times in alerts are wrong',
    },
    own_data_readonly: {
      what: ({ path }) => `Lifeline cannot write ${path}`,
      why: ({ why }) => `it forgets what it has done and how often it has restarted: ${why}`,
    },
    own_data_open: {
      what: ({ path }) => `other users can get at ${path}`,
      why: () =>
        'who may command stands in it: whoever changes that, commands Lifeline; whoever holds its lock keeps Lifeline from starting',
    },
    own_data_shared: {
      what: ({ path }) => `other users can enter the data folder ${path}, which holds other things, too`,
      why: () => 'they can hold its lock and keep Lifeline from starting; give Lifeline a data_dir of its own',
    },
    own_store: { what: () => "Lifeline's database cannot be used", why: ({ problem }) => problem },
    own_not_running: { what: () => 'Lifeline does not run', why: () => 'nobody watches the gateway' },
    own_second: {
      what: ({ pids }) => `${pids.length} Lifelines watch the same gateway: ${pids.join(', ')}`,
      why: () => 'each judges it by itself, so restarts and alerts come twice; keep one',
    },
    own_update_pending: {
      what: ({ pid }) => `Lifeline was updated, and the one that runs (pid ${pid}) is the old one`,
      why: () => 'restart it to use the new version',
    },
    own_service_none: {
      what: () => 'Lifeline is not installed as a service',
      why: () => 'after a logout, a crash or a restart of the machine nothing starts it again',
    },
    own_service_down: {
      what: ({ unit, state }) => `${unit} does not run (${state})`,
      why: () => 'nobody watches the gateway',
    },
    own_service_not_enabled: {
      what: ({ unit }) => `${unit} does not start by itself`,
      why: () => 'after a restart of the machine Lifeline stays down',
    },
    own_service_definition: {
      what: ({ unit, age }) =>
        age === 'outdated' ? `${unit} was written by an older Lifeline` : `somebody has changed ${unit}`,
      why: ({ age }) =>
        age === 'outdated'
          ? "it lacks today's protection; install it again"
          : 'if the change was meant, leave it; installing again undoes it',
    },
    own_service_no_linger: {
      what: ({ unit, user }) => `${unit} is a user's service, and lingering is off for ${user}`,
      why: () => 'Lifeline is stopped when that user logs out, and does not start with the machine',
    },
    own_service_no_watchdog: {
      what: ({ unit }) => `${unit} has no WatchdogSec`,
      why: () => 'systemd does not notice when Lifeline itself hangs',
    },
    own_service_other_config: {
      what: ({ unit, configFile }) => `${unit} uses another configuration, ${configFile}`,
      why: ({ file }) => `what was examined is ${file}; --config examines the other`,
    },
    own_node: {
      what: ({ version }) => `Node.js ${version} is too old`,
      why: ({ wanted }) => `Lifeline needs ${wanted}`,
    },
  },
} satisfies Texts<Sentences<SelfFacts>>;
