/** What the two loopback platforms have in common: bots, people's phones and what is written on them. */

export interface PhoneMessage {
  readonly id: string;
  readonly from: 'bot' | 'user';
  /** The person's id on this platform. */
  readonly user: string;
  readonly text: string;
  /** Milliseconds since the epoch, the machine's clock. */
  readonly at: number;
}

export interface BotAccount {
  readonly appId: string;
  readonly secret: string;
  readonly name: string;
}

export interface PhonePlatform {
  readonly channel: 'feishu' | 'qq';
  /** `http://127.0.0.1:PORT`, known after `start`. */
  readonly url: string;
  start(): Promise<void>;
  /** Ends every socket and the server. */
  stop(): Promise<void>;
  addBot(bot: BotAccount): void;
  /** Everything between a bot and a person, oldest first. */
  conversation(appId: string, user: string): readonly PhoneMessage[];
  /** A person writes to a bot one-to-one; delivered when a client of that bot is connected. */
  say(appId: string, user: string, text: string, options?: SayOptions): PhoneMessage;
  /** Hears every new message in any conversation; the returned function ends that. */
  onMessage(listener: (appId: string, message: PhoneMessage) => void): () => void;
  /** Logged-in long connections of a bot right now. */
  connections(appId: string): number;
}

export interface SayOptions {
  /** The platform's own time of the message; now by default. */
  readonly at?: number;
  /** Use this message id again, as a platform does when it delivers twice. */
  readonly id?: string;
}
