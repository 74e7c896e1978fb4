/**
 * What can be seen from outside of the bot with this data folder: all of it stands in its store, and no lock is
 * touched.
 */
import type { DatabaseSync } from 'node:sqlite';
import { CHANNELS, type Config } from '../../config/config.ts';
import { createOutbox } from '../../notify/outbox/queue.ts';
import { readHubTrouble, type HubTrouble } from '../../store/hub-trouble.ts';
import { createMeta } from '../../store/meta.ts';
import { databaseIn, sizeOf } from '../../store/files.ts';
import { hasEnded, parseMark } from '../../monitor/alive-mark.ts';
import { STUCK_AFTER_MS, type OwnState } from '../../monitor/own-state.ts';

export interface BotStatus {
  /** Since when the bot runs; null when it does not. */
  readonly runningSince: number | null;
  /** The bot's last sign of life, in milliseconds since the epoch; null when there never was one. */
  readonly aliveAt: number | null;
  readonly undelivered: number;
  readonly stuck: OwnState['stuck'];
  /** Since when a channel has been reported down; null when it has not. */
  readonly channels: readonly { readonly name: string; readonly downSince: number | null }[];
  /** What keeps this host of a fleet from its hub; null: nothing, or it is in no fleet. */
  readonly hubTrouble: HubTrouble | null;
  readonly store: 'disk' | 'memory';
  readonly storeBytes: number;
}

/** The bot gives a sign of life every ten seconds, and may be busy or short of disk for a moment. */
const SILENT_MS = 60_000;

/** @param isInMemory whether the running bot has its database in memory: then this one may be old. */
export const readBotStatus = (
  db: DatabaseSync,
  { channels, dataDir, fleet }: Config,
  now: number,
  isInMemory: boolean,
): BotStatus => {
  const meta = createMeta(db);
  const outbox = createOutbox(db);
  const mark = parseMark(meta.get('alive'));
  const isFresh = mark !== null && !mark.ended && Math.abs(now - mark.wallMs) < SILENT_MS;
  const runs = (isFresh || isInMemory) && mark !== null && (mark.process === undefined || !hasEnded(mark.process));
  const path = databaseIn(dataDir);
  return {
    runningSince: runs ? mark.wallMs - mark.ranMs : null,
    aliveAt: mark?.wallMs ?? null,
    undelivered: outbox.undelivered(),
    stuck: outbox.stuck(now, STUCK_AFTER_MS),
    // What a bot reported before it ended does not hold now.
    channels: CHANNELS.filter((name) => channels[name] !== undefined).map((name) => ({
      name,
      downSince: runs ? downSince(meta.get(`channel_down ${name}`)) : null,
    })),
    hubTrouble: runs && fleet !== null ? readHubTrouble(meta) : null,
    store: isInMemory ? 'memory' : 'disk',
    storeBytes: sizeOf(path) + sizeOf(`${path}-wal`),
  };
};

const downSince = (text: string | null): number | null => {
  if (text === null) return null;
  try {
    const { since } = JSON.parse(text) as { readonly since?: unknown };
    return typeof since === 'number' ? since : null;
  } catch {
    return null;
  }
};
