/** What an alert says that goes to the next person because nobody has acknowledged it. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  nobody: (time: string) => `Nobody has acknowledged this for ${time}. Whoever takes it: acknowledge it`,
};

const zh: typeof en = {
  nobody: (time) => `已经 ${time}没有人确认。谁来处理，请点「知道了」，或发 /ack`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const escalationText = (locale: Locale) => TEXTS[locale];
