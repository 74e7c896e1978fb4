/** The loopback QQ platform: what api.bot.qq.com and the QQ client are to a bot, on this machine alone (facts/qq.md §8). */
import type { BotAccount, PhoneMessage, PhonePlatform, SayOptions } from '../phone.ts';
import { connected, createBot, dispatch, type Bot, type SeenFrame, type SeenRequest, type Target, type UserSettings } from './bot.ts';
import { buttonClick, directMessage, groupMessage, newMessageId } from './events.ts';
import { NO_FAULTS, type BotFaults, type SendFault } from './faults.ts';
import type { Accepted } from './messages.ts';
import { createQqServer, type QqServer } from './server.ts';
import { eventOf } from './session.ts';

export interface QqPlatformOptions {
  /** Told to clients in Hello. */
  readonly heartbeatIntervalMs?: number;
  /** Sockets that neither identify nor resume are closed after this. */
  readonly idleMs?: number;
  /** After op 7 the platform waits this long for the client to go before it closes with 4009. */
  readonly reconnectGraceMs?: number;
  /** How long a click waits for its answer. */
  readonly clickMs?: number;
  /** The platform's clock. */
  readonly now?: () => number;
}

type Listener = (appId: string, message: PhoneMessage) => void;

export class QqPlatform implements PhonePlatform {
  readonly channel = 'qq';
  readonly #bots = new Map<string, Bot>();
  readonly #listeners = new Set<Listener>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #server: QqServer;
  readonly #now: () => number;
  readonly #reconnectGraceMs: number;
  readonly #clickMs: number;
  #port = 0;

