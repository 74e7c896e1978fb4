/**
 * Tells the operators what a start has found of Lifeline itself: that its data folder fails or is back, that its
 * database was damaged or removed; that others could change its configuration or enter its data folder.
 */
import type { DatabaseSync } from 'node:sqlite';
import { fileRefusalText, type Refusal } from '../../base/refused-file.ts';
import { redact } from '../../base/redact/redact.ts';
import type { Message } from '../../chat/message/message.ts';
import { createMeta } from '../../store/meta.ts';
import type { FolderState } from '../../store/private-folder.ts';
import { takeFindings } from '../../store/store.ts';
import type { StoreProblem } from '../../store/store-errors.ts';
import { transaction } from '../../store/transaction.ts';
import type { Locale } from '../../text/locale.ts';
import { ownFilesText } from '../../text/notices/own-files.ts';
import { storeText } from '../../text/notices/store.ts';
import type { Addressee } from '../recipients/addressees.ts';
import type { Outbox } from '../outbox/queue.ts';

const MAX_DETAIL = 200;
/** What was told and is not over; it goes with the database from the disk into memory and back. */
const STORE_KEY = 'store_problem';
/** What was told that is not mended: at the next start it is no news. */
const FILES_KEY = 'own_files_open';

interface TellOptions {
  readonly db: DatabaseSync;
  readonly outbox: Outbox;
  readonly to: readonly Addressee[];
  readonly locale: Locale;
  readonly now: number;
}

export interface StoreFindings extends TellOptions {
  /** Why the store is in memory; null: it is on the disk. */
  readonly problem: StoreProblem | null;
  readonly folder: string;
}

/** To be called once for each opening of the store. @returns whether something was queued. */
export const tellOfStore = ({ db, problem, folder, outbox, to, locale, now }: StoreFindings): boolean => {
  const meta = createMeta(db);
  return transaction(db, () => {
    const told = meta.get(STORE_KEY);
    const { damaged, removed } = takeFindings(db);
    const messages = [
      ...(damaged === null ? [] : [damagedMessage(damaged, locale)]),
      ...(removed ? [removedMessage(folder, locale)] : []),
      ...(problem !== null && told !== problem.kind ? [troubleMessage(problem, folder, locale)] : []),
      ...(problem === null && told !== null ? [backMessage(locale)] : []),
    ];
    if (told !== (problem?.kind ?? null)) meta.set(STORE_KEY, problem?.kind ?? null);
    messages.forEach((message, index) =>
      outbox.enqueue({ topic: 'store', subject: now + index, kind: 'store', message, at: now }, to),
    );
    return messages.length > 0;
  });
};

const troubleMessage = ({ kind, detail }: StoreProblem, folder: string, locale: Locale): Message => {
  const text = storeText(locale);
  return {
    tone: 'critical',
    title: text.trouble[kind],
    lines: [text.goesOn, redact(detail).slice(0, MAX_DETAIL)],
    note: text.mend(folder),
  };
};

const backMessage = (locale: Locale): Message => ({
  tone: 'good',
  title: storeText(locale).back,
  lines: [storeText(locale).kept],
});

const damagedMessage = (path: string, locale: Locale): Message => ({
  tone: 'warning',
  title: storeText(locale).damaged,
  lines: [storeText(locale).setAside(path)],
  note: storeText(locale).backup,
});

const removedMessage = (folder: string, locale: Locale): Message => ({
  tone: 'warning',
  title: storeText(locale).removed,
  lines: [storeText(locale).writtenAnew],
  note: storeText(locale).look(folder),
});

export interface OwnFilesFindings extends TellOptions {
  readonly files: readonly { readonly refusal: Refusal; readonly mended: boolean }[];
  readonly folder: { readonly path: string; readonly state: FolderState };
}

/**
 * Tells what was mended of Lifeline's own files, and what is the operators' to mend. To be called once for each start.
 * @returns whether something was queued.
 */
export const tellOfOwnFiles = ({ db, files, folder, outbox, to, locale, now }: OwnFilesFindings): boolean => {
  const left = [
    ...files.filter(({ mended }) => !mended).map(({ refusal }) => fileRefusalText(refusal)),
    ...(folder.state === 'shared' ? [`shared ${folder.path}`] : []),
  ]
    .sort()
    .join('\n');
  const isMended = files.some(({ mended }) => mended) || folder.state === 'open';
  const meta = createMeta(db);
  return transaction(db, () => {
    const told = meta.get(FILES_KEY) ?? '';
    if (told !== left) meta.set(FILES_KEY, left === '' ? null : left);
    if (!isMended && (left === '' || left === told)) return false;
    const message = ownFilesMessage(files, folder, locale);
    outbox.enqueue({ topic: 'store', subject: now, kind: 'store', message, at: now }, to);
    return true;
  });
};

const ownFilesMessage = (
  files: OwnFilesFindings['files'],
  { path, state }: OwnFilesFindings['folder'],
  locale: Locale,
): Message => {
  const text = ownFilesText(locale);
  const folderLine = { private: [], open: [text.folderClosed(path)], shared: [text.folderShared(path)] }[state];
  return {
    tone: 'warning',
    title: text.title,
    lines: [...files.map(({ refusal, mended }) => (mended ? text.mended(refusal) : text.left(refusal))), ...folderLine],
    // A folder alone says nothing of what is in the configuration.
    ...(files.length > 0 ? { note: text.note } : {}),
  };
};
