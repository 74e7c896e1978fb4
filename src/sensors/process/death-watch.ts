/** Sees the end of a process within a quarter of a second: one cheap read for each, of all that are watched. */
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { repeat } from '../../base/repeat.ts';
import { lifeOf, type Life } from './life.ts';
import { sameProcess } from './proc.ts';

export interface DeathWatch {
  /** Watches this process under this name, in place of the one before; null: none. `onDeath` is called once. */
  follow(name: string, process: ProcessIdentity | null, onDeath: () => void): void;
  stop(): void;
}

/** Of real time: processes know no other. */
const EVERY_MS = 250;

export const createDeathWatch = ({
  everyMs = EVERY_MS,
  open = lifeOf,
}: { readonly everyMs?: number; readonly open?: (process: ProcessIdentity) => Life } = {}): DeathWatch => {
  interface Followed {
    readonly process: ProcessIdentity;
    readonly life: Life;
    readonly onDeath: () => void;
  }
  const followed = new Map<string, Followed>();
  let endLooks: (() => void) | null = null;

  const look = (): void => {
    for (const [name, { life, onDeath }] of followed) {
      if (isAlive(life)) continue;
      forget(name);
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
  const isAlive = (life: Life): boolean => {
    try {
      return life.lives();
    } catch {
      return true;
    }
  };

  const forget = (name: string): void => {
    followed.get(name)?.life.close();
    followed.delete(name);
  };

  return {
    follow: (name, process, onDeath) => {
      const before = followed.get(name);
      if (process === null) forget(name);
      else if (!before || !sameProcess(before.process, process)) {
        forget(name);
        followed.set(name, { process, life: open(process), onDeath });
      }
      keepTime();
    },
    stop: () => {
      for (const name of followed.keys()) forget(name);
      keepTime();
    },
  };
};
