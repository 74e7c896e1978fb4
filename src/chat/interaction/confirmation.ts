/**
 * Asking once more. A question carries four characters that stand for one command of one person in one chat; they are
 * typed or tapped within a minute, and count once. A bare "yes" confirms nothing.
 */
import { randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { chatText } from '../../text/chat/bus.ts';
import type { Locale } from '../../text/locale.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import { withNotes, type Message } from '../message/message.ts';
import { normalise } from '../bus/parse-command.ts';

export const CONFIRM_MS = 60_000;
/** The bus takes them before it looks for a command; none may be called so. */
export const CONFIRM_NAMES = ['confirm', '确认'] as const;

export interface Confirmations {
  /**
   * @param command as it would be typed. @returns the word that confirms it; that is on the disk before this returns.
   */
  ask(who: Requester, command: string, now: number): string;
  take(nonce: string, who: Requester, now: number): ConfirmationResult;
  /**
   * @returns how long the word still counts, 0 when its time is over; null when it was used, or was never given to this
   * person here.
   */
  leftMs(nonce: string, who: Requester, now: number): number | null;
}

export interface Requester {
  readonly channel: string;
  readonly user: string;
  /** The group's id; null: one-to-one. */
  readonly chat: string | null;
}

export type ConfirmationResult =
  | { readonly kind: 'command'; readonly command: string }
  /** `unknown`: never given to this person in this chat. `too_many`: wrong too often just now; not even looked up. */
  | { readonly kind: 'unknown' | 'expired' | 'used' | 'too_many' };

/** Nothing that looks like something else, and none of the letters without which there are few words. */
const ALPHABET = '23456789ACDEFGHJKMNPQRTVWXY';
const LENGTH = 4;
const WRONG_PER_MINUTE = 5;
const MINUTE_MS = 60_000;
/** What has run out is told from what never was for this long. */
const KEPT_MS = 24 * 3_600_000;

/** Letters and digits both, so that it is neither a word nor a number. */
const isNonce = (text: string): boolean =>
  text.length === LENGTH && [...text].every((sign) => ALPHABET.includes(sign)) && /\d/.test(text) && /[A-Z]/.test(text);

const draw = (): string => {
  for (;;) {
    const nonce = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)] ?? '').join('');
    if (isNonce(nonce)) return nonce;
  }
};

/** Neither `confirmed` nor `确认故障`; Chinese needs no blank before the word. */
const PREFIX = /^(\/? ?)(?:confirm(?![a-z])|确认(?!\p{Script=Han}))/iu;

/**
 * @returns the word with which somebody confirms, empty where it is missing; null: the text is about something else.
 */
export const confirmingText = (typed: string): string | null => {
  if (typed.length > 200) return null;
  const text = normalise(typed);
  const [prefix = '', slash = ''] = PREFIX.exec(text) ?? [];
  const word = text.slice(prefix.length).trim().toUpperCase();
  if (prefix === '') return isNonce(word) ? word : null;
  // Without the slash it may be talk.
  return slash.startsWith('/') || /^[0-9A-Z]{0,8}$/.test(word) ? word : null;
};

export const requesterOf = ({ channel, sender, chat }: Inbound): Requester => ({
  channel,
  user: sender,
  chat: chat.kind === 'group' ? chat.id : null,
});

export const createConfirmations = (db: DatabaseSync): Confirmations => {
  const forget = db.prepare('DELETE FROM confirmations WHERE expires_at < ?');
  const insert = db.prepare(
    'INSERT INTO confirmations (channel, user, nonce, chat, command, expires_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const get = db.prepare(
    'SELECT command, used_at, expires_at FROM confirmations WHERE channel = ? AND user = ? AND nonce = ? AND chat IS ?',
  );
  const use = db.prepare(
    'UPDATE confirmations SET used_at = ? WHERE channel = ? AND user = ? AND nonce = ? AND used_at IS NULL',
  );
  /** When each person was wrong; only operators get this far. */
  const wrong = new Map<string, readonly number[]>();

  return {
    ask: ({ channel, user, chat }, command, now) => {
      forget.run(now - KEPT_MS);
      for (;;) {
        const nonce = draw();
        if (insert.run(channel, user, nonce, chat, command, now + CONFIRM_MS).changes === 1) return nonce;
      }
    },
    take: (nonce, { channel, user, chat }, now) => {
      const key = JSON.stringify([channel, user]);
      const recent = (wrong.get(key) ?? []).filter((at) => Math.abs(now - at) < MINUTE_MS);
      wrong.set(key, recent);
      if (recent.length >= WRONG_PER_MINUTE) return { kind: 'too_many' };
      const row = isNonce(nonce) ? get.get(channel, user, nonce, chat) : undefined;
      if (!row) {
        wrong.set(key, [...recent, now]);
        return { kind: 'unknown' };
      }
      if (row['used_at'] !== null) return { kind: 'used' };
      const expiresAt = Number(row['expires_at']);
      // A clock that was set back must not make a minute last for hours.
      if (expiresAt <= now || expiresAt > now + CONFIRM_MS) return { kind: 'expired' };
      return use.run(now, channel, user, nonce).changes === 1
        ? { kind: 'command', command: String(row['command']) }
        : { kind: 'used' };
    },
    leftMs: (nonce, { channel, user, chat }, now) => {
      const row = get.get(channel, user, nonce, chat);
      if (row?.['used_at'] !== null) return null;
      const leftMs = Number(row['expires_at']) - now;
      return leftMs > CONFIRM_MS ? 0 : Math.max(0, leftMs);
    },
  };
};

/**
 * The question as it is sent: with the word to type, and a button that stands for the same.
 * @param leftMs how long the word counts.
 */
export const withConfirmation = (
  question: Message,
  nonce: string,
  label: string,
  locale: Locale,
  leftMs: number,
): Message => ({
  ...withNotes(question, [chatText(locale).confirmHow(nonce, Math.ceil(leftMs / 1_000))]),
  buttons: [
    { label, style: 'danger', command: `/${CONFIRM_NAMES[0]} ${nonce}`, confirm: question.title },
    ...(question.buttons ?? []),
  ],
});

/** What a word gets that confirms nothing. */
export const notConfirmedReply = (kind: Exclude<ConfirmationResult['kind'], 'command'>, locale: Locale): Message => ({
  tone: kind === 'used' ? 'info' : 'warning',
  title: chatText(locale).notConfirmed(kind),
  ...(kind === 'used' ? {} : { note: chatText(locale).staleNote() }),
});
