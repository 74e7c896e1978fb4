/**
 * Connecting the platforms at the start, and again later those that failed then (Hermes's reconnect watcher,
 * docs/facts/hermes.md 2.3).
 */
import type { Clock } from '../../src/base/clock.ts';
import { errorText } from '../../src/base/errors.ts';
import type { Link } from './link.ts';
import type { GatewayLog } from './python-log.ts';
import type { StateFile } from './state-file.ts';

export interface PlatformsContext {
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly state: StateFile;
  readonly retryMs: number;
  readonly signal: AbortSignal;
}

const tryConnect = async (link: Link): Promise<string | null> => {
  try {
    await link.connect();
    return null;
  } catch (error) {
    return errorText(error);
  }
};

const keepRetrying = async (link: Link, { clock, log, retryMs, signal }: PlatformsContext): Promise<void> => {
  let waitMs = retryMs;
  for (let attempt = 1; !signal.aborted; attempt++) {
    await clock.sleep(waitMs, signal);
    log('INFO', 'gateway.run', `Reconnecting ${link.name} (attempt ${attempt})...`);
    if ((await tryConnect(link)) === null) {
      log('INFO', 'gateway.run', `✓ ${link.name} reconnected successfully`);
      return;
    }
    waitMs = Math.min(waitMs * 2, retryMs * 10);
    log('INFO', 'gateway.run', `Reconnect ${link.name} failed, next retry in ${Math.round(waitMs / 1_000)}s`);
  }
};

/** Returns when each platform was tried once; those that failed are retried in the background until `signal`. */
export const connectPlatforms = async (links: readonly Link[], context: PlatformsContext): Promise<void> => {
  const { log, state, signal } = context;
  const queued: string[] = [];
  for (const link of links) {
    if (signal.aborted) return;
    log('INFO', 'gateway.run', `Connecting to ${link.name}...`);
    state.platform(link.name, 'connecting');
    if ((await tryConnect(link)) === null) {
      log('INFO', 'gateway.run', `✓ ${link.name} connected`);
    } else {
      log('WARNING', 'gateway.run', `✗ ${link.name} failed to connect`);
      queued.push(link.name);
      // Ends by the signal alone, which is a shutdown and no failure.
      void keepRetrying(link, context).catch(() => undefined);
    }
  }
  if (signal.aborted) return;
  if (queued.length === links.length) {
    log(
      'WARNING',
      'gateway.run',
      `Gateway started with no connected platforms — ${queued.length} platform(s) queued for retry: ${queued.join(', ')}`,
    );
  }
  state.gateway('running');
  log('INFO', 'gateway.run', `Gateway running with ${links.length - queued.length} platform(s)`);
};
