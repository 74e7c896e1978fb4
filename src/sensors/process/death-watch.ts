/** Sees the end of a process within a quarter of a second: one cheap read for each, of all that are watched. */
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { repeat } from '../../base/repeat.ts';
import { sameProcess, stillLives } from './proc.ts';

export interface DeathWatch {
  /** Watches this process under this name, in place of the one before; null: none. `onDeath` is called once. */
  follow(name: string, process: ProcessIdentity | null, onDeath: () => void): void;
  stop(): void;
}

/** Of real time: processes know no other. */
const EVERY_MS = 250;

export const createDeathWatch = ({
  everyMs = EVERY_MS,
  lives = stillLives,
}: { readonly everyMs?: number; readonly lives?: (process: ProcessIdentity) => boolean } = {}): DeathWatch => {
  const followed = new Map<string, { readonly process: ProcessIdentity; readonly onDeath: () => void }>();
  let endLooks: (() => void) | null = null;

  const look = (): void => {
    for (const [name, { process, onDeath }] of followed) {
      if (isAlive(process)) continue;
      followed.delete(name);
      onDeath();
    }
    keepTime();
  };

  /** A timer without anything to look at would keep a Lifeline alive that has ended. */
  const keepTime = (): void => {
    if (followed.size > 0) endLooks ??= repeat(everyMs, look);
    else {
      endLooks?.();
      endLooks = null;
    }
  };

  /** What cannot be read is left to the looks, which say why. */
  const isAlive = (process: ProcessIdentity): boolean => {
    try {
      return lives(process);
    } catch {
      return true;
    }
  };

  return {
    follow: (name, process, onDeath) => {
      const before = followed.get(name);
      if (process === null) followed.delete(name);
      else if (!before || !sameProcess(before.process, process)) followed.set(name, { process, onDeath });
      keepTime();
    },
    stop: () => {
      followed.clear();
      keepTime();
    },
  };
};
