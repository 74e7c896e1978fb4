/** What is said of a gateway's own settings. */
import type { LinkName } from '../../diagnosis/evidence.ts';
import { platformOf } from '../../diagnosis/link-name.ts';
import type { SettingFault } from '../../gateways/setting-fault.ts';
import { inHan, type Sentences } from './sentences.ts';
import type { Texts } from '../locale.ts';
import { linkName } from '../common/conditions.ts';

const AUTH_WHY = {
  'zh-CN': {
    none: 'gateway.auth.mode 是 none，网关只回答配对过的设备',
    proxy: 'gateway.auth.mode 是 trusted-proxy，网关只回答代理后面的人',
    missing: '它的配置、.env 和环境变量里都没有 gateway.auth 的令牌或密码',
    reference: 'gateway.auth 的令牌存在别处，Lifeline 读不到',
  },
  en: {
    none: 'gateway.auth.mode is none, and then it answers paired devices only',
    proxy: 'gateway.auth.mode is trusted-proxy, and then it answers behind that proxy only',
    missing: 'neither its configuration nor .env nor its environment has a token or password for gateway.auth',
    reference: "gateway.auth's secret is kept where Lifeline cannot read it",
  },
} satisfies Texts<Readonly<Record<Extract<SettingFault, { code: 'setting_auth' }>['access'], string>>>;

/** The platforms whose bot has an app id and a secret. */
const hasAppId = (link: LinkName): boolean => ['feishu', 'qqbot'].includes(platformOf(link));

