/**
 * The newest message of an incident follows it: red while it is ill, orange while it comes back, green when it is over,
 * with its timeline. When a newer one has arrived, the older one says where it goes on, so that nothing is said twice.
 * Only where the platform can change a message, only on a change, and nobody's phone rings.
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
import { incidentMessage, supersededMessage } from './messages/notice.ts';
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

/** Before the newest one; those before them were changed when these arrived. */
const MOST_OLDER = 3;

interface Sent {
  readonly channel: Channel;
  readonly user: string;
  readonly messageId: string;
  readonly kind: string;
  readonly title: string;
  readonly at: number;
  /** It is one of several in one message, which stays as it is. */
  readonly isShared: boolean;
  /** What its reader must mend on channels that refused it. */
  readonly fixes: readonly string[];
}

interface Known {
  readonly incident: Incident;
  readonly decision: Decision | null;
  /** How it stood when each of its messages was written, by the time of that message. */
  readonly told: ReadonlyMap<number, string>;
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
  const select = db.prepare(`
    SELECT entry, channel, user, kind, at, batch, message ->> 'title' AS title, deliveries.detail AS message
    FROM deliveries JOIN outbox ON outbox.id = deliveries.entry
    WHERE topic = 'incident' AND subject = ? AND deliveries.state = 'delivered' AND deliveries.detail <> '' ORDER BY entry`);
  const selectUnderWay = db.prepare(`
    SELECT 1 FROM deliveries JOIN outbox ON outbox.id = deliveries.entry
    WHERE topic = 'incident' AND subject = ? AND channel = ? AND user = ? AND deliveries.state = 'sending' LIMIT 1`);
  const selectFixes = db.prepare(
    `SELECT DISTINCT fix FROM deliveries WHERE entry = ? AND channel <> ? AND state = 'refused' AND fix IS NOT NULL`,
  );
  const editable = new Map(
    channels.filter((channel) => channel.edit !== undefined).map((channel) => [channel.name, channel]),
  );
  const latest = new Map<number, Known>();
  const shown = new Map<string, string>();
  /** Incidents that have changed, or of which a message has arrived. */
  const due = new Set<number>();
  const startedAt = clock.now();
  const working = new Set<Promise<void>>();
  const ending = new AbortController();
  let timer: NodeJS.Timeout | null = null;

  /** One list for each person and channel, oldest first. */
  const sentOf = (incident: number): readonly (readonly Sent[])[] => [
    ...Map.groupBy(
      select.all(incident).flatMap((row): Sent[] => {
        const channel = editable.get(String(row['channel']));
        if (!channel) return [];
        const fixes = selectFixes
          .all(Number(row['entry']), channel.name)
          .map(({ fix }) => fixText(fix as ChannelFix, locale));
        return [
          {
            channel,
            user: String(row['user']),
            messageId: String(row['message']),
            kind: String(row['kind']),
            title: String(row['title']),
            at: Number(row['at']),
            isShared: row['batch'] !== null,
            fixes,
          },
        ];
      }),
      ({ channel, user }) => `${channel.name} ${user}`,
    ).values(),
  ];

  /** What its messages are to say now; null: they stay as they are. */
  const editsOf = (id: number, sent: readonly Sent[]): readonly (readonly [Sent, Message])[] => {
    const now = clock.now();
    const newest = sent.at(-1);
    if (newest === undefined) return [];
    const older = sent
      .slice(0, -1)
      .slice(-MOST_OLDER)
      .filter(({ isShared, messageId }) => !isShared && messageId !== newest.messageId)
      .map((each) => [each, supersededMessage(each.title, newest.at, locale, now)] as const);
    const known = latest.get(id);
    // The word of an end stays as it is: when the trouble comes back, a message of its own says so.
    if (known === undefined || newest.isShared || newest.kind === 'recovered') return older;
    // What is under way is going to be the newest.
    if (selectUnderWay.get(id, newest.channel.name, newest.user) !== undefined) return older;
    const isTold =
      newest.fixes.length === 0 &&
      !shown.has(keyOf(newest)) &&
      known.told.get(newest.at) === standing(known.incident, known.decision, newest.at);
    if (isTold) return older;
    return [...older, [newest, withNotes(incidentMessage(known.incident, known.decision, locale, now), newest.fixes)]];
  };

  const standing = (incident: Incident, decision: Decision | null, at: number): string =>
    JSON.stringify(incidentMessage(incident, decision, locale, at));

  const keyOf = ({ channel, messageId }: Sent): string => `${channel.name} ${messageId}`;

  const edit = async (sent: Sent, message: Message): Promise<void> => {
    const { channel, user, messageId } = sent;
    const key = keyOf(sent);
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
    for (const id of due) {
      for (const [sent, message] of sentOf(id).flatMap((each) => editsOf(id, each))) {
        const work = edit(sent, message)
          .catch((error: unknown) =>
            logger.warn({ err: error, incident: id }, 'the message of an incident could not be changed'),
          )
          .finally(() => working.delete(work));
        working.add(work);
      }
      if (latest.get(id)?.incident.closedAt != null) latest.delete(id);
    }
    due.clear();
  };

  const schedule = (id: number): void => {
    if (editable.size === 0 || ending.signal.aborted) return;
    due.add(id);
    timer ??= setTimeout(flush, settleMs);
  };

  return {
    changed: (incident, decision) => {
      const { id, toldAt, openedAt, treatments, outages, acknowledged } = incident;
      const known = latest.get(id);
      const told = new Map(known?.told);
      const present = decision ?? known?.decision ?? null;
      // What was just opened is told by its own message; of an older one nobody knows how an earlier Lifeline left it.
      const isFresh =
        openedAt >= startedAt &&
        treatments.length === 0 &&
        stageOf(incident) === 'ill' &&
        outages === 1 &&
        acknowledged === null;
      if (toldAt !== null && !told.has(toldAt) && (known !== undefined || isFresh))
        told.set(toldAt, standing(incident, present, toldAt));
      latest.set(id, { incident, decision: present, told });
      schedule(id);
    },
    settled: (incident) => schedule(incident),
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
