/** The words of `lifeline top`. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  keys: (time: string) => `${time}   Q ends`,
  incident: (id: number, name: string, words: string, duration: string) => `#${id} ${name}: ${words}, for ${duration}`,
  left: () => 'The bot has ended; waiting for it',
};

const zh: typeof en = {
  keys: (time) => `${time}   按 Q 退出`,
  incident: (id, name, words, duration) => `#${id} ${name}：${words}，已 ${duration}`,
  left: () => '机器人停了，在等它回来',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const topText = (locale: Locale) => TEXTS[locale];
