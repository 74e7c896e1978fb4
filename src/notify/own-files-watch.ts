/**
 * Tells the operators that others could change Lifeline's configuration or enter its data folder: what was mended, and
 * what is theirs to mend.
 */
import type { DatabaseSync } from 'node:sqlite';
import { refusalText } from '../base/foreign/refusal.ts';
import type { Open } from '../base/foreign/close.ts';
import type { Message } from '../chat/message/message.ts';
import { createMeta } from '../store/meta.ts';
import type { FolderState } from '../store/private-folder.ts';
import { transaction } from '../store/transaction.ts';
import type { Locale } from '../text/locale.ts';
import { ownFilesText } from '../text/notices/own-files.ts';
import type { Addressee } from './notification.ts';
import type { Outbox } from './outbox.ts';
import { ownThread } from './thread.ts';

/** What was told that is not mended: at the next start it is no news. */
const KEY = 'own_files_open';

export interface OwnFilesOptions {
  readonly db: DatabaseSync;
  readonly files: readonly Open[];
  readonly folder: { readonly path: string; readonly state: FolderState };
  readonly outbox: Outbox;
  readonly to: readonly Addressee[];
  readonly locale: Locale;
  readonly now: number;
}

/** To be called once for each start. @returns whether something was queued. */
export const tellOfOwnFiles = ({ db, files, folder, outbox, to, locale, now }: OwnFilesOptions): boolean => {
  const left = [
    ...files.filter(({ mended }) => !mended).map(({ refusal }) => refusalText(refusal)),
    ...(folder.state === 'shared' ? [`shared ${folder.path}`] : []),
  ]
    .sort()
    .join('\n');
  const isMended = files.some(({ mended }) => mended) || folder.state === 'open';
  const meta = createMeta(db);
  return transaction(db, () => {
    const told = meta.get(KEY) ?? '';
    if (told !== left) meta.set(KEY, left === '' ? null : left);
    if (!isMended && (left === '' || left === told)) return false;
    outbox.enqueue(
      { thread: ownThread('store', now), kind: 'store', message: messageOf(files, folder, locale), at: now },
      to,
    );
    return true;
  });
};

const messageOf = (files: readonly Open[], { path, state }: OwnFilesOptions['folder'], locale: Locale): Message => {
  const text = ownFilesText(locale);
  return {
    tone: 'warning',
    title: text.title,
    lines: [
      ...files.map(({ refusal, mended }) => (mended ? text.mended(refusal) : text.left(refusal))),
      ...(state === 'private' ? [] : [state === 'open' ? text.folderClosed(path) : text.folderShared(path)]),
    ],
    // A folder alone says nothing of what is in the configuration.
    ...(files.length > 0 ? { note: text.note } : {}),
  };
};
