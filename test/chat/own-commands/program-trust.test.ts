import { chmodSync, chownSync, existsSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { distrustProgram } from '../../../src/chat/own-commands/program-trust.ts';
import { ownFolder } from '../../store/helpers.ts';
import { ask, load, one } from './helpers.ts';

const MALLORY = 4_242;
const isRoot = process.getuid?.() === 0;
const PLACE = { cwd: '/', path: '/usr/bin:/bin' };

const script = (folder: string, name = 'program', mode = 0o755): string => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ntouch ${join(folder, 'ran')}\necho ran\n`);
  chmodSync(path, mode);
  return path;
};

describe('a program that others could have written', () => {
  it('is left out when Lifeline starts, with what to do', async () => {
    const path = script(ownFolder(), 'program', 0o777);
    expect(await load([{ name: 'own', run: [path] }])).toEqual({
      commands: [],
      problems: [
        { where: 'commands[0].run', what: `is not run: ${path} can be changed by everybody; run: chmod o-w ${path}` },
      ],
    });
  });

  it('is not run either when it has changed hands since', async () => {
    const folder = ownFolder();
    const path = script(folder);
    const command = await one(load([{ name: 'own', run: [path] }]));
    expect(await ask(command)).toMatchObject({ tone: 'good', code: ['ran'] });
    chmodSync(path, 0o777);
    expect(await ask(command)).toEqual({
      tone: 'warning',
      title: '/own was not run: others could have changed its file',
      lines: [`${path} can be changed by everybody; run: chmod o-w ${path}`],
    });
  });

  it('is one in a folder where everybody may replace it, also when it is found by its name', async () => {
    const folder = ownFolder();
    script(folder, 'own-tool');
    chmodSync(folder, 0o777);
    const what = `is not run: ${folder} can be changed by everybody; run: chmod o-w ${folder}`;
    expect((await load([{ name: 'own', run: [join(folder, 'own-tool')] }])).problems).toMatchObject([{ what }]);
    expect(
      (await load([{ name: 'own', run: ['own-tool'], env: { PATH: `${folder}:/usr/bin` } }])).problems,
    ).toMatchObject([{ what }]);
    // Nobody can replace it there.
    chmodSync(folder, 0o1777);
    expect((await load([{ name: 'own', run: ['own-tool'], env: { PATH: `${folder}:/usr/bin` } }])).problems).toEqual(
      [],
    );
  });

  it.runIf(isRoot)('is one that another user owns, or leads to', () => {
    const folder = ownFolder();
    const theirs = script(folder, 'theirs');
    chownSync(theirs, MALLORY, MALLORY);
    expect(distrustProgram([theirs], PLACE)).toMatch(/belongs to another user \(uid 4242\)/);
    const led = join(folder, 'led');
    symlinkSync('/bin/true', led);
    lchownSync(led, MALLORY, MALLORY);
    expect(distrustProgram([led], PLACE)).toMatch(/led belongs to another user/);
    const home = join(folder, 'home');
    mkdirSync(home);
    const inside = script(home);
    chownSync(home, MALLORY, MALLORY);
    expect(distrustProgram([inside], PLACE)).toMatch(/home belongs to another user/);
  });

  it.runIf(isRoot)('is one that a group may write, unless nobody else is in it', () => {
    const path = script(ownFolder());
    chownSync(path, 0, MALLORY);
    chmodSync(path, 0o775);
    expect(distrustProgram([path], PLACE)).toMatch(/can be changed by its whole group; run: chmod g-w/);
    chownSync(path, 0, 0);
    chmodSync(path, 0o775);
    expect(distrustProgram([path], PLACE)).toBeNull();
  });

  it.each([
    ['an interpreter is to run', (path: string) => ['python3', path]],
    ['an interpreter with options is to run', (path: string) => ['/usr/bin/perl', '-w', path]],
    ['another program is to start', (path: string) => ['env', '-i', path]],
    ['is named below the working folder', () => ['bash', './program']],
  ])('is one that %s', (_what, words) => {
    const folder = ownFolder();
    const path = script(folder, 'program', 0o757);
    expect(distrustProgram(words(path), { ...PLACE, cwd: folder })).toMatch(/program can be changed by everybody/);
    chmodSync(path, 0o755);
    expect(distrustProgram(words(path), { ...PLACE, cwd: folder })).toBeNull();
  });

  it('is no file that is only read', () => {
    const path = script(ownFolder(), 'a.log', 0o666);
    expect(distrustProgram(['tail', '-n', '5', path], PLACE)).toBeNull();
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    [['df', '-h']],
    [['/bin/ls', '/tmp']],
    [[process.execPath, '-e', '1']],
    [['no-such-program']],
    [['/no/such/program', 'x']],
    [['echo', 'x'.repeat(10_000)]],
  ])("is none of the system's: %j", (words) => {
    expect(distrustProgram(words, PLACE)).toBeNull();
  });
});
