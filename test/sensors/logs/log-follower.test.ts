import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';
import { createLogFollower } from '../../../src/sensors/logs/log-follower.ts';
import { createLineSplitter } from '../../../src/sensors/logs/line-splitter.ts';
import { playStory, step } from './log-story.ts';
import { extent } from '../../deep.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-follower-'));
  path = join(folder, 'gateway.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the log follower', () => {
  test('reads the end of the file at first, then each new line once', async () => {
    await writeFile(path, 'a\nb\n');
    const follower = createLogFollower(path, { trust: OWN_FILES });
    expect(await follower.read()).toEqual(['a', 'b']);
    expect(await follower.read()).toEqual([]);
    await appendFile(path, 'c\nhal');
    expect(await follower.read()).toEqual(['c']);
    await appendFile(path, 'f\n');
    expect(await follower.read()).toEqual(['half']);
    await follower.close();
  });

  test('takes only the bounded end of a large file, without the line that the cut goes through', async () => {
    await writeFile(path, `${'x'.repeat(95)}\n${'last line'}\n`);
    const follower = createLogFollower(path, { trust: OWN_FILES, tailBytes: 20 });
    expect(await follower.read()).toEqual(['last line']);
    await follower.close();
  });

  test('takes the end of the rotated predecessor too when the file is young', async () => {
    await writeFile(`${path}.1`, 'old 1\nold 2\n');
    await writeFile(path, 'new\n');
    const follower = createLogFollower(path, { trust: OWN_FILES });
    expect(await follower.read()).toEqual(['old 1', 'old 2', 'new']);
    await follower.close();
  });

  test('reads a file that appears later from its first byte', async () => {
    const follower = createLogFollower(path, { trust: OWN_FILES });
    expect(await follower.read()).toEqual([]);
    await writeFile(path, 'first\n');
    expect(await follower.read()).toEqual(['first']);
    await follower.close();
  });

  test('reads what was written before a rotation to its end, then the new file', async () => {
    await writeFile(path, 'a\n');
    const follower = createLogFollower(path, { trust: OWN_FILES });
    await follower.read();
    await appendFile(path, 'b\nno line end');
    await rename(path, `${path}.1`);
    await writeFile(path, 'c\n');
    expect(await follower.read()).toEqual(['b', 'no line end', 'c']);
    await follower.close();
  });

  test('misses nothing when the file was rotated several times between two looks', async () => {
    await writeFile(path, 'a\n');
    const follower = createLogFollower(path, { trust: OWN_FILES });
    await follower.read();
    for (const next of ['b', 'c', 'd']) {
      await rename(`${path}.2`, `${path}.3`).catch(() => undefined);
      await rename(`${path}.1`, `${path}.2`).catch(() => undefined);
      await rename(path, `${path}.1`);
      await writeFile(path, `${next}\n`);
    }
    expect(await follower.read()).toEqual(['b', 'c', 'd']);
    await follower.close();
  });

  test('starts again at the top of a truncated file', async () => {
    await writeFile(path, 'a\nb\n');
    const follower = createLogFollower(path, { trust: OWN_FILES });
    await follower.read();
    await truncate(path, 0);
    await appendFile(path, 'c\n');
    expect(await follower.read()).toEqual(['c']);
    await follower.close();
  });

  test('waits through the moment in which a rotation has left no file', async () => {
    await writeFile(path, 'a\n');
    const follower = createLogFollower(path, { trust: OWN_FILES });
    await follower.read();
    await rename(path, `${path}.1`);
    expect(await follower.read()).toEqual([]);
    await appendFile(`${path}.1`, 'late\n');
    await writeFile(path, 'b\n');
    expect(await follower.read()).toEqual(['late', 'b']);
    await follower.close();
  });

  test('says why a path cannot be read', async () => {
    const follower = createLogFollower(folder, { trust: OWN_FILES });
    expect(await follower.read()).toEqual([]);
    expect(follower.refusals()).toMatchObject([{ why: 'kind', path: folder, kind: 'folder' }]);
    await follower.close();
  });

  test('gives each line once however writing, rotations, truncations and restarts are split up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder);
        const { seen, expected } = await playStory(path, steps);
        expect(seen).toEqual(expected);
      }),
      { numRuns: extent(200, 50) },
    );
  });

  test('gives a line of more than a mebibyte once, cut, also when Lifeline restarts in the middle of it', async () => {
    await writeFile(path, `a\n${'x'.repeat(1_200_000)}`);
    const before = createLogFollower(path, { trust: OWN_FILES, tailBytes: 4_000_000 });
    expect(await before.read()).toEqual(['a']);
    await appendFile(path, `${'y'.repeat(800_000)}\nb\n`);
    const after = createLogFollower(path, { trust: OWN_FILES, cursor: before.cursor() });
    for (const follower of [before, after]) {
      expect(await follower.read()).toEqual(['x'.repeat(1_048_576), 'b']);
      await follower.close();
    }
  });

  test('passes over a hole of 100 MB and keeps the text behind it, without holding either in memory', async () => {
    await writeFile(path, 'a\n');
    const follower = createLogFollower(path, { trust: OWN_FILES });
    await follower.read();
    await truncate(path, 100_000_000);
    const { arrayBuffers } = process.memoryUsage();
    expect(await follower.read()).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(16_000_000);
    await appendFile(path, 'b\nc\n');
    expect(await follower.read()).toEqual(['b', 'c']);
    await follower.close();
  });
});

describe('the line splitter', () => {
  test('gives the same lines for any cut of the bytes, multi-byte characters included', () => {
    const text = fc.array(
      fc
        .string({ unit: 'grapheme', maxLength: 8 })
        .map((line) => line.replaceAll('\n', '').replaceAll('\r', '').replaceAll('\0', '')),
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat(200)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const splitter = createLineSplitter();
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const found = edges.slice(1).flatMap((edge, index) => splitter.push(bytes.subarray(edges[index], edge)));
        expect(found).toEqual(lines);
      }),
    );
  });

  test('cuts a line that is too long, drops CR, NUL and keeps going over bytes that are no text', () => {
    const splitter = createLineSplitter(10);
    expect(splitter.push(Buffer.from(`${'y'.repeat(25)}\nshort\r\n\0\0nul\n`))).toEqual([
      'y'.repeat(10),
      'short',
      'nul',
    ]);
    expect(splitter.push(Buffer.from(`${'\0'.repeat(25)}behind\n${'\0'.repeat(9)}`))).toEqual(['behind']);
    expect(splitter.push(Buffer.from('half\r\n'))).toEqual(['half']);
    expect(splitter.push(Buffer.from([0xff, 0xfe, 0x0a]))).toEqual(['��']);
  });
});
