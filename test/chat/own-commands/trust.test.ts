import { chmodSync, chownSync, existsSync, lchownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distrust, distrustLine } from '../../../src/chat/own-commands/trust.ts';
import { ownFolder } from '../../store/helpers.ts';
import { ask, load, node, one } from './helpers.ts';

const MALLORY = 4_242;
const isRoot = process.getuid?.() === 0;
const PLACE = { cwd: '/', path: '/usr/bin:/bin', values: [] };
const distrustProgram = (line: readonly string[], place = PLACE): string | null =>
  distrustLine(line, place)?.why ?? null;

const script = (folder: string, name = 'program', mode = 0o755): string => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ntouch ${join(folder, 'ran')}\necho ran\n`);
  chmodSync(path, mode);
  return path;
};

describe('a program that others could have written', () => {
  it('is left out when Lifeline starts, with what to do', async () => {
    const path = script(ownFolder(), 'program', 0o777);
    expect(load([{ name: 'own', run: [path] }])).toEqual({
      commands: [],
      problems: [
        { where: 'commands[0].run', what: `is not run: ${path} can be changed by everybody; run: chmod o-w ${path}` },
      ],
    });
  });

  it('is not run either when it has changed hands since', async () => {
    const folder = ownFolder();
    const path = script(folder);
    const command = one(load([{ name: 'own', run: [path] }]));
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
    expect(load([{ name: 'own', run: [join(folder, 'own-tool')] }]).problems).toMatchObject([{ what }]);
    expect(load([{ name: 'own', run: ['own-tool'], env: { PATH: `${folder}:/usr/bin` } }]).problems).toMatchObject([
      { what },
    ]);
    // Nobody can replace it there, but anybody can put there what the tool starts by its name.
    chmodSync(folder, 0o1777);
    expect(distrustLine(['own-tool'], { ...PLACE, path: folder })).toBeNull();
    expect(load([{ name: 'own', run: ['own-tool'], env: { PATH: `${folder}:/usr/bin` } }]).problems).toMatchObject([
      { what: `is not run: ${folder} is a folder in which others may make files; name one of your own` },
    ]);
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
    ['sudo is to run', (path: string) => ['sudo', '-n', path]],
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
    [['no-such-program']],
    [['/no/such/program', 'x']],
    [['echo', 'x'.repeat(10_000)]],
  ])("is none of the system's: %j", (words) => {
    expect(distrustProgram(words, PLACE)).toBeNull();
  });
});

/** Their files are `own` and `open`, which everybody may change; both are Python, shell and JavaScript at once. */
const scene = (): { readonly folder: string; readonly open: string; readonly own: string } => {
  const folder = ownFolder();
  for (const name of ['own', 'open', 'program', 'cat']) {
    writeFileSync(join(folder, name), '0\n');
    chmodSync(join(folder, name), name === 'open' ? 0o777 : 0o755);
  }
  return { folder, open: join(folder, 'open'), own: join(folder, 'own') };
};

describe('a line', () => {
  it.each<[string, RegExp]>([
    ['env python3 own', /^env starts another program, .*; write the variables under env/],
    ['/usr/bin/env -S python3', /^env starts another program/],
    ['timeout 5 ./own', /^timeout starts another program, .*; write timeout: 30s/],
    ['nohup ./own', /^nohup starts another program, .*; leave it out/],
    ['nice -n 5 ./own', /^nice starts another program, .*; put the line into an executable script of your own/],
    ['xargs ./own', /^xargs starts/],
    ['flock /var/lock/x ./own', /^flock starts/],
    ['busybox sh own', /^busybox starts/],
    ['systemd-run ./own', /^systemd-run starts/],
    ['/lib64/ld-linux-x86-64.so.2 ./own', /^ld-linux-x86-64\.so\.2 starts/],
    ['make', /^make runs what a file in its folder says/],
    ['npm run x', /^npm runs what a file/],
    ['docker compose up -d', /^docker runs what a file/],
    ['find . -name x -exec rm {} ;', /^find starts a program/],
    ['bash -c ./own', /^bash -c may run what no file on the line has in it; write bash and the file of a script/],
    ['sh -ec x', /^sh -ec may run/],
    ['python3 -m http.server', /^python3 -m may run/],
    ['python3 -cimport(own)', /^python3 -cimport\(own\) may run/],
    ['node --eval=1', /^node --eval=1 may run/],
    ['node -r own own', /^node -r may run/],
    ['perl -ne 1 own', /^perl -ne may run/],
    ['python3 no-such-file', /^there is no script \S+\/no-such-file; write its whole path, or set cwd/],
    ['python3', /^python3 needs the file of a script/],
    ['python3 .', /^there is no script/],
    ['sudo bash -c x', /^bash -c may run/],
    ['sudo -u www-data env x', /^env starts/],
    ['sudo -i', /^-i of sudo cannot be checked; write sudo -n \[-u USER\] PROGRAM/],
    ['sudo -E ./own', /^-E of sudo/],
    ['/usr/bin/sudo -n bash -c x', /^bash -c may run/],
    ['sudo sudo bash -c x', /^sudo starts another program/],
    ['sudo A=b make', /^A=b of sudo cannot be checked/],
    ['docker --context x compose up', /^docker runs what a file/],
    ['own-starter bash -c x', /^own-starter may run bash -c, which no file on the line has in it/],
    ['own-starter /usr/bin/python3 -m x', /^own-starter may run python3 -m/],
    ['sudo', /^the program must be fixed/],
  ])('%s is refused, with what to write', (line, expected) => {
    const found = distrustLine(line.split(' '), { ...PLACE, cwd: scene().folder });
    expect(found).toMatchObject({ kind: 'form', why: expect.stringMatching(expected) as string });
  });

  it.each([
    './open',
    'sudo|-n|./open',
    'sudo|--user=me|--|./open',
    'python3|open',
    'python3|-u|own|open',
    'bash|own|./open',
    'java|-jar|open',
    'docker|exec|web|open',
    'docker|compose|--file=open|up',
    'git|-C|FOLDER/shared|pull',
    'systemd-analyze|--root=open',
    'curl|-d|@open|http://localhost/',
    'docker|run|-v|FOLDER/open:/x|image',
    'gcc|-IFOLDER/shared|-xc',
    'tar|-xvfFOLDER/open',
    'rsync|-e|ssh -F open|a|b',
    'awk|BEGIN{system("FOLDER/open")}',
    'php-tool|open,own',
    './own|open',
    './cat|open',
    'tool|open',
    'tool|shared',
    'tool|led',
    'tool|folder/../open',
    'tool|away/../open',
    'tool|two words',
    'tool|--file=FOLDER/two words',
  ])('%s is not run while everybody may change what it names', (text) => {
    const { folder } = scene();
    mkdirSync(join(folder, 'folder'));
    mkdirSync(join(folder, 'shared'));
    chmodSync(join(folder, 'shared'), 0o1777);
    symlinkSync('open', join(folder, 'led'));
    symlinkSync(join(folder, 'folder'), join(folder, 'away'));
    writeFileSync(join(folder, 'two words'), '');
    chmodSync(join(folder, 'two words'), 0o666);
    const line = text.replaceAll('FOLDER', folder).split('|');
    const place = { ...PLACE, cwd: folder };
    expect(distrustLine(line, place)).toMatchObject({ kind: 'file' });
    for (const name of ['open', 'two words']) chmodSync(join(folder, name), 0o644);
    chmodSync(join(folder, 'shared'), 0o755);
    expect(distrustLine(line, place)).toBeNull();
  });

  it('that runs beside files of others is refused, and one with variables that name them', () => {
    const { folder, open } = scene();
    chmodSync(folder, 0o1777);
    expect(distrustProgram(['tool'], { ...PLACE, cwd: folder })).toMatch(/is a folder in which others may make files/);
    expect(distrustProgram(['df'], { ...PLACE, cwd: folder })).toBeNull();
    for (const value of [open, `--require ${open}`, `/usr/lib:${open}`])
      expect(distrustLine(['df'], { ...PLACE, values: [value] })).toMatchObject({ kind: 'file' });
  });

  it.each([
    ['python3', '-u', 'own', '--verbose'],
    ['sudo', '-n', '-u', 'root', 'systemctl', 'restart', 'nginx'],
    ['docker', 'exec', 'web', 'sh', '-c', 'nginx -t'],
    ['curl', '-so', '/dev/null', 'https://example.com/health'],
    ['find', '/tmp', '-maxdepth', '0'],
    ['tool', '', '-', '--', '/', '.', '{}', 'x'.repeat(5_000), ', '.repeat(2_000)],
  ])('%s %s … is run', (...line) => {
    expect(distrustLine(line, { ...PLACE, cwd: scene().folder })).toBeNull();
  });

  it('is judged anew each time, with what was typed', async () => {
    const { folder, open, own } = scene();
    const script = 'require("fs").writeFileSync("ran", process.argv[1]); console.log("ran")';
    const params = { file: { pattern: '[a-z]+' } };
    const command = one(load([{ name: 'own', run: node(script, '{file}'), cwd: folder, params }]));
    expect(await ask(command, 'own')).toMatchObject({ code: ['ran'] });
    rmSync(join(folder, 'ran'));
    expect(await ask(command, 'open')).toMatchObject({
      title: '/own was not run: others could have changed its file',
      lines: [`${open} can be changed by everybody; run: chmod o-w ${open}`],
    });
    chmodSync(own, 0o666);
    expect(await ask(command, 'own')).toMatchObject({ title: '/own was not run: others could have changed its file' });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  it('whose script is gone says so', async () => {
    const { folder, own } = scene();
    const command = one(load([{ name: 'own', run: ['python3', 'own'], cwd: folder }]));
    rmSync(own);
    expect(await ask(command)).toMatchObject({
      title: '/own was not run',
      lines: [`there is no script ${own}; write its whole path, or set cwd`],
    });
  });

  it('never runs with a file on it that everybody may change, wherever and however it is named', () => {
    const { folder, open, own } = scene();
    const place = { ...PLACE, cwd: folder };
    const named = fc.constantFrom(open, 'open', './open', `../${basename(folder)}/open`, `${dirname(open)}//open`);
    const around = fc.constantFrom<(path: string) => string>(
      (path) => path,
      (path) => `--file=${path}`,
      (path) => `@${path}`,
      (path) => `a:${path}:ro`,
      (path) => `run ${path} now`,
      (path) => `system("${path}")`,
      (path) => `x,y,${path}`,
      (path) => `!${path}`,
    );
    const other = fc.constantFrom('own', own, '-v', 'x', '--', '-n', '5', 'restart', '/etc/hostname', 'two words');
    const program = fc.constantFrom(['python3', 'own'], ['bash', own], ['sudo', '-n', 'tool'], ['./own'], ['docker']);
    fc.assert(
      fc.property(program, fc.array(other), named, around, fc.array(other), (first, before, path, wrap, after) => {
        const line = (word: string): readonly string[] => [...first, ...before, word, ...after];
        expect(distrustLine(line(wrap(path)), place)).toMatchObject({ kind: 'file' });
        expect(distrustLine(line(wrap(path.replace('/open', '/own').replace(/^open/, 'own'))), place)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a file', () => {
  it('is judged with the links to it', () => {
    const { folder, open } = scene();
    symlinkSync(open, join(folder, 'led'));
    expect(distrust(join(folder, 'led'))).toMatch(/open can be changed by everybody/);
    chmodSync(open, 0o644);
    expect(distrust(join(folder, 'led'))).toBeNull();
  });

  it('that is not there is told', () => {
    expect(distrust(join(ownFolder(), 'x'))).toMatch(/^cannot be read: ENOENT/);
  });
});
