/**
 * Whether the logs of a generic gateway are written as its configuration says, from their last lines; of the other kinds
 * whether they are written in this machine's time zone.
 */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { errorText } from '../../base/errors.ts';
import type { Trust } from '../../base/file-trust.ts';
import { trustIn } from '../../base/open-foreign.ts';
import { fileRefusalOf, type Refusal } from '../../base/refused-file.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { lineFormat } from '../../gateways/generic/line-format.ts';
import type { Line } from '../../gateways/generic/line.ts';
import { doubtIn } from '../../gateways/generic/log-doubts.ts';
import { finder } from '../../gateways/generic/pattern.ts';
import { createKind } from '../../gateways/index.ts';
import { isOfOtherZone, shownLine } from '../../gateways/other-zone.ts';
import type { GenericSettings, LogSettings } from '../../gateways/generic/settings.ts';
import { sampleLog, type LogSample } from '../../sensors/logs/log-sample.ts';
import { inBoth, type ConfigFinding, type Path } from './config-finding.ts';
import { shownPath } from '../../base/refused-file.ts';
import { foreignFileText } from '../../text/common/foreign-files.ts';
import { logDoubtWords, type DoubtedLog } from '../../text/common/log-doubts.ts';

/** One log as it lies there. */
interface Seen {
  readonly path: Path;
  readonly log: LogSettings;
  readonly file: string;
  readonly sample: LogSample | null;
  /** When the file was changed last; null: it cannot be known. */
  readonly writtenAt: number | null;
  /** Why the log cannot be read; null when it can. */
  readonly problem: { readonly reason: string; readonly refusal: Refusal | null } | null;
}

/** More lines would only repeat what these show of the format. */
const JUDGED_LINES = 1_000;

export const logFindings = async (
  gateway: GatewayConfig,
  path: Path,
  now: number,
): Promise<readonly ConfigFinding[]> => {
  const { home, generic, trustedUsers } = gateway;
  if (!generic) return zoneFindings(gateway, [...path, 'home']);
  const logs = await Promise.all(
    generic.logs.map((log, at) =>
      see(log, resolve(home, log.path), trustIn(home, trustedUsers), [...path, 'generic', 'logs', at]),
    ),
  );
  return [
    ...logs.flatMap((seen) => formatFindings(seen, now)),
    ...patternFindings(generic, logs, [...path, 'generic'], now),
  ];
};

const zoneFindings = async (gateway: GatewayConfig, path: Path): Promise<readonly ConfigFinding[]> => {
  const kind = createKind(gateway);
  const found = await Promise.all(
    kind.mainLogs.map(async (log): Promise<readonly ConfigFinding[]> => {
      const sample = await sampleLog(resolve(gateway.home, log), trustIn(gateway.home, gateway.trustedUsers)).catch(
        () => null,
      );
      if (!sample) return [];
      const reader = kind.newLogReader(basename(log));
      const dated = sample.lines.flatMap((text) => {
        const at = reader.line(text)?.at;
        return at === undefined ? [] : [{ text, at }];
      });
      return otherZone(path, sample.file, dated.at(-1), await changedAt(sample.file));
    }),
  );
  return found.flat();
};

const see = async (log: LogSettings, file: string, trust: Trust, path: Path): Promise<Seen> => {
  try {
    const sample = await sampleLog(file, trust);
    return { path, log, file, sample, writtenAt: sample && (await changedAt(sample.file)), problem: null };
  } catch (error) {
    return {
      path,
      log,
      file,
      sample: null,
      writtenAt: null,
      problem: { reason: errorText(error), refusal: fileRefusalOf(error) },
    };
  }
};

const readerOf = ({ format, dateOrder }: LogSettings, now: number): ((text: string) => Line | null) => {
  const read = lineFormat(format);
  return (text) => read(text, { now, after: -Infinity, dateOrder, isFresh: false });
};

