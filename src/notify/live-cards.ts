/**
 * The message that opened an incident follows it: red while it is ill, orange while it comes back, green when it is
 * over, with its timeline. Only where the platform can change a message, only on a change, and nobody's phone rings.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Channel } from '../channels/channel.ts';
import { withNotes, type Message } from '../chat/message/message.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import { stageOf } from '../incidents/timeline.ts';
import { fixText, type ChannelFix } from '../text/channels/fixes.ts';
import type { Locale } from '../text/locale.ts';
import { incidentMessage } from './messages/notice.ts';
import type { AttachButtonTokens } from './messages/render.ts';

export interface LiveCards {
  /** An incident has changed, or what is done about it; null: that is as it was. */
  changed(incident: Incident, decision: Decision | null): void;
  /** A message of this incident has arrived on a channel, or was refused there. */
  settled(incident: number): void;
  /** Waits for changes under way; begins no more. */
  stop(): Promise<void>;
}

export interface LiveCardsOptions {
  readonly db: DatabaseSync;
  readonly channels: readonly Channel[];
  readonly attachButtonTokens: AttachButtonTokens;
  readonly locale: Locale;
  readonly clock: Clock;
  /** Of real time: several changes in one step make one. */
  readonly settleMs?: number;
  readonly logger: Logger;
}

const SETTLE_MS = 500;
const TRIES = 5;
const LONGEST_WAIT_MS = 30_000;

interface Sent {
  readonly channel: Channel;
  readonly user: string;
  readonly messageId: string;
  /** What its reader must mend on channels that refused it. */
  readonly fixes: readonly string[];
}

export const createLiveCards = ({
  db,
  channels,
  attachButtonTokens,
  locale,
  clock,
  settleMs = SETTLE_MS,
  logger,
}: LiveCardsOptions): LiveCards => {
  // The alert that opened it, or the first that came in its place.
  const select = db.prepare(`
    SELECT entry, channel, user, deliveries.detail AS message FROM deliveries JOIN outbox ON outbox.id = deliveries.entry
    WHERE topic = 'incident' AND subject = ? AND deliveries.state = 'delivered' AND deliveries.detail <> '' AND (kind = 'opened' OR (kind <> 'recovered' AND NOT EXISTS (
      SELECT 1 FROM outbox AS before JOIN deliveries AS arrived ON arrived.entry = before.id
      WHERE before.topic = outbox.topic AND before.subject = outbox.subject AND before.person = outbox.person AND before.id < outbox.id
        AND arrived.channel = deliveries.channel AND arrived.state = 'delivered')))`);
  const selectFixes = db.prepare(
    `SELECT DISTINCT fix FROM deliveries WHERE entry = ? AND channel <> ? AND state = 'refused' AND fix IS NOT NULL`,
  );
  const editable = new Map(
    channels.filter((channel) => channel.edit !== undefined).map((channel) => [channel.name, channel]),
  );
  const latest = new Map<number, { readonly incident: Incident; readonly decision: Decision | null }>();
  const shown = new Map<string, string>();
  /** Incidents whose message may say something else than when it was sent. */
  const moved = new Set<number>();
  const startedAt = clock.now();
  const working = new Set<Promise<void>>();
  const ending = new AbortController();
  let timer: NodeJS.Timeout | null = null;

  const sentOf = (incident: number): readonly Sent[] =>
    select.all(incident).flatMap((row) => {
      const channel = editable.get(String(row['channel']));
      if (!channel) return [];
      const fixes = selectFixes
        .all(Number(row['entry']), channel.name)
        .map(({ fix }) => fixText(fix as ChannelFix, locale));
      return [{ channel, user: String(row['user']), messageId: String(row['message']), fixes }];
    });

  const edit = async ({ channel, user, messageId }: Sent, message: Message): Promise<void> => {
    const key = `${channel.name} ${messageId}`;
    const text = JSON.stringify(message);
    if (shown.get(key) === text) return;
    shown.set(key, text);
    for (let attempt = 1; attempt <= TRIES && shown.get(key) === text && !ending.signal.aborted; attempt += 1) {
      const result = await channel.edit?.(
        messageId,
        attachButtonTokens(message, { key: messageId, channel: channel.name, user }),
      );
      if (result?.outcome !== 'retry') {
        if (result?.outcome === 'refused')
          logger.debug(
            { channel: channel.name, reason: result.reason },
            'the message of an incident could not be changed',
          );
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(result.afterMs, LONGEST_WAIT_MS)).unref());
    }
  };

  const flush = (): void => {
    timer = null;
    for (const [id, { incident, decision }] of [...latest].filter(([each]) => moved.has(each))) {
      const message = incidentMessage(incident, decision, locale, clock.now());
      for (const sent of sentOf(id)) {
        const work = edit(sent, withNotes(message, sent.fixes))
          .catch((error: unknown) =>
            logger.warn({ err: error, incident: id }, 'the message of an incident could not be changed'),
          )
          .finally(() => working.delete(work));
        working.add(work);
      }
      if (incident.closedAt === null) continue;
      latest.delete(id);
      moved.delete(id);
    }
  };

  const schedule = (): void => {
    if (editable.size > 0 && !ending.signal.aborted) timer ??= setTimeout(flush, settleMs);
  };

  return {
    changed: (incident, decision) => {
      // What was just opened is told by its own message; of an older one nobody knows how an earlier Lifeline left it.
      const { id, treatments, outages, acknowledged, openedAt } = incident;
      const news =
        treatments.length > 0 ||
        stageOf(incident) !== 'ill' ||
        outages > 1 ||
        acknowledged !== null ||
        openedAt < startedAt;
      if (news) moved.add(id);
      latest.set(id, { incident, decision: decision ?? latest.get(id)?.decision ?? null });
      if (moved.has(id)) schedule();
    },
    settled: (incident) => {
      if (!latest.has(incident)) return;
      // What one channel refused is often known only after another one has shown it.
      if (sentOf(incident).some(({ fixes }) => fixes.length > 0)) moved.add(incident);
      // And what has changed meanwhile found no message to change.
      if (moved.has(incident)) schedule();
    },
    stop: async () => {
      if (timer) {
        clearTimeout(timer);
        flush();
      }
      const patience = new Promise((resolve) => setTimeout(resolve, 2_000).unref());
      await Promise.race([Promise.all(working), patience]);
      ending.abort();
    },
  };
};
