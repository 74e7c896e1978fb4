/** What `lifeline service status` says: the state first, then what is to be done, then the end of the log. */
import { formatBytes } from '../common/bytes.ts';
import type { Locale, Texts } from '../locale.ts';
import type { LingerShown } from './service.ts';
import { formatDuration, formatTime } from '../common/time.ts';

export interface ServiceShown {
  readonly manager: 'systemd' | 'launchd';
  readonly scope: 'user' | 'system';
  readonly unit: string;
  readonly path: string;
  /** In the service manager's own word. */
  readonly active: string;
  readonly enabled: boolean;
  readonly definition: 'current' | 'outdated' | 'changed';
  readonly pid: number | null;
  readonly configFile: string | null;
  readonly since: number | null;
  readonly restarts: number | null;
  readonly watchdogMs: number | null;
  readonly memoryBytes: number | null;
  /** What Lifeline itself told the service manager. */
  readonly status: string | null;
  /** null where it does not matter. */
  readonly linger: LingerShown | null;
  readonly log: readonly string[];
}

const en = {
  none: 'No service of Lifeline is installed. To install it: lifeline service install',
  unreachable: (path: string, problem: string) =>
    `🔴 It is defined in ${path}, but its service manager cannot be asked: ${problem}`,
  scope: { user: 'user service', system: 'system service' },
  active: 'running',
  other: (active: string) => `not running (${active})`,
  since: (time: string, ago: string) => ` since ${time}, for ${ago}`,
  pid: (pid: number) => `process ${pid}`,
  memory: (size: string) => `memory ${size}`,
  restarts: (count: number) => `restarts by systemd: ${count}`,
  watchdog: (time: string) => `watchdog: started anew after ${time} without a sign of life`,
  noWatchdog: 'no watchdog: nobody notices when it hangs',
  says: (status: string) => `it says: ${status}`,
  notEnabled: 'does not start with the machine; run: lifeline service install',
  lingerOn: 'lingering is on: it outlives your login and starts with the machine',
  lingerOff: (command: string) => `lingering is off: it ends when you log out. Run: ${command}`,
  lingerUnknown: (problem: string, command: string) =>
    `whether it outlives your login is not known: ${problem}. To make sure, run: ${command}`,
  outdated: (path: string) =>
    `${path} is not what this Lifeline would write. To bring it up to date: lifeline service install (--dry-run shows what changes)`,
  changed: (path: string) => `${path} was changed by hand. To put it back (a copy is kept): lifeline service install`,
  config: (file: string) => `configuration ${file}`,
  log: 'The end of its log:',
  noLog: 'None of its log could be read.',
};

const zh: typeof en = {
  none: '没有装 Lifeline 的服务。要装：lifeline service install',
  unreachable: (path, problem) => `🔴 定义在 ${path}，但问不到服务管理器：${problem}`,
  scope: { user: '用户服务', system: '系统服务' },
  active: '正在运行',
  other: (active) => `没有在运行（${active}）`,
  since: (time, ago) => `，自 ${time} 起，${ago}`,
  pid: (pid) => `进程 ${pid}`,
  memory: (size) => `内存 ${size}`,
  restarts: (count) => `systemd 重新拉起过 ${count} 次`,
  watchdog: (time) => `看门狗：${time}内没有动静就重启它`,
  noWatchdog: '没有看门狗：卡住了没有人管',
  says: (status) => `它自己说：${status}`,
  notEnabled: '不会随机器启动；请运行：lifeline service install',
  lingerOn: 'linger 已开启：退出登录、机器重启以后都在',
  lingerOff: (command) => `linger 没有开启：退出登录就会停。请运行：${command}`,
  lingerUnknown: (problem, command) => `不知道退出登录以后它还在不在：${problem}。要确保它在，请运行：${command}`,
  outdated: (path) =>
    `${path} 不是现在这个 Lifeline 会写的样子。要更新：lifeline service install（先看差别：加 --dry-run）`,
  changed: (path) => `${path} 被人手改过。要换回来（会留备份）：lifeline service install`,
  config: (file) => `配置 ${file}`,
  log: '最后的日志：',
  noLog: '没有读到它的日志。',
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const noServiceText = (locale: Locale): string => WORDS[locale].none;

export const unreachableText = (
  { path, problem }: { readonly path: string; readonly problem: string },
  locale: Locale,
): string => WORDS[locale].unreachable(path, problem);

export const serviceText = (shown: ServiceShown, locale: Locale, now: number): string => {
  const words = WORDS[locale];
  const {
    active,
    since,
    pid,
    memoryBytes,
    restarts,
    watchdogMs,
    status,
    enabled,
    linger,
    definition,
    path,
    configFile,
    log,
    manager,
  } = shown;
  const runs = active === 'active' || active === 'reloading';
  const comma = locale === 'en' ? ', ' : '，';
  const facts = [
    ...(pid === null ? [] : [words.pid(pid)]),
    ...(memoryBytes === null ? [] : [words.memory(formatBytes(memoryBytes))]),
    ...(restarts === null ? [] : [words.restarts(restarts)]),
  ];
  return [
    `${runs ? '🟢' : '🔴'} ${shown.unit}${locale === 'en' ? ' (' : '（'}${words.scope[shown.scope]}${locale === 'en' ? ') ' : '）'}${runs ? words.active : words.other(active)}${since === null || !runs ? '' : words.since(formatTime(since, locale, now), formatDuration(now - since, locale))}`,
    ...(facts.length > 0 ? [`   ${facts.join(comma)}`] : []),
    ...(status === null ? [] : [`   ${words.says(status)}`]),
    ...(runs || manager === 'launchd'
      ? [`   ${watchdogMs === null ? words.noWatchdog : words.watchdog(formatDuration(watchdogMs, locale))}`]
      : []),
    ...(configFile === null ? [] : [`   ${words.config(configFile)}`]),
    ...(enabled ? [] : [`🔴 ${words.notEnabled}`]),
    ...(linger === null
      ? []
      : [
          linger.on === true
            ? `   ${words.lingerOn}`
            : `🟠 ${linger.on === null ? words.lingerUnknown(linger.problem, linger.command) : words.lingerOff(linger.command)}`,
        ]),
    ...(definition === 'current' ? [] : [`🟠 ${words[definition](path)}`]),
    ...(log.length > 0 ? [words.log, ...log.map((line) => `   ${line}`)] : [words.noLog]),
  ].join('\n');
};
