import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFile } from '../../src/base/log-file.ts';
import { createLogger } from '../../src/base/logger.ts';
import { canMount, smallDisk } from '../store/small-disk.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lifeline-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const capture = () => {
  const lines: string[] = [];
  return { lines, write: (line: string) => void lines.push(line) };
};

describe('a log file', () => {
  it('holds the lines, in a folder that it makes, for its owner alone', async () => {
    const fallback = capture();
    const path = join(dir, 'deep', 'lifeline.log');
    const file = openLogFile(path, { fallback });
    file.write('one\n');
    file.write('two\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(fallback.lines).toEqual([]);
  });

  it('goes on where an earlier one ended, and closes it to others', async () => {
    const path = join(dir, 'lifeline.log');
    writeFileSync(path, 'before\n');
    chmodSync(path, 0o644);
    const file = openLogFile(path, { fallback: capture() });
    file.write('after\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('rotates by size, keeps a few, and loses no line of those that it keeps', async () => {
    const path = join(dir, 'lifeline.log');
    const file = openLogFile(path, { fallback: capture(), size: '1K', keep: 2 });
    for (let index = 0; index < 100; index += 1) {
      file.write(`${String(index).padStart(3, '0')} ${'x'.repeat(95)}\n`);
      // The lines of one moment are one write.
      if (index % 5 === 4) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await file.close();
    expect(readdirSync(dir).sort()).toEqual(['lifeline.log', 'lifeline.log.1', 'lifeline.log.2']);
    const kept = ['lifeline.log.2', 'lifeline.log.1', 'lifeline.log']
      .flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n').filter(Boolean))
      .map((line) => Number(line.slice(0, 3)));
    expect(kept.at(-1)).toBe(99);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 100 - kept.length + index));
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  it('hands its lines to stderr when it cannot be written, says so once, and never throws', async () => {
    const fallback = capture();
    // A folder is where the file should be.
    const file = openLogFile(dir, { fallback, retryMs: 0 });
    for (const line of ['one\n', 'two\n', 'three\n']) {
      file.write(line);
      await expect.poll(() => fallback.lines.includes(line), { timeout: 60_000 }).toBe(true);
    }
    await file.close();
    expect(fallback.lines.filter((line) => line.includes('cannot be written'))).toHaveLength(1);
    expect(fallback.lines.filter((line) => !line.includes('cannot be written'))).toEqual(['one\n', 'two\n', 'three\n']);
  });

  it.runIf(canMount)(
    'hands its lines to stderr while the disk is full, and has them again when there is room',
    async () => {
      const disk = smallDisk('1m');
      const fallback = capture();
      const path = join(disk.path, 'lifeline.log');
      const file = openLogFile(path, { fallback, retryMs: 0 });
      file.write('first\n');
      await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8'), { timeout: 60_000 }).toBe('first\n');
      disk.fill();
      const long = `${'x'.repeat(8_000)}\n`;
      await expect
        .poll(
          () => {
            file.write(long);
            return fallback.lines.includes(long);
          },
          { timeout: 60_000 },
        )
        .toBe(true);
      expect(fallback.lines[0]).toContain('ENOSPC');
      disk.free();
      await expect
        .poll(
          () => {
            file.write('last\n');
            return readFileSync(path, 'utf8').includes('last\n');
          },
          { timeout: 60_000 },
        )
        .toBe(true);
      await file.close();
    },
  );

  it('hands over what the disk has not taken for long', async () => {
    const fallback = capture();
    let now = 0;
    const path = join(dir, 'lifeline.log');
    const file = openLogFile(path, { fallback, now: () => now });
    // Nothing is on the disk before this turn ends.
    file.write('one\n');
    now = 10_001;
    file.write('two\n');
    expect(fallback.lines.filter((line) => line.length < 10)).toEqual(['one\n', 'two\n']);
    await file.close();
    // The file that was given up still comes to be, after which nothing is written into the folder.
    await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8'), { timeout: 60_000 }).toBe('one\n');
  });

  it('is tried again after a while, and then has the lines', async () => {
    const fallback = capture();
    let now = 0;
    const path = join(dir, 'gone', 'lifeline.log');
    writeFileSync(join(dir, 'gone'), 'a file where the folder should be');
    const file = openLogFile(path, { fallback, retryMs: 60_000, now: () => now });
    file.write('one\n');
    await expect.poll(() => fallback.lines.length, { timeout: 60_000 }).toBe(2);
    rmSync(join(dir, 'gone'));
    now = 59_999;
    file.write('two\n');
    expect(fallback.lines.at(-1)).toBe('two\n');
    now = 60_000;
    file.write('three\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('three\n');
  });

  it('survives that somebody deletes or moves it, and never throws', async () => {
    const path = join(dir, 'lifeline.log');
    const file = openLogFile(path, { fallback: capture(), size: '1K' });
    file.write('one\n');
    await expect.poll(() => existsSync(path), { timeout: 60_000 }).toBe(true);
    rmSync(path);
    for (let index = 0; index < 3; index += 1) {
      file.write(`${'x'.repeat(1_100)}\n`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    file.write('last\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toContain('last\n');
  });

  it('takes what the logger writes, without its secrets', async () => {
    const path = join(dir, 'lifeline.log');
    const file = openLogFile(path, { fallback: capture() });
    createLogger('info', file).info({ header: 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789' }, 'said');
    await file.close();
    appendFileSync(path, '');
    expect(readFileSync(path, 'utf8')).toContain('"msg":"said"');
    expect(readFileSync(path, 'utf8')).not.toContain('abcdefghijklmnopqrstuvwxyz0123456789');
  });
});
