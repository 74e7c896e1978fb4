/** One line about what was changed around a gateway before it fell ill, and when it was last seen to be well. */
import type { Before, Change } from '../../incidents/change.ts';
import { formatTime } from '../common/time.ts';
import type { Locale, Texts } from '../locale.ts';

const en = {
  changed: (changes: readonly string[]) => `Changed lately: ${changes.join('; ')}`,
  lastGood: (time: string) => `last seen well at ${time}`,
  alone: (time: string) => `Last seen well at ${time}`,
  at: (time: string, what: string) => `${time} ${what}`,
  version: (from: string, to: string) => `gateway ${from} → ${to}`,
  plugin: (name: string, from: string | null, to: string | null) => {
    if (to === null) return `plugin ${name} removed`;
    return from === null ? `plugin ${name} ${to} new` : `plugin ${name} ${from} → ${to}`;
  },
  config: (file: string) => `${file} edited`,
  reboot: 'machine started',
};

const zh: typeof en = {
  changed: (changes) => `最近的变动：${changes.join('；')}`,
  lastGood: (time) => `${time} 还正常`,
  alone: (time) => `上次确认正常：${time}`,
  at: (time, what) => `${time} ${what}`,
  version: (from, to) => `网关 ${from} → ${to}`,
  plugin: (name, from, to) => {
    if (to === null) return `插件 ${name} 被删除`;
    return from === null ? `新增插件 ${name} ${to}` : `插件 ${name} ${from} → ${to}`;
  },
  config: (file) => `${file} 有改动`,
  reboot: '机器重启',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

const words = (change: Change, text: typeof en): string => {
  switch (change.what) {
    case 'version':
      return text.version(change.from, change.to);
    case 'plugin':
      return text.plugin(change.name, change.from, change.to);
    case 'config':
      return text.config(change.file);
    case 'reboot':
      return text.reboot;
  }
};

export const beforeText = ({ changes, lastGoodAt }: Before, locale: Locale, now: number): string => {
  const text = TEXTS[locale];
  const good = lastGoodAt === null ? null : formatTime(lastGoodAt, locale, now);
  if (changes.length === 0) return text.alone(good ?? '');
  const told = changes.map((change) => text.at(formatTime(change.at, locale, now), words(change, text)));
  return text.changed(good === null ? told : [...told, text.lastGood(good)]);
};
