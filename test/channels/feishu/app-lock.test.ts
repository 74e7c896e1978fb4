import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { lockApp } from '../../../src/channels/feishu/app-lock.ts';
import { lockFolders } from '../../../src/store/locks.ts';
import { recordingLogger } from './fixture.ts';
import { ownFolder } from '../../store/helpers.ts';

const APP = 'cli_0123456789abcdef';
const MALLORY = 4_242;
const isRoot = process.getuid?.() === 0;

const take = (folders: readonly string[], logger = silentLogger()): (() => void) => {
  const release = lockApp(folders, APP, logger);
  onTestFinished(release);
  return release;
};

/** Another process of this user that holds the lock until it is ended. */
const other = async (folders: readonly string[]): Promise<() => Promise<void>> => {
  const code = `import { lockApp } from ${JSON.stringify(join(import.meta.dirname, '../../../src/channels/feishu/app-lock.ts'))}; globalThis.held = lockApp(${JSON.stringify(folders)}, ${JSON.stringify(APP)}, { warn: () => undefined }); console.log('held'); setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(end);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return end;
};

describe('the lock of an app', () => {
  it('keeps another process of this user out, and is free when that one is killed', async () => {
    const folder = join(ownFolder(), 'apps');
    const end = await other([folder]);
    expect(() => take([folder])).toThrow(expect.objectContaining({ code: 'FEISHU_APP_IN_USE' }) as Error);
    await end();
    take([folder]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is seen by one that has only one of the places: a service that starts with the machine has no runtime folder yet', async () => {
    const home = ownFolder();
    const [runtime, state] = [join(home, 'run'), join(home, 'state')];
    await other([state]);
    expect(() => take([runtime, state])).toThrow(expect.objectContaining({ code: 'FEISHU_APP_IN_USE' }) as Error);
    // What it had taken by then is free again.
    take([runtime]);
  });

  it('is done without where no place can be used, and that is logged', () => {
    const folder = ownFolder();
    writeFileSync(join(folder, 'a file'), '');
    const { logger, text } = recordingLogger();
    take([join(folder, 'a file'), join(folder, 'a file', 'below')], logger);
    expect(text()).toContain('cannot be checked');
  });

  it('is taken where it can be, whatever lies at the other place', () => {
    const folder = ownFolder();
    writeFileSync(join(folder, 'a file'), '');
    const { logger, text } = recordingLogger();
    take([join(folder, 'a file'), join(folder, 'good')], logger);
    expect(text()).toBe('');
    expect(existsSync(join(folder, 'good', `feishu-${APP}.lock`))).toBe(true);
  });

  it.runIf(isRoot)('is not taken in a folder that another user has made first', async () => {
    const shared = ownFolder();
    chmodSync(shared, 0o1777);
    const theirs = join(shared, 'lifeline-apps');
    mkdirSync(theirs, { mode: 0o777 });
    chownSync(theirs, MALLORY, MALLORY);
    const { logger, text } = recordingLogger();
    take([theirs], logger);
    expect(text()).toContain('belongs to somebody else');
    expect(existsSync(join(theirs, `feishu-${APP}.lock`))).toBe(false);
  });

  it('is not led to another file by a link in its place', () => {
    const shared = ownFolder();
    const precious = join(shared, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, `feishu-${APP}.lock`), 'mine');
    symlinkSync(precious, join(shared, 'apps'));
    take([join(shared, 'apps')]);
    expect(readFileSync(join(precious, `feishu-${APP}.lock`), 'utf8')).toBe('mine');
  });
});

describe('the places of the locks', () => {
  const STATE = '/home/me/.local/state/lifeline/apps';

  it('are the runtime folder and the folder for states, and never a shared one', () => {
    const runtime = ownFolder();
    chmodSync(runtime, 0o700);
    expect(lockFolders({ XDG_RUNTIME_DIR: runtime, HOME: '/home/me' }, 'apps')).toEqual([
      join(runtime, 'lifeline'),
      STATE,
    ]);
    expect(lockFolders({ XDG_RUNTIME_DIR: runtime, XDG_STATE_HOME: '/elsewhere', HOME: '/home/me' }, 'apps')).toEqual([
      join(runtime, 'lifeline'),
      '/elsewhere/lifeline/apps',
    ]);
    expect(lockFolders({ HOME: '/home/me', TMPDIR: '/tmp' }, 'apps', 4_242_424)).toEqual([STATE]);
  });

  it.each([
    ['is not there', () => undefined],
    ['others may enter', (path: string) => (mkdirSync(path), chmodSync(path, 0o755))],
    ['is a link', (path: string) => (mkdirSync(`${path}.real`, { mode: 0o700 }), symlinkSync(`${path}.real`, path))],
    ...(isRoot
      ? [
          [
            "is another user's, as after sudo -E",
            (path: string) => (mkdirSync(path), chmodSync(path, 0o700), chownSync(path, MALLORY, MALLORY)),
          ] as const,
        ]
      : []),
  ] as const)('leave out a runtime folder that %s', (_what, make) => {
    const runtime = join(ownFolder(), 'run');
    make(runtime);
    expect(lockFolders({ XDG_RUNTIME_DIR: runtime, HOME: '/home/me' }, 'apps', 4_242_424)).toEqual([STATE]);
  });
});
