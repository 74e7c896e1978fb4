/** A real file system of a few megabytes that can be filled and made read-only. Needs root and `mount`. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface SmallDisk {
  readonly path: string;
  /** Takes what is left of it. */
  fill(): void;
  free(): void;
  readOnly(): void;
  writable(): void;
}

const mount = (...args: readonly string[]): void => void execFileSync('mount', args, { stdio: 'pipe' });
// Lazy: a process that was killed a moment ago may still hold a file there.
const unmount = (path: string): void => void execFileSync('umount', ['--lazy', path], { stdio: 'pipe' });

export const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const path = mkdtempSync(join(tmpdir(), 'lifeline-test-'));
  try {
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path);
    unmount(path);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
})();

/** @param onFinished of a test that runs beside others: its own. */
export const smallDisk = (size = '24m', onFinished: (undo: () => void) => void = onTestFinished): SmallDisk => {
  const path = mkdtempSync(join(tmpdir(), 'lifeline-test-'));
  mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path);
  onFinished(() => {
    unmount(path);
    rmSync(path, { recursive: true, force: true });
  });
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => {
      const handle = openSync(filler, 'a');
      try {
        for (const bytes of [1024 * 1024, 4096, 1]) {
          try {
            for (;;) writeSync(handle, Buffer.alloc(bytes));
          } catch {
            // Full, for blocks of this size.
          }
        }
      } finally {
        closeSync(handle);
      }
    },
    free: () => rmSync(filler, { force: true }),
    readOnly: () => mount('-o', 'remount,ro', path),
    writable: () => mount('-o', 'remount,rw', path),
  };
};
