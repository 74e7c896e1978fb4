/** What is said of reading the configuration anew: as the answer to `/reload`, and to the operators when it failed. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  done: (changes: number) =>
    changes === 0
      ? 'Configuration reloaded, nothing changed'
      : `Configuration reloaded, ${changes} ${changes === 1 ? 'change' : 'changes'}`,
  bad: () => 'The configuration has mistakes; the old one stays in use',
  badNote: () => 'Mend them and send /reload',
  failed: () => 'Lifeline could not start with the new configuration and went back to the old one',
  fixed: (keys: string) => `${keys} cannot be changed while Lifeline runs; nothing was reloaded`,
  fixedNote: () => 'Stop Lifeline, move the data folder there, and start it again',
  noFile: () => 'There is no configuration file to reload',
  noFileNote: () => 'lifeline init makes one; then start Lifeline again',
  busy: () => 'Lifeline is reloading or stopping; this one was not carried out',
  interrupted: () =>
    'Lifeline was cut short while it reloaded, and has started with the configuration file as it is now',
  more: (count: number) => `${count} more ${count === 1 ? 'line' : 'lines'}`,
};

const zh: typeof en = {
  done: (changes) => (changes === 0 ? '配置已重新载入，没有变化' : `配置已重新载入，${changes} 处变化`),
  bad: () => '配置有错，没有载入，仍用原来的',
  badNote: () => '改好以后发 /reload',
  failed: () => '新配置启动不了，已退回原来的',
  fixed: (keys) => `${keys} 不能在运行中改，没有载入`,
  fixedNote: () => '先停止 Lifeline，把数据目录移过去，再启动',
  noFile: () => '没有配置文件，没有可载入的',
  noFileNote: () => '运行 lifeline init 生成配置，然后重新启动 Lifeline',
  busy: () => '正在重新载入或停止，这条没有执行',
  interrupted: () => '重新载入时 Lifeline 中断了，现在已用配置文件重新启动',
  more: (count) => `还有 ${count} 行`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const reloadText = (locale: Locale) => TEXTS[locale];

export const RELOAD_HELP = {
  'zh-CN': '重新读取配置文件；有错就仍用原来的',
  en: 'read the configuration file anew; a bad one changes nothing',
} satisfies Texts<string>;
