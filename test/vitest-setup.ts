/** Runs before each test file; the files of a worker share its modules and its globals. */
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { morningZone } from './morning-zone.ts';
import { isAcceptance } from './projects.ts';

/** Property tests see the same worlds each time, so that a failure can be had again; others with LIFELINE_TEST_ALL=1. */
if (process.env['LIFELINE_TEST_ALL'] !== '1') fc.configureGlobal({ seed: 20_261_121 });

// A file begins in the environment and the time of the first one, whatever the one before it has left behind.
const shared = globalThis as { lifelineTestEnvironment?: NodeJS.ProcessEnv; lifelineTestTimer?: typeof setTimeout };
const environment = (shared.lifelineTestEnvironment ??= { ...process.env });
for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
for (const [name, value] of Object.entries(environment)) if (process.env[name] !== value) process.env[name] = value;
vi.useRealTimers();
// A spy on a false timer puts that one back between two files.
globalThis.setTimeout = shared.lifelineTestTimer ??= globalThis.setTimeout;
// Scenes whose clock runs faster last for hours.
if (isAcceptance(expect.getState().testPath ?? '')) process.env['TZ'] = morningZone();
