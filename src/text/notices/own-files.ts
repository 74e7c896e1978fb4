/** What is said when others could change Lifeline's own files. */
import { mendingOf, shownPath, type Refusal } from '../../base/refused-file.ts';
import { foreignFileText } from '../common/foreign-files.ts';
import type { Locale, Texts } from '../locale.ts';

const en = {
  title: "Others could change Lifeline's own files",
  mended: (refusal: Refusal) =>
    `${shownPath(refusal.path)}: ${foreignFileText('en').why(refusal)}; mended (${mendingOf(refusal) ?? ''})`,
  left: (refusal: Refusal) =>
    `${shownPath(refusal.path)}: ${foreignFileText('en').why(refusal)}. ${mendingOf(refusal) === null ? "Make it belong to Lifeline's user" : `Run: ${mendingOf(refusal) ?? ''}`}`,
  folderClosed: (path: string) =>
    `the data folder ${shownPath(path)}: others could enter it, and hold its lock to keep Lifeline from starting; it is its owner's only now (0700)`,
  folderShared: (path: string) =>
    `the data folder ${shownPath(path)}: others can enter it; it holds other things, too, so it was left as it is. Give Lifeline a data_dir of its own`,
  note: 'They may have done so before: see that the operators and commands in the configuration are still yours',
};

const zh: typeof en = {
  title: '别人能改 Lifeline 自己的文件',
  mended: (refusal) =>
    `${shownPath(refusal.path)}：${foreignFileText('zh-CN').why(refusal)}；已经改回（${mendingOf(refusal) ?? ''}）`,
  left: (refusal) =>
    `${shownPath(refusal.path)}：${foreignFileText('zh-CN').why(refusal)}。${mendingOf(refusal) === null ? '请改成属于 Lifeline 的用户' : `请运行：${mendingOf(refusal) ?? ''}`}`,
  folderClosed: (path) =>
    `数据目录 ${shownPath(path)}：别人能进去，能锁住它让 Lifeline 启动不了；已改成只有属主能进（0700）`,
  folderShared: (path) =>
    `数据目录 ${shownPath(path)}：别人能进去，里面还有别的东西，所以没有改；请给 Lifeline 一个单独的 data_dir`,
  note: '改之前别人可能动过：请看看配置里的操作员和命令还是不是你写的',
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const ownFilesText = (locale: Locale) => WORDS[locale];
