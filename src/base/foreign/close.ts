/** Takes away what lets others write a file of Lifeline's own. */
import { chmodSync } from 'node:fs';
import { fileRefusalOf, type Refusal } from './refusal.ts';
import { OWN_FILES, trustedPart } from './trust.ts';
import { walkNow } from './walk.ts';

export interface Open {
  readonly refusal: Refusal;
  /** Nobody else can write it any more; what they may have written before is there. */
  readonly mended: boolean;
}

/** Everybody, then a group. */
const MOST_STEPS = 2;

/**
 * @returns how others could have changed the file, the first way last; nothing when they could not, or it is not there.
 */
export const closeToOthers = (path: string): readonly Open[] => {
  const found: Open[] = [];
  for (let step = 0; step <= MOST_STEPS; step += 1) {
    const refusal = openness(path);
    if (refusal === null) break;
    const mended = step < MOST_STEPS && mend(refusal);
    found.push({ refusal, mended });
    if (!mended) break;
  }
  return found;
};

/**
 * How others can change the file; null: they cannot, or it is not there. A pipe or a link in a circle is for its reader
 * to tell.
 */
export const openness = (path: string): Refusal | null => {
  try {
    walkNow(trustedPart(path, OWN_FILES));
    return null;
  } catch (error) {
    const refusal = fileRefusalOf(error);
    return refusal?.why === 'owner' || refusal?.why === 'writable' || refusal?.why === 'second_name' ? refusal : null;
  }
};

/**
 * Mends only the file itself: a folder above may be open for another purpose. The way to the file is in order, or that
 * would have been refused first.
 */
const mend = (refusal: Refusal): boolean => {
  if (refusal.why !== 'writable' || refusal.kind !== 'file' || refusal.uid !== process.getuid?.()) return false;
  try {
    chmodSync(refusal.path, refusal.mode & 0o7777 & (refusal.by === 'everybody' ? ~0o002 : ~0o020));
    return true;
  } catch {
    return false;
  }
};
