/** One process in sight: whether it lives is asked again and again, for less than a microsecond each time. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { stillLives } from './proc.ts';

export interface Life {
  /** Whether it still lives. @throws what the system says when it can be asked nothing at all. */
  lives(): boolean;
  close(): void;
}

/** `0 ` is all that is looked at. */
const answer = Buffer.alloc(2);

/**
 * An open /proc/PID/statm belongs to this very process, whoever has its pid later, and is not opened anew each time.
 * Of a process that has memory it begins with another number than 0: that one lives. Anything else is asked in full.
 */
export const lifeOf = (identity: ProcessIdentity): Life => {
  let file = open(identity);
  const close = (): void => {
    if (file !== null) closeSync(file);
    file = null;
  };
  return {
    lives: () => {
      if (file !== null && hasMemory(file)) return true;
      const lives = stillLives(identity);
      if (!lives) close();
      return lives;
    },
    close,
  };
};

/** @returns null where there is no such file, or it may belong to another process. */
const open = (identity: ProcessIdentity): number | null => {
  if (process.platform !== 'linux') return null;
  let file: number | null = null;
  try {
    file = openSync(`/proc/${identity.pid}/statm`, 'r');
    // Asked after the file is open: the process that has the pid now is the one to which the file belongs.
    if (stillLives(identity)) return file;
  } catch {
    // Whoever asks is told what the system says.
  }
  if (file !== null) closeSync(file);
  return null;
};

const hasMemory = (file: number): boolean => {
  try {
    return readSync(file, answer, 0, answer.length, 0) === answer.length && answer[0] !== ZERO;
  } catch {
    return false;
  }
};

const ZERO = 0x30;
