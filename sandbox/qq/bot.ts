/** Everything the platform keeps about one bot. */
import type { BotAccount, PhoneMessage } from '../phone.ts';
import type { SentMessage, Ticket, Upload } from './exchange.ts';
import { NO_FAULTS, type BotFaults, type HttpFault, type SendFault } from './faults.ts';
import { GRANTED, hears } from './intents.ts';
import type { KeyboardButton } from './keyboard.ts';
import { DEFAULT_RULES, type QqRules } from './rules.ts';
import type { PlatformEvent, Session } from './session.ts';
import { createTokenIssuer, type TokenIssuer } from './token.ts';

/** How a person has set this bot in the QQ client. */
export interface UserSettings {
  readonly friend: boolean;
  /** 「允许主动发送」 */
  readonly allowsProactive: boolean;
}

/** How a group has set this bot. */
export interface GroupSettings {
  readonly member: boolean;
  /** 「机器人主动在群聊内发言」, the owner's switch. */
  readonly allowsProactive: boolean;
}

/** One open socket, logged in or not. */
export interface BotSocket {
  /** Counts up over the platform's life. */
  readonly id: number;
  readonly openedAt: number;
  /** When its heartbeats came. */
  readonly heartbeats: readonly number[];
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
  /** Which socket it came from. */
  readonly socket: number;
  readonly at: number;
}

export interface Bot {
  readonly account: BotAccount;
  readonly tokens: TokenIssuer;
  readonly sessions: Map<string, Session>;
  readonly sockets: Set<BotSocket>;
  /** Events that nobody was there to receive. */
  readonly pending: PlatformEvent[];
  readonly conversations: Map<string, PhoneMessage[]>;
  /** The buttons of each message that has some. */
  readonly keyboards: Map<string, readonly KeyboardButton[]>;
  readonly uploads: Map<string, Upload>;
  /** What may be answered, by message id and by outer event id. */
  readonly tickets: Map<string, Ticket>;
  readonly users: Map<string, UserSettings>;
  readonly groups: Map<string, GroupSettings>;
  /** When pushes went out, by user or group, and to all together. */
  readonly pushes: Map<string, number[]>;
  readonly allPushes: number[];
  /** When each person last wrote, and which wake-up periods since then are used. */
  readonly lastWords: Map<string, { readonly at: number; readonly wakeups: Set<number> }>;
  /** Clicks that wait for their `PUT /interactions/{id}`. */
  readonly clicks: Map<string, (code: number) => void>;
  /** Calls of `/gateway`, and sessions begun. */
  readonly gatewayCalls: number[];
  readonly sessionStarts: number[];
  readonly requests: SeenRequest[];
  readonly frames: SeenFrame[];
  readonly sent: SentMessage[];
  readonly sendFaults: SendFault[];
  readonly uploadFaults: HttpFault[];
  faults: BotFaults;
  rules: QqRules;
  /** The intents that the platform grants this bot. */
  grantedIntents: number;
}

export const createBot = (account: BotAccount, now: () => number, rules: Partial<QqRules>): Bot => ({
  account,
  tokens: createTokenIssuer(now),
  sessions: new Map(),
  sockets: new Set(),
  pending: [],
  conversations: new Map(),
  keyboards: new Map(),
  uploads: new Map(),
  tickets: new Map(),
  users: new Map(),
  groups: new Map(),
  pushes: new Map(),
  allPushes: [],
  lastWords: new Map(),
  clicks: new Map(),
  gatewayCalls: [],
  sessionStarts: [],
  requests: [],
  frames: [],
  sent: [],
  sendFaults: [],
  uploadFaults: [],
  faults: NO_FAULTS,
  rules: { ...DEFAULT_RULES, ...rules },
  grantedIntents: GRANTED,
});

/** By default a person is a friend and takes pushes. */
export const settingsOf = (users: ReadonlyMap<string, UserSettings>, openid: string): UserSettings =>
  users.get(openid) ?? { friend: true, allowsProactive: true };

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
