/** What a check is, what it finds, and how checks are run: side by side, each within a limit. */
import { errorText, UserError } from '../base/errors.ts';
import { redact } from '../base/redact/redact.ts';
import { within } from '../base/time-limit.ts';
import type { LinkName } from '../diagnosis/evidence.ts';
import type { ActionResult } from '../supervisors/supervisor.ts';
import { linkName } from '../text/common/conditions.ts';
import type { Finding, FindingSeverity, FindingWords } from '../text/common/findings.ts';
import type { Texts } from '../text/locale.ts';

/** Why a check has nothing to look at here. */
export const SKIPS = {
  no_plist: { 'zh-CN': '没有 launchd 定义', en: 'no launchd definition' },
  no_unit: { 'zh-CN': '没有 systemd 服务', en: 'no unit of systemd' },
  no_process: { 'zh-CN': '网关没有运行', en: 'the gateway does not run' },
  no_heartbeat: { 'zh-CN': '这种网关不写心跳文件', en: 'such a gateway writes no heartbeat' },
  no_interface: { 'zh-CN': '这类网关没有可以问的接口', en: 'this kind of gateway has nothing to ask' },
  no_doctor: { 'zh-CN': '这类网关没有自己的体检', en: 'this kind of gateway has no doctor of its own' },
  no_home: { 'zh-CN': '没有网关目录', en: "there is no gateway's home" },
  no_settings: { 'zh-CN': '没有读得到的设置文件', en: 'no settings that can be read' },
  no_log: { 'zh-CN': '没有读得到的日志', en: 'no log that can be read' },
  no_feishu: { 'zh-CN': '没有配置飞书', en: 'Feishu is not set up' },
  no_qq: { 'zh-CN': '没有配置 QQ', en: 'QQ is not set up' },
  no_fleet: { 'zh-CN': '不在机群里', en: 'it is in no fleet' },
  no_links: { 'zh-CN': '看不出配置了哪些平台', en: 'no platform is known to be set up' },
  no_proxy: { 'zh-CN': '没有设代理', en: 'no proxy is set' },
  proxy_unknown: { 'zh-CN': '不知道这种网关怎样用代理', en: 'how such a gateway uses proxies is not known' },
  no_channel: { 'zh-CN': '没有配置通道', en: 'no channel is set up' },
  no_personal_channel: { 'zh-CN': '没有配置飞书或 QQ 通道', en: 'neither Feishu nor QQ is set up as a channel' },
  no_config_file: { 'zh-CN': '没有配置文件', en: 'there is no configuration' },
  no_store: { 'zh-CN': '还没有数据库', en: 'there is no database yet' },
  offline: { 'zh-CN': '加了 --offline，不访问网络', en: 'with --offline nothing asks the network' },
  not_running: { 'zh-CN': '没有 pid 文件', en: 'there is no pid file' },
  in_container: { 'zh-CN': '在容器里，由容器引擎管理', en: 'it is in a container, which its engine manages' },
  no_cron: { 'zh-CN': '这台机器没有 cron', en: 'no cron on this machine' },
  no_time: { 'zh-CN': '平台没有返回时间', en: 'the platform did not give its time' },
} satisfies Readonly<Record<string, Texts<string>>>;

export type Skip = keyof typeof SKIPS;
export type CheckOutcome = readonly DoctorFinding[] | { readonly skip: Skip };

/** One thing that the doctor looks for. */
export interface DoctorCheck<Context> {
  /** The check's name in the documents and with `--json`. */
  readonly name: string;
  /** What it looks at, in a few words. */
  readonly title: Texts<string>;
  /** For a check that needs longer than the others. */
  readonly limitMs?: number;
  /** Throws a UserError when what the check needs cannot be asked. */
  readonly run: (context: Context) => Promise<CheckOutcome>;
}

/** Beside what every finding has it carries the facts of its code, for `--json`. */
export interface DoctorFinding extends Finding {
  readonly fix: DoctorFix | null;
  readonly [fact: string]: unknown;
}

export interface DoctorFix {
  /** A change of one file. Several of the same file are made together. */
  readonly edit: FileEdit | null;
  /** What is run after the change. Of several acts with the same key one is run. */
  readonly act: FixAct | null;
}

export interface FileEdit {
  readonly path: string;
  /** The text that is changed; not always the file's own bytes: a binary plist is changed as XML. */
  readonly text: string;
  readonly change: (text: string) => string | null;
}

export interface FixAct {
  readonly key: string;
  /** The commands that the act runs, as people read them. */
  readonly commands: readonly string[];
  /** The act restarts no gateway. */
  readonly harmless?: true;
  readonly run: (signal: AbortSignal) => Promise<ActionResult>;
}

