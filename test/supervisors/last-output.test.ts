import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastOutputLines, lastWords } from '../../src/supervisors/last-output.ts';

describe('lastLines', () => {
  it.each([
    ['nothing', '', ''],
    ['the last five lines', '1\n2\n3\n4\n5\n6\n7\n', '3\n4\n5\n6\n7'],
    ['lines with something in them', 'a\n\n  \nb\r\n\n', 'a\nb'],
    ['no colours and no control characters', '\x1b[31mred\x1b[0m\x07\0', 'red'],
    ['no secret', 'client_secret: abcdefgh12345678', 'client_secret: ***'],
    ['no secret at a cut', `${'x'.repeat(190)} token=abcdefghijklmnop`, `${'x'.repeat(190)} token=***`],
    ['long lines cut', 'x'.repeat(300), `${'x'.repeat(200)}…`],
  ])('keeps %s', (_what, text, words) => expect(lastOutputLines(text)).toBe(words));
});

describe('lastWords', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lifeline-words-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('reads from the offset on', async () => {
    await writeFile(join(dir, 'a'), 'old\nnew\n');
    expect(await lastWords(join(dir, 'a'), 4)).toBe('new');
  });

  it('says nothing of a missing file, or of one that was cut since', async () => {
    await writeFile(join(dir, 'b'), 'short');
    expect(await lastWords(join(dir, 'nowhere'), 0)).toBe('');
    expect(await lastWords(join(dir, 'b'), 100)).toBe('');
  });

  it('leaves out a line whose beginning it did not read, for it may be half a secret', async () => {
    await writeFile(join(dir, 'c'), `app_secret=${'s'.repeat(9_000)}\nthe end\n`);
    expect(await lastWords(join(dir, 'c'), 0)).toBe('the end');
    await writeFile(join(dir, 'd'), `app_secret=${'s'.repeat(9_000)}`);
    expect(await lastWords(join(dir, 'd'), 0)).toBe('');
  });
});
