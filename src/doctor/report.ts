/** What `lifeline doctor` prints: the findings in groups, ways to mend them, and what was examined. */
import { bySeverity, groupName, SEVERITY_DOTS, type Finding } from '../text/common/findings.ts';
import type { Locale, Texts } from '../text/locale.ts';
import { SKIPS, type Examined } from './check.ts';
import type { Group } from './run.ts';

const en = {
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

/** One finding below its group's name; `hint`: with the way to have it mended. */
export const findingText = (finding: Finding, locale: Locale, { hint }: { readonly hint: boolean }): string => {
  const [what, why] = finding.words[locale];
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
  findings: readonly Finding[],
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

const examinedLine = ({ title, result, findings }: Examined, locale: Locale): string => {
  const frame = FRAME[locale];
  const line = (mark: string, words: string): string =>
    `${mark} ${title[locale]}${locale === 'en' ? ': ' : '：'}${words}`;
  if (typeof result === 'object') return line('⚪', frame.skipped(SKIPS[result.skip][locale]));
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
