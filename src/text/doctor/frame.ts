/** What stands around the findings in the terminal: groups, ways to mend, what was examined. */
import type { Examined, Skip } from '../../doctor/check.ts';
import { bySeverity, type DoctorFinding, type FindingSeverity } from '../../doctor/finding.ts';
import { checkTitle } from './check-titles.ts';
import { findingWords } from './findings.ts';
import type { Locale, Texts } from '../locale.ts';

export const SEVERITY_DOTS: Readonly<Record<FindingSeverity, string>> = { error: '🔴', warning: '🟠', info: '🔵' };

const en = {
  self: () => 'Lifeline itself',
  run: () => 'Run: ',
  fixable: () => 'lifeline doctor --fix mends it',
  plan: (path: string) => `Changing ${path}:`,
  planRun: (restarts: boolean): string => (restarts ? 'Running (a gateway that runs restarts with it):' : 'Running:'),
  copy: (path: string) => `The file as it was is kept as ${path}`,
  mended: () => 'Done',
  failed: (reason: string) => `Not mended: ${reason}`,
  left: () => 'Still to be done:',
  ok: () => 'ok',
  found: (count: number) => `${count} found`,
  skipped: (why: string) => `not applicable: ${why}`,
};

const zh: typeof en = {
  self: () => 'Lifeline 自己',
  run: () => '可以运行：',
  fixable: () => '运行 lifeline doctor --fix 可以自动修好',
  plan: (path) => `将修改 ${path}：`,
  planRun: (restarts) => (restarts ? '将运行（正在运行的网关会随之重启）：' : '将运行：'),
  copy: (path) => `原文件已备份为 ${path}`,
  mended: () => '已处理',
  failed: (reason) => `没有修好：${reason}`,
  left: () => '处理后仍有以下问题：',
  ok: () => '正常',
  found: (count) => `${count} 处`,
  skipped: (why) => `不适用：${why}`,
};

const FRAME: Texts<typeof en> = { 'zh-CN': zh, en };

const SKIPS: Texts<Readonly<Record<Skip, string>>> = {
  'zh-CN': {
    no_plist: '没有 launchd 定义',
    no_unit: '没有 systemd 服务',
    no_interface: '这类网关没有可以问的接口',
    no_process: '网关没有运行',
    no_heartbeat: '这种网关不写心跳文件',
    no_home: '没有网关目录',
    no_settings: '没有读得到的设置文件',
    no_log: '没有读得到的日志',
    no_feishu: '没有配置飞书',
    no_qq: '没有配置 QQ',
    no_fleet: '不在机群里',
    no_links: '看不出配置了哪些平台',
    no_proxy: '没有设代理',
    proxy_unknown: '不知道这种网关怎样用代理',
    no_channel: '没有配置通道',
    no_personal_channel: '没有配置飞书或 QQ 通道',
    no_config_file: '没有配置文件',
    no_store: '还没有数据库',
    offline: '加了 --offline，不访问网络',
    not_running: '没有 pid 文件',
    in_container: '在容器里，由容器引擎管理',
    no_cron: '这台机器没有 cron',
    no_time: '平台没有返回时间',
  },
  en: {
    no_plist: 'no launchd definition',
    no_unit: 'no unit of systemd',
    no_interface: 'this kind of gateway has nothing to ask',
    no_process: 'the gateway does not run',
    no_heartbeat: 'such a gateway writes no heartbeat',
    no_home: "there is no gateway's home",
    no_settings: 'no settings that can be read',
    no_log: 'no log that can be read',
    no_feishu: 'Feishu is not set up',
    no_qq: 'QQ is not set up',
    no_fleet: 'it is in no fleet',
    no_links: 'no platform is known to be set up',
    no_proxy: 'no proxy is set',
    proxy_unknown: 'how such a gateway uses proxies is not known',
    no_channel: 'no channel is set up',
    no_personal_channel: 'neither Feishu nor QQ is set up as a channel',
    no_config_file: 'there is no configuration',
    no_store: 'there is no database yet',
    offline: 'with --offline nothing asks the network',
    not_running: 'there is no pid file',
    in_container: 'it is in a container, which its engine manages',
    no_cron: 'no cron on this machine',
    no_time: 'the platform did not give its time',
  },
};

