/** The frames of the gateway (docs/facts/qq.md 2.2). */
import { foreignNumber } from '../../../base/foreign-number.ts';
import { platformId } from '../../../chat/inbound/platform-id.ts';
import { asObject, asText, type Json } from '../json.ts';
import type { Login } from './session.ts';

export type Frame =
  /** `id` names the event, not the message in it. */
  | {
      readonly kind: 'dispatch';
      readonly id: string;
      readonly type: string;
      readonly seq: number | null;
      readonly data: Json;
    }
  | { readonly kind: 'heartbeat_wanted' }
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'invalid_session'; readonly resumable: boolean }
  | { readonly kind: 'hello'; readonly heartbeatMs: number }
  | { readonly kind: 'ack' }
  | { readonly kind: 'other' };

/** C2C_MESSAGE_CREATE and the group events. */
const MESSAGES = 1 << 25;
/** INTERACTION_CREATE. */
const INTERACTIONS = 1 << 26;

/** Nothing else: an intent that the bot lacks costs the whole connection. */
export const INTENTS = { full: MESSAGES | INTERACTIONS, narrow: MESSAGES } as const;

const USUAL_HEARTBEAT_MS = 41_250;
const LONGEST_HEARTBEAT_MS = 600_000;

/** The database cannot give back a larger one. */
const seqOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

/** Anything unknown or malformed is `other`: such a frame shows that QQ is there, and means nothing else. */
export const parseFrame = (text: string): Frame => {
  let raw: Json;
  try {
    raw = asObject(JSON.parse(text));
  } catch {
    return { kind: 'other' };
  }
  switch (raw['op']) {
    case 0:
      return {
        kind: 'dispatch',
        id: platformId(raw['id']),
        type: asText(raw['t']),
        seq: seqOf(raw['s']),
        data: asObject(raw['d']),
      };
    case 1:
      return { kind: 'heartbeat_wanted' };
    case 7:
      return { kind: 'reconnect' };
    case 9:
      return { kind: 'invalid_session', resumable: raw['d'] === true };
    case 10: {
      const interval = foreignNumber(asObject(raw['d'])['heartbeat_interval']);
      return {
        kind: 'hello',
        heartbeatMs: interval >= 10 && interval <= LONGEST_HEARTBEAT_MS ? interval : USUAL_HEARTBEAT_MS,
      };
    }
    case 11:
      return { kind: 'ack' };
    default:
      return { kind: 'other' };
  }
};

export const loginFrame = (login: Login, token: string, intents: number): string =>
  JSON.stringify(
    login.kind === 'resume'
      ? { op: 6, d: { token: `QQBot ${token}`, session_id: login.sessionId, seq: login.seq } }
      : { op: 2, d: { token: `QQBot ${token}`, intents, shard: [0, 1], properties: {} } },
  );

export const heartbeatFrame = (seq: number | null): string => JSON.stringify({ op: 1, d: seq });
