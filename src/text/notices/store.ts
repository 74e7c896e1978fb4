/** What is said of Lifeline's own data folder. */
import type { StoreProblem } from '../../store/store-errors.ts';
import type { Locale, Texts } from '../locale.ts';

const en = {
  trouble: {
    full: "The disk of Lifeline's data folder is full",
    read_only: "Lifeline's data folder has become read-only",
    unusable: "Lifeline's data folder cannot be used",
  } satisfies Readonly<Record<StoreProblem['kind'], string>>,
  goesOn:
    'Watching, restarting and alerts go on, in memory alone: if I am ended or the machine reboots, what happened since is forgotten',
  /** Below each message meanwhile. */
  inMemory: "Lifeline's memory is not on disk: its data folder cannot be used",
  mend: (folder: string) => `Look at ${folder}; once it is back I write everything there by myself`,
  back: "Lifeline's data folder is back",
  kept: 'The records of that time are on the disk again',
  damaged: "Lifeline's database was damaged and is replaced",
  setAside: (path: string) =>
    `The damaged file is kept at ${path}. A new one is begun: incidents, silences and messages not yet sent are gone; who was paired is taken over where it could be read`,
  backup: 'To go back to a backup: stop me, then lifeline backup --restore FILE',
  removed: "Lifeline's database was removed while I ran",
  writtenAnew: 'I still had it open, and have written all of it anew; nothing is lost',
  look: (folder: string) => `Find out who deletes in ${folder}`,
};

const zh: typeof en = {
  trouble: {
    full: 'Lifeline 的数据目录所在磁盘满了',
    read_only: 'Lifeline 的数据目录变成只读了',
    unusable: 'Lifeline 的数据目录不能用了',
  },
  goesOn: '看护、重启和告警照常，但记录只在内存里：我一退出或机器重启，这段时间的事就都忘了',
  inMemory: 'Lifeline 的记录没有写到磁盘上：数据目录不能用',
  mend: (folder) => `请检查 ${folder}，恢复后我会自动写回`,
  back: 'Lifeline 的数据目录恢复了',
  kept: '期间的记录已写回磁盘',
  damaged: 'Lifeline 的数据库损坏，已换成新的',
  setAside: (path) =>
    `坏文件留在 ${path}，已经另建新库：故障记录、静音和还没发出的消息没有了；已配对的人能读出的都保留了`,
  backup: '要用备份恢复：先停掉我，再运行 lifeline backup --restore 文件',
  removed: 'Lifeline 运行时，数据库文件被删了',
  writtenAnew: '文件还开着，我已全部重新写好，没有丢任何东西',
  look: (folder) => `请查一下是谁在删 ${folder} 里的文件`,
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const storeText = (locale: Locale) => WORDS[locale];
