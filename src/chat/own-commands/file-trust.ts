/**
 * Whether a file is the operator's own: as ssh does with its keys, Lifeline runs no code that others could have
 * written. That takes the file, every folder above it and every link to it. Imports little, for the child process has
 * it, too.
 */
import { commandLine } from '../../base/command-line.ts';
import { fileRefusalOf, fileRefusalText, shownPath } from '../../base/foreign/refusal.ts';
import { seeForeignNow } from '../../base/foreign/open.ts';
import { OWN_CODE } from '../../base/foreign/trust.ts';

/**
 * @returns what is wrong with the file, a link to it or a folder on the way, in a sentence that says what to do; null:
 * nothing.
 */
export const distrust = (path: string): string | null => {
  try {
    seeForeignNow(path, OWN_CODE);
    return null;
  } catch (error) {
    const refusal = fileRefusalOf(error);
    if (refusal === null) return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    // Whoever runs the code has read it, and knows whether it may be theirs.
    const todo =
      refusal.why === 'owner' && refusal.kind !== 'link'
        ? `; run: ${commandLine(['chown', String(process.getuid?.() ?? 0), shownPath(refusal.path)])}`
        : '';
    return `${fileRefusalText(refusal)}${todo}`;
  }
};
