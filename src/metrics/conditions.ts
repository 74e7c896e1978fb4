import type { GatewayCondition } from '../diagnosis/verdict.ts';

/** All conditions of a gateway; the type checker asks for a new one. */
const EVERY = {
  healthy: true,
  starting: true,
  stopping: true,
  stopped: true,
  stopped_on_purpose: true,
  frozen: true,
  paused: true,
  broken_executor: true,
  crash_looping: true,
  misconfigured: true,
  duplicate: true,
  updating: true,
  network_down: true,
  unwell: true,
  unkept: true,
  unknown: true,
} satisfies Record<GatewayCondition, true>;

export const GATEWAY_CONDITIONS = Object.keys(EVERY) as readonly GatewayCondition[];
