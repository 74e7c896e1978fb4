/** The rules in the order in which they are asked; the first that answers counts. */
import { braked, healthy, starting } from './alive.ts';
import { brokenExecutor } from './broken-executor.ts';
import { configDoubt, configIgnored } from './config-doubt.ts';
import { configFatal } from './config-fatal.ts';
import { crashLooping } from './crash-looping.ts';
import { duplicate } from './duplicate.ts';
import type { GatewayRule, LinkRule } from './finding.ts';
import { stoppedBySignal } from './stopped-by-signal.ts';
import { frozen } from './frozen.ts';
import { stopping, updating } from './in-progress.ts';
import { deaf, overdue } from './link-deaf.ts';
import { flapping } from './link-flapping.ts';
import { lost } from './link-lost.ts';
import { gaveUp, rejected } from './link-refused.ts';
import { loopHeldUp } from './loop-held-up.ts';
import { heldByBreaker } from './held-by-breaker.ts';
import { closed, connecting, gatewayNotUp, listening, unknown, up } from './link-up.ts';
import { networkDown } from './network-down.ts';
import { noPlatform } from './no-platform.ts';
import { nothingConnected } from './nothing-connected.ts';
import { heldStill } from './held-still.ts';
import { processGone } from './process-gone.ts';
import { stopHangs } from './stop-hangs.ts';
import { strained } from './strained.ts';
import { linkUnanswered, unanswered } from './unanswered.ts';
import { unkept } from './unkept.ts';
import { unwell } from './unwell.ts';

export const GATEWAY_RULES: readonly GatewayRule[] = [
  updating,
  configFatal,
  duplicate,
  crashLooping,
  processGone,
  heldStill,
  stopping,
  stopHangs,
  frozen,
  brokenExecutor,
  braked,
  configIgnored,
  nothingConnected,
  noPlatform,
  starting,
  networkDown,
  unwell,
  stoppedBySignal,
  unkept,
  configDoubt,
  loopHeldUp,
  unanswered,
  strained,
  healthy,
];

export const LINK_RULES: readonly LinkRule[] = [
  gatewayNotUp,
  listening,
  rejected,
  heldByBreaker,
  gaveUp,
  flapping,
  lost,
  closed,
  deaf,
  linkUnanswered,
  overdue,
  up,
  connecting,
  unknown,
];
