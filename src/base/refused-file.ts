/** Why a file that another user may have put there is not used, and what a person can do about it. */
import { commandLine } from './command-line.ts';
import { UserError } from './errors.ts';

export type FileKind = 'file' | 'folder' | 'link' | 'pipe' | 'socket' | 'device';

export type Refusal =
  /** `path` is no regular file. */
  | { readonly why: 'kind'; readonly path: string; readonly kind: Exclude<FileKind, 'file'> }
  | { readonly why: 'size'; readonly path: string; readonly bytes: number; readonly most: number }
  /** `path` is the file, a link to it, or a folder on the way: it belongs to a user who is not trusted. */
  | { readonly why: 'owner'; readonly path: string; readonly kind: FileKind; readonly uid: number }
  /** `path` is the file or a folder on the way, and others may change it. */
  | {
      readonly why: 'writable';
      readonly path: string;
      readonly kind: FileKind;
      readonly by: 'everybody' | 'group';
      readonly uid: number;
      readonly mode: number;
    }
  /** Another user may have put this second name of a trusted file there. */
  | { readonly why: 'second_name'; readonly path: string }
  /** Links that lead in a circle. */
  | { readonly why: 'loop'; readonly path: string }
  /** What the system says of one of several files, of which the others can be read. */
  | { readonly why: 'unreadable'; readonly path: string; readonly code: string };

const KINDS: Readonly<Record<FileKind, string>> = {
  file: 'a file',
  folder: 'a folder',
  link: 'a symbolic link',
  pipe: 'a pipe',
  socket: 'a socket',
  device: 'a device',
};

/** Others choose the names of their files: none of them ends a line or moves a cursor. */
export const shownPath = (path: string): string => path.replaceAll(/\p{Cc}/gu, '\uFFFD');

/** @returns the command that mends it; null where no command does. */
export const mendingOf = (refusal: Refusal): string | null =>
  refusal.why === 'writable'
    ? commandLine(['chmod', refusal.by === 'everybody' ? 'o-w' : 'g-w', shownPath(refusal.path)])
    : null;

/** One sentence, with what to do. */
export const fileRefusalText = (refusal: Refusal): string => {
  const path = shownPath(refusal.path);
  switch (refusal.why) {
    case 'kind':
      return `${path} is no regular file but ${KINDS[refusal.kind]}`;
    case 'size':
      return `${path} has more than ${sizeText(refusal.most)} (${sizeText(refusal.bytes)}); this is no such file`;
    case 'owner':
      return `${path} belongs to another user (uid ${refusal.uid}), who could change it`;
    case 'writable':
      return `${path} can be changed by ${refusal.by === 'everybody' ? 'everybody' : 'its whole group'}; run: ${mendingOf(refusal) ?? ''}`;
    case 'second_name':
      return `${path} is a second name of a file that lies elsewhere, in a folder where everybody may make one; move the file to a folder of its own`;
    case 'loop':
      return `${path} is a symbolic link in a circle`;
    case 'unreadable':
      return `${path} cannot be read (${refusal.code})`;
  }
};

const sizeText = (bytes: number): string => {
  if (bytes < 10_000) return `${bytes} bytes`;
  return bytes < 10_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${Math.round(bytes / 1e6)} MB`;
};

/** `FILE_REFUSED`. */
export class RefusedFile extends UserError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super('FILE_REFUSED', fileRefusalText(refusal));
    this.refusal = refusal;
  }
}

/** @returns why a file was refused; null for any other error. */
export const fileRefusalOf = (error: unknown): Refusal | null => (error instanceof RefusedFile ? error.refusal : null);

/**
 * The same of one of several files, whatever is wrong with it; null when it is not there. @throws what is no error of
 * the system.
 */
export const refusalOfOne = (path: string, error: unknown): Refusal | null => {
  const refusal = fileRefusalOf(error);
  if (refusal !== null) return refusal;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) throw error;
  return code === 'ENOENT' ? null : { why: 'unreadable', path, code };
};
