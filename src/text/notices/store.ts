/** What is said of Lifeline's own data folder. */
import type { StoreProblem } from '../../store/store.ts';
import type { Locale, Texts } from '../locale.ts';

const en = {
  trouble: {
    full: "The disk of Lifeline's data folder is full",
    read_only: "Lifeline's data folder has become read-only",
    unusable: "Lifeline's data folder cannot be used",
  } satisfies Readonly<Record<StoreProblem['kind'], string>>,
  goesOn: 'Watching, restarting and alerts go on; records are kept in memory, and a reboot loses them',
  mend: (folder: string) => `Look at ${folder}; once it is back I write everything there by myself`,
  back: "Lifeline's data folder is back",
  kept: 'The records of that time are on the disk again',
  damaged: "Lifeline's database was damaged and is replaced",
  setAside: (path: string) =>
    `The damaged file is kept at ${path}; what could be read of it was taken over, some history may be missing`,
};

const zh: typeof en = {
  trouble: {
    full: 'Lifeline 的数据目录所在磁盘满了',
    read_only: 'Lifeline 的数据目录变成只读了',
    unusable: 'Lifeline 的数据目录不能用了',
  },
  goesOn: '看护、重启和告警照常，记录暂存在内存里；机器重启会丢掉这段记录',
  mend: (folder) => `请检查 ${folder}，恢复后我会自动写回`,
  back: 'Lifeline 的数据目录恢复了',
  kept: '期间的记录已写回磁盘',
  damaged: 'Lifeline 的数据库损坏，已换成新的',
  setAside: (path) => `坏文件留在 ${path}，能读出的内容已转入新库；部分历史可能缺失`,
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const storeText = (locale: Locale) => WORDS[locale];
