/** The bots and people of a sandbox, with ids in the form that the real platforms give. */
import { randomBytes, randomInt } from 'node:crypto';
import type { BotAccount } from './phone.ts';

/** One of something on each platform. */
export interface OnBoth<T> {
  readonly feishu: T;
  readonly qq: T;
}

export interface Cast {
  /** The bots of the gateway under watch. */
  readonly gateway: OnBoth<BotAccount>;
  /** Lifeline's own bots. */
  readonly lifeline: OnBoth<BotAccount>;
  /** A person's id on each platform. */
  readonly operator: OnBoth<string>;
  /** Somebody whom Lifeline does not know. */
  readonly stranger: OnBoth<string>;
  /** A group chat on Feishu with both of them. */
  readonly group: string;
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

const bots = (name: string): OnBoth<BotAccount> => ({
  feishu: { appId: `cli_${hex(8)}`, secret: hex(16), name },
  qq: { appId: `10${randomInt(1_000_000, 9_999_999)}`, secret: hex(16), name },
});

const person = (): OnBoth<string> => ({ feishu: `ou_${hex(16)}`, qq: hex(16).toUpperCase() });

export const createCast = (): Cast => ({
  gateway: bots('Hermes'),
  lifeline: bots('Lifeline'),
  operator: person(),
  stranger: person(),
  group: `oc_${hex(16)}`,
});
