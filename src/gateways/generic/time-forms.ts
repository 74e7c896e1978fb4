/**
 * The forms in which software writes date and time, each as a pattern for the beginning of a text. A date whose day and
 * month could be exchanged is in no form by itself: the operator says which comes first.
 */
import { ZONE } from './time-zones.ts';

/** What comes first in a date of digits alone that does not begin with a year of four digits. */
export const DATE_ORDERS = ['dmy', 'mdy', 'ymd'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** The parts of a time as they stand there; a form that has none of one leaves it out. */
export interface TimeParts {
  readonly year?: string;
  /** A number. */
  readonly month?: string;
  /** A word: `Nov`, `November`. */
  readonly name?: string;
  readonly day?: string;
  /** Three, or two, numbers of a date whose order the operator must tell. */
  readonly first?: string;
  readonly second?: string;
  readonly third?: string;
  readonly hour?: string;
  readonly minute?: string;
  readonly seconds?: string;
  readonly fraction?: string;
  /** Behind a colon. */
  readonly millis?: string;
  /** `AM`, `PM`, or the Chinese words. */
  readonly half?: string;
  readonly zone?: string;
}

const WEEKDAY = '(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?\\s{1,2})?';
const NAME = '(?<name>[A-Za-z]{3,9})\\.?';
/** Java and Node write a narrow blank before AM and PM since CLDR 42. */
const CLOCK =
  '(?<hour>\\d{1,2}):(?<minute>\\d\\d):(?<seconds>\\d\\d)(?:[.,](?<fraction>\\d{1,9})|:(?<millis>\\d{3}))?(?!\\d)(?:\\s?(?<half>[AaPp])\\.?[Mm]\\b\\.?)?';
const CHINESE_WEEKDAY = '(?:(?:星期|周|週)[一二三四五六日天]\\s?)?';
const CHINESE_CLOCK =
  '(?<half>上午|下午)?\\s?(?<hour>\\d{1,2})[:时時点](?<minute>\\d\\d?)[:分](?<seconds>\\d\\d?)秒?(?:[.,](?<fraction>\\d{1,9}))?(?!\\d)';
const SOON = `(?:${ZONE})?`;
/** Between date and clock. */
const JOIN = '(?:T|_|,?\\s{1,2}|\\s-\\s|,|::?|-|\\sat\\s)';

const form = (...parts: readonly string[]): RegExp => new RegExp(`^${parts.join('')}`, 'u');

/** In the order in which they are tried. */
export const TIME_FORMS: readonly RegExp[] = [
  // 2026-11-22 08:37:32,252 · 2026/11/22T08:37:32.252+08:00 · Sun 2026-11-22 08:37:32 CET · 2026-11-22  8:37:32
  form(WEEKDAY, '(?<year>\\d{4})(?<by>[-/.])(?<month>\\d\\d?)\\k<by>(?<day>\\d\\d?)', JOIN, WEEKDAY, CLOCK, SOON),
  // 2026-11-22 08:37 +00:00: without seconds
  form('(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)[T ](?<hour>\\d\\d):(?<minute>\\d\\d)(?![:\\d])', SOON),
  // 2026年11月22日 08:37:32
  form('(?<year>\\d{4})年\\s?(?<month>\\d\\d?)月\\s?(?<day>\\d\\d?)日\\s?', CHINESE_WEEKDAY, CHINESE_CLOCK, SOON),
  // 2026/11/22 下午8:37:32
  form('(?<year>\\d{4})/(?<month>\\d\\d?)/(?<day>\\d\\d?)\\s?', CHINESE_WEEKDAY, CHINESE_CLOCK, SOON),
  // 20261122T083732.252Z · 20261122 08:37:32
  form(
    '(?<year>\\d{4})(?<month>\\d\\d)(?<day>\\d\\d)(?:[T ](?<hour>\\d\\d)(?<minute>\\d\\d)(?<seconds>\\d\\d)(?:[.,](?<fraction>\\d{1,9}))?(?!\\d))',
    SOON,
  ),
  form('(?<year>\\d{4})(?<month>\\d\\d)(?<day>\\d\\d)[T -]', CLOCK, SOON),
  // 22/Nov/2026:08:37:32 +0000 · Sun, 22 Nov 2026 08:37:32 +0000 · 22-Nov-2026 08:37:32.252 · 22-NOV-26
  form(WEEKDAY, '(?<day>\\d\\d?)(?<by>[ /-])', NAME, '\\k<by>(?<year>\\d{4}|\\d\\d(?=\\s))', JOIN, CLOCK, SOON),
  // Nov 22, 2026 8:37:32 AM · Sun Nov 22 2026 08:37:32 GMT+0800
  form(WEEKDAY, NAME, '\\s{1,2}(?<day>\\d\\d?),?\\s(?<year>\\d{4})', JOIN, CLOCK, SOON),
  // Sun Nov 22 08:37:32.252 2026 · Sun Nov 22 08:37:32 UTC 2026
  form(
    '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\\s',
    NAME,
    '\\s{1,2}(?<day>\\d\\d?)\\s',
    CLOCK,
    SOON,
    '\\s(?<year>\\d{4})(?!\\d)',
  ),
  // 22.11.2026 08:37:32: with dots the day is first wherever they are written.
  form('(?<day>\\d\\d?)\\.(?<month>\\d\\d?)\\.(?<year>\\d{4})', JOIN, CLOCK, SOON),
  // 11/22/2026, 8:37:32 AM · 22-11-2026 08:37:32 · 26/11/22 08:37:32
  form('(?<first>\\d\\d?)(?<by>[/-])(?<second>\\d\\d?)\\k<by>(?<third>\\d{4}|\\d\\d)', JOIN, CLOCK, SOON),
  form('(?<first>\\d\\d)\\.(?<second>\\d\\d)\\.(?<third>\\d\\d)', JOIN, CLOCK, SOON),
  // 261122  8:37:32
  form('(?<first>\\d\\d)(?<second>\\d\\d)(?<third>\\d\\d)\\s{1,2}', CLOCK, SOON),
  // Nov 22 08:37:32 · 22 Nov 08:37:32.252: without a year
  form(WEEKDAY, NAME, '\\s{1,2}(?<day>\\d\\d?)\\s', CLOCK, SOON),
  form(WEEKDAY, '(?<day>\\d\\d?)[ -]', NAME, '\\s', CLOCK, SOON),
  // 11-22 08:37:32
  form('(?<first>\\d\\d)[-/](?<second>\\d\\d)\\s', CLOCK, SOON),
  // 08:37:32,252: without a day
  form(CLOCK, SOON),
];

/** `1122 08:37:32.252` of klog and glog, which stands only behind their letter. */
export const KLOG_FORM: RegExp = form('(?<month>\\d\\d)(?<day>\\d\\d)\\s', CLOCK);

/** `[22/Nov/2026:08:37:32 +0000]` in an access log, behind who asked. */
export const ACCESS_FORM = /^[^[\n]{0,256}\[(?=\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d )/;
