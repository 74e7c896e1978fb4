/** A button of a card: how it looks, and what a tap on it gives back. */
import type { PhoneButton } from '../../phone.ts';
import { isNode, type Node } from '../json.ts';
import { readMarkdown } from './markdown.ts';

export interface CardButton extends PhoneButton {
  /** What the app gets with the click; undefined: the button opens a link and the app hears nothing. */
  readonly value: unknown;
}

/** What a text part says, without marks. */
export const textOf = (node: unknown): string => {
  if (!isNode(node) || typeof node['content'] !== 'string') return '';
  return node['tag'] === 'plain_text' ? node['content'] : readMarkdown(node['content']);
};

const callbackOf = (node: Node): unknown => {
  const behaviors: unknown = node['behaviors'];
  // Schema 1.0 has the value on the button itself.
  if (!Array.isArray(behaviors)) return node['value'];
  return behaviors.filter(isNode).find(({ type }) => type === 'callback')?.['value'];
};

const styleOf = (type: unknown): PhoneButton['style'] => {
  const name = typeof type === 'string' ? type : '';
  if (name.startsWith('primary')) return 'primary';
  return name.startsWith('danger') ? 'danger' : 'plain';
};

/** `number`: its place among the card's buttons, which names it when it has no name of its own. */
export const buttonOf = (node: Node, number: number): CardButton => {
  const own = node['element_id'] ?? node['name'];
  const confirm = isNode(node['confirm'])
    ? [textOf(node['confirm']['title']), textOf(node['confirm']['text'])].filter((text) => text !== '').join('\n')
    : '';
  return {
    id: typeof own === 'string' ? own : `button_${number}`,
    label: textOf(node['text']),
    style: styleOf(node['type']),
    ...(confirm === '' ? {} : { confirm }),
    value: callbackOf(node),
  };
};
