/** Which steps of an escalation were taken, and whom they reached, in the database. */
import type { DatabaseSync } from 'node:sqlite';
import type { Incident } from '../../incidents/incident.ts';
import type { TakenStep } from './escalation-steps.ts';

export interface EscalationStore {
  /** When the first alert of the present outage was written, or was free to go. */
  toldAt(incident: Incident): number | null;
  /** The steps of the present outage. */
  taken(incident: Incident): readonly TakenStep[];
  /** Where the incident's messages are now, one for each person. */
  told(incident: Incident): readonly { readonly channel: string; readonly user: string; readonly message: string }[];
  begin(incident: Incident, step: number, way: string, at: number): void;
  end(incident: Incident, step: number, result: 'done' | 'refused', detail: string | null): void;
}

export const createEscalationStore = (db: DatabaseSync): EscalationStore => {
  const first = db.prepare(`
    SELECT min(max(at, ifnull(not_before, at))) AS at FROM outbox
    WHERE topic = 'incident' AND subject = ? AND kind <> 'recovered' AND at >= ?`);
  const select = db.prepare('SELECT step, at, result FROM escalations WHERE incident = ? AND outage = ? ORDER BY step');
  const messages = db.prepare(`
    SELECT channel, user, deliveries.detail AS message, max(entry) FROM deliveries JOIN outbox ON outbox.id = deliveries.entry
    WHERE topic = 'incident' AND subject = ? AND kind <> 'recovered' AND at >= ? AND deliveries.state = 'delivered'
      AND deliveries.detail <> '' AND place IS NULL AND batch IS NULL GROUP BY channel, user`);
  const insert = db.prepare('INSERT INTO escalations (incident, outage, step, way, at) VALUES (?, ?, ?, ?, ?)');
  const finish = db.prepare(
    'UPDATE escalations SET result = ?, detail = ? WHERE incident = ? AND outage = ? AND step = ?',
  );
  return {
    toldAt: (incident) => {
      const at = first.get(incident.id, beganAt(incident))?.['at'];
      return typeof at === 'number' ? at : null;
    },
    taken: ({ id, outages }) =>
      select.all(id, outages).map(({ step, at, result }): TakenStep => ({
        step: Number(step),
        at: Number(at),
        result: result === 'done' || result === 'refused' ? result : null,
      })),
    told: (incident) =>
      messages.all(incident.id, beganAt(incident)).map(({ channel, user, message }) => ({
        channel: String(channel),
        user: String(user),
        message: String(message),
      })),
    begin: ({ id, outages }, step, way, at) => {
      insert.run(id, outages, step, way, at);
    },
    end: ({ id, outages }, step, result, detail) => {
      finish.run(result, detail, id, outages, step);
    },
  };
};

/** When the present outage began. */
const beganAt = ({ openedAt, timeline }: Incident): number =>
  timeline.findLast(({ what }) => what === 'again')?.at ?? openedAt;

/** How often SMS and calls were used since then, and the last refusal: the platform tells no quota. */
export const urgentUse = (
  db: DatabaseSync,
  since: number,
): { readonly sms: number; readonly phone: number; readonly refused: string | null } => {
  const count = (way: string): number =>
    Number(
      db
        .prepare(`SELECT count(*) AS count FROM escalations WHERE way = ? AND result = 'done' AND at >= ?`)
        .get(way, since)?.['count'],
    );
  const refused = db
    .prepare(
      `SELECT detail FROM escalations WHERE way IN ('app', 'sms', 'phone') AND result = 'refused' AND at >= ? ORDER BY at DESC LIMIT 1`,
    )
    .get(since)?.['detail'];
  return { sms: count('sms'), phone: count('phone'), refused: typeof refused === 'string' ? refused : null };
};
