/** What is said of a gateway's own settings. */
import type { SettingFault } from '../gateways/setting-fault.ts';
import { inHan, type Sentences } from './doctor-sentences.ts';
import type { Texts } from './locale.ts';
import { linkName } from './words.ts';

export const SETTING_TEXTS = {
  'zh-CN': {
    setting_missing: { what: ({ name }) => `${name} 没有填`, why: ({ link }) => `${inHan(linkName(link, 'zh-CN'))}的 App ID 和密钥要成对，缺一个就登录不了` },
    setting_placeholder: { what: ({ name }) => `${name} 还是示例里的占位文字`, why: ({ link }) => `换成${inHan(linkName(link, 'zh-CN'))}开放平台上显示的真实值` },
    setting_app_id: { what: ({ name }) => `${name} 的格式不对`, why: ({ link }) => (link === 'feishu' ? '飞书的 App ID 是 cli_ 加 16 位十六进制数字' : 'QQ 的 AppID 只有数字') },
    setting_unknown: { what: ({ name, value }) => `${name} 不认识 ${value}`, why: ({ allowed }) => `只能是 ${allowed.join('、')}` },
    setting_webhook_token: { what: () => '飞书用的是 webhook 模式，但没有 FEISHU_VERIFICATION_TOKEN 或 FEISHU_ENCRYPT_KEY', why: () => '网关不会连接飞书；补上其中一个，或者把 FEISHU_CONNECTION_MODE 改成 websocket' },
    setting_webhook_mode: { what: () => '飞书用的是 webhook 模式', why: () => '没有长连接，Lifeline 看不出飞书是否失联，也要有公网地址；改成 websocket 两样都不需要' },
    setting_open: { what: ({ link, name }) => `${inHan(linkName(link, 'zh-CN'))}的 ${name} 是 open，但没有写明同意`, why: ({ consent }) => `网关会拒绝启动，所有平台一起断；改成 pairing 或 allowlist，真要开放才在 .env 里写 ${consent}=true` },
    setting_nobody: { what: ({ link, name }) => `${inHan(linkName(link, 'zh-CN'))}的 ${name} 把所有人都挡在外面`, why: () => '机器人在线，却谁也不理；在 allow_from 里写上自己的 ID，或者改成 pairing' },
    setting_conflict: { what: ({ name, key }) => `.env 里的 ${name} 和 config.yaml 里的 ${key} 不一样`, why: () => '生效的是 .env；删掉不用的那个，免得以后改错地方' },
    setting_repeated: { what: ({ name }) => `.env 里 ${name} 出现了不止一次，值还不一样`, why: () => '只有最后一个生效；删掉其余的' },
    setting_yaml: { what: ({ line }) => `config.yaml ${line === null ? '' : `第 ${line} 行`}写错了`, why: ({ problem }) => `网关会不声不响地不用这个文件：${problem}` },
    setting_log_level: { what: ({ level }) => `logging.level 是 ${level}`, why: () => '登录成功的记录不会写进日志，Lifeline 看不到飞书连上的证据；改成 INFO' },
    setting_watchdog_off: { what: () => 'gateway.loop_watchdog 关着', why: () => '网关卡死时不会自己退出，要等 Lifeline 发现' },
    setting_multiplexed: { what: ({ root }) => `这个 profile 由 ${root} 的网关代管`, why: () => '它没有自己的网关进程和状态文件；请让 Lifeline 看护那个目录' },
  },
  en: {
    setting_missing: { what: ({ name }) => `${name} is not set`, why: ({ link }) => `${linkName(link, 'en')} needs both the app id and the secret to log in` },
    setting_placeholder: { what: ({ name }) => `${name} still holds the example's placeholder`, why: ({ link }) => `put there what ${linkName(link, 'en')}'s developer console shows` },
    setting_app_id: { what: ({ name }) => `${name} does not look like an app id`, why: ({ link }) => (link === 'feishu' ? "Feishu's is cli_ and 16 hexadecimal digits" : "QQ's has digits only") },
    setting_unknown: { what: ({ name, value }) => `${name} cannot be ${value}`, why: ({ allowed }) => `it is one of ${allowed.join(', ')}` },
    setting_webhook_token: { what: () => 'Feishu is in webhook mode without FEISHU_VERIFICATION_TOKEN or FEISHU_ENCRYPT_KEY', why: () => 'the gateway does not connect to Feishu; set one of them, or make FEISHU_CONNECTION_MODE websocket' },
    setting_webhook_mode: { what: () => 'Feishu is in webhook mode', why: () => 'without a long connection Lifeline cannot tell whether Feishu is lost, and a public address is needed; websocket needs neither' },
    setting_open: { what: ({ link, name }) => `${linkName(link, 'en')}'s ${name} is open without a consent to that`, why: ({ consent }) => `the gateway refuses to start, and all platforms are down; make it pairing or allowlist, or set ${consent}=true in .env if it shall be open` },
    setting_nobody: { what: ({ link, name }) => `${linkName(link, 'en')}'s ${name} lets nobody in`, why: () => 'the bot is on line and answers no one; put your id into allow_from, or make it pairing' },
    setting_conflict: { what: ({ name, key }) => `${name} in .env and ${key} in config.yaml differ`, why: () => '.env counts; delete the other, or one day somebody changes the wrong one' },
    setting_repeated: { what: ({ name }) => `${name} is more than once in .env, with different values`, why: () => 'only the last one counts; delete the others' },
    setting_yaml: { what: ({ line }) => `config.yaml has a mistake${line === null ? '' : ` in line ${line}`}`, why: ({ problem }) => `the gateway silently does without the file: ${problem}` },
    setting_log_level: { what: ({ level }) => `logging.level is ${level}`, why: () => 'logins do not reach the log, so Lifeline sees no proof that Feishu is connected; make it INFO' },
    setting_watchdog_off: { what: () => 'gateway.loop_watchdog is off', why: () => 'a gateway that hangs does not end by itself and waits for Lifeline' },
    setting_multiplexed: { what: ({ root }) => `the gateway of ${root} serves this profile`, why: () => 'it has no process and no state of its own; let Lifeline watch that home instead' },
  },
} satisfies Texts<Sentences<SettingFault>>;
