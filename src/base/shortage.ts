/**
 * The system's own shortages: a look that fails for one of these has seen nothing, and must not be taken for "not
 * there".
 */
const SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EBUSY', 'EIO']);

/**
 * @returns null for an error that says something of what was looked at: gone, or not to be read. @throws a shortage.
 */
export const unlessShort = (error: unknown): null => {
  if (SHORTAGES.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  return null;
};
