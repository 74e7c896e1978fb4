/** The contract of a channel, which is Lifeline's own way to the operator. One folder a platform. */
import type { Inbound } from '../chat/inbound/inbound-message.ts';
import type { UrgentWay } from '../config/config.ts';
import type { Message } from '../chat/message/message.ts';
import type { ChannelFix } from '../text/channels/fixes.ts';

export type { ChannelFix as Fix };

export interface Channel {
  readonly name: string;
  /** Begins to connect and keeps connecting for ever; resolves without waiting for the link. */
  start(receive: (inbound: Inbound) => void): Promise<void>;
  /** Closes the link and every timer. */
  stop(): Promise<void>;
  /**
   * Sends one message. Never throws: every failure is an outcome. Works without the long connection where the platform
   * allows.
   */
  send(to: Recipient, message: Message, delivery: SendOptions): Promise<SendResult>;
  /**
   * Changes a message that was sent, where the platform can; absent where it cannot. Nobody's phone rings for it.
   * Never throws. `refused`: the message cannot be changed (any more), so send a new one.
   */
  edit?(messageId: string, message: Message): Promise<SendResult>;
  /**
   * Makes the phone of a person ring for a message that was sent, where the platform can. Never throws. `refused`: it
   * does not, and another try is useless.
   */
  urge?(way: UrgentWay, messageId: string, user: string): Promise<SendResult>;
  status(): ChannelStatus;
  /**
   * Whoever is behind it makes one message of several, and knows each by its key: they go there one by one, and none
   * waits until another has arrived.
   */
  readonly takesEach?: boolean;
  /**
   * How long its status may stay the very same while the channel works or tries to; what is longer is stuck. Absent:
   * it keeps no connection.
   */
  readonly stuckAfterMs?: number;
}

/**
 * So long a message waits for an access token. The platform that does not give one within this time may never do so,
 * and another channel may take the message meanwhile.
 */
export const TOKEN_WITHIN_MS = 2_500;

export interface Recipient {
  /** The platform's id of the person: Feishu open_id, QQ openid. */
  readonly user: string;
  /** The group, when the answer belongs there; absent for one-to-one. */
  readonly group?: string;
  /** The inbound message that this answers; platforms let replies through where pushes are limited. */
  readonly replyTo?: string;
}

export interface SendOptions {
  /** The same for every try of one message to one recipient, ≤ 50 characters: lets the platform drop a repeat. */
  readonly key: string;
  /** An alert that nobody asked for: it may use the ways that platforms limit (a buzz, a push) where they exist. */
  readonly alert?: boolean;
  /** Another message about the same request follows: progress, or a word before the answer. */
  readonly more?: boolean;
  /** What the message tells of; absent: several things, or an answer. For a channel that passes it on, such as a hub. */
  readonly about?: MessageSubject;
}

/** By the numbers of this Lifeline's own store. */
export interface MessageSubject {
  readonly topic: string;
  readonly subject: number;
  readonly kind: string;
  readonly gateway: string | null;
}

export type SendResult =
  | {
      readonly outcome: 'ok';
      readonly messageId: string;
      /**
       * What a reply names when it quotes the message: one for each part in which it went out. Absent where the
       * platform does not say.
       */
      readonly quoteIds?: readonly string[];
    }
  /** Try again, not before `afterMs`. `unsure`: it may have arrived, so that it must go again as it went. */
  | { readonly outcome: 'retry'; readonly reason: string; readonly afterMs: number; readonly unsure?: boolean }
  /** Trying again unchanged is useless. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly fix?: ChannelFix };

export interface ChannelStatus {
  readonly link: 'connecting' | 'connected' | 'waiting' | 'stopped';
  /** When the link came into that state, milliseconds since the epoch. */
  readonly since: number;
  /** The last frame that came from the platform, heartbeats included; null: none yet. */
  readonly lastInboundAt: number | null;
  /** Why it is not connected, for people. */
  readonly problem: string | null;
  /** Calls to the platform this calendar month, where the platform limits them. */
  readonly callsThisMonth?: number;
}
