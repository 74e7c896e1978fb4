/**
 * Takes the hosts' notices into the hub's own outbox: each once, however often it comes, and in the thread of its matter.
 * Says what became of it: `delivered` only when a phone has it.
 */
import type { SQLOutputValue } from 'node:sqlite';
import type { ReplyAddress } from '../../healing/treatment.ts';
import { waysOf } from '../../notify/recipients/addressees.ts';
import { GATHER_MS, type Hold } from '../../notify/hold.ts';
import { isEnding } from '../../notify/outbox/notification.ts';
import { transaction } from '../../store/transaction.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Notice, Receipt } from '../messages.ts';
import type { HubTools } from './hosts.ts';
import { messageAtHub } from './place.ts';

export interface NoticeIntakeOptions {
  /** Whether somebody may be answered there: an agent names an address, and may name any. */
  readonly isOperator: (to: ReplyAddress) => boolean;
  readonly gatewaysOf: (host: string) => readonly string[];
  /** Hears of the result of a command that this hub has passed on. */
  readonly onResult: (host: string, command: string, notice: Notice) => void;
}

export interface NoticeName {
  readonly host: string;
  readonly id: string;
}

export interface NoticeIntake {
  /** @returns what became of it so far. @throws what the store throws. */
  take(host: string, notice: Notice): Receipt['is'];
  /** The notices that are settled by now and were not before. */
  settle(): readonly NoticeName[];
  /** Those that were settled last: an earlier hub may have been killed before it said so. */
  settledLast(): readonly NoticeName[];
}

/** More than a hub settles between two entries of the log. */
const MOST_SETTLED_LAST = 500;

/** In a storm phones get fewer and longer messages: so many alerts within the time before count as one. */
const STORM = { alerts: 10, withinMs: 60_000, gatherMs: 20_000 };

