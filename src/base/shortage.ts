/**
 * The system's own shortages. A read that fails for one of these says nothing of the file, which must not be taken for
 * missing.
 */
const SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EBUSY', 'EIO']);

/**
 * @returns null for an error that says something of the file itself: gone, or not readable. @throws a shortage.
 */
export const unlessShort = (error: unknown): null => {
  if (SHORTAGES.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  return null;
};
