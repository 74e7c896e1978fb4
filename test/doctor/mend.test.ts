import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { diffLines } from '../../src/base/diff.ts';
import type { DoctorFinding, DoctorFix } from '../../src/doctor/check.ts';
import { mend, planMending } from '../../src/doctor/mend.ts';

const clock = { ...scaledClock(0, 1), now: () => Date.parse('2026-11-21T10:11:12.345Z') };
const never = new AbortController().signal;
const finding = (fix: DoctorFix | null): DoctorFinding => ({
  code: 'launchd_unloaded',
  gateway: 'main',
  severity: 'error',
  words: { 'zh-CN': ['w', 'w'], en: ['w', 'w'] },
  plist: '/p',
  label: 'l',
  commands: [],
  fix,
});

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lifeline-mend-'));
  path = join(dir, 'a.plist');
  await writeFile(path, 'one\ntwo\n');
});
afterEach(() => rm(dir, { recursive: true }));

const edit = (from: string, to: string): DoctorFix['edit'] => ({
  path,
  text: 'one\ntwo\n',
  change: (text) => (text.includes(from) ? text.replace(from, to) : null),
});

describe('planMending', () => {
  it('makes all changes of a file together and runs what is the same once, after every change', async () => {
    const ran: string[] = [];
    const act = (key: string): DoctorFix['act'] => ({
      key,
      commands: [key],
      run: async () => {
        ran.push(key);
        return { outcome: 'done', steps: [] };
      },
    });
    const plan = planMending([
      finding({ edit: null, act: act('other') }),
      finding({ edit: edit('one', '1'), act: act('reload') }),
      finding({ edit: edit('two', '2'), act: act('reload') }),
      finding(null),
    ]);
    expect(plan.map((mending) => [mending.file?.after ?? null, mending.act?.key])).toEqual([
      ['1\n2\n', 'reload'],
      [null, 'other'],
    ]);
    for (const mending of plan) expect((await mend(mending, clock, never)).outcome).toBe('done');
    expect(ran).toEqual(['reload', 'other']);
    expect(await readFile(path, 'utf8')).toBe('1\n2\n');
  });
});

describe('mend', () => {
  it('keeps a copy beside the file, never over an older one, and keeps the mode', async () => {
    await chmod(path, 0o600);
    const copies: (string | null)[] = [];
    for (const to of ['1', '1']) {
      await writeFile(path, 'one\ntwo\n');
      for (const mending of planMending([finding({ edit: edit('one', to), act: null })]))
        copies.push((await mend(mending, clock, never)).copy);
    }
    expect(copies).toEqual([`${path}.bak-20261121T101112Z`, `${path}.bak-20261121T101112Z-2`]);
    expect(await readFile(copies[0] ?? '', 'utf8')).toBe('one\ntwo\n');
    for (const file of [path, copies[0] ?? '']) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(dir)).sort()).toEqual([
      'a.plist',
      'a.plist.bak-20261121T101112Z',
      'a.plist.bak-20261121T101112Z-2',
    ]);
  });

  it('changes the file behind a link and leaves the link', async () => {
    const link = join(dir, 'link.plist');
    await symlink(path, link);
    const [mending] = planMending([
      finding({ edit: { path: link, text: 'one\ntwo\n', change: () => 'new\n' }, act: null }),
    ]);
    if (mending) await mend(mending, clock, never);
    expect(await readFile(path, 'utf8')).toBe('new\n');
    expect((await readdir(dir)).filter((name) => name.startsWith('link'))).toEqual([
      'link.plist',
      'link.plist.bak-20261121T101112Z',
    ]);
  });

  it('runs nothing when the file cannot be changed, and says why', async () => {
    const [mending] = planMending([
      finding({
        edit: { path: join(dir, 'gone'), text: 'x', change: () => 'y' },
        act: { key: 'k', commands: [], run: () => Promise.reject(new Error('must not run')) },
      }),
    ]);
    expect(mending && (await mend(mending, clock, never))).toMatchObject({
      outcome: 'failed',
      copy: null,
      reason: expect.stringContaining('ENOENT') as string,
    });
  });

  it('tells why a command failed, with the copy that was made', async () => {
    const [mending] = planMending([
      finding({
        edit: edit('one', '1'),
        act: { key: 'k', commands: [], run: async () => ({ outcome: 'failed', steps: [], reason: 'launchd says no' }) },
      }),
    ]);
    expect(mending && (await mend(mending, clock, never))).toEqual({
      outcome: 'failed',
      copy: `${path}.bak-20261121T101112Z`,
      reason: 'launchd says no',
    });
  });
});

describe('diffLines', () => {
  it('shows what goes and what comes, with two lines around', () => {
    expect(diffLines('a\nb\nc\nd\ne\nf\ng\nh', 'a\nb\nc\nd\nE\nf\ng\nh')).toEqual([
      '  c',
      '  d',
      '- e',
      '+ E',
      '  f',
      '  g',
      '  …',
    ]);
  });

  it('leaves out what lies between two changes', () => {
    expect(diffLines('x\n1\n2\n3\n4\n5\n6\ny', '1\n2\n3\n4\n5\n6\ny\nz')).toEqual([
      '- x',
      '  1',
      '  2',
      '  …',
      '  6',
      '  y',
      '+ z',
    ]);
  });

  it('shows nothing where nothing changes', () =>
    expect(diffLines('a\nb', 'a\nb').filter((line) => line !== '  …')).toEqual([]));
});
