/** Times and durations as people read them. Times are in the zone of this process (`TZ`). */
import type { Locale, Texts } from '../locale.ts';

const SECOND_MS = 1_000;

const unitsEn = { day: 'd', hour: 'h', minute: 'min', second: 's', lessThanOne: 'under 1 s' };

const unitsZh: typeof unitsEn = { day: '天', hour: '小时', minute: '分', second: '秒', lessThanOne: '1 秒不到' };

const UNITS: Texts<typeof unitsEn> = { 'zh-CN': unitsZh, en: unitsEn };

/** @returns the two largest units that matter: `37 秒`, `3 分 20 秒`, `1 小时 2 分`; `37 s`, `3 min 20 s`. */
export const formatDuration = (ms: number, locale: Locale): string => {
  const unit = UNITS[locale];
  const seconds = Math.floor(Math.max(0, ms) / SECOND_MS);
  if (seconds < 1) return unit.lessThanOne;
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), unit.day],
    [Math.floor(seconds / 3_600) % 24, unit.hour],
    [Math.floor(seconds / 60) % 60, unit.minute],
    [seconds % 60, unit.second],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, name]) => `${amount} ${name}`)
    .join(' ');
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const DATE = {
  'zh-CN': (date, withYear) =>
    `${withYear ? `${date.getFullYear()}年` : ''}${date.getMonth() + 1}月${date.getDate()}日`,
  en: (date, withYear) =>
    `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}${withYear ? ` ${date.getFullYear()}` : ''}`,
} satisfies Texts<(date: Date, withYear: boolean) => string>;

/**
 * @returns `10:31:05`, with the date before it when that is not the day of `now`, and with the year when it is another.
 */
export const formatTime = (at: number, locale: Locale, now: number): string => {
  const date = new Date(at);
  const today = new Date(now);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  if (date.toDateString() === today.toDateString()) return time;
  return `${DATE[locale](date, date.getFullYear() !== today.getFullYear())} ${time}`;
};

const agoEn = {
  now: 'just now',
  minutes: (count: number) => `${count} min ago`,
  hours: (count: number) => `${count} h ago`,
  days: (count: number) => `${count} d ago`,
};

const agoZh: typeof agoEn = {
  now: '刚刚',
  minutes: (count) => `${count} 分钟前`,
  hours: (count) => `${count} 小时前`,
  days: (count) => `${count} 天前`,
};

const AGO: Texts<typeof agoEn> = { 'zh-CN': agoZh, en: agoEn };

/** @returns `3 分钟前`, for beside a clock time; whatever is less than a minute ago, or not yet, is `刚刚`. */
export const formatAgo = (at: number, locale: Locale, now: number): string => {
  const minutes = Math.floor((now - at) / (60 * SECOND_MS));
  const ago = AGO[locale];
  if (minutes < 1) return ago.now;
  if (minutes < 60) return ago.minutes(minutes);
  return minutes < 24 * 60 ? ago.hours(Math.floor(minutes / 60)) : ago.days(Math.floor(minutes / 1_440));
};
