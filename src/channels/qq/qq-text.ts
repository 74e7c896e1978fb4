/** Texts that only the QQ channel needs. */
import type { Locale, Texts } from '../../text/locale.ts';

interface Words {
  /** Behind the title of a push that may have arrived already. */
  readonly repeat: string;
  /** Shown by a client that has no buttons. */
  readonly noButtons: string;
  /** Lines left out above those that are shown. */
  readonly earlierLines: (count: number) => string;
}

const WORDS = {
  'zh-CN': {
    repeat: '（可能重复）',
    noButtons: '请升级 QQ，或直接发送命令',
    earlierLines: (count) => `… 前面还有 ${count} 行`,
  },
  en: {
    repeat: ' (repeat?)',
    noButtons: 'Update QQ, or type the command',
    earlierLines: (count) => `… ${count} earlier ${count === 1 ? 'line' : 'lines'}`,
  },
} satisfies Texts<Words>;

export const qqText = (locale: Locale): Words => WORDS[locale];