  constructor({ heartbeatIntervalMs = 41_250, idleMs = 60_000, reconnectGraceMs = 10_000, clickMs = 10_000, now = Date.now }: QqPlatformOptions = {}) {
    this.#now = now;
    this.#reconnectGraceMs = reconnectGraceMs;
    this.#clickMs = clickMs;
    const botOfToken = (token: string): Bot | undefined => [...this.#bots.values()].find((bot) => bot.tokens.accepts(token));
    this.#server = createQqServer(
      {
        now,
        bot: (appId) => this.#bots.get(appId),
        botOfToken,
        gatewayUrl: (bot) => `${this.url.replace('http', 'ws')}/websocket/${bot.account.appId}`,
        arrived: (bot, target, message) => this.#arrived(bot, target, message),
      },
      { heartbeatIntervalMs, idleMs, botOfToken },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get tokenUrl(): string {
    return `${this.url}/app/getAppAccessToken`;
  }

  /** A platform that was stopped starts again on the same port, with all that it knew. */
  async start(): Promise<void> {
    this.#port = await this.#server.listen(this.#port);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const bot of this.#bots.values()) for (const socket of bot.sockets) socket.terminate();
    await this.#server.close();
  }

  addBot(account: BotAccount): void {
    this.#bots.set(account.appId, createBot(account, this.#now));
  }

  conversation(appId: string, user: string): readonly PhoneMessage[] {
    return this.#bot(appId).conversations.get(user) ?? [];
  }

  onMessage(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  connections(appId: string): number {
    return connected(this.#bot(appId)).length;
  }

  /** Open sockets, logged in or not: a client must never hold two. */
  sockets(appId: string): number {
    return this.#bot(appId).sockets.size;
  }

  say(appId: string, user: string, text: string, { at = this.#now(), id = newMessageId() }: SayOptions = {}): PhoneMessage {
    const bot = this.#bot(appId);
    const known = this.conversation(appId, user).find((message) => message.id === id);
    const message = known ?? { id, from: 'user', user, text, at };
    if (!known) {
      bot.tickets.set(id, { target: { kind: 'user', openid: user }, at, used: new Set() });
      this.#write(bot, message);
    }
    dispatch(bot, eventOf('C2C_MESSAGE_CREATE', directMessage(user, id, text, at)));
    return message;
  }

  /** A member of a group mentions the bot. @returns the message's id */
  sayInGroup(appId: string, group: string, member: string, text: string, { at = this.#now(), id = newMessageId() }: SayOptions = {}): string {
    const bot = this.#bot(appId);
    bot.tickets.set(id, { target: { kind: 'group', openid: group }, at, used: new Set() });
    dispatch(bot, eventOf('GROUP_AT_MESSAGE_CREATE', groupMessage(group, member, id, text, at)));
    return id;
  }

  /** A person presses a button. @returns the code of the bot's answer; null when none came in time or nobody was connected */
  async click(appId: string, user: string, buttonData: string, messageId?: string): Promise<number | null> {
    const bot = this.#bot(appId);
    if (connected(bot).length === 0) return null;
    const event = buttonClick(appId, user, buttonData, this.#now(), messageId);
    return new Promise((resolve) => {
      const timer = this.#later(this.#clickMs, () => {
        bot.clicks.delete(event.id);
        resolve(null);
      });
      bot.clicks.set(event.id, (code) => {
        clearTimeout(timer);
        this.#timers.delete(timer);
        resolve(code);
      });
      dispatch(bot, eventOf('INTERACTION_CREATE', event));
    });
  }

  /** Any other event, as it is. */
  inject(appId: string, type: string, d: unknown): void {
    dispatch(this.#bot(appId), eventOf(type, d));
  }

  /** What a person sets in the QQ client; by default friend, and pushes allowed. */
  setUser(appId: string, user: string, settings: Partial<UserSettings>): void {
    const { users } = this.#bot(appId);
    users.set(user, { friend: true, allowsProactive: true, ...users.get(user), ...settings });
  }

  grantIntents(appId: string, mask: number): void {
    this.#bot(appId).grantedIntents = mask;
  }

  setFaults(appId: string, faults: Partial<BotFaults>): void {
    const bot = this.#bot(appId);
    bot.faults = { ...bot.faults, ...faults };
  }

  clearFaults(appId: string): void {
    const bot = this.#bot(appId);
    bot.faults = NO_FAULTS;
    bot.sendFaults.length = 0;
  }

  /** The next `count` sends of this bot meet this fault. */
  failSends(appId: string, count: number, fault: SendFault): void {
    this.#bot(appId).sendFaults.push(...Array.from({ length: count }, () => fault));
  }

  /** Nobody reaches the platform: every connection is cut, and new ones at once. */
  setOutage(on: boolean): void {
    this.#server.setOutage(on);
  }

  revokeTokens(appId: string): void {
    this.#bot(appId).tokens.revoke();
  }

  /** Forgets a bot's sessions, so that every Resume meets 4006. */
  forgetSessions(appId: string): void {
    this.#bot(appId).sessions.clear();
  }

  closeSockets(appId: string, code: number, reason = ''): void {
    for (const socket of this.#bot(appId).sockets) socket.close(code, reason);
  }

  /** Ends a bot's sockets without a close frame (1006). */
  terminateSockets(appId: string): void {
    for (const socket of this.#bot(appId).sockets) socket.terminate();
  }

  /** Op 7: the half-hourly request to come again. */
  askToReconnect(appId: string): void {
    for (const socket of connected(this.#bot(appId))) {
      socket.send({ op: 7 });
      this.#later(this.#reconnectGraceMs, () => socket.close(4009, 'Session timed out'));
    }
  }

  /** The latest REST calls that named or proved this bot, oldest first. */
  requests(appId: string): readonly SeenRequest[] {
    return this.#bot(appId).requests;
  }

  /** The latest Identify, Resume and heartbeat frames of this bot, oldest first. */
  frames(appId: string): readonly SeenFrame[] {
    return this.#bot(appId).frames;
  }

  #bot(appId: string): Bot {
    const bot = this.#bots.get(appId);
    if (!bot) throw new Error(`The QQ platform knows no bot "${appId}"; add it with addBot.`);
    return bot;
  }

  #arrived(bot: Bot, target: Target, { id, text }: Accepted): void {
    if (target.kind === 'user') this.#write(bot, { id, from: 'bot', user: target.openid, text, at: this.#now() });
  }

  #write(bot: Bot, message: PhoneMessage): void {
    const conversation = bot.conversations.get(message.user) ?? [];
    bot.conversations.set(message.user, [...conversation, message]);
    for (const listener of this.#listeners) listener(bot.account.appId, message);
  }

  #later(ms: number, run: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
}
