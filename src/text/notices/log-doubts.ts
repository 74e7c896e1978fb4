/** What is said once of a log that is read and tells nothing. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  title: (gateway: string) => `${gateway}: what its log says does not count`,
  note: 'Until then I may not notice that a link is lost. /status says how it stands',
};

const zh: typeof en = {
  title: (gateway) => `${gateway}：它的日志算不了数`,
  note: '在改好之前，连接断了我可能看不出来。/status 里有现状',
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const logDoubtsText = (locale: Locale): typeof en => WORDS[locale];
