/** What a person reads in a message's content. */
import type { PhoneCard } from '../phone.ts';
import { readText } from './card/markdown.ts';
import { cardText, readCard } from './card/view.ts';
import { isNode, parseObject } from './json.ts';

export interface Readable {
  readonly text: string;
  readonly card?: PhoneCard;
}

/** A rich text's lines, of the first language in it. */
const postText = (content: Readonly<Record<string, unknown>>): string => {
  const post = isNode(Object.values(content)[0])
    ? (Object.values(content)[0] as Readonly<Record<string, unknown>>)
    : content;
  const lines = Array.isArray(post['content']) ? (post['content'] as unknown[]) : [];
  const words = lines.map((line) =>
    Array.isArray(line)
      ? line.map((part: unknown) => (isNode(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('')
      : '',
  );
  return [...(typeof post['title'] === 'string' && post['title'] !== '' ? [post['title']] : []), ...words].join('\n');
};

/** A text message's text; a card as the phone shows it, with its text. */
export const readable = (type: string, content: string): Readable => {
  const parsed = parseObject(content);
  if (!parsed) return { text: `[${type}]` };
  if (type === 'text' && typeof parsed['text'] === 'string') return { text: readText(parsed['text']) };
  if (type === 'post') return { text: postText(parsed) };
  if (type !== 'interactive') return { text: `[${type}]` };
  const { view: card } = readCard(parsed);
  return { text: cardText(card), card };
};
