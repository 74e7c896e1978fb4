/**
 * A Feishu platform on the loopback: the real Node SDK's `Client` and `WSClient` work against it with
 * `domain: platform.url`. It plays the outside world for tests and for the demo, faults included.
 */
import type { IncomingMessage } from 'node:http';
import { processClock, type Clock } from '../../src/base/clock.ts';
import type { BotAccount, PhoneMessage, PhonePlatform, SayOptions } from '../phone.ts';
import { createApps, type App } from './apps.ts';
import { createBuzzes } from './buzzes.ts';
import { createChanges } from './changes.ts';
import { createChats, phoneView, type StoredMessage } from './chats.ts';
import { createClickTokens } from './click-tokens.ts';
import { DEFAULT_CLIENT_CONFIG, type ClientConfig } from './client-config.ts';
import { buttonIn, createClicks, toastOf } from './clicks.ts';
import type { DropWay } from './connection.ts';
import { createConnections } from './connections.ts';
import type { Context } from './content.ts';
import { createDeliveries, REDELIVERY_MS, type Delivery } from './deliveries.ts';
import { createEndpoint } from './endpoint.ts';
import { messageEvent, rawEvent } from './events.ts';
import type { AppFaults } from './faults.ts';
import { createFiles } from './files.ts';
import { createHooks, type Hook } from './hooks.ts';
import { orRefusal, readBody, type Reply } from './http.ts';
import { createImages } from './images.ts';
import { createLimits } from './limits.ts';
import { createMessages } from './messages.ts';
import type { ClickResult, Records } from './records.ts';
import { createRest } from './rest.ts';
import { CARD_LIFE_MS, defaultRules, type Rules } from './rules.ts';
import { createLoopbackServer } from './server.ts';

export interface FeishuPlatformOptions {
  /** What clients are told about pings and reconnecting; the real platform's values by default. */
  readonly clientConfig?: Partial<ClientConfig>;
  /** How long a client may take to ack an event or answer a click. */
  readonly ackTimeoutMs?: number;
  /** Waits before each repeated delivery. */
  readonly redeliveryMs?: readonly number[];
  /** Rules that differ from the real platform's. */
  readonly rules?: Partial<Rules>;
  /** For every limit, deadline and time on the platform. */
  readonly clock?: Clock;
}

/** A long connection right now. */
export interface LiveSocket {
  /** When it was opened, by the platform's clock. */
  readonly since: number;
  readonly pings: number;
  /** Whether it has pinged, so that events go to it. */
  readonly ready: boolean;
}

export class FeishuPlatform implements PhonePlatform {
  readonly channel = 'feishu';
  /** What is enforced; set its fields while the platform runs. */
  readonly rules: Rules;
  readonly #clock: Clock;
  readonly #apps;
  readonly #chats;
  readonly #buzzes;
  readonly #hooks;
  readonly #connections;
  readonly #deliveries;
  readonly #clicks;
  readonly #server;

