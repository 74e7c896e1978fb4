/** What the name of a logger tells of its lines. */
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
