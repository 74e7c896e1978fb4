/** The tag with which adapters begin their messages: `[QQBot:102938475] `. */
import { memoized } from '../memoized.ts';

const TAG = /^\[(?<name>[A-Za-z_]{2,20})(?::[^\]\n]{0,100})?\] /;
const LONGEST = '[]: '.length + 20 + 100;

export interface Tag {
  /** In small letters. */
  readonly name: string;
  /** The whole of it, with the blank behind it. */
  readonly text: string;
}

const read = memoized((text): Tag | null => {
  const match = TAG.exec(text);
  return match && { name: (match.groups?.['name'] ?? '').toLowerCase(), text: match[0] };
});

/** @returns null for a message without one. */
export const tagOf = (message: string): Tag | null => {
  if (!message.startsWith('[')) return null;
  const end = message.indexOf(']') + 2;
  return end <= LONGEST ? read(message.slice(0, end)) : null;
};
