/** The few words that the Feishu channel adds to a message by itself. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  /** The little notice after a tap on a button. */
  received: () => 'Got it, working on it',
  /** Lines left out above those that are shown. */
  earlierLines: (count: number) => `… ${count} earlier ${count === 1 ? 'line' : 'lines'}`,
  /** Lines left out below those that are shown. */
  moreLines: (count: number) => `… ${count} more ${count === 1 ? 'line' : 'lines'}`,
  moreFields: (count: number) => `… ${count} more ${count === 1 ? 'value' : 'values'}`,
};

const zh: typeof en = {
  received: () => '收到，正在处理',
  earlierLines: (count) => `… 前面还有 ${count} 行`,
  moreLines: (count) => `… 还有 ${count} 行`,
  moreFields: (count) => `… 还有 ${count} 项`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const feishuText = (locale: Locale) => TEXTS[locale];
