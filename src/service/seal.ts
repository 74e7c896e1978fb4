/** A definition carries the hash of its own lines, so that one that a person has changed is told from an older one. */
import { createHash } from 'node:crypto';

const SEAL = /^(?:# |<!-- )lifeline-seal: ([0-9a-f]{64})(?: -->)?$/m;

const hashOf = (text: string): string => createHash('sha256').update(text.replace(SEAL, '')).digest('hex');

/** @param text with a line that {@link sealLine} gave. */
export const sealed = (text: string): string =>
  text.replace(SEAL, (line) => line.replace(/[0-9a-f]{64}/, hashOf(text)));

/** The place of the seal in a definition: a comment in the form's own way. */
export const sealLine = (form: 'unit' | 'plist'): string => {
  const empty = `lifeline-seal: ${'0'.repeat(64)}`;
  return form === 'unit' ? `# ${empty}` : `<!-- ${empty} -->`;
};

/** Whether it is as Lifeline wrote it. */
export const isIntact = (text: string): boolean => SEAL.exec(text)?.[1] === hashOf(text);
