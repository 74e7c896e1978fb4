/** What is said above several messages that come late. */
import type { Locale, Texts } from './locale.ts';

export interface DigestText {
  title(count: number, from: string, to: string): string;
  because(line: string): string;
  note(): string;
}

const TEXTS: Texts<DigestText> = {
  'zh-CN': {
    title: (count, from, to) => `有 ${count} 条消息之前没能送到你这里（${from} – ${to}）`,
    because: (line) => `：${line}`,
    note: () => '时间是当时的。现在的情况发 /status 看',
  },
  en: {
    title: (count, from, to) => `${count} messages while I could not reach you (${from} – ${to})`,
    because: (line) => `: ${line}`,
    note: () => 'Times are those of the events. /status says how it is now',
  },
};

export const digestText = (locale: Locale): DigestText => TEXTS[locale];
