/** Scenes in which the clock runs faster: its hours take minutes, and what machines need is given as ever. */
import { SANDBOX_TIMINGS } from '../../src/sandbox/gateway/settings.ts';
import type { SceneOptions } from './scene.ts';

/** As in the sandbox, in seconds. */
const GRACE = { qqbot: 8, feishu: 12, default: 10, start: 20, frozen: 8, gone: 2, stop: 8, network: 8 };

/** All patience is the same to somebody who looks on, so that no machine is too slow; the minutes that people speak of pass faster. */
export const fast = (speed: number, { grace = {}, ...config }: { readonly grace?: Partial<typeof GRACE>; readonly alerts?: object; readonly gateways?: readonly object[] } = {}): SceneOptions => {
  const asLong = (seconds: number): string => `${seconds * speed}s`;
  const { longToolMs, ...timings } = SANDBOX_TIMINGS;
  const slower = Object.entries(timings).map(([name, value]) => [name, typeof value === 'number' ? value * speed : value.map((ms) => ms * speed)] as const);
  return {
    speed,
    timings: { timings: { ...(Object.fromEntries(slower) as typeof timings), qqMaxAttempts: timings.qqMaxAttempts, longToolMs } },
    gateway: { stop_timeout: asLong(5) },
    config: {
      watch: { grace: Object.fromEntries(Object.entries({ ...GRACE, ...grace }).map(([name, seconds]) => [name, asLong(seconds)])) },
      healing: { graceful: asLong(60) },
      ...config,
    },
  };
};
