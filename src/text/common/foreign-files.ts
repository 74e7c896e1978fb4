/** Why a file is not believed, for people. */
import { mendingOf, shownPath, type FileKind, type Refusal } from '../../base/refused-file.ts';
import { formatBytes } from './bytes.ts';
import type { Locale, Texts } from '../locale.ts';

const en = {
  kinds: {
    file: 'file',
    folder: 'folder',
    link: 'symbolic link',
    pipe: 'pipe',
    socket: 'socket',
    device: 'device',
  } satisfies Readonly<Record<FileKind, string>>,
  /** What is wrong with the file; it follows the file's name. */
  why: (refusal: Refusal): string => {
    switch (refusal.why) {
      case 'kind':
        return `no regular file but a ${WORDS.en.kinds[refusal.kind]}`;
      case 'size':
        return `it has ${formatBytes(refusal.bytes)}, which no such file has`;
      case 'owner':
        return `the ${WORDS.en.kinds[refusal.kind]} belongs to another user (uid ${refusal.uid}), who could change it`;
      case 'writable':
        return refusal.by === 'everybody' ? 'everybody can change it' : 'its whole group can change it';
      case 'second_name':
        return 'a second name of a file that lies elsewhere, where everybody may make one';
      case 'loop':
        return 'a symbolic link in a circle';
      case 'unreadable':
        return `it cannot be read (${refusal.code})`;
    }
  },
  /** What to do about the file; null where the cause says that already. */
  todo: (refusal: Refusal): string | null => {
    if (refusal.why === 'writable') return `Run: ${mendingOf(refusal) ?? ''}`;
    if (refusal.why === 'owner') return "If that is the gateway's user, name it in trusted_users; if not, remove it";
    return refusal.why === 'kind' || refusal.why === 'second_name' ? 'It does not belong there; move it away' : null;
  },
  line: (path: string, why: string, todo: string | null) =>
    `Not read: ${path}: ${why}${todo === null ? '' : `. ${todo}`}`,
  more: (count: number) =>
    count === 1 ? '1 more file is not read; /doctor names it' : `${count} more files are not read; /doctor names them`,
};

const zh: typeof en = {
  kinds: { file: '文件', folder: '目录', link: '符号链接', pipe: '管道', socket: '套接字', device: '设备' },
  why: (refusal) => {
    switch (refusal.why) {
      case 'kind':
        return `不是普通文件，而是${WORDS['zh-CN'].kinds[refusal.kind]}`;
      case 'size':
        return `有 ${formatBytes(refusal.bytes)}，这类文件没有这么大`;
      case 'owner':
        return `这个${WORDS['zh-CN'].kinds[refusal.kind]}属于别的用户（uid ${refusal.uid}），那个人能改它`;
      case 'writable':
        return refusal.by === 'everybody' ? '谁都能改它' : '整个组都能改它';
      case 'second_name':
        return '是别处一个文件的另一个名字，而这里谁都能建';
      case 'loop':
        return '是绕圈的符号链接';
      case 'unreadable':
        return `读不了（${refusal.code}）`;
    }
  },
  todo: (refusal) => {
    if (refusal.why === 'writable') return `运行：${mendingOf(refusal) ?? ''}`;
    if (refusal.why === 'owner') return '如果那是网关的用户，写进 trusted_users；不是就删掉它';
    return refusal.why === 'kind' || refusal.why === 'second_name' ? '不该在这里，移走它' : null;
  },
  line: (path, why, todo) => `没有读 ${path}：${why}${todo === null ? '' : `。${todo}`}`,
  more: (count) => `还有 ${count} 个文件没有读，/doctor 里有它们的名字`,
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const foreignFileText = (locale: Locale) => WORDS[locale];

/** One line: which file is not read, why, and what to do. */
export const refusalLine = (refusal: Refusal, locale: Locale): string => {
  const text = WORDS[locale];
  return text.line(shownPath(refusal.path), text.why(refusal), text.todo(refusal));
};
