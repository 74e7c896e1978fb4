/**
 * Which lives of the gateway ended without a stop: three within five minutes trip its brake (docs/facts/openclaw.md
 * 0.3).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Boot {
  readonly at: number;
  readonly clean: boolean;
}

const WINDOW_MS = 300_000;
const THRESHOLD = 3;

export interface Boots {
  /** How many were unclean of late; so many that it starts no channel. */
  readonly unclean: number;
  readonly tripped: boolean;
  /** This life ends with a stop. */
  end(): void;
}

export const beginBoot = (home: string, now: number): Boots => {
  const file = join(home, 'state', 'boots.json');
  mkdirSync(dirname(file), { recursive: true });
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Boot[]) : [];
  const write = (clean: boolean): void => writeFileSync(file, JSON.stringify([...earlier, { at: now, clean }]));
  write(false);
  const unclean = earlier.filter(({ at, clean }) => !clean && at > now - WINDOW_MS).length;
  return { unclean, tripped: unclean >= THRESHOLD, end: () => write(true) };
};

export const breakerMessage = (unclean: number): string =>
  `gateway restart-loop breaker tripped: ${unclean} unclean boot(s) within ${WINDOW_MS}ms; suppressing channel/provider account auto-start. Inspect the stability bundle and fix the startup crash before restarting the service.`;