const formatFindings = (
  { path, log, file, sample, writtenAt, problem }: Seen,
  now: number,
): readonly ConfigFinding[] => {
  if (problem !== null) return [unreadable([...path, 'path'], file, problem)];
  if (!sample) return [doubtful([...path, 'path'], { why: 'missing', where: file, text: '' })];
  const lines = sample.lines.slice(-JUDGED_LINES);
  const found = doubtIn(lines, readerOf(log, now));
  if (!found) {
    const text = lines.findLast((line) => line.trim() !== '');
    const at = text === undefined ? undefined : readerOf(log, now)(text)?.at;
    const last = text === undefined || at == null ? undefined : { text, at };
    return otherZone([...path, 'path'], sample.file, last, writtenAt);
  }
  const number =
    sample.firstNumber === null ? null : sample.firstNumber + sample.lines.length - lines.length + found.at;
  return [
    doubtful([...path, found.doubt.why === 'date_order' ? 'date_order' : 'format'], {
      why: found.doubt.why,
      text: found.doubt.text,
      where: number === null ? sample.file : `${sample.file}:${number}`,
    }),
  ];
};

const doubtful = (path: Path, log: DoubtedLog): ConfigFinding => ({
  code: 'log_doubt',
  path,
  what: inBoth((locale) => logDoubtWords(log, locale).what),
  todo: inBoth((locale) => logDoubtWords(log, locale).todo),
  isHint: log.why === 'day',
});

/** With a refusal it could be read, but is not believed. */
const unreadable = (path: Path, log: string, { reason, refusal }: NonNullable<Seen['problem']>): ConfigFinding => {
  const why = inBoth((locale) => (refusal ? foreignFileText(locale).why(refusal) : reason));
  const todo = inBoth((locale) => (refusal && foreignFileText(locale).todo(refusal)) ?? '');
  return {
    code: 'log_unreadable',
    path,
    what: refusal
      ? {
          'zh-CN': `不读日志 ${log}：${shownPath(refusal.path)} ${why['zh-CN']}`,
          en: `the log ${log} is not read: ${shownPath(refusal.path)}: ${why.en}`,
        }
      : { 'zh-CN': `读不了日志 ${log}：${reason}`, en: `the log ${log} cannot be read: ${reason}` },
    todo: {
      'zh-CN': todo['zh-CN'] || '检查 path；用能读它的用户来运行 Lifeline',
      en: todo.en || 'check "path"; run Lifeline as a user who may read it',
    },
  };
};

const changedAt = async (file: string): Promise<number | null> => (await stat(file).catch(() => null))?.mtimeMs ?? null;

/** The last line of a file was written when the file was changed last. */
const otherZone = (
  path: Path,
  file: string,
  last: { readonly text: string; readonly at: number } | undefined,
  writtenAt: number | null,
): readonly ConfigFinding[] =>
  last === undefined || writtenAt === null || !isOfOtherZone(last.at, writtenAt)
    ? []
    : [doubtful(path, { why: 'other_zone', where: file, text: shownLine(last.text) })];

/**
 * Checks only the patterns of what a healthy service writes, again and again or at its start; a pattern of trouble need
 * not match.
 */
const expected = ({
  starting,
  ready,
  links,
  checks,
}: GenericSettings): readonly { readonly path: Path; readonly pattern: string }[] => [
  ...(starting === null ? [] : [{ path: ['starting'], pattern: starting }]),
  ...(ready === null ? [] : [{ path: ['ready'], pattern: ready }]),
  ...Object.entries(links).flatMap(([link, patterns]) =>
    (['up', 'traffic'] as const).flatMap((sign) =>
      patterns[sign] === undefined ? [] : [{ path: ['links', link, sign], pattern: patterns[sign] }],
    ),
  ),
  ...checks.flatMap((check, at) =>
    check.kind === 'log' ? [{ path: ['checks', at, 'log'], pattern: check.pattern }] : [],
  ),
];

const patternFindings = (
  generic: GenericSettings,
  logs: readonly Seen[],
  path: Path,
  now: number,
): readonly ConfigFinding[] => {
  const messages = logs.flatMap(({ log, sample }) => {
    const read = readerOf(log, now);
    return (sample?.lines ?? []).filter((text) => text.trim() !== '').map((text) => read(text)?.message ?? text);
  });
  if (messages.length === 0) return [];
  return expected(generic).flatMap(({ path: key, pattern }) => {
    const finds = finder(pattern);
    return messages.some((message) => finds(message))
      ? []
      : [
          {
            code: 'pattern_unmatched',
            path: [...path, ...key],
            what: {
              'zh-CN': `日志最近的 ${messages.length} 行里没有一行对得上`,
              en: `none of the last ${messages.length} lines of the logs fits it`,
            },
            todo: {
              'zh-CN': '拿日志里的一行比一比；如果这样的行本来就少，不用管',
              en: 'compare it with a line of the log; where such lines are rare, let it be',
            },
            isHint: true,
          },
        ];
  });
};
