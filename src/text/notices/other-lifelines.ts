/** What is said when another Lifeline watches the same gateway. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  title: 'Another Lifeline watches the same gateway',
  line: (pids: readonly number[]) => `Beside this one (pid ${process.pid}): pid ${pids.join(', ')}`,
  note: 'Each restarts it by itself, and alerts come twice: keep one',
};

const zh: typeof en = {
  title: '还有别的 Lifeline 在看护同一个网关',
  line: (pids) => `除了这一个（pid ${process.pid}）：pid ${pids.join('、')}`,
  note: '它们会各自重启网关，告警也会重复：只留一个',
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const otherLifelinesText = (locale: Locale) => WORDS[locale];
