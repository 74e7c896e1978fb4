/** Until when a gateway is left alone, and whether it is told of: by the configuration or by an operator. */
import type { GatewayConfig } from '../../config/config.ts';
import type { Decision } from '../../healing/decision.ts';
import { maintenanceUntil } from '../../healing/maintenance.ts';
import { pipeline } from '../../notify/pipeline.ts';
import type { Silences } from '../../store/silences.ts';

/** @returns until when it must not be healed, milliseconds since the epoch; null: it may. */
export const leaveAloneUntil = (
  { name, maintenance }: Pick<GatewayConfig, 'name' | 'maintenance'>,
  silences: Pick<Silences, 'until'>,
  now: number,
): number | null => {
  const ends = [maintenanceUntil(maintenance, now), silences.until('maintenance', name, now)].filter(
    (end) => end !== null,
  );
  return ends.length ? Math.max(...ends) : null;
};

/**
 * Whether a decision was made in a maintenance window, whatever the time is by now: what a look finds in it is kept for
 * the look at its end, which comes at once and decides what is done.
 */
export const isOfMaintenance = (decision: Decision): boolean =>
  decision.act === 'hold' && decision.why === 'maintenance';

/** Whoever works on a gateway knows that it is down; whoever mutes it does not want to know. */
export const isSilent = (
  gateway: Pick<GatewayConfig, 'name' | 'maintenance'>,
  silences: Pick<Silences, 'until'>,
  now: number,
): boolean =>
  pipeline.silence({
    maintenance: leaveAloneUntil(gateway, silences, now),
    mute: silences.until('mute', gateway.name, now),
  }).isSilent;
