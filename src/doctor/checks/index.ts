import { asking } from './asking.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { duplicates } from './duplicates.ts';
import { home } from './home.ts';
import { journal } from './journal.ts';
import { latched } from './latched.ts';
import { launchdExitTimeout } from './launchd-exit-timeout.ts';
import { launchdKeepAlive } from './launchd-keep-alive.ts';
import { launchdProgram } from './launchd-program.ts';
import { launchdReplace } from './launchd-replace.ts';
import { launchdSeveral } from './launchd-several.ts';
import { launchdUnloaded } from './launchd-unloaded.ts';
import { linger } from './linger.ts';
import { linkDrops } from './link-drops.ts';
import { logSymptoms } from './log-symptoms.ts';
import { ofHome, ofPlists, ofProcess, ofUnits } from './needing.ts';
import { nobodyRevives } from './nobody-revives.ts';
import { otherWatchdog } from './other-watchdog.ts';
import { ownership } from './ownership.ts';
import { pidFile } from './pid-file.ts';
import { platformHostsCheck } from './platform-hosts.ts';
import { proxy } from './proxy.ts';
import { resources } from './resources.ts';
import { rivalUnits } from './rival-units.ts';
import { running } from './running.ts';
import { secretFiles, settings } from './settings.ts';
import { disk, logSizes } from './sizes.ts';
import { trust } from './trust.ts';
import { unitReplace } from './unit-replace.ts';
import { unitRestart } from './unit-restart.ts';
import { unitShape } from './unit-shape.ts';
import { version } from './version.ts';

/** The gateway itself: its process, its files, its settings, its way to the platforms. */
export const GATEWAY_CHECKS: readonly DoctorCheck<DoctorContext>[] = [
  home,
  ofHome(trust),
  ofHome(running),
  ofProcess(duplicates),
  ofHome(ownership),
  ofHome(pidFile),
  asking,
  logSymptoms,
  linkDrops,
  settings,
  secretFiles,
  proxy,
  platformHostsCheck,
  resources,
  disk,
  logSizes,
  version,
];

/** The way the gateway is kept. */
export const KEEPING_CHECKS: readonly DoctorCheck<DoctorContext>[] = [
  nobodyRevives,
  ofPlists(launchdProgram),
  ofPlists(launchdUnloaded),
  ofPlists(launchdSeveral),
  ofPlists(launchdReplace),
  ofPlists(launchdKeepAlive),
  ofPlists(launchdExitTimeout),
  latched,
  ofUnits(rivalUnits),
  ofUnits(unitReplace),
  ofUnits(unitRestart),
  ofUnits(unitShape),
  ofUnits(linger),
  ofUnits(journal),
  otherWatchdog,
];

/** All that the doctor looks for with a gateway, in the order in which it tells. */
export const CHECKS: readonly DoctorCheck<DoctorContext>[] = [...GATEWAY_CHECKS, ...KEEPING_CHECKS];
