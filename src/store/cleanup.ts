/** Removes what copies and repairs leave in the data folder, so that the folder does not fill over the years. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SIDE_FILES } from './files.ts';

/** How many files that were set aside are kept. A disk that damages one database will damage more. */
const KEPT = 3;
/** A copy takes seconds: an unfinished one that is older was cut short. */
const CUT_SHORT_MS = 3_600_000;

/** May be called only with the lock of the data folder. @param path the database. @throws the system's error. */
export const removeLeftovers = (path: string, now: number): void => {
  const folder = dirname(path);
  const names = readdirSync(folder);
  const remove = (name: string): void => rmSync(join(folder, name), { force: true });

  // A restore that was cut short before the old database was moved away leaves these.
  if (names.includes(basename(path)))
    for (const suffix of ['', ...SIDE_FILES]) remove(`${basename(path)}.new${suffix}`);
  for (const why of ['damaged', 'replaced']) {
    // The name tells when it was set aside.
    const asides = names
      .filter(
        (name) => name.startsWith(`${basename(path)}.${why}-`) && !SIDE_FILES.some((suffix) => name.endsWith(suffix)),
      )
      .sort();
    for (const name of asides.slice(0, -KEPT)) for (const suffix of ['', ...SIDE_FILES]) remove(name + suffix);
  }
  for (const name of names.filter((each) => isUnfinished(each, basename(path)))) {
    const { mtimeMs } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? { mtimeMs: now };
    if (Math.abs(now - mtimeMs) > CUT_SHORT_MS) remove(name);
  }
};

/** Whether a file is an unfinished copy, or what `disk-probe.ts` wrote. */
const isUnfinished = (name: string, database: string): boolean =>
  (/^copy-\d+-/.test(name) && name.includes(database)) || /\.copy(?:-\d+)?$/.test(name) || name === 'lifeline.probe';
