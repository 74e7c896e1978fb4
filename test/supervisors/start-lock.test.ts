import { chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockStartOf, startFolders, type LockStart } from '../../src/supervisors/start-lock.ts';
import { ownFolder } from '../store/helpers.ts';

const never = new AbortController().signal;

const take = async (lock: LockStart, patienceMs = 0): Promise<() => void> => {
  const taken = await lock(patienceMs, never);
  if (typeof taken === 'string') throw new Error(taken);
  onTestFinished(taken);
  return taken;
};

const scene = () => {
  const folder = ownFolder();
  const [home, locks] = [join(folder, 'home'), join(folder, 'locks')];
  mkdirSync(home);
  return { folder, home, locks: [locks] };
};

describe('the lock of a start', () => {
  it('is waited for, and had once the other one has started', async () => {
    const { home, locks } = scene();
    const release = await take(lockStartOf(home, locks));
    const waiting = take(lockStartOf(home, locks), 60_000);
    release();
    await waiting;
  });

  it('is one for a home, by whatever link it is reached, and another for another home', async () => {
    const { folder, home, locks } = scene();
    symlinkSync(home, join(folder, 'link'));
    mkdirSync(join(folder, 'other'));
    await take(lockStartOf(home, locks));
    expect(await lockStartOf(join(folder, 'link'), locks)(0, never)).toMatch(
      /^Another Lifeline.* is starting or restarting this gateway/,
    );
    await take(lockStartOf(join(folder, 'other'), locks));
  });

  it('is not waited for once Lifeline itself is to end', async () => {
    const { home, locks } = scene();
    await take(lockStartOf(home, locks));
    const ending = new AbortController();
    const waiting = lockStartOf(home, locks)(60_000, ending.signal);
    ending.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is refused with the reason where it can be made nowhere', async () => {
    const { folder, home } = scene();
    writeFileSync(join(folder, 'a file'), '');
    expect(await lockStartOf(home, [join(folder, 'a file')])(0, never)).toMatch(/no lock can be made \(.*a file.*\)/);
  });

  it.runIf(process.getuid?.() === 0)(
    'cannot be kept from a user without a home by another user who took the name in shared memory',
    async () => {
      const { folder, home } = scene();
      const [shared, data] = [join(folder, 'shm'), join(folder, 'data')];
      const taken = join(shared, 'lifeline-starts-4242');
      mkdirSync(taken, { recursive: true });
      chownSync(taken, 65_534, 65_534);
      const folders = startFolders({ HOME: '/dev/null' }, data, { uid: 4_242, shared });
      await take(lockStartOf(home, folders));
      expect(readdirSync(taken)).toEqual([]);
      expect(await lockStartOf(home, folders)(0, never)).toMatch(/^Another Lifeline/);
    },
  );

  it.runIf(process.platform === 'linux')(
    'lies also where all Lifelines of a user look, whatever their environments',
    () => {
      const [one, other] = [
        startFolders({ HOME: '/home/me' }, '/data/one', { uid: 4_242 }),
        startFolders({ HOME: '/elsewhere', XDG_STATE_HOME: '/state' }, '/data/other', { uid: 4_242 }),
      ];
      expect(one.filter((folder) => other.includes(folder))).toEqual(['/dev/shm/lifeline-starts-4242']);
    },
  );
});
