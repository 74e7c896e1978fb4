import { isPidOf } from '../state.ts';
import type { GatewayRule } from './finding.ts';

/** The event loop no longer turns: two witnesses agree, an old heartbeat and a silent socket. */
export const frozen: GatewayRule = (state) =>
  state.loop?.fact.kind === 'loop' && state.loop.fact.state === 'wedged' && isPidOf(state.process, state.loop.fact.pid)
    ? { condition: 'frozen', cause: 'loop_not_answering', remedy: 'restart', since: state.loop.at, evidence: [state.loop] }
    : null;