export const createNoticeIntake = (
  { db, outbox, people, now, locale, logger, onQueued }: HubTools,
  { isOperator, gatewaysOf, onResult }: NoticeIntakeOptions,
): NoticeIntake => {
  const known = db.prepare('SELECT settled_at FROM fleet_notices WHERE host = ? AND id = ?');
  const insert = db.prepare('INSERT INTO fleet_notices (host, id, at, entries, settled_at) VALUES (?, ?, ?, ?, ?)');
  const thread = db.prepare('SELECT subject FROM fleet_threads WHERE host = ? AND topic = ? AND remote = ?');
  const begin = db.prepare('INSERT INTO fleet_threads (host, topic, remote, gateway, at) VALUES (?, ?, ?, ?, ?)');
  const touch = db.prepare('UPDATE fleet_threads SET at = ?, gateway = ifnull(?, gateway) WHERE subject = ?');
  // Answers and recoveries are no alerts: what healed by itself must not delay the next outage.
  const recent = db.prepare(`
    SELECT count(*) AS count FROM (
      SELECT 1 FROM fleet_notices AS notice WHERE at > ? AND at <= ? AND EXISTS (
        SELECT 1 FROM json_each(notice.entries) JOIN outbox ON outbox.id = value WHERE outbox.kind NOT IN ('result', 'recovered', 'channel_up'))
      LIMIT ${STORM.alerts})`);
  // What nobody has got is settled only once later news of the same matter stands for it.
  const settled = db.prepare(`
    SELECT host, id FROM fleet_notices AS notice WHERE settled_at IS NULL AND (
      EXISTS (SELECT 1 FROM json_each(notice.entries) JOIN deliveries ON deliveries.entry = value WHERE deliveries.state = 'delivered')
      OR NOT EXISTS (SELECT 1 FROM json_each(notice.entries) JOIN outbox ON outbox.id = value WHERE outbox.state <> 'done'))`);
  const last = db.prepare(
    `SELECT host, id FROM fleet_notices WHERE settled_at IS NOT NULL ORDER BY settled_at DESC LIMIT ${MOST_SETTLED_LAST}`,
  );
  const mark = db.prepare('UPDATE fleet_notices SET settled_at = ? WHERE host = ? AND id = ?');

  /** @returns the number of the matter here, and whether it was told of before. */
  const subjectOf = (host: string, { about, at }: Notice): { readonly subject: number; readonly isNew: boolean } => {
    const row = about === null ? undefined : thread.get(host, about.topic, about.subject);
    if (about !== null && row) {
      touch.run(now(), about.gateway, Number(row['subject']));
      return { subject: Number(row['subject']), isNew: false };
    }
    // A digest is a matter of its own.
    const [topic, remote, gateway] = about === null ? ['', at, null] : [about.topic, about.subject, about.gateway];
    const digest = about === null ? thread.get(host, topic, remote) : undefined;
    if (digest) return { subject: Number(digest['subject']), isNew: false };
    return { subject: Number(begin.run(host, topic, remote, gateway, now()).lastInsertRowid), isNew: true };
  };

  const holdsOf = ({ about }: Notice): readonly Hold[] => {
    if (typeof about?.gateway !== 'string' || (about.kind !== 'opened' && about.kind !== 'recovered')) return [];
    const isStorm = Number(recent.get(now() - STORM.withinMs, now())?.['count'] ?? 0) >= STORM.alerts;
    return [{ until: now() + (isStorm ? STORM.gatherMs : GATHER_MS), why: 'gathering' }];
  };

  const enqueue = (host: string, notice: Notice): readonly number[] => {
    const { about, answerTo } = notice;
    const message = messageAtHub(notice.message, { host, gateways: gatewaysOf(host) }, fleetText(locale));
    const { subject, isNew } = subjectOf(host, notice);
    if (answerTo !== null) {
      if (!isOperator(answerTo)) {
        logger.warn({ host, channel: answerTo.channel }, 'a host answers somebody who is no operator; it is dropped');
        return [];
      }
      return outbox
        .enqueue({ topic: 'host', subject, kind: 'result', message, at: now() }, [waysOf(answerTo, people())])
        .map(({ id }) => id);
    }
    // The end of what this hub has told nobody of has nowhere to follow: it goes where alerts go.
    const kind = about === null || (isEnding(about.kind) && isNew) ? 'opened' : about.kind;
    return outbox
      .enqueue(
        {
          topic: 'host',
          subject,
          kind: kind === 'result' ? 'opened' : kind,
          message,
          at: now(),
          holds: holdsOf(notice),
        },
        people(),
      )
      .map(({ id }) => id);
  };

  return {
    take: (host, notice) => {
      const { is, isFirst } = transaction(db, (): { is: Receipt['is']; isFirst: boolean } => {
        const before = known.get(host, notice.id);
        if (before) return { is: before['settled_at'] === null ? 'accepted' : 'delivered', isFirst: false };
        const entries = enqueue(host, notice);
        // Not kept: it is taken when there is somebody to tell.
        if (entries.length === 0 && notice.answerTo === null) return { is: 'nobody', isFirst: false };
        insert.run(host, notice.id, now(), JSON.stringify(entries), entries.length === 0 ? now() : null);
        return { is: entries.length === 0 ? 'delivered' : 'accepted', isFirst: true };
      });
      if (isFirst) {
        onQueued();
        // Its progress comes before, and is about nothing.
        if (notice.command !== null && notice.about?.kind === 'result') onResult(host, notice.command, notice);
      }
      if (is === 'nobody') logger.error({ host }, 'a host has an alert, and this hub has nobody to tell');
      return is;
    },
    settle: () =>
      transaction(db, () => {
        const found = settled.all().map(nameOf);
        for (const { host, id } of found) mark.run(now(), host, id);
        return found;
      }),
    settledLast: () => last.all().map(nameOf),
  };
};

const nameOf = (row: Record<string, SQLOutputValue>): NoticeName => ({
  host: String(row['host']),
  id: String(row['id']),
});
