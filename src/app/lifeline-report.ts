/** What Lifeline says of itself in `/status`, of a single machine and of a hub alike. */
import type { DatabaseSync } from 'node:sqlite';
import type { Channel } from '../channels/channel.ts';
import type { LifelineReport } from '../chat/command/command.ts';
import type { Outbox } from '../notify/outbox/queue.ts';
import { totalBytes } from '../store/database.ts';

export interface LifelineParts {
  readonly version: string;
  readonly startedAt: number;
  readonly channels: readonly Channel[];
  readonly outbox: Pick<Outbox, 'undelivered'>;
  readonly db: DatabaseSync;
}

export const lifelineReport = ({ version, startedAt, channels, outbox, db }: LifelineParts): LifelineReport => ({
  version,
  startedAt,
  channels: channels.map((channel) => ({ name: channel.name, ...channel.status() })),
  undelivered: outbox.undelivered(),
  storeBytes: totalBytes(db),
});
