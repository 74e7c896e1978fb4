/**
 * Where the files of one run find the same OpenClaw: `LIFELINE_TEST_OPENCLAW`, which is kept for the next run, or else a
 * folder that is gone with this one. Vitest's `globalSetup`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIABLE = 'LIFELINE_TEST_OPENCLAW';
/** In it: why this run cannot have it. */
export const NOT_TO_BE_HAD = 'not-to-be-had';

export const installFolder = (): string => {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error(`nobody has set ${VARIABLE}`);
  return folder;
};

export default async (): Promise<(() => Promise<void>) | undefined> => {
  const kept = process.env[VARIABLE];
  if (kept !== undefined) {
    // What an earlier run could not have, this one may.
    await rm(join(kept, NOT_TO_BE_HAD), { force: true });
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-openclaw-'));
  process.env[VARIABLE] = folder;
  return () => rm(folder, { recursive: true, force: true });
};
