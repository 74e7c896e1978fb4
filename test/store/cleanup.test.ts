/** What copies and repairs leave in the data folder goes at the next start. */
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownFolder } from './helpers.ts';
import { opened } from './store-fixture.ts';

const HOUR = 3_600_000;

test('of what was set aside the last three stay, and copies that were cut short go', () => {
  const folder = ownFolder();
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const now = Date.now();
  const write = (name: string, at = now): void => {
    writeFileSync(join(dataDir, name), name);
    utimesSync(join(dataDir, name), at / 1_000, at / 1_000);
  };
  for (let day = 1; day <= 5; day += 1) {
    write(`lifeline.db.damaged-2026-11-0${day}T00-00-00-000Z`);
    write(`lifeline.db.damaged-2026-11-0${day}T00-00-00-000Z-wal`);
    write(`lifeline.db.replaced-2026-11-0${day}T00-00-00-000Z`);
  }
  write('lifeline.db.before-3');
  write('main.output.log');
  write('copy-11-lifeline.db.before-13', now - 2 * HOUR);
  write('lifeline.db.copy-11', now - 2 * HOUR);
  write('lifeline.probe', now - 2 * HOUR);
  write('copy-12-lifeline.db.before-13', now);
  opened(dataDir, { now });
  const days = ['03', '04', '05'];
  expect(
    readdirSync(dataDir)
      .filter((name) => !/^lifeline\.(?:db|lock)(?:-wal|-shm)?$/.test(name))
      .sort(),
  ).toEqual(
    [
      'copy-12-lifeline.db.before-13',
      ...days.flatMap((day) => [
        `lifeline.db.damaged-2026-11-${day}T00-00-00-000Z`,
        `lifeline.db.damaged-2026-11-${day}T00-00-00-000Z-wal`,
        `lifeline.db.replaced-2026-11-${day}T00-00-00-000Z`,
      ]),
      'lifeline.db.before-3',
      'main.output.log',
    ].sort(),
  );
});
