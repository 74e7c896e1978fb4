/** Scenes in which the clock runs faster: its hours take minutes, and what machines need is given as ever. */
import { SANDBOX_TIMINGS } from '../../sandbox/gateway/settings.ts';
import type { SceneOptions } from './scene.ts';

/** As in the sandbox, in seconds. */
const GRACE = { qqbot: 8, feishu: 12, default: 10, start: 20, frozen: 8, gone: 2, stop: 8, network: 8 };

export interface FastOptions {
  /** Other graces, in seconds of the machine's clock. */
  readonly grace?: Partial<typeof GRACE>;
  readonly watch?: Readonly<Record<string, unknown>>;
  readonly alerts?: Readonly<Record<string, unknown>>;
}

/**
 * All patience is the same to somebody who looks on, so that no machine is too slow; the minutes that people speak of
 * pass faster.
 */
export const fast = (speed: number, { grace = {}, watch = {}, alerts = {} }: FastOptions = {}) => {
  const asLong = (seconds: number): string => `${seconds * speed}s`;
  const { longToolMs, qqMaxAttempts, qqBackoffMs, ...times } = SANDBOX_TIMINGS;
  const slower = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, ms * speed])) as typeof times;
  return {
    speed,
    timings: { timings: { ...slower, qqBackoffMs: qqBackoffMs.map((ms) => ms * speed), qqMaxAttempts, longToolMs } },
    gateway: { stop_timeout: asLong(5) },
    config: {
      watch: {
        ...watch,
        grace: Object.fromEntries(
          Object.entries({ ...GRACE, ...grace }).map(([name, seconds]) => [name, asLong(seconds)]),
        ),
      },
      healing: { graceful: asLong(60) },
      alerts,
    },
  } satisfies SceneOptions;
};

/** What was to happen before a time came after it. */
class TooSlow extends Error {}

/** @throws when the present is not before `end`, by the machine's clock: the story is no test then. */
export const mustBeBefore = (end: number): void => {
  if (Date.now() >= end) throw new TooSlow('this machine was too slow');
};

const FIRST_MS = 30_000;
const LONGEST_MS = 120_000;

/** Plays a story that needs a stretch of time; with a longer one when this machine was too slow for it. */
export const inTime = async (play: (ms: number) => Promise<void>): Promise<void> => {
  for (let ms = FIRST_MS; ; ms *= 2) {
    try {
      await play(ms);
      return;
    } catch (error) {
      if (!(error instanceof TooSlow) || ms >= LONGEST_MS) throw error;
    }
  }
};
