import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';
import { listLogFiles, logNames } from '../../../src/sensors/logs/log-files.ts';
import { createLogFollower } from '../../../src/sensors/logs/log-follower.ts';

let folder: string;
let path: string;
const file = (name: string): string => join(folder, `gateway-${name}.log`);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-dated-'));
  path = file('YYYY-MM-DD');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a log with a file for each day', () => {
  it('is followed over midnight: what was written to the old file after the new one began, too', async () => {
    await writeFile(file('2026-11-20'), 'one\n');
    const follower = createLogFollower(path, { trust: OWN_FILES });
    expect(await follower.read()).toEqual(['one']);
    await appendFile(file('2026-11-20'), 'two\n');
    await writeFile(file('2026-11-21'), 'three\n');
    expect(await follower.read()).toEqual(['two', 'three']);
    await appendFile(file('2026-11-21'), 'four\n');
    expect(await follower.read()).toEqual(['four']);
    await follower.close();
  });

  it('is followed over a rotation within a day, and goes on there after a restart of Lifeline over midnight', async () => {
    await writeFile(file('2026-11-21'), 'one\n');
    const before = createLogFollower(path, { trust: OWN_FILES });
    expect(await before.read()).toEqual(['one']);
    await appendFile(file('2026-11-21'), 'two\n');
    await rename(file('2026-11-21'), file('2026-11-21.1'));
    await writeFile(file('2026-11-21'), 'three\n');
    expect(await before.read()).toEqual(['two', 'three']);
    const cursor = before.cursor();
    await before.close();

    await rename(file('2026-11-21.1'), file('2026-11-21.2'));
    await rename(file('2026-11-21'), file('2026-11-21.1'));
    await writeFile(file('2026-11-21'), 'four\n');
    await writeFile(file('2026-11-22'), 'five\n');
    const after = createLogFollower(path, { trust: OWN_FILES, cursor });
    expect((await after.resume()).lost).toBe(false);
    expect(await after.read()).toEqual(['four', 'five']);
    await after.close();
  });

  it('begins with the first file that appears', async () => {
    const follower = createLogFollower(path, { trust: OWN_FILES });
    expect(await follower.read()).toEqual([]);
    await writeFile(file('2026-11-21'), 'one\n');
    expect(await follower.read()).toEqual(['one']);
    await follower.close();
  });

  it('is listed newest first, and files of others are not its own', async () => {
    for (const name of [
      '2026-11-20.1',
      '2026-11-20',
      '2026-11-21',
      '2026-11-21.1',
      '2026-11-21-copy',
      'ops-2026-11-21',
    ])
      await writeFile(file(name), 'x\n');
    await writeFile(join(folder, 'other-2026-11-22.log'), 'x\n');
    expect((await listLogFiles(path, OWN_FILES)).files.map((each) => each.file)).toEqual(
      ['2026-11-21', '2026-11-21.1', '2026-11-20', '2026-11-20.1'].map(file),
    );
    expect((await logNames(path, OWN_FILES))[0]).toBe(file('2026-11-21'));
  });
});
