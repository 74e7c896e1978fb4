import type { GatewayRule } from './finding.ts';

/** A configuration that the gateway itself refuses (exit 78): a restart meets the same refusal. */
export const configFatal: GatewayRule = (state) =>
  state.configFatal && {
    condition: 'misconfigured',
    cause: 'config_rejected',
    remedy: 'alert',
    since: state.configFatal.at,
    evidence: [state.configFatal],
  };
