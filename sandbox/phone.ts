/** What the two loopback platforms have in common: bots, people's phones and what is written on them. */

export interface PhoneMessage {
  readonly id: string;
  readonly from: 'bot' | 'user';
  /** The person's id on this platform. */
  readonly user: string;
  /** The group in which it stands; absent one-to-one. */
  readonly group?: string;
  /** All of it as plain text; of a card, what can be read on it, line by line, without its buttons. */
  readonly text: string;
  /** How it looks when it is more than text. */
  readonly card?: PhoneCard;
  /** The file that it is, as text; `text` names it. */
  readonly file?: { readonly name: string; readonly text: string };
  /** The picture that it is: a PNG in base64. */
  readonly picture?: string;
  /** The message above that it answers, as the phone shows it. */
  readonly quotes?: string;
  /** Milliseconds since the epoch, the machine's clock. */
  readonly at: number;
  /** When it was last changed; absent when never. */
  readonly editedAt?: number;
  /** How often it buzzed the phone. */
  readonly buzzes?: number;
}

/** A card or markdown message, whatever the platform calls its parts. */
export interface PhoneCard {
  readonly title: string;
  /** What the lock screen shows. */
  readonly summary: string;
  readonly colour: 'red' | 'orange' | 'green' | 'blue' | 'grey';
  readonly blocks: readonly PhoneBlock[];
}

export type PhoneBlock =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'fields'; readonly fields: readonly { readonly name: string; readonly value: string }[] }
  /** Bars side by side; each with its colour and its height of 100. `legend` names the colours. */
  | { readonly kind: 'chart'; readonly bars: readonly ChartBar[]; readonly legend: readonly ChartLabel[] }
  | { readonly kind: 'buttons'; readonly buttons: readonly PhoneButton[] };

export interface ChartLabel {
  readonly name: string;
  readonly colour: string;
}

export interface ChartBar extends ChartLabel {
  readonly x: string;
  readonly height: number;
}

export interface PhoneButton {
  /** Names it within its message. */
  readonly id: string;
  readonly label: string;
  readonly style: 'primary' | 'danger' | 'plain';
  /** The platform's own "are you sure" before the tap counts. */
  readonly confirm?: string;
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
  /**
   * A person taps a button of a message that the bot sent, and says yes to a question. Resolves with what the phone
   * shows: `answered` within the platform's limit, or not.
   */
  press(
    appId: string,
    user: string,
    messageId: string,
    buttonId: string,
  ): Promise<{ readonly answered: boolean; readonly toast: string | null }>;
  /**
   * Hears every new message in any conversation, and a changed one again under its id; the returned function ends that.
   */
  onMessage(listener: (appId: string, message: PhoneMessage) => void): () => void;
  /** Logged-in long connections of a bot right now. */
  connections(appId: string): number;
}

export interface SayOptions {
  /** The platform's own time of the message; now by default. */
  readonly at?: number;
  /** Use this message id again, as a platform does when it delivers twice. */
  readonly id?: string;
  /** The id of the message that is quoted. */
  readonly quotes?: string;
}