/** What a finding says, how it is mended, and the facts of its code. */
interface Said extends FindingWords {
  readonly commands?: readonly string[];
  readonly fix?: DoctorFix | null;
  readonly [fact: string]: unknown;
}

/** Makes a finding about a gateway; about null: Lifeline itself. */
export const finding = (
  about: { readonly name: string } | null,
  severity: FindingSeverity,
  code: string,
  { 'zh-CN': zh, en, commands = [], fix = null, ...facts }: Said,
): DoctorFinding => ({
  code,
  gateway: about?.name ?? null,
  severity,
  ...facts,
  words: { 'zh-CN': trimmed(zh), en: trimmed(en) },
  commands,
  fix,
});

/** A name at the very beginning or end of Chinese text brings its blank along. */
const trimmed = ([what, why]: readonly [string, string]): readonly [string, string] => [what.trim(), why.trim()];

/** A name amid Chinese text: Latin letters stand apart from it. */
export const inHan = (name: string): string => (/[A-Za-z]/.test(name) ? ` ${name} ` : name);

/** The name of a link as it stands in a sentence. */
export const linkNames = (link: LinkName): Texts<string> => ({
  'zh-CN': inHan(linkName(link, 'zh-CN')),
  en: linkName(link, 'en'),
});

/** What became of one check. */
export interface Examined {
  readonly check: string;
  readonly title: Texts<string>;
  readonly result: 'ok' | 'found' | { readonly skip: Skip };
  readonly findings: readonly DoctorFinding[];
}

/** Service managers may take long over many units. */
const LIMIT_MS = 20_000;

/**
 * Runs checks side by side; none of them, however it fails, is the end of the others. Never throws.
 *
 * @param about the gateway that is examined; null: Lifeline itself
 * @returns one entry for each check, in their order
 */
export const examineAll = async <Context>(
  context: Context,
  checks: readonly DoctorCheck<Context>[],
  about: { readonly name: string } | null,
  limitMs: number = LIMIT_MS,
): Promise<readonly Examined[]> => {
  const one = async (check: DoctorCheck<Context>): Promise<Examined> => {
    const named = { check: check.name, title: check.title };
    const failed = (found: DoctorFinding): Examined => ({ ...named, result: 'found', findings: [found] });
    try {
      const outcome = await within(check.run(context), check.limitMs ?? limitMs);
      if (outcome === null) return failed(checkFailed(about, check, null));
      if ('skip' in outcome) return { ...named, result: outcome, findings: [] };
      return { ...named, result: outcome.length > 0 ? 'found' : 'ok', findings: outcome };
    } catch (error) {
      const said = redact(errorText(error));
      return failed(error instanceof UserError ? cannotAsk(about, said) : checkFailed(about, check, said));
    }
  };
  return oncePerProblem(await Promise.all(checks.map(one)));
};

export const cannotAsk = (about: { readonly name: string } | null, problem: string): DoctorFinding =>
  finding(about, 'warning', 'cannot_ask', {
    'zh-CN': [`有些检查做不了：${problem}`, '没查到的不等于没问题，是否正常还不清楚'],
    en: [`some checks could not be made: ${problem}`, 'what could not be checked may be well or not'],
    problem,
  });

/** @param problem null: it gave no result in time */
const checkFailed = (
  about: { readonly name: string } | null,
  { name, title }: Pick<DoctorCheck<never>, 'name' | 'title'>,
  problem: string | null,
): DoctorFinding =>
  finding(about, 'warning', 'check_failed', {
    'zh-CN': [
      `检查「${title['zh-CN']}」${problem === null ? '超时，没有结果' : `出错：${problem}`}`,
      '其余的检查不受影响',
    ],
    en: [
      `the check "${title.en}" ${problem === null ? 'gave no result in time' : `failed: ${problem}`}`,
      'the others are not affected',
    ],
    check: name,
    problem,
  });

/** Joins the findings of several checks that could not ask the same source. */
const oncePerProblem = (examined: readonly Examined[]): readonly Examined[] => {
  const told = new Set<unknown>();
  return examined.map((each) => ({
    ...each,
    findings: each.findings.filter(({ code, ['problem']: problem }) => {
      if (code !== 'cannot_ask') return true;
      const first = !told.has(problem);
      told.add(problem);
      return first;
    }),
  }));
};

/** What could not be asked comes last. */
export const findingsOf = (examined: readonly Examined[]): readonly DoctorFinding[] => {
  const all = examined.flatMap(({ findings }) => findings);
  const isOurs = ({ code }: DoctorFinding): boolean => code === 'cannot_ask' || code === 'check_failed';
  return [...all.filter((each) => !isOurs(each)), ...all.filter(isOurs)];
};
