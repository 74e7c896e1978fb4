/** What `lifeline backup` says. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  made: (file: string, size: string) => `Backed up: ${file} (${size}), examined and sound`,
  secret: () => 'It holds the paired operators and the words of alerts: keep it like a password.',
  /** How a copy is brought back. */
  howBack: (command: string) => `To bring it back, stop Lifeline and run: ${command}`,
  exists: (file: string) => `${file} is there already. Give another name, or --force to replace it.`,
  nothingToRestore: () => 'Which backup? lifeline backup --restore FILE',
  restored: (file: string) => `Restored from ${file}`,
  aside: (file: string) => `What was there is kept: ${file}`,
  asItWas: () =>
    'Operators and incidents are as they were then: whoever was paired since must pair again, whoever was revoked since must be revoked again.',
};

const zh: typeof en = {
  made: (file, size) => `已备份：${file}（${size}），检查过，完好`,
  secret: () => '里面有已配对的操作员，也有告警内容，请像密码一样保管',
  howBack: (command) => `恢复：先停 Lifeline，再运行 ${command}`,
  exists: (file) => `${file} 已经有了。换个名字，或加 --force 覆盖它`,
  nothingToRestore: () => '要恢复哪个备份？lifeline backup --restore 文件',
  restored: (file) => `已从 ${file} 恢复`,
  aside: (file) => `原来的数据还在：${file}`,
  asItWas: () => '操作员和故障都回到了备份那时：之后配对的要重新配对，之后撤销的要重新撤销',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const backupText = (locale: Locale) => TEXTS[locale];