export const SETTING_TEXTS = {
  'zh-CN': {
    setting_missing: {
      what: ({ name }) => `${name} 没有填`,
      why: ({ link }) =>
        hasAppId(link)
          ? `${inHan(linkName(link, 'zh-CN'))}的 App ID 和密钥要成对，缺一个就登录不了`
          : `少了它，网关连不上${inHan(linkName(link, 'zh-CN'))}`,
    },
    setting_placeholder: {
      what: ({ name }) => `${name} 还是示例里的占位文字`,
      why: ({ link }) => `换成${inHan(linkName(link, 'zh-CN'))}开放平台上显示的真实值`,
    },
    setting_app_id: {
      what: ({ name }) => `${name} 的格式不对`,
      why: ({ link }) => (link === 'feishu' ? '飞书的 App ID 是 cli_ 加 16 位十六进制数字' : 'QQ 的 AppID 只有数字'),
    },
    setting_form: {
      what: ({ name }) => `${name} 的格式不对`,
      why: ({ link, example }) => `${inHan(linkName(link, 'zh-CN'))}要的是 ${example} 这样的`,
    },
    setting_unknown: {
      what: ({ name, value }) => `${name} 不认识 ${value}`,
      why: ({ allowed }) => `只能是 ${allowed.join('、')}`,
    },
    setting_webhook_token: {
      what: () => '飞书用的是 webhook 模式，但没有 FEISHU_VERIFICATION_TOKEN 或 FEISHU_ENCRYPT_KEY',
      why: () => '网关不会连接飞书；补上其中一个，或者把 FEISHU_CONNECTION_MODE 改成 websocket',
    },
    setting_webhook_mode: {
      what: () => '飞书用的是 webhook 模式',
      why: () => '没有长连接，Lifeline 看不出飞书是否失联，也要有公网地址；改成 websocket 两样都不需要',
    },
    setting_open: {
      what: ({ link, name }) => `${inHan(linkName(link, 'zh-CN'))}的 ${name} 是 open，但没有写明同意`,
      why: ({ consent }) =>
        `网关会拒绝启动，所有平台一起断；改成 pairing 或 allowlist，真要开放才在 .env 里写 ${consent}=true`,
    },
    setting_nobody: {
      what: ({ link, name }) => `${inHan(linkName(link, 'zh-CN'))}的 ${name} 把所有人都挡在外面`,
      why: () => '机器人在线，却谁也不理；把自己的 ID 写进允许名单，或者改成 pairing',
    },
    setting_conflict: {
      what: ({ name, key }) => `.env 里的 ${name} 和 config.yaml 里的 ${key} 不一样`,
      why: () => '生效的是 .env；删掉不用的那个，免得以后改错地方',
    },
    setting_repeated: {
      what: ({ name }) => `.env 里 ${name} 出现了不止一次，值还不一样`,
      why: () => '只有最后一个生效；删掉其余的',
    },
    setting_yaml: {
      what: ({ line }) => `config.yaml ${line === null ? '' : `第 ${line} 行`}写错了`,
      why: ({ problem }) => `网关会不声不响地不用这个文件：${problem}`,
    },
    setting_log_level: {
      what: ({ level }) => `logging.level 是 ${level}`,
      why: () => '登录成功的记录不会写进日志，Lifeline 看不到飞书连上的证据；改成 INFO',
    },
    setting_watchdog_off: {
      what: () => 'gateway.loop_watchdog 关着',
      why: () => '网关卡死时不会自己退出，要等 Lifeline 发现',
    },
    setting_multiplexed: {
      what: ({ root }) => `这个 profile 由 ${root} 的网关代管`,
      why: () => '它没有自己的网关进程和状态文件；请让 Lifeline 看护那个目录',
    },
    setting_json: {
      what: ({ file, line, column }) =>
        `${file}${line === null ? ' ' : ` 第 ${line} 行${column === null ? '' : `第 ${column} 列`}`}写错了`,
      why: ({ problem }) => `网关下次启动会失败，或者退回旧的副本：${problem}`,
    },
    setting_gateway_mode: {
      what: ({ mode }) => (mode === null ? 'gateway.mode 没有填' : `gateway.mode 是 ${mode}`),
      why: () => '必须是 local，否则网关拒绝启动，或者退回旧的副本',
    },
    setting_retired: {
      what: ({ name }) => `${name} 已经取消`,
      why: () => '新版网关会拒绝这个键；删掉它，或运行网关自己的 doctor --fix',
    },
    setting_auth: {
      what: () => 'Lifeline 问不了网关',
      why: ({ access }) =>
        `${AUTH_WHY['zh-CN'][access]}；Lifeline 只能看日志、/health 和服务状态，看不出飞书没连上，也不能单独重启一个连接`,
    },
    setting_misnamed: {
      what: ({ name, right }) => `${name} 应该叫 ${right}`,
      why: ({ link }) => `${inHan(linkName(link, 'zh-CN'))}的插件不认这个名字，等于没有填密钥`,
    },
    setting_everybody: {
      what: ({ name }) => `${name} 里不能写 "*"`,
      why: () => '插件会拒绝整个配置，网关下次就启动不了；写上具体的 ID',
    },
    setting_plugin: {
      what: ({ name, off }) => (off ? `${name} 是 false` : `没有写 ${name}`),
      why: ({ link }) => `${inHan(linkName(link, 'zh-CN'))}配好了，但插件没有点名启用，可能一直不会启动；写上 true`,
    },
    setting_no_meta: {
      what: ({ file }) => `${file} 里没有 meta 一节，而网关自己的副本里有`,
      why: () => '下次启动时，网关会不声不响地换回副本，刚改的内容就没了；从副本里把 meta 补回来',
    },
    setting_shared_log: {
      what: ({ root }) => `它和 ${root} 的网关写同一个日志`,
      why: () => '行里没有进程号，分不清是谁说的，会误判；给其中一个设 logging.file，或者改用 profile',
    },
  },
  en: {
    setting_missing: {
      what: ({ name }) => `${name} is not set`,
      why: ({ link }) =>
        hasAppId(link)
          ? `${linkName(link, 'en')} needs both the app id and the secret to log in`
          : `without it the gateway cannot connect to ${linkName(link, 'en')}`,
    },
    setting_placeholder: {
      what: ({ name }) => `${name} still holds the example's placeholder`,
      why: ({ link }) => `put there what ${linkName(link, 'en')}'s developer console shows`,
    },
    setting_app_id: {
      what: ({ name }) => `${name} does not look like an app id`,
      why: ({ link }) => (link === 'feishu' ? "Feishu's is cli_ and 16 hexadecimal digits" : "QQ's has digits only"),
    },
    setting_form: {
      what: ({ name }) => `${name} does not look as it should`,
      why: ({ link, example }) => `${linkName(link, 'en')} asks for one such as ${example}`,
    },
    setting_unknown: {
      what: ({ name, value }) => `${name} cannot be ${value}`,
      why: ({ allowed }) => `it is one of ${allowed.join(', ')}`,
    },
    setting_webhook_token: {
      what: () => 'Feishu is in webhook mode without FEISHU_VERIFICATION_TOKEN or FEISHU_ENCRYPT_KEY',
      why: () => 'the gateway does not connect to Feishu; set one of them, or make FEISHU_CONNECTION_MODE websocket',
    },
    setting_webhook_mode: {
      what: () => 'Feishu is in webhook mode',
      why: () =>
        'without a long connection Lifeline cannot tell whether Feishu is lost, and a public address is needed; websocket needs neither',
    },
    setting_open: {
      what: ({ link, name }) => `${linkName(link, 'en')}'s ${name} is open without a consent to that`,
      why: ({ consent }) =>
        `the gateway refuses to start, and all platforms are down; make it pairing or allowlist, or set ${consent}=true in .env if it shall be open`,
    },
    setting_nobody: {
      what: ({ link, name }) => `${linkName(link, 'en')}'s ${name} lets nobody in`,
      why: () => 'the bot is online and answers no one; put your id on the list of those allowed, or make it pairing',
    },
    setting_conflict: {
      what: ({ name, key }) => `${name} in .env and ${key} in config.yaml differ`,
      why: () => '.env counts; delete the other, or one day somebody changes the wrong one',
    },
    setting_repeated: {
      what: ({ name }) => `${name} is more than once in .env, with different values`,
      why: () => 'only the last one counts; delete the others',
    },
    setting_yaml: {
      what: ({ line }) => `config.yaml has a mistake${line === null ? '' : ` in line ${line}`}`,
      why: ({ problem }) => `the gateway silently does without the file: ${problem}`,
    },
    setting_log_level: {
      what: ({ level }) => `logging.level is ${level}`,
      why: () => 'logins do not reach the log, so Lifeline sees no proof that Feishu is connected; make it INFO',
    },
    setting_watchdog_off: {
      what: () => 'gateway.loop_watchdog is off',
      why: () => 'a gateway that hangs does not end by itself and waits for Lifeline',
    },
    setting_multiplexed: {
      what: ({ root }) => `the gateway of ${root} serves this profile`,
      why: () => 'it has no process and no state of its own; let Lifeline watch that home instead',
    },
    setting_json: {
      what: ({ file, line, column }) =>
        `${file} has a mistake${line === null ? '' : ` in line ${line}${column === null ? '' : `, column ${column}`}`}`,
      why: ({ problem }) => `the gateway's next start fails, or takes an older copy: ${problem}`,
    },
    setting_gateway_mode: {
      what: ({ mode }) => (mode === null ? 'gateway.mode is not set' : `gateway.mode is ${mode}`),
      why: () => 'it must be local, or the gateway refuses to start, or takes an older copy',
    },
    setting_retired: {
      what: ({ name }) => `${name} was retired`,
      why: () => "today's gateway refuses this key; delete it, or run the gateway's own doctor --fix",
    },
    setting_auth: {
      what: () => 'Lifeline cannot ask the gateway',
      why: ({ access }) =>
        `${AUTH_WHY.en[access]}; log, /health and service remain, which do not tell when Feishu never connected, and no link can be restarted alone`,
    },
    setting_misnamed: {
      what: ({ name, right }) => `${name} must be called ${right}`,
      why: ({ link }) => `${linkName(link, 'en')}'s plugin does not know this name, as if there were no secret`,
    },
    setting_everybody: {
      what: ({ name }) => `${name} may not hold "*"`,
      why: () => 'the plugin refuses the whole configuration, and the next start fails; put ids there',
    },
    setting_plugin: {
      what: ({ name, off }) => (off ? `${name} is false` : `${name} is not set`),
      why: ({ link }) =>
        `${linkName(link, 'en')} is set up, but its plugin is not switched on by name and may never start; make it true`,
    },
    setting_no_meta: {
      what: ({ file }) => `${file} has no meta block, and the gateway's own copy has one`,
      why: () =>
        'at the next start the gateway silently puts its copy back, and what was changed is gone; take the meta block over from the copy',
    },
    setting_shared_log: {
      what: ({ root }) => `it writes the same log as the gateway of ${root}`,
      why: () =>
        'the lines carry no process id, so one is judged by what the other says; set logging.file for one of them, or use a profile',
    },
  },
} satisfies Texts<Sentences<SettingFault>>;
