/** Why the lines of a log count for nothing, and what to write in the configuration. */
import type { LineDoubt } from '../../gateways/gateway-kind.ts';
import type { Locale, Texts } from '../locale.ts';

export interface DoubtedLog {
  readonly why: LineDoubt['why'];
  /** The file, with the number of the line where that is known. */
  readonly where: string;
  /** A line that counts for nothing, or the beginning of one; of the doubt `ahead`, the minutes. */
  readonly text: string;
}

interface Words {
  readonly what: (log: DoubtedLog) => string;
  readonly todo: string;
}

const TEXTS = {
  'zh-CN': {
    missing: { what: ({ where }) => `没有日志文件 ${where}`, todo: '检查 path；也可能要等服务运行后才有' },
    no_line_fits: {
      what: ({ where, text }) => `format 对不上 ${where} 最近的任何一行，例如「${text}」`,
      todo: '写 format: auto，或者写一个能对上这种行的模式；行里没有时间就写 format: plain',
    },
    form: {
      what: ({ where, text }) => `看不懂 ${where} 里的时间：「${text}」`,
      todo: '让服务写 ISO 8601 的时间，或者写一个模式，让 (?P<time>…) 正好是时间；认得的写法见 docs/generic.zh-CN.md',
    },
    date_order: {
      what: ({ where, text }) => `${where} 里的日期分不清日月：「${text}」`,
      todo: '在 path 旁边写 date_order: dmy（日在前）、mdy（月在前）或 ymd',
    },
    zone: {
      what: ({ where, text }) => `${where} 里的时区名有几种意思，都不是本机时区：「${text}」`,
      todo: '让服务写 +08:00 这样的时区，或者设置 timezone',
    },
    day: {
      what: ({ where, text }) => `${where} 里只有时间，没有日期：「${text}」`,
      todo: '让服务把日期也写上；现在只算 Lifeline 开始看以后写的行',
    },
    no_such_time: { what: ({ where, text }) => `${where} 里的时间不存在：「${text}」`, todo: '检查模式和 date_order' },
    ahead: {
      what: ({ where, text }) => `${where} 里的时间比这台机器的时钟快 ${text} 分钟，这样的行不算证据`,
      todo: '把 timezone 设成它所在的时区，或者对准时钟',
    },
    other_zone: {
      what: ({ where, text }) => `${where} 里的时间和本机差几个小时：「${text}」`,
      todo: '给服务（或容器）设置 TZ，或者让它写 +08:00 这样的时区；不然这些行会被当成很久以前的',
    },
  },
  en: {
    missing: {
      what: ({ where }) => `there is no log ${where}`,
      todo: 'check "path"; it may also be written only once the service runs',
    },
    no_line_fits: {
      what: ({ where, text }) => `"format" fits none of the last lines of ${where}, such as "${text}"`,
      todo: 'write format: auto, or a pattern that fits such lines; format: plain where they have no time',
    },
    form: {
      what: ({ where, text }) => `the time in ${where} is in no form that Lifeline knows: "${text}"`,
      todo: 'let the service write ISO 8601, or write a pattern whose (?P<time>…) holds just the time; docs/generic.md lists the forms',
    },
    date_order: {
      what: ({ where, text }) => `in ${where} day and month could be exchanged: "${text}"`,
      todo: 'beside "path" write date_order: dmy (the day is first), mdy (the month is first) or ymd',
    },
    zone: {
      what: ({ where, text }) =>
        `the zone's name in ${where} has several meanings, and none is this machine's zone: "${text}"`,
      todo: 'let the service write an offset such as +08:00, or set "timezone"',
    },
    day: {
      what: ({ where, text }) => `the times in ${where} have no date: "${text}"`,
      todo: 'let the service write the date, too; as it is, only what was written since Lifeline began to look counts',
    },
    no_such_time: {
      what: ({ where, text }) => `there is no such time as in ${where}: "${text}"`,
      todo: 'check the pattern and "date_order"',
    },
    ahead: {
      what: ({ where, text }) =>
        `the times in ${where} are ${text} min ahead of this machine's clock, and such lines are no evidence`,
      todo: 'set "timezone" to the zone in which they are written, or set the clock right',
    },
    other_zone: {
      what: ({ where, text }) => `the times in ${where} are hours off this machine's: "${text}"`,
      todo: 'set TZ for the service or its container, or let it write an offset such as +08:00; as it is, its lines count as old',
    },
  },
} satisfies Texts<Readonly<Record<DoubtedLog['why'], Words>>>;

export const logDoubtWords = (log: DoubtedLog, locale: Locale): { readonly what: string; readonly todo: string } => {
  const { what, todo } = TEXTS[locale][log.why];
  return { what: what(log), todo };
};
