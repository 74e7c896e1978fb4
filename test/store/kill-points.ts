/** What lies on the disks at every moment at which a process could be killed. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

type Anything = (...args: unknown[]) => unknown;
type Methods = Record<string, Anything>;

/** All that changes a file, or may. */
const STEPS: readonly (readonly [object, readonly string[]])[] = [
  [fs, ['renameSync', 'rmSync', 'copyFileSync', 'mkdirSync', 'writeFileSync', 'chmodSync', 'openSync']],
  [DatabaseSync.prototype, ['exec', 'close']],
  [Object.getPrototypeOf(new DatabaseSync(':memory:').prepare('SELECT 1')) as object, ['run']],
];

export interface KillPoint {
  /** The call before which it would have been killed. */
  readonly before: string;
  /** Puts the folders as they were then. */
  readonly restore: () => void;
}

/** Of all files; not of the index to the log, which SQLite makes anew after a kill. */
const digestOf = (folders: readonly string[]): string => {
  const hash = createHash('sha1');
  for (const folder of folders.filter((each) => fs.existsSync(each))) {
    hash.update(folder);
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.name.endsWith('-shm'))
        hash
          .update(join(entry.parentPath, entry.name))
          .update(entry.isFile() ? fs.readFileSync(join(entry.parentPath, entry.name)) : '');
    }
  }
  return hash.digest('hex');
};

/**
 * Runs `work` and keeps a copy of the folders before each step of it, and one after the last, where the files differ.
 */
export const killPoints = (folders: readonly string[], copies: string, work: () => void): readonly KillPoint[] => {
  const points: KillPoint[] = [];
  const { cpSync, existsSync, rmSync } = fs;
  let isCopying = false;
  let last = '';
  let isInTransaction = false;
  const snapshot = (before: string): void => {
    isCopying = true;
    const digest = digestOf(folders);
    if (digest !== last) copy(before);
    last = digest;
    isCopying = false;
  };
  const copy = (before: string): void => {
    const kept = folders.map((folder, n) => ({
      folder,
      copy: join(copies, `${points.length}-${n}`),
      isThere: existsSync(folder),
    }));
    for (const { folder, copy, isThere } of kept) if (isThere) cpSync(folder, copy, { recursive: true });
    points.push({
      before,
      restore: () => {
        for (const { folder, copy, isThere } of kept) {
          rmSync(folder, { recursive: true, force: true });
          if (isThere) cpSync(copy, folder, { recursive: true });
        }
      },
    });
  };
  const undo = STEPS.flatMap(([owner, names]) =>
    names.map((name) => {
      const methods = owner as Methods;
      const original = methods[name];
      if (original === undefined) throw new Error(`no ${name}`);
      methods[name] = function (this: unknown, ...args) {
        const what = `${name} ${args.map(String).join(' ').slice(0, 80)}`;
        // What is not committed is not there after a kill.
        isInTransaction =
          name === 'exec'
            ? what === 'exec BEGIN IMMEDIATE' || (isInTransaction && !/COMMIT|ROLLBACK/.test(what))
            : isInTransaction;
        if (!isCopying && !(isInTransaction && name === 'run')) snapshot(what);
        return original.apply(this, args);
      };
      return () => void (methods[name] = original);
    }),
  );
  syncBuiltinESMExports();
  try {
    work();
  } finally {
    for (const each of undo) each();
    syncBuiltinESMExports();
  }
  snapshot('the end');
  return points;
};