/** One gateway, or Lifeline itself. */
export interface Group {
  readonly gateway: string | null;
  readonly examined: readonly Examined[];
}

export const groupName = (gateway: string | null, locale: Locale): string => gateway ?? FRAME[locale].self();

/** One finding below its group's name; `hint`: with the way to have it mended. */
export const findingText = (finding: DoctorFinding, locale: Locale, { hint }: { readonly hint: boolean }): string => {
  const { what, why } = findingWords(finding, locale);
  const frame = FRAME[locale];
  return [
    `${SEVERITY_DOTS[finding.severity]} ${what}`,
    `   ${why}`,
    ...commandLines(finding.commands, frame.run()),
    ...(finding.fix && hint ? [`   ${frame.fixable()}`] : []),
  ].join('\n');
};

const commandLines = (commands: readonly string[], run: string): readonly string[] => {
  const [only, ...others] = commands;
  if (only === undefined) return [];
  return others.length === 0
    ? [`   ${run}${only}`]
    : [`   ${run.trimEnd()}`, ...commands.map((command) => `     ${command}`)];
};

/** Empty when nothing is found. The worst of each group comes first, and the group with the worst. */
export const findingsText = (
  findings: readonly DoctorFinding[],
  locale: Locale,
  { hint }: { readonly hint: boolean },
): string => {
  const groups = Map.groupBy(findings.toSorted(bySeverity), ({ gateway }) => gateway);
  return [...groups]
    .map(([gateway, all]) =>
      [groupName(gateway, locale), ...all.map((finding) => findingText(finding, locale, { hint }))].join('\n'),
    )
    .join('\n\n');
};

/** Every check with what became of it. */
export const examinedText = (groups: readonly Group[], locale: Locale): string =>
  groups
    .map(({ gateway, examined }) =>
      [groupName(gateway, locale), ...examined.map((each) => `  ${examinedLine(each, locale)}`)].join('\n'),
    )
    .join('\n\n');

const examinedLine = ({ check, result, findings }: Examined, locale: Locale): string => {
  const frame = FRAME[locale];
  const title = checkTitle(check, locale);
  const line = (mark: string, words: string): string => `${mark} ${title}${locale === 'en' ? ': ' : '：'}${words}`;
  if (typeof result === 'object') return line('⚪', frame.skipped(SKIPS[locale][result.skip]));
  const [worst] = findings.toSorted(bySeverity);
  // What several checks could not ask is told by the first of them.
  return worst
    ? line(SEVERITY_DOTS[worst.severity], frame.found(findings.length))
    : line(result === 'ok' ? '🟢' : SEVERITY_DOTS.warning, result === 'ok' ? frame.ok() : frame.found(1));
};

export const planText = (
  plan: {
    readonly path: string | null;
    readonly diff: readonly string[];
    readonly commands: readonly string[];
    readonly restarts: boolean;
  },
  locale: Locale,
): string => {
  const frame = FRAME[locale];
  return [
    ...(plan.path === null ? [] : [frame.plan(plan.path), ...plan.diff.map((line) => `  ${line}`)]),
    ...(plan.commands.length > 0
      ? [frame.planRun(plan.restarts), ...plan.commands.map((command) => `  ${command}`)]
      : []),
  ].join('\n');
};

export const mendedText = (
  { copy, reason }: { readonly copy: string | null; readonly reason: string | null },
  locale: Locale,
): string => {
  const frame = FRAME[locale];
  return [...(copy === null ? [] : [frame.copy(copy)]), reason === null ? frame.mended() : frame.failed(reason)].join(
    '\n',
  );
};

export const leftText = (locale: Locale): string => FRAME[locale].left();
