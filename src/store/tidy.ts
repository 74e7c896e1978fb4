/** What copies and repairs leave in the data folder, so that it does not fill over the years. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SIDE_FILES } from './files.ts';

/** Of those that were set aside: a disk that damages one will damage more. */
const KEPT = 3;
/** A copy takes seconds; what is older was cut short. */
const CUT_SHORT_MS = 3_600_000;

/** To be called by whoever holds the data folder. @param path the database. @throws the system's error. */
export const tidy = (path: string, now: number): void => {
  const folder = dirname(path);
  const names = readdirSync(folder);
  const remove = (name: string): void => rmSync(join(folder, name), { force: true });

  // Of a restoring that was cut short before the old one was out of the way.
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

/** Of a copy, or of the proof that the disk takes something. */
const isUnfinished = (name: string, database: string): boolean =>
  (/^copy-\d+-/.test(name) && name.includes(database)) || /\.copy(?:-\d+)?$/.test(name) || name === 'lifeline.probe';
