/** The few words that the Feishu channel adds to a message by itself. */
import type { Locale, Texts } from '../locale.ts';

export interface FeishuText {
  /** The little notice after a tap on a button. */
  received(): string;
  /** Lines left out above those that are shown. */
  earlierLines(count: number): string;
  /** Lines left out below those that are shown. */
  moreLines(count: number): string;
  moreFields(count: number): string;
}

const TEXTS = {
  'zh-CN': {
    received: () => '收到，正在处理',
    earlierLines: (count) => `… 前面还有 ${count} 行`,
    moreLines: (count) => `… 还有 ${count} 行`,
    moreFields: (count) => `… 还有 ${count} 项`,
  },
  en: {
    received: () => 'Got it, working on it',
    earlierLines: (count) => `… ${count} earlier ${count === 1 ? 'line' : 'lines'}`,
    moreLines: (count) => `… ${count} more ${count === 1 ? 'line' : 'lines'}`,
    moreFields: (count) => `… ${count} more ${count === 1 ? 'value' : 'values'}`,
  },
} satisfies Texts<FeishuText>;

export const feishuText = (locale: Locale): FeishuText => TEXTS[locale];
