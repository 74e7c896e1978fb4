/** The other side of the loopback QQ platform: making things go wrong, and looking at what a client did. */
import type { Parts } from './assembly.ts';
import { connected, settingsOf, type BotSocket, type SeenFrame, type SeenRequest, type UserSettings } from './bot.ts';
import type { SentMessage } from './exchange.ts';
import { NO_FAULTS, type BotFaults, type HttpFault, type SendFault } from './faults.ts';
import { raise } from './raise.ts';
import type { QqRules } from './rules.ts';
import type { PlatformEvent } from './session.ts';

/** An open socket, as seen from outside. */
export type SeenSocket = Pick<BotSocket, 'id' | 'openedAt' | 'heartbeats'> & { readonly sessionId: string | null };

export class QqControls {
  protected readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** What a person sets in the QQ client, with no event for the bot; by default friend, and pushes allowed. */
  setUser(appId: string, user: string, settings: Partial<UserSettings>): void {
    const { users } = this.parts.bot(appId);
    users.set(user, { ...settingsOf(users, user), ...settings });
  }

  setRules(appId: string, rules: Partial<QqRules>): void {
    const bot = this.parts.bot(appId);
    bot.rules = { ...bot.rules, ...rules };
  }

  grantIntents(appId: string, mask: number): void {
    this.parts.bot(appId).grantedIntents = mask;
  }

  setFaults(appId: string, faults: Partial<BotFaults>): void {
    const bot = this.parts.bot(appId);
    bot.faults = { ...bot.faults, ...faults };
  }

  clearFaults(appId: string): void {
    const bot = this.parts.bot(appId);
    bot.faults = NO_FAULTS;
    bot.sendFaults.length = 0;
    bot.uploadFaults.length = 0;
  }

  /** The next `count` sends of this bot meet this fault. */
  failSends(appId: string, count: number, fault: SendFault): void {
    this.parts.bot(appId).sendFaults.push(...Array.from({ length: count }, () => fault));
  }

  /** The next upload of this bot meets this fault. */
  failUpload(appId: string, fault: HttpFault): void {
    this.parts.bot(appId).uploadFaults.push(fault);
  }

  /** Nobody reaches the platform: every connection is cut, and new ones at once. */
  setOutage(on: boolean): void {
    this.parts.server.setOutage(on);
  }

  /** Nobody is there: whoever dials is refused, until it is `false` again on the same port. */
  async setUnreachable(on: boolean): Promise<void> {
    if (on) await this.parts.server.close();
    else this.parts.port = await this.parts.server.listen(this.parts.port);
  }

  revokeTokens(appId: string): void {
    this.parts.bot(appId).tokens.revoke();
  }

  /** Forgets a bot's sessions, so that every Resume meets 4006. */
  forgetSessions(appId: string): void {
    this.parts.bot(appId).sessions.clear();
  }

  /** A bot's sessions go on, acknowledge heartbeats and take a Resume, but bring no event any more. */
  deafenSessions(appId: string): void {
    for (const session of this.parts.bot(appId).sessions.values()) session.deafen();
  }

  closeSockets(appId: string, code: number, reason = ''): void {
    for (const socket of this.parts.bot(appId).sockets) socket.close(code, reason);
  }

  /** Ends a bot's sockets without a close frame (1006). */
  terminateSockets(appId: string): void {
    for (const socket of this.parts.bot(appId).sockets) socket.terminate();
  }

  /** Op 7: the half-hourly request to come again. */
  askToReconnect(appId: string): void {
    for (const socket of connected(this.parts.bot(appId))) {
      socket.send({ op: 7 });
      this.parts.timers.later(this.parts.settings.reconnectGraceMs, () => socket.close(4009, 'Session timed out'));
    }
  }

  /** Any other event of a person, as it is. */
  inject(appId: string, type: string, d: unknown, user = ''): void {
    raise(this.parts.bot(appId), type, d, { kind: 'user', openid: user }, this.parts.timers.now());
  }

  /** A frame of any kind, on every logged-in socket. */
  injectFrame(appId: string, frame: object): void {
    for (const socket of connected(this.parts.bot(appId))) socket.send(frame);
  }

  /** Open sockets, logged in or not: a client must never hold two. */
  sockets(appId: string): number {
    return this.parts.bot(appId).sockets.size;
  }

  openSockets(appId: string): readonly SeenSocket[] {
    return [...this.parts.bot(appId).sockets].map(({ id, openedAt, heartbeats, session }) => ({
      id,
      openedAt,
      heartbeats,
      sessionId: session()?.id ?? null,
    }));
  }

  /** Heartbeats an interval since a time, on all sockets of a bot together: about 1 for a healthy client. */
  heartbeatRate(appId: string, since: number): number {
    const beats = this.frames(appId).filter(({ op, at }) => op === 1 && at >= since).length;
    return (beats * this.parts.settings.heartbeatIntervalMs) / Math.max(1, this.parts.timers.now() - since);
  }

  /** The latest REST calls that named or proved this bot, oldest first. */
  requests(appId: string): readonly SeenRequest[] {
    return this.parts.bot(appId).requests;
  }

  /** The latest Identify, Resume and heartbeat frames of this bot, oldest first. */
  frames(appId: string): readonly SeenFrame[] {
    return this.parts.bot(appId).frames;
  }

  /** Events that wait for somebody to log in. */
  pendingEvents(appId: string): readonly PlatformEvent[] {
    return this.parts.bot(appId).pending;
  }

  /** The latest messages that the platform took from this bot, oldest first, each with its way and its `msg_seq`. */
  sent(appId: string): readonly SentMessage[] {
    return this.parts.bot(appId).sent;
  }
}
