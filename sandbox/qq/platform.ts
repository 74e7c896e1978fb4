/**
 * The loopback QQ platform: what api.bot.qq.com and the QQ client are to a bot, on this machine alone (docs/facts/qq.md
 * 8).
 */
import type { BotAccount, PhoneMessage, PhonePlatform, SayOptions } from '../phone.ts';
import { assemble } from './assembly.ts';
import { connected, dispatch } from './bot.ts';
import { QqControls } from './controls.ts';
import { conversationOf, type Listener } from './conversations.ts';
import { groupMessage, MESSAGE_BUTTON, newMessageId, QUICK_MENU } from './events.ts';
import type { QqPlatformOptions } from './options.ts';
import type { Pressed } from './press.ts';
import { createScripts, type Scripts } from './scripts/player.ts';
import { eventOf } from './session.ts';
import type { Switches } from './switches.ts';
import { openTicket } from './tickets.ts';

export type { QqPlatformOptions } from './options.ts';

export class QqPlatform extends QqControls implements PhonePlatform {
  readonly channel = 'qq';
  /** The fault stories by name. */
  readonly scripts: Scripts;

  constructor(options: QqPlatformOptions = {}) {
    super(assemble(options));
    this.scripts = createScripts(this, this.parts.timers);
  }

  get url(): string {
    return `http://127.0.0.1:${this.parts.port}`;
  }

  get tokenUrl(): string {
    return `${this.url}/app/getAppAccessToken`;
  }

  /** What people can do beside writing: friendship, the push switch, groups. */
  get switches(): Switches {
    return this.parts.switches;
  }

  /** A platform that was stopped starts again on the same port, with all that it knew. */
  async start(): Promise<void> {
    this.parts.port = await this.parts.server.listen(this.parts.port);
  }

  async stop(): Promise<void> {
    this.parts.timers.cancelAll();
    for (const bot of this.parts.bots.values()) for (const socket of bot.sockets) socket.terminate();
    await this.parts.server.close();
  }

  addBot(account: BotAccount): void {
    this.parts.addBot(account);
  }

  conversation(appId: string, user: string): readonly PhoneMessage[] {
    return conversationOf(this.parts.bot(appId), user);
  }

  onMessage(listener: Listener): () => void {
    return this.parts.conversations.onMessage(listener);
  }

  connections(appId: string): number {
    return connected(this.parts.bot(appId)).length;
  }

  say(appId: string, user: string, text: string, options?: SayOptions): PhoneMessage {
    return this.parts.say(this.parts.bot(appId), user, text, options);
  }

  press(appId: string, user: string, messageId: string, buttonId: string): Promise<Pressed> {
    return this.parts.finger.press(this.parts.bot(appId), user, messageId, buttonId);
  }

  /** A member of a group mentions the bot. @returns the message's id */
  sayInGroup(
    appId: string,
    group: string,
    member: string,
    text: string,
    { at = this.parts.timers.now(), id = newMessageId(), quotes }: SayOptions = {},
  ): string {
    const bot = this.parts.bot(appId);
    const quoted =
      quotes === undefined ? null : { id: quotes, text: bot.sent.find((sent) => sent.id === quotes)?.text ?? '' };
    openTicket(bot, id, { kind: 'message', target: { kind: 'group', openid: group }, at, t: null });
    dispatch(
      bot,
      eventOf('GROUP_AT_MESSAGE_CREATE', groupMessage(group, member, id, text, at, bot.rules.events, quoted)),
    );
    return id;
  }

  /**
   * A tap on a button that need not be on any message. @returns the code of the bot's answer; null when none came in
   * time
   */
  click(appId: string, user: string, buttonData: string, messageId?: string): Promise<number | null> {
    const resolved = {
      button_id: buttonData,
      button_data: buttonData,
      ...(messageId ? { message_id: messageId } : {}),
    };
    return this.parts.finger.interact(this.parts.bot(appId), user, MESSAGE_BUTTON, resolved);
  }

  /** A tap in the bot's quick menu. */
  tapMenu(appId: string, user: string, feature: string): Promise<number | null> {
    return this.parts.finger.interact(this.parts.bot(appId), user, QUICK_MENU, { feature_id: feature });
  }
}