  constructor({
    clientConfig,
    ackTimeoutMs = 3_000,
    redeliveryMs = REDELIVERY_MS,
    rules,
    clock = processClock(),
  }: FeishuPlatformOptions = {}) {
    const now = (): number => clock.now();
    const config = { ...DEFAULT_CLIENT_CONFIG, ...clientConfig };
    this.rules = { ...defaultRules(), ...rules };
    this.#clock = clock;
    this.#apps = createApps(now);
    this.#chats = createChats(now);
    const context: Context = {
      chats: this.#chats,
      images: createImages(),
      files: createFiles(),
      limits: createLimits(now),
      rules: this.rules,
      now,
    };
    const clickTokens = createClickTokens(context);
    this.#buzzes = createBuzzes(context);
    this.#hooks = createHooks(context);
    const endpoint = createEndpoint({
      apps: this.#apps,
      clientConfig: config,
      host: () => new URL(this.url).host,
      now,
    });
    const rest = createRest({
      apps: this.#apps,
      context,
      messages: createMessages(context),
      changes: createChanges(context),
      buzzes: this.#buzzes,
      clickTokens,
    });
    this.#connections = createConnections({
      endpoint,
      rules: this.rules,
      clock,
      clientConfig: config,
      ackTimeoutMs,
      onReady: (app) => this.#deliveries.flush(app),
    });
    this.#deliveries = createDeliveries(this.#connections, redeliveryMs, clock);
    this.#clicks = createClicks(context, this.#connections, clickTokens);

    const answer = async (request: IncomingMessage, url: URL): Promise<Reply> => {
      const post = request.method === 'POST';
      if (post && url.pathname === '/callback/ws/endpoint')
        return orRefusal(async () => endpoint.answer(await readBody(request)));
      const [, hook] = /^\/open-apis\/bot\/v2\/hook\/([^/]+)$/.exec(url.pathname) ?? [];
      return post && hook ? this.#hooks.answer(hook, () => readBody(request)) : rest(request, url);
    };
    this.#server = createLoopbackServer({
      answer,
      upgrade: (request, socket, head) => this.#connections.upgrade(request, socket, head),
    });
  }

  get url(): string {
    return this.#server.url;
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  async stop(): Promise<void> {
    this.#deliveries.stop();
    for (const connection of this.#connections.all()) connection.drop('broken');
    await this.#server.stop();
  }

  addBot(bot: BotAccount): void {
    this.#apps.add(bot);
  }

  /** `peer`: a person's open_id, or a group's chat_id. */
  conversation(appId: string, peer: string): readonly PhoneMessage[] {
    return this.#chats.history(this.#apps.get(appId).account.appId, peer).map(phoneView);
  }

  say(appId: string, user: string, text: string, options: SayOptions = {}): PhoneMessage {
    return this.#write(appId, user, user, text, options);
  }

  /** Somebody adds a bot to a group: from now on it may write there. */
  addToGroup(appId: string, chatId: string): void {
    this.#chats.open(this.#apps.get(appId).account.appId, chatId);
  }

  /** A person writes in a group that the bot is in; `@_user_1` in the text mentions the bot. */
  sayInGroup(appId: string, chatId: string, user: string, text: string, options: SayOptions = {}): PhoneMessage {
    return this.#write(appId, chatId, user, text, options);
  }

  async press(
    appId: string,
    user: string,
    messageId: string,
    buttonId: string,
  ): Promise<{ readonly answered: boolean; readonly toast: string | null }> {
    const [app, message] = this.#find(appId, messageId);
    const { value } = buttonIn(message, buttonId);
    // A link, or a card that is too old: nothing is sent.
    if (value === undefined) return { answered: true, toast: null };
    if (this.rules.age && this.#clock.now() - message.sentAt > CARD_LIFE_MS) return { answered: false, toast: null };
    const result = await this.#clicks.click(app, user, message, value);
    return { answered: result.outcome === 'answered', toast: toastOf(result) };
  }

  /** A click that gives back this value, whatever the card holds; resolves with what the bot's client answers. */
  async click(appId: string, user: string, messageId: string, value: object): Promise<ClickResult> {
    const [app, message] = this.#find(appId, messageId);
    return this.#clicks.click(app, user, message, value);
  }

  /** Any event, as it is, once, on one of the bot's connections. @param header replaces parts of its envelope. */
  inject(appId: string, type: string, event: unknown, header: object = {}): void {
    const app = this.#apps.get(appId);
    void this.#connections.pick(app)?.push(rawEvent(app, type, event, header));
  }

  /** A frame of any kind, on every long connection of a bot. */
  injectFrame(appId: string, frame: Uint8Array | string): void {
    for (const connection of this.#connections.all(this.#apps.get(appId))) connection.say(frame);
  }

  /** Somebody withdraws a message: replying to it and patching it fail from now on. */
  recall(messageId: string): void {
    const message = this.#chats.find(messageId);
    if (message) this.#chats.recall(message);
  }

  /** A person opens the chat: buzzes are read. */
  read(user: string): void {
    this.#buzzes.read(user);
  }

  unreadBuzzes(user: string): number {
    return this.#buzzes.unread(user);
  }

  /** Adds a webhook; @returns its address. */
  addHook(hook: Hook): string {
    this.#hooks.add(hook);
    return `${this.url}/open-apis/bot/v2/hook/${hook.token}`;
  }

  /** What came through a webhook. */
  hooked(token: string): readonly PhoneMessage[] {
    return this.#hooks.chat(token).messages.map(phoneView);
  }

  /** Of a webhook's messages the app id is its token. */
  onMessage(listener: (appId: string, message: PhoneMessage) => void): () => void {
    return this.#chats.onMessage((message) => listener(message.chat.appId, phoneView(message)));
  }

  connections(appId: string): number {
    return this.#connections.ready(this.#apps.get(appId)).length;
  }

  /** Every long connection of a bot, also those that have not pinged yet. */
  sockets(appId: string): readonly LiveSocket[] {
    return this.#connections.all(this.#apps.get(appId)).map(({ since, pings, ready }) => ({ since, pings, ready }));
  }

  /** What became of the message events of a bot, oldest first. */
  deliveries(appId: string): readonly Delivery[] {
    return this.#deliveries.of(this.#apps.get(appId));
  }

  /** The calls, acks and clicks of a bot so far, oldest first. */
  records(appId: string): Records {
    return this.#apps.get(appId).records;
  }

  /** All that a bot has sent, to whomever, with the content as it came. */
  sent(appId: string): readonly StoredMessage[] {
    return this.#chats.sentBy(this.#apps.get(appId).account.appId);
  }

  /** The faults of an app; set its fields while the platform runs. */
  faults(appId: string): AppFaults {
    return this.#apps.get(appId).faults;
  }

  /** Ends all long connections of a bot. */
  drop(appId: string, way: DropWay = 'bye'): void {
    for (const connection of this.#connections.all(this.#apps.get(appId))) connection.drop(way);
  }

  /** The long connections that a bot has now stay open and hear and say nothing any more; or go on. */
  freeze(appId: string, frozen = true): void {
    for (const connection of this.#connections.all(this.#apps.get(appId))) connection.freeze(frozen);
  }

  /** Makes the bot's tokens invalid before their time. */
  revokeTokens(appId: string): void {
    this.#apps.revokeTokens(appId);
  }

  /** The whole platform goes away (every connection is cut at once) or comes back. */
  setDown(down: boolean): void {
    this.#server.setDown(down);
  }

  /** @throws Error when the message is in none of the bot's conversations. */
  #find(appId: string, messageId: string): readonly [App, StoredMessage] {
    const app = this.#apps.get(appId);
    const message = this.#chats.find(messageId);
    if (message?.chat.appId !== appId) throw new Error(`no message ${messageId} in the conversations of ${appId}`);
    return [app, message];
  }

  #write(appId: string, peer: string, user: string, text: string, { at, id, quotes }: SayOptions): PhoneMessage {
    const app = this.#apps.get(appId);
    const quoted = quotes === undefined ? {} : { parentId: this.#find(appId, quotes)[1].id };
    const written = {
      chat: this.#chats.open(appId, peer),
      from: 'user',
      user,
      type: 'text',
      content: JSON.stringify({ text }),
      ...quoted,
      ...(at === undefined ? {} : { at }),
    } as const;
    const message =
      (id !== undefined && this.#chats.find(id)) || this.#chats.add(id === undefined ? written : { ...written, id });
    this.#deliveries.add(app, messageEvent(app, message, at ?? this.#clock.now()));
    return phoneView(message);
  }
}
