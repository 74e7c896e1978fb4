/** What `/logs` says. */
import type { LineLevel } from '../../gateways/gateway-kind.ts';
import type { Locale, Texts } from '../locale.ts';
import { formatDuration } from '../common/time.ts';

export interface LogFilter {
  readonly level: LineLevel | null;
  /** The time limit, in milliseconds. */
  readonly since: number | null;
  readonly text: string | null;
}

const LEVELS = {
  'zh-CN': { debug: '全部级别', info: '信息及以上', warning: '警告及以上', error: '错误及以上', critical: '严重' },
  en: {
    debug: 'all levels',
    info: 'info and above',
    warning: 'warnings and above',
    error: 'errors and above',
    critical: 'critical',
  },
} satisfies Texts<Record<LineLevel, string>>;

const joined = (parts: readonly string[], comma: string): string | null =>
  parts.length === 0 ? null : parts.join(comma);

const PROBLEMS: Readonly<Record<string, (name: string) => string>> = {
  LOG_MISSING: (name) => `${name} 没有日志文件`,
  LOG_MOVED_ON: (name) => `${name} 的日志已经换了文件，请重新发 /logs`,
  BAD_PATTERN: () => '这个正则写错了',
  BAD_POSITION: () => '这个位置看不懂，请重新发 /logs',
};

const en = {
  title: (name: string, filter: string | null, count: number, older: boolean) =>
    `${name}: ${older ? `${count} earlier log ${count === 1 ? 'line' : 'lines'}` : `the last ${count} log ${count === 1 ? 'line' : 'lines'}`}${filter === null ? '' : `, ${filter}`}`,
  /** null: lines of every level. */
  filter: ({ level, since, text }: LogFilter): string | null =>
    joined(
      [
        ...(level === null ? [] : [LEVELS.en[level]]),
        ...(since === null ? [] : [`within ${formatDuration(since, 'en')}`]),
        ...(text === null ? [] : [`with "${text}"`]),
      ],
      ', ',
    ),
  empty: (name: string) => `${name}'s log is empty`,
  none: (name: string, filter: string | null) =>
    `${name} has no ${filter === null ? 'earlier log lines' : `such log lines: ${filter}`}`,
  /** Not all of the log was searched. */
  noneYet: (name: string, filter: string | null) => `${name}: none found so far${filter === null ? '' : `: ${filter}`}`,
  older: () => 'Earlier',
  /** The note that the search went back only so far. */
  cutOff: (size: string) => `Only ${size} were searched; "Earlier" goes on`,
  usedUp: (time: string, size: string, goesOn: boolean) =>
    `The search has used up its time (${time} of computing) after ${size}, so it is not complete; ${goesOn ? '"Earlier" goes on, and a simpler pattern or plain text gets further' : 'a simpler pattern or plain text gets further'}`,
  // The search speaks English itself.
  /** The words before what the search itself says. */
  problem: (_name: string, _code: string): string | null => null,
};

const zh: typeof en = {
  title: (name, filter, count, older) =>
    `${name} ${older ? '更早的' : '最近'} ${count} 行日志${filter === null ? '' : `：${filter}`}`,
  filter: ({ level, since, text }) =>
    joined(
      [
        ...(level === null ? [] : [LEVELS['zh-CN'][level]]),
        ...(since === null ? [] : [`${formatDuration(since, 'zh-CN')}内`]),
        ...(text === null ? [] : [`含「${text}」`]),
      ],
      '，',
    ),
  empty: (name) => `${name} 的日志是空的`,
  none: (name, filter) => `${name} 没有${filter === null ? '更早的日志' : `符合的日志：${filter}`}`,
  noneYet: (name, filter) => `${name} 到目前为止没找到${filter === null ? '' : `：${filter}`}`,
  older: () => '更早',
  cutOff: (size) => `只翻了 ${size}，按「更早」接着翻`,
  usedUp: (time, size, goesOn) =>
    `查找用完了时间（${time}计算），只查了 ${size}，结果不全；${goesOn ? '按「更早」接着查，' : ''}换简单些的正则或普通文字能查得更远`,
  problem: (name, code) => PROBLEMS[code]?.(name) ?? null,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const logText = (locale: Locale) => TEXTS[locale];
