/** Builds the word that all is well: for each person of the gateways that are theirs. */
import { digestMessage } from '../../commands/shared/digest.ts';
import type { Clock } from '../base/clock.ts';
import type { StageReport } from '../base/stage-report.ts';
import { boundIncidents, reaches } from '../chat/access/bounds.ts';
import type { Config } from '../config/config.ts';
import { createIncidentsPort } from '../monitor/incidents-for-chat.ts';
import type { Monitors } from '../monitor/monitors.ts';
import { createDigest } from '../notify/tellers/digest.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Channels } from './channels.ts';
import type { Stores } from './stores.ts';

export interface StartDigestOptions {
  readonly stores: Stores;
  readonly channels: Pick<Channels, 'each'>;
  readonly monitors: Pick<Monitors, 'ports'>;
  readonly notifier: Pick<Notifier, 'outbox' | 'wake'>;
  readonly clock: Clock;
  readonly report: StageReport;
}

/** @returns what ends it. */
export const startDigest = (
  { alerts: { digest }, locale }: Config,
  { stores, channels, monitors, notifier, clock, report }: StartDigestOptions,
): (() => void) => {
  if (digest === null) return () => undefined;
  const incidents = createIncidentsPort(stores);
  const running = createDigest({
    db: stores.db,
    digest,
    outbox: notifier.outbox,
    messages: (window) =>
      channels.each().flatMap(({ to, operator }) => {
        const gateways = monitors.ports.filter(({ name }) => operator === null || reaches(operator, name));
        if (gateways.length === 0) return [];
        const seen = operator === null ? incidents : boundIncidents(incidents, operator);
        return [{ to, message: digestMessage({ locale, gateways, incidents: seen }, window) }];
      }),
    clock,
    report,
    onQueued: () => notifier.wake(),
  });
  running.start();
  return () => running.stop();
};
