/** What `/whoami`, `/version`, `/config` and `/audit` say: of the operator, and of Lifeline itself. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  you: (name: string, role: string) => `You are ${name}, ${role}`,
  channel: (name: string, inGroup: boolean) => `Channel: ${name}${inGroup ? ' (group)' : ''}`,
  yourId: (id: string) => `Your id: ${id}`,
  /** Whoever has only some gateways. */
  only: (gateways: readonly string[]) => `Gateways: only ${gateways.join(', ')}`,
  /** What the role lets them do. */
  allowed: (role: 'viewer' | 'operator' | 'admin') =>
    ({
      viewer: 'You may look at states, logs and history',
      operator: 'You may look, restart, mute and do maintenance',
      admin: 'You may use every command',
    })[role],

  version: (version: string) => `Lifeline ${version}`,
  node: (version: string) => `Node ${version}`,
  system: (words: string) => `System: ${words}`,
  up: (since: string, time: string) => `Up since ${since}, for ${time}`,
  store: (size: string) => `Data: ${size}`,

  settings: (page: number, pages: number) => `The configuration in use${pages > 1 ? ` (${page}/${pages})` : ''}`,
  noSettings: () => 'There is no configuration to show',
  nextPage: (command: string) => `Next page: ${command}`,
  nextButton: () => 'Next',
  settingsNote: () => 'Secrets are shown as ***',

  audit: (count: number, name: string | null) =>
    `${name === null ? '' : `${name}: `}the last ${count === 1 ? 'command' : `${count} commands`}`,
  noAudit: (name: string) => `Nothing recorded of ${name}`,
  notShown: (count: number) => `${count} more had no room; lifeline audit on the machine shows them`,
};

const zh: typeof en = {
  you: (name, role) => `你是 ${name}，${role}`,
  channel: (name, inGroup) => `通道：${name}${inGroup ? '（群）' : ''}`,
  yourId: (id) => `你的 id：${id}`,
  only: (gateways) => `只管这些网关：${gateways.join('、')}`,
  allowed: (role) =>
    ({ viewer: '可以看状态、日志和历史', operator: '可以看，也可以重启、静音和维护', admin: '所有命令都可以用' })[role],

  version: (version) => `Lifeline ${version}`,
  node: (version) => `Node ${version}`,
  system: (words) => `系统：${words}`,
  up: (since, time) => `${since} 启动，已运行 ${time}`,
  store: (size) => `数据：${size}`,

  settings: (page, pages) => `生效的配置${pages > 1 ? `（${page}/${pages}）` : ''}`,
  noSettings: () => '没有配置可看',
  nextPage: (command) => `下一页：${command}`,
  nextButton: () => '下一页',
  settingsNote: () => '密钥和密码都显示为 ***',

  audit: (count, name) => `${name === null ? '' : `${name} `}最近 ${count} 条命令`,
  noAudit: (name) => `没有 ${name} 的记录`,
  notShown: (count) => `还有 ${count} 条太长没列出，在机器上运行 lifeline audit 看`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const aboutText = (locale: Locale) => TEXTS[locale];

/** What each of these commands does, in one line of help. */
export const ABOUT_HELP = {
  config: { 'zh-CN': '看生效的配置（不含密钥）', en: 'the configuration in use, without its secrets' },
  audit: { 'zh-CN': '看谁发过什么命令', en: 'who sent which commands' },
  whoami: { 'zh-CN': '看自己是谁、能做什么', en: 'who you are here, and what you may do' },
  version: { 'zh-CN': '看 Lifeline 的版本和运行环境', en: "Lifeline's version, and what it runs on" },
} satisfies Record<string, Texts<string>>;
