/** What the log says of the configuration, over several lines: what is wrong is often told apart from that it is. */
import type { GatewayFact } from '../../diagnosis/evidence.ts';
import { CONFIG_PATTERNS, KEY_FAULT, PLUGIN_FAULT } from './gateway-grammar.ts';
import type { LogLine } from './log-line.ts';

export interface ConfigReader {
  /** @param line of the gateway itself, or of what it prints without a name */
  line(line: LogLine): GatewayFact | null;
  /** The gateway is up. @returns that it took the configuration; null: it took an older copy in its place. */
  ready(): GatewayFact | null;
}

/** So long before a refusal a plugin's words are about it. */
const BEFORE_MS = 60_000;
/** So many lines belong to one message on the console. */
const MOST_LINES = 8;
const OWN = /^(?:gateway(?:\/|$)|reload$|config$)/;
const isOwn = (subsystem: string) => OWN.test(subsystem);

export const createConfigReader = (): ConfigReader => {
  /** `until`: how long it is taken for the reason of a refusal. */
  let fault: { readonly until: number; readonly reason: string } | null = null;
  /** The refusal to which the lines without a time belong. */
  let refusal: {
    readonly at: number;
    readonly kind: 'config-fatal';
    readonly keys: readonly string[];
    readonly lines: number;
  } | null = null;
  let reverted = false;

  const more = (line: LogLine): GatewayFact | null => {
    if (refusal?.at !== line.at || refusal.lines >= MOST_LINES) return null;
    const key = KEY_FAULT.exec(line.message)?.groups?.['reason'];
    refusal = { ...refusal, keys: key === undefined ? refusal.keys : [...refusal.keys, key], lines: refusal.lines + 1 };
    return key === undefined ? null : { kind: 'config-fatal', reason: refusal.keys.join('; ') };
  };

  return {
    line: (line) => {
      if (line.subsystem !== null && !isOwn(line.subsystem)) return null;
      for (const { message: pattern, fact } of CONFIG_PATTERNS) {
        const match = pattern.exec(line.message);
        if (!match) continue;
        const found = fact(match.groups ?? {});
        reverted ||= found.kind === 'config-doubt' && found.doubt === 'reverted';
        if (found.kind === 'config-taken') reverted = false;
        // What it would not take while it ran, it refuses at its next start, whenever that is.
        if (found.kind === 'config-taken') fault = null;
        else if (found.kind === 'config-doubt' && PLUGIN_FAULT.test(found.reason))
          fault = { until: Infinity, reason: found.reason };
        refusal = found.kind === 'config-fatal' ? { at: line.at, kind: found.kind, keys: [], lines: 0 } : null;
        return found.kind === 'config-fatal' &&
          line.message.startsWith('Refusing to run') &&
          fault !== null &&
          line.at < fault.until
          ? { ...found, reason: fault.reason }
          : found;
      }
      const reason = PLUGIN_FAULT.exec(line.message)?.groups?.['reason'];
      // Of several lines about one key the first is the plainest.
      if (reason !== undefined && (fault === null || line.at >= fault.until))
        fault = { until: line.at + BEFORE_MS, reason };
      return more(line);
    },
    ready: () => {
      const older = reverted;
      reverted = false;
      refusal = null;
      fault = null;
      return older ? null : { kind: 'config-taken' };
    },
  };
};
