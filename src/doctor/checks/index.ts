/** All that the doctor looks for, in the order in which it tells. */
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext, SelfContext } from '../context.ts';
import { disk, home, logSizes, secretFiles, trust } from './files.ts';
import { latched, nobodyRevives, otherWatchdog } from './keeping.ts';
import {
  launchdExitTimeout,
  launchdKeepAlive,
  launchdProgram,
  launchdReplace,
  launchdSeveral,
  launchdUnloaded,
} from './launchd.ts';
import { linkDrops, logSymptoms } from './logs.ts';
import { platformHosts, proxy } from './network.ts';
import { apps, clock, feishuBot, pushes, qqBot } from './own-channels.ts';
import { configuration, dataFolder, dataRoom, store } from './own-data.ts';
import { instances, node, service } from './own-service.ts';
import { channelsSetUp, deadMan, fleet, people } from './people.ts';
import { asking, duplicates, ownership, pidFile, resources, running, version } from './process.ts';
import { gatewayDoctor } from './gateway-doctor.ts';
import { settings } from './settings.ts';
import { journal, linger, rivalUnits, unitReplace, unitRestart, unitShape } from './systemd.ts';

type Check = DoctorCheck<DoctorContext>;

/** Checks that have nothing to look at on many machines: what they need is asked first. */
const needing =
  (needed: (context: DoctorContext) => Promise<'no_plist' | 'no_unit' | 'no_process' | 'no_home' | null>) =>
  (check: Check): Check => ({
    ...check,
    run: async (context) => {
      const skip = await needed(context);
      return skip === null ? check.run(context) : { skip };
    },
  });

const ofPlists = needing(async ({ plists }) => ((await plists()).length > 0 ? null : 'no_plist'));
const ofUnits = needing(async ({ units }) => ((await units()).length > 0 ? null : 'no_unit'));
const ofProcess = needing(async ({ processes }) => ((await processes()).length > 0 ? null : 'no_process'));
const ofHome = needing(async ({ owner }) => ((await owner()) === null ? 'no_home' : null));

/** The gateway itself: its process, its files, its settings, its way to the platforms. */
export const GATEWAY_CHECKS: readonly Check[] = [
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
  platformHosts,
  resources,
  disk,
  logSizes,
  version,
];

/** The way the gateway is kept. */
export const KEEPING_CHECKS: readonly Check[] = [
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

/** What is quickly looked at with a gateway. */
export const CHECKS: readonly Check[] = [...GATEWAY_CHECKS, ...KEEPING_CHECKS];

/** With the gateway's own doctor, which takes longer than a chat waits. */
export const ALL_CHECKS: readonly Check[] = [...CHECKS, gatewayDoctor];

/** Lifeline itself. */
export const SELF_CHECKS: readonly DoctorCheck<SelfContext>[] = [
  configuration,
  channelsSetUp,
  people,
  apps,
  feishuBot,
  qqBot,
  pushes,
  deadMan,
  fleet,
  clock,
  store,
  dataFolder,
  dataRoom,
  service,
  instances,
  node,
];
