/**
 * Places in a log as words that a button carries. Each is signed for its gateway and its search: whoever could make up
 * one would choose where a line begins and ends, and could so find out, a character a try, what redaction hides.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { UserError } from '../../base/errors.ts';
import type { GatewayPort } from '../../chat/command/ports.ts';
import type { LogPage, LogPosition, LogQuery } from '../../sensors/logs/log-search.ts';
import type { Meta } from '../../store/meta.ts';

export interface LogPositions {
  write(position: LogPosition, scope: PositionScope): string;
  /** @throws UserError `BAD_POSITION` for a word that was not written for this. */
  read(word: string, scope: PositionScope): LogPosition;
}

/** What a position holds for. Not the time since when: that moves on. */
export interface PositionScope extends Pick<LogQuery, 'least' | 'text' | 'pattern' | 'context'> {
  readonly gateway: string;
}

const KEY_BYTES = 32;
/** 128 bits: a forgery would take more tries than anybody has. */
const MAC_BYTES = 16;

/** @returns the key that is in the store, so that buttons outlive a restart; a new one where there is none. */
export const positionKey = (meta: Meta): Buffer => {
  const kept = Buffer.from(meta.get('log_position_key') ?? '', 'base64');
  if (kept.length === KEY_BYTES) return kept;
  const made = randomBytes(KEY_BYTES);
  meta.set('log_position_key', made.toString('base64'));
  return made;
};

export const createLogPositions = (key: Buffer): LogPositions => {
  const macOf = ({ gateway, least, text, pattern, context }: PositionScope, body: Buffer): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([gateway, least, text, pattern, context]))
      .update('\0')
      .update(body)
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    write: (position, scope) => {
      const body = Buffer.from(JSON.stringify(position));
      return Buffer.concat([macOf(scope, body), body]).toString('base64url');
    },
    read: (word, scope) => {
      const bytes = Buffer.from(word, 'base64url');
      const [mac, body] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)];
      if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, macOf(scope, body)))
        throw new UserError(
          'BAD_POSITION',
          'No button has said this place in the log, or it was for another search; search again from the end.',
        );
      // Only what `write` has written gets here.
      return JSON.parse(body.toString('utf8')) as LogPosition;
    },
  };
};

/** @returns the search of a gateway's log with its places signed, on their way out and back in. */
export const signed =
  (gateway: string, positions: LogPositions, search: (query: LogQuery) => Promise<LogPage>): GatewayPort['logs'] =>
  async ({ before, ...query }) => {
    const scope = { ...query, gateway };
    const page = await search({ ...query, before: before === null ? null : positions.read(before, scope) });
    return { ...page, older: page.older === null ? null : positions.write(page.older, scope) };
  };
