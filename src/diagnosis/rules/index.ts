/** The rules in the order in which they are asked; the first that answers counts. */
import { healthy, starting } from './alive.ts';
import { brokenExecutor } from './broken-executor.ts';
import { configFatal } from './config-fatal.ts';
import type { GatewayRule, LinkRule } from './finding.ts';
import { frozen } from './frozen.ts';
import { stopping, updating } from './in-progress.ts';
import { flapping } from './link-flapping.ts';
import { lost } from './link-lost.ts';
import { gaveUp, rejected } from './link-refused.ts';
import { closed, connecting, gatewayNotUp, unknown, up } from './link-up.ts';
import { processGone } from './process-gone.ts';

export const GATEWAY_RULES: readonly GatewayRule[] = [
  updating,
  configFatal,
  processGone,
  stopping,
  frozen,
  brokenExecutor,
  starting,
  healthy,
];

export const LINK_RULES: readonly LinkRule[] = [
  gatewayNotUp,
  rejected,
  gaveUp,
  flapping,
  lost,
  closed,
  up,
  connecting,
  unknown,
];
