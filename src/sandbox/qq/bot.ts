/** Everything the platform keeps about one bot. */
import type { BotAccount, PhoneMessage } from '../phone.ts';
import { NO_FAULTS, type BotFaults, type SendFault } from './faults.ts';
import { GRANTED, hears } from './intents.ts';
import type { PlatformEvent, Session } from './session.ts';
import { createTokenIssuer, type TokenIssuer } from './token.ts';

/** Permission to answer one inbound message. */
export interface Ticket {
  readonly target: Target;
  readonly at: number;
  /** The `msg_seq` values used; each may be used once. */
  readonly used: Set<number>;
}

export interface Target {
  readonly kind: 'user' | 'group';
  readonly openid: string;
}

/** How a person has set this bot in the QQ client. */
export interface UserSettings {
  readonly friend: boolean;
  /** 「允许主动发送」 */
  readonly allowsProactive: boolean;
}

/** One open socket, logged in or not. */
export interface BotSocket {
  /** The session it carries; null before READY or RESUMED. */
  readonly session: () => Session | null;
  deliver(event: PlatformEvent): void;
  /** Sends a frame outside any session, such as op 7. */
  send(frame: object): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** Null when it was never answered. */
  readonly status: number | null;
}

export interface SeenFrame {
  readonly op: number;
  readonly d: unknown;
}

export interface Bot {
  readonly account: BotAccount;
  readonly tokens: TokenIssuer;
  readonly sessions: Map<string, Session>;
  readonly sockets: Set<BotSocket>;
  /** Events that nobody was there to receive. */
  readonly pending: PlatformEvent[];
  readonly conversations: Map<string, PhoneMessage[]>;
  readonly tickets: Map<string, Ticket>;
  readonly users: Map<string, UserSettings>;
  /** When proactive messages went out, by user. */
  readonly proactive: Map<string, number[]>;
  /** Clicks that wait for their `PUT /interactions/{id}`. */
  readonly clicks: Map<string, (code: number) => void>;
  readonly requests: SeenRequest[];
  readonly frames: SeenFrame[];
  readonly sendFaults: SendFault[];
  faults: BotFaults;
  /** The intents that the platform grants this bot. */
  grantedIntents: number;
}

export const createBot = (account: BotAccount, now: () => number): Bot => ({
  account,
  tokens: createTokenIssuer(now),
  sessions: new Map(),
  sockets: new Set(),
  pending: [],
  conversations: new Map(),
  tickets: new Map(),
  users: new Map(),
  proactive: new Map(),
  clicks: new Map(),
  requests: [],
  frames: [],
  sendFaults: [],
  faults: NO_FAULTS,
  grantedIntents: GRANTED,
});

const KEPT_SEEN = 2_000;

/** Appends to a list that must not grow for ever. */
export const remember = <T>(list: T[], item: T): void => {
  list.push(item);
  if (list.length > KEPT_SEEN) list.splice(0, list.length - KEPT_SEEN);
};

/** Logged-in sockets. */
export const connected = (bot: Bot): BotSocket[] => [...bot.sockets].filter((socket) => socket.session() !== null);

/** Gives an event to every logged-in socket that asked for its kind, or keeps it for the next login. */
export const dispatch = (bot: Bot, event: PlatformEvent): void => {
  const hearers = connected(bot).filter((socket) => hears(socket.session()?.intents ?? 0, event.t));
  if (hearers.length === 0) bot.pending.push(event);
  for (const socket of hearers) socket.deliver(event);
};

/** Takes out of the waiting events what a client with these intents hears. */
export const takePending = (bot: Bot, intents: number): PlatformEvent[] => {
  const taken = bot.pending.filter(({ t }) => hears(intents, t));
  bot.pending.splice(0, bot.pending.length, ...bot.pending.filter(({ t }) => !hears(intents, t)));
  return taken;
};
