/** How a markdown message looks on the phone. */
import type { PhoneBlock, PhoneCard } from '../phone.ts';
import type { Keyboard } from './keyboard.ts';
import { readMarkdown, type Markup } from './markdown.ts';

/** As much as a lock screen shows. */
const SUMMARY_LENGTH = 100;

export interface Drawn {
  readonly card: PhoneCard;
  /** Everything that can be read, line by line, without the buttons. */
  readonly text: string;
  readonly markup: Markup;
}

const short = (text: string): string => {
  const letters = [...text];
  return letters.length > SUMMARY_LENGTH ? `${letters.slice(0, SUMMARY_LENGTH - 1).join('')}…` : text;
};

const buttonsOf = (rows: Keyboard): readonly PhoneBlock[] =>
  rows.map((row) => ({ kind: 'buttons', buttons: row.map(({ id, label, style }) => ({ id, label, style })) }));

/** QQ gives markdown no colour: it is always grey. */
export const drawCard = (content: string, keyboard: Keyboard): Drawn => {
  const { title, blocks, markup } = readMarkdown(content);
  const text = [title, ...blocks.map((block) => block.text)].join('\n').trim();
  return {
    card: {
      title,
      summary: short(text.split(/\s*\n\s*/).join(' ')),
      colour: 'grey',
      blocks: [...blocks, ...buttonsOf(keyboard)],
    },
    text,
    markup,
  };
};

/** The same card after a tap: the button shows that it was tapped. */
export const visited = (card: PhoneCard, buttonId: string, label: string): PhoneCard => ({
  ...card,
  blocks: card.blocks.map((block) =>
    block.kind === 'buttons'
      ? {
          kind: 'buttons',
          buttons: block.buttons.map((button) => (button.id === buttonId ? { ...button, label } : button)),
        }
      : block,
  ),
});
