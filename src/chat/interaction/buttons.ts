/**
 * What taps stand for. A button carries a random token and nothing else, bound to the person or the group and the
 * channel it was sent to; the command stays here. So a tap can be forged by nobody, and says no more than the message offered.
 */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../../store/transaction.ts';
import type { Button, Message } from '../message/message.ts';

export interface Buttons {
  /** Gives the buttons of a message their tokens: the same for each try of one delivery. */
  attachButtonTokens(
    message: Message,
    to: { readonly key: string; readonly channel: string; readonly user: string },
    now: number,
  ): Message;
  /** @param by who tapped, and in which group: that of an alert is everybody's there, each with the own role. */
  press(
    token: string,
    by: { readonly channel: string; readonly user: string; readonly group?: string },
    now: number,
  ): ButtonPress;
}

export type ButtonPress =
  | { readonly kind: 'command'; readonly command: string; readonly again: boolean }
  /** Never given out, given to somebody else, or too old. */
  | { readonly kind: 'unknown' | 'expired' };

/** An alert of the night is tapped in the morning; what it offers is judged anew then. */
const VALID_MS = 24 * 3_600_000;

export const createButtons = (db: DatabaseSync): Buttons => {
  const find = db.prepare('SELECT token FROM buttons WHERE message = ? AND command = ? ORDER BY place LIMIT 1');
  const prolong = db.prepare('UPDATE buttons SET expires_at = ? WHERE token = ?');
  const insert = db.prepare(`
    INSERT INTO buttons (token, message, place, channel, user, command, expires_at)
    SELECT ?, ?, ifnull(max(place) + 1, 0), ?, ?, ?, ? FROM buttons WHERE message = ?`);
  const forget = db.prepare('DELETE FROM buttons WHERE expires_at < ?');
  const get = db.prepare(
    'SELECT command, expires_at, pressed_at FROM buttons WHERE token = ? AND channel = ? AND user IN (?, ?)',
  );
  const mark = db.prepare('UPDATE buttons SET pressed_at = ? WHERE token = ? AND pressed_at IS NULL');

  return {
    attachButtonTokens: (message, { key, channel, user }, now) => {
      if (!message.buttons?.length) return message;
      return transaction(db, () => {
        // Expired ones are kept a while, so that a late tap is told from a forged one.
        forget.run(now - 6 * VALID_MS);
        const buttons = (message.buttons ?? []).map((button): Button => {
          // By what it stands for, not by its place: a message that is changed may get other buttons.
          const known = find.get(key, button.command)?.['token'];
          if (typeof known === 'string') {
            // A message that could not be delivered for a day must not arrive with dead buttons.
            prolong.run(now + VALID_MS, known);
            return { ...button, token: known };
          }
          const token = randomBytes(18).toString('base64url');
          insert.run(token, key, channel, user, button.command, now + VALID_MS, key);
          return { ...button, token };
        });
        return { ...message, buttons };
      });
    },
    press: (token, { channel, user, group = user }, now) => {
      const row = get.get(token, channel, user, group);
      if (!row) return { kind: 'unknown' };
      if (Number(row['expires_at']) < now) return { kind: 'expired' };
      const again = mark.run(now, token).changes === 0;
      return { kind: 'command', command: String(row['command']), again };
    },
  };
};
