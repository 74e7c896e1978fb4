import type { Check } from '../context.ts';
import { latched } from './latched.ts';
import { launchdExitTimeout } from './launchd-exit-timeout.ts';
import { launchdKeepAlive } from './launchd-keep-alive.ts';
import { launchdProgram } from './launchd-program.ts';
import { launchdReplace } from './launchd-replace.ts';
import { launchdSeveral } from './launchd-several.ts';
import { launchdUnloaded } from './launchd-unloaded.ts';
import { linger } from './linger.ts';
import { nobodyRevives } from './nobody-revives.ts';
import { rivalUnits } from './rival-units.ts';
import { unitReplace } from './unit-replace.ts';
import { unitRestart } from './unit-restart.ts';

/** All that the doctor looks for, in the order in which it tells. */
export const CHECKS: readonly Check[] = [
  nobodyRevives,
  launchdProgram,
  launchdUnloaded,
  launchdSeveral,
  launchdReplace,
  launchdKeepAlive,
  launchdExitTimeout,
  latched,
  rivalUnits,
  unitReplace,
  unitRestart,
  linger,
];
