/** What the name of a logger tells of its lines. */
import type { WrittenAt } from '../gateway-kind.ts';
import { PLATFORMS } from '../platforms/index.ts';
import type { LinePattern, Platform } from '../platforms/platform.ts';

/** The runner, and what starts and stops it. */
const RUNNER =
  /^gateway\.(?:run|run_\w+|inbound_context|restart|status|shutdown_watchdog|lifecycle_ledger)$|^gateway$|^hermes_cli\.gateway$|^hermes_startup_watchdog$/;
/** Chats and tools quote lines of adapters too. */
const ADAPTER = /^(?:gateway|plugins\.platforms|hermes_plugins)(?:\.|$)/;
/** Whose failures of a missing executor are the gateway's own; a tool's are its own affair. */
const OWN = /^(?:gateway|plugins\.platforms|hermes_plugins|Lark|asyncio)(?:\.|$)/;
const AGENT = /^(?:root$|run_agent\b|agent\b|tools?\b|model_tools\b)/;

const LIBRARIES = PLATFORMS.flatMap((platform) =>
  (platform.hermes?.others ?? []).map(({ logger, patterns }) => ({ platform, logger, patterns })),
);

export interface LoggerTraits {
  readonly isRunner: boolean;
  readonly isAdapter: boolean;
  readonly isOwn: boolean;
  readonly isAgent: boolean;
  /** A platform's own library; null: none that is known. */
  readonly library: { readonly platform: Platform; readonly patterns: readonly LinePattern[] } | null;
}

export const traitsOf = (logger: string): LoggerTraits => ({
  isRunner: RUNNER.test(logger),
  isAdapter: ADAPTER.test(logger),
  isOwn: OWN.test(logger),
  isAgent: AGENT.test(logger),
  library: LIBRARIES.find((each) => each.logger.test(logger)) ?? null,
});

export type Belief = 'firm' | 'hearsay' | 'none';

/** What chats and tools say stands in the other files with its line breaks, and may look like a record. */
const UNREACHED = 'gateway.log';
const ERRORS = 'errors.log';
/** A gateway writes into it at each start and each message; older, it is what another version has left. */
const LEFT_OVER_MS = 7 * 86_400_000;
const OF_ERRORS = new Set(['WARNING', 'ERROR', 'CRITICAL']);

/**
 * How far a record is believed, by its logger, its level and its file (docs/facts/hermes.md 1.6): each file has its
 * loggers, and what stands in another one than its own may be chat text. Where the file of its own is missing the
 * record counts as it stands.
 */
export const beliefIn = (
  { level, logger }: { readonly level: string; readonly logger: string },
  source: string,
  writtenAt: WrittenAt,
  now: number,
): Belief => {
  if (source === UNREACHED) return 'firm';
  const isWritten = (writtenAt(UNREACHED) ?? -Infinity) > now - LEFT_OVER_MS;
  if (ADAPTER.test(logger)) return isWritten ? 'none' : 'firm';
  if (OF_ERRORS.has(level)) return source === ERRORS || writtenAt(ERRORS) === null ? 'firm' : 'none';
  if (source === ERRORS) return 'none';
  return isWritten ? 'hearsay' : 'firm';
};
