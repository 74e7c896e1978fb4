/** The tag with which adapters begin their messages: `[QQBot:102938475] `. */
const TAG = /^\[(?<name>[A-Za-z_]{2,20})(?::[^\]\n]{0,100})?\] /;

export interface Tag {
  /** In small letters. */
  readonly name: string;
  /** The whole of it, with the blank behind it. */
  readonly text: string;
}

/** @returns null for a message without one. */
export const tagOf = (message: string): Tag | null => {
  const match = TAG.exec(message);
  return match && { name: (match.groups?.['name'] ?? '').toLowerCase(), text: match[0] };
};
