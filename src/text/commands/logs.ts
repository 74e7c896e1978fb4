/** What `/logs` says. */
import type { LogLevel } from '../../gateways/gateway-kind.ts';
import type { Locale, Texts } from '../locale.ts';
import { formatDuration } from '../common/time.ts';

export interface LogFilter {
  readonly level: LogLevel | null;
  /** Milliseconds. */
  readonly since: number | null;
  readonly text: string | null;
}

interface LogText {
  title(name: string, filter: string | null, count: number, older: boolean): string;
  /** null: everything. */
  filter(filter: LogFilter): string | null;
  empty(name: string): string;
  none(name: string, filter: string | null): string;
  older(): string;
  /** It was searched only so far back. */
  cutOff(size: string): string;
  /** What goes before the words of the search itself. */
  problem(name: string, code: string): string | null;
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
} satisfies Texts<Record<LogLevel, string>>;

const joined = (parts: readonly string[], comma: string): string | null =>
  parts.length === 0 ? null : parts.join(comma);

const PROBLEMS: Readonly<Record<string, (name: string) => string>> = {
  LOG_MISSING: (name) => `${name} 没有日志文件`,
  LOG_MOVED_ON: (name) => `${name} 的日志已经换了文件，请重新发 /logs`,
  BAD_PATTERN: () => '这个正则写错了',
  BAD_POSITION: () => '这个位置看不懂，请重新发 /logs',
};

const TEXTS = {
  'zh-CN': {
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
    older: () => '更早',
    cutOff: (size) => `只翻了 ${size}，按「更早」接着翻`,
    problem: (name, code) => PROBLEMS[code]?.(name) ?? null,
  },
  en: {
    title: (name, filter, count, older) =>
      `${name}: ${older ? `${count} earlier log ${count === 1 ? 'line' : 'lines'}` : `the last ${count} log ${count === 1 ? 'line' : 'lines'}`}${filter === null ? '' : `, ${filter}`}`,
    filter: ({ level, since, text }) =>
      joined(
        [
          ...(level === null ? [] : [LEVELS.en[level]]),
          ...(since === null ? [] : [`within ${formatDuration(since, 'en')}`]),
          ...(text === null ? [] : [`with "${text}"`]),
        ],
        ', ',
      ),
    empty: (name) => `${name}'s log is empty`,
    none: (name, filter) => `${name} has no ${filter === null ? 'earlier log lines' : `such log lines: ${filter}`}`,
    older: () => 'Earlier',
    cutOff: (size) => `Only ${size} were searched; "Earlier" goes on`,
    // The search speaks English itself.
    problem: () => null,
  },
} satisfies Texts<LogText>;

export const logText = (locale: Locale): LogText => TEXTS[locale];
