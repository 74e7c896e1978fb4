/**
 * A Feishu platform on the loopback: the real Node SDK's `Client` and `WSClient` work against it with
 * `domain: platform.url`. It plays the outside world for tests and for the demo, faults included.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { processClock, type Clock } from '../../base/clock.ts';
import type { BotAccount, PhoneMessage, PhonePlatform, SayOptions } from '../phone.ts';
import { createApps } from './apps.ts';
import { createChats, phoneView } from './chats.ts';
import { pushClick, type ClickResult } from './clicks.ts';
import { createConnections } from './connections.ts';
import { createDeliveries, REDELIVERY_MS, type Delivery } from './deliveries.ts';
import { createEndpoint, DEFAULT_CLIENT_CONFIG, type ClientConfig } from './endpoint.ts';
import { clickEvent, messageEvent } from './events.ts';
import type { AppFaults } from './faults.ts';
import { createMessages } from './messages.ts';
import { createRest } from './rest.ts';

export interface FeishuPlatformOptions {
  /** What clients are told about pings and reconnecting; the real platform's values by default. */
  readonly clientConfig?: Partial<ClientConfig>;
  /** How long a client may take to ack an event or answer a click. */
  readonly ackTimeoutMs?: number;
  /** Waits before each repeated delivery. */
  readonly redeliveryMs?: readonly number[];
  /** For the times in events, tokens and uuids. */
  readonly clock?: Clock;
}

export class FeishuPlatform implements PhonePlatform {
  readonly channel = 'feishu';
  readonly #clock: Clock;
  readonly #apps;
  readonly #chats = createChats();
  readonly #connections;
  readonly #deliveries;
  readonly #server;
  readonly #sockets = new Set<Socket>();
  #down = false;
  #url = '';

  constructor({ clientConfig, ackTimeoutMs = 3_000, redeliveryMs = REDELIVERY_MS, clock = processClock() }: FeishuPlatformOptions = {}) {
    const now = (): number => clock.now();
    const config = { ...DEFAULT_CLIENT_CONFIG, ...clientConfig };
    this.#clock = clock;
    this.#apps = createApps(now);
    const endpoint = createEndpoint(this.#apps, config, () => new URL(this.#url).host);
    const rest = createRest(this.#apps, createMessages(this.#chats, now));
    this.#connections = createConnections({ endpoint, clientConfig: config, ackTimeoutMs, onReady: (app) => this.#deliveries.flush(app) });
    this.#deliveries = createDeliveries(this.#connections, redeliveryMs);

    const route = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const url = new URL(request.url ?? '/', 'http://sandbox');
      const isEndpoint = request.method === 'POST' && url.pathname === '/callback/ws/endpoint';
      return isEndpoint ? endpoint.answer(request, response) : rest(request, response, url);
    };
    // Whatever goes wrong with one request (mostly: the client went away) ends that request alone.
    this.#server = createServer((request, response) => void route(request, response).catch(() => response.destroy()));
    this.#server.on('upgrade', (request, socket, head) => this.#connections.upgrade(request, socket, head));
    this.#server.on('connection', (socket) => {
      if (this.#down) socket.destroy();
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(0, '127.0.0.1', resolve));
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#deliveries.stop();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const connection of this.#connections.all()) connection.terminate();
    this.#breakSockets();
    await closed;
  }

  addBot(bot: BotAccount): void {
    this.#apps.add(bot);
  }

  /** `peer`: a person's open_id, or a group's chat_id. */
  conversation(appId: string, peer: string): readonly PhoneMessage[] {
    return this.#chats.history(this.#apps.get(appId), peer).map(phoneView);
  }

  say(appId: string, user: string, text: string, options: SayOptions = {}): PhoneMessage {
    return this.#write(appId, user, user, text, options);
  }

  /** A person writes in a group that the bot is in; `@_user_1` in the text mentions the bot. */
  sayInGroup(appId: string, chatId: string, user: string, text: string, options: SayOptions = {}): PhoneMessage {
    return this.#write(appId, chatId, user, text, options);
  }

  /** A person presses a button of a card; resolves with what the bot's client answers. */
  async click(appId: string, user: string, messageId: string, value: object): Promise<ClickResult> {
    const app = this.#apps.get(appId);
    const message = this.#chats.find(messageId);
    if (message?.chat.appId !== appId) throw new Error(`no message ${messageId} in the conversations of ${appId}`);
    return pushClick(this.#connections, app, message, clickEvent(app, message, user, value, this.#clock.now()));
  }

  /** Somebody withdraws a message: replying to it and patching it fail from now on. */
  recall(messageId: string): void {
    const message = this.#chats.find(messageId);
    if (message) message.recalled = true;
  }

  onMessage(listener: (appId: string, message: PhoneMessage) => void): () => void {
    return this.#chats.onMessage((message) => listener(message.chat.appId, phoneView(message)));
  }

  connections(appId: string): number {
    return this.#connections.ready(this.#apps.get(appId)).length;
  }

  /** What became of the message events of a bot, oldest first. */
  deliveries(appId: string): readonly Delivery[] {
    return this.#deliveries.of(this.#apps.get(appId));
  }

  /** The faults of an app; set its fields while the platform runs. */
  faults(appId: string): AppFaults {
    return this.#apps.get(appId).faults;
  }

  /** Ends all long connections of a bot: `bye` as the platform does (close 1000), or broken without a word. */
  drop(appId: string, how: 'bye' | 'broken' = 'bye'): void {
    for (const connection of this.#connections.all(this.#apps.get(appId))) {
      if (how === 'bye') connection.close(1000, 'bye');
      else connection.terminate();
    }
  }

  /** Makes the bot's tokens invalid before their time. */
  revokeTokens(appId: string): void {
    this.#apps.revokeTokens(appId);
  }

  /** The whole platform goes away (every connection is cut at once) or comes back. */
  setDown(down: boolean): void {
    this.#down = down;
    if (down) this.#breakSockets();
  }

  #breakSockets(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #write(appId: string, peer: string, user: string, text: string, { at, id }: SayOptions): PhoneMessage {
    const app = this.#apps.get(appId);
    const written = { chat: this.#chats.open(app, peer), from: 'user', user, type: 'text', content: JSON.stringify({ text }), at: at ?? Date.now() } as const;
    const message = (id !== undefined && this.#chats.find(id)) || this.#chats.add(id === undefined ? written : { ...written, id });
    this.#deliveries.add(app, messageEvent(app, message, at ?? this.#clock.now()));
    return phoneView(message);
  }
}
