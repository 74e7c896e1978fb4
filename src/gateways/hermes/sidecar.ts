/**
 * Logs of Hermes's sidecars, such as WhatsApp's bridge (docs/facts/platforms.md 3.4): processes of their own, which are
 * never the gateway. Their lines have no time, so that only those count that come while Lifeline watches.
 */
import { basename } from 'node:path';
import { processClock, type Clock } from '../../base/clock.ts';
import { nowOf } from '../../base/instant.ts';
import { redact } from '../../base/redact/redact.ts';
import { asked } from '../line-limit.ts';
import type { LogReader } from '../gateway-kind.ts';
import { PLATFORMS } from '../platforms/index.ts';
import { firstOf } from './adapters.ts';

const SIDECARS = PLATFORMS.flatMap((platform) => {
  const sidecar = platform.hermes?.sidecar;
  return sidecar === undefined ? [] : [{ platform, ...sidecar }];
});

/** Below the home. */
export const SIDECAR_LOGS: readonly string[] = SIDECARS.flatMap(({ logs }) => logs);

/** @returns null for a log that is the gateway's own. */
export const sidecarReader = (source: string, clock: Pick<Clock, 'now'> = processClock()): LogReader | null => {
  const sidecar = SIDECARS.find(({ logs }) => logs.some((log) => basename(log) === source));
  if (sidecar === undefined) return null;
  return {
    line: (written, when) => {
      if (when !== 'since') return null;
      const text = asked(written).trim();
      const found = firstOf(sidecar.platform, sidecar.patterns, text);
      if (found === null) return null;
      const at = nowOf(clock);
      return { at, evidence: [{ at, source, text: redact(text), ...found }] };
    },
  };
};
