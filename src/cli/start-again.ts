import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../app.ts';
import { UserError } from '../base/errors.ts';

const TRIES = 30;
const EVERY_MS = 2_000;

/** After one app has ended: a `lifeline check --heal` may have slipped in between, and is done in a minute. */
export const startAgain = async (start: () => Promise<App>): Promise<App> => {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (left === 0 || !(error instanceof UserError) || error.code !== 'ALREADY_RUNNING') throw error;
      await pause(EVERY_MS);
    }
  }
};
