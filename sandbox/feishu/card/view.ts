/** A card as it looks on the phone, and as plain text. */
import type { PhoneBlock, PhoneButton, PhoneCard } from '../../phone.ts';
import { isNode, type Node } from '../json.ts';
import { buttonOf, textOf, type CardButton } from './buttons.ts';
import { chartBlock } from './chart.ts';
import { markdownParts } from './markdown.ts';

const COLOURS: Readonly<Record<string, PhoneCard['colour']>> = {
  red: 'red',
  carmine: 'red',
  orange: 'orange',
  yellow: 'orange',
  green: 'green',
  turquoise: 'green',
  blue: 'blue',
  wathet: 'blue',
  indigo: 'blue',
  violet: 'blue',
  purple: 'blue',
};

const listOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

const SMALL: readonly unknown[] = ['notation', 'small', 'x-small'];
const GREY_ALL_THROUGH = /^\s*<font\s+color=["']?grey["']?\s*>(?:(?!<\/?font)[\s\S])*<\/font>\s*$/i;

const markdownBlocks = (content: string, small: boolean): PhoneBlock[] => {
  const plain = small || GREY_ALL_THROUGH.test(content) ? 'note' : 'text';
  return markdownParts(content).map(({ kind, text }) => ({ kind: kind === 'code' ? 'code' : plain, text }));
};

const textBlocks = (node: unknown): PhoneBlock[] => {
  if (!isNode(node)) return [];
  const small = SMALL.includes(node['text_size']) || node['text_color'] === 'grey';
  if (node['tag'] !== 'plain_text')
    return typeof node['content'] === 'string' ? markdownBlocks(node['content'], small) : [];
  const text = textOf(node);
  return text === '' ? [] : [{ kind: small ? 'note' : 'text', text }];
};

/** A column that holds only text is a figure: its first line names it. */
const fieldOf = (blocks: readonly PhoneBlock[]): { readonly name: string; readonly value: string } | null => {
  const lines = blocks.flatMap((block) =>
    block.kind === 'text' || block.kind === 'note' ? block.text.split('\n') : [null],
  );
  if (lines.length === 0 || lines.includes(null)) return null;
  const [name = '', ...rest] = lines as string[];
  return rest.length === 0 ? { name: '', value: name } : { name, value: rest.join('\n').trim() };
};

/** Adds the buttons that can be tapped to `buttons`. */
const blocksOf = (node: Node, buttons: CardButton[]): PhoneBlock[] => {
  const inner = (value: unknown): PhoneBlock[] => listOf(value).flatMap((child) => blocksOf(child, buttons));
  switch (node['tag']) {
    case 'markdown':
      return textBlocks(node);
    case 'div': {
      const fields = listOf(node['fields']).flatMap((field) => textBlocks(field['text']));
      return [...textBlocks(node['text']), ...fields];
    }
    case 'button': {
      if (node['disabled'] === true) return [];
      const button = buttonOf(node, buttons.length + 1);
      buttons.push(button);
      const { value: _value, ...shown } = button;
      return [{ kind: 'buttons', buttons: [shown] }];
    }
    case 'column_set': {
      const columns = listOf(node['columns'])
        .map(({ elements }) => inner(elements))
        .filter((blocks) => blocks.length > 0);
      const fields = columns.map(fieldOf);
      return fields.length > 1 && fields.every((field) => field !== null)
        ? [{ kind: 'fields', fields }]
        : columns.flat();
    }
    case 'collapsible_panel': {
      const title = isNode(node['header']) ? textOf(node['header']['title']) : '';
      return [...(title === '' ? [] : [{ kind: 'text', text: title } as const]), ...inner(node['elements'])];
    }
    case 'table': {
      const columns = listOf(node['columns']);
      const rows = listOf(node['rows']).map((row) => columns.map(({ name }) => cell(row[String(name)])).join(' | '));
      const head = columns.map((column) => cell(column['display_name'] ?? column['name'])).join(' | ');
      return [{ kind: 'text', text: [head, ...rows].join('\n') }];
    }
    case 'img':
      return [{ kind: 'text', text: '[图片]' }];
    case 'chart':
      return [chartBlock(node['chart_spec'])];
    case 'note':
      return listOf(node['elements']).map((child) => ({ kind: 'note', text: textOf(child) }));
    case 'action':
      return inner(node['actions']);
    default:
      return inner(node['elements']);
  }
};

const cell = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** Figures and buttons that follow each other stand together, as the app draws them. */
const joined = (blocks: readonly PhoneBlock[]): PhoneBlock[] => {
  const result: PhoneBlock[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    if (last?.kind === 'fields' && block.kind === 'fields')
      result[result.length - 1] = { kind: 'fields', fields: [...last.fields, ...block.fields] };
    else if (last?.kind === 'buttons' && block.kind === 'buttons')
      result[result.length - 1] = { kind: 'buttons', buttons: [...last.buttons, ...block.buttons] as PhoneButton[] };
    else result.push(block);
  }
  return result;
};

/**
 * How the phone shows it, and what its buttons give back. Reads what it can of any card: checking is done when it is
 * sent.
 */
export const readCard = (card: Node): { readonly view: PhoneCard; readonly buttons: readonly CardButton[] } => {
  const header = isNode(card['header']) ? card['header'] : {};
  const config = isNode(card['config']) ? card['config'] : {};
  const body = isNode(card['body']) ? card['body'] : card;
  const title = textOf(header['title']);
  const subtitle = textOf(header['subtitle']);
  const buttons: CardButton[] = [];
  const blocks = joined([
    ...(subtitle === '' ? [] : [{ kind: 'note', text: subtitle } as const]),
    ...listOf(body['elements']).flatMap((node) => blocksOf(node, buttons)),
  ]);
  const summary =
    isNode(config['summary']) && typeof config['summary']['content'] === 'string' ? config['summary']['content'] : '';
  const firstLine = blockLines(blocks[0])[0] ?? '';
  return {
    view: {
      title,
      summary: summary || title || firstLine,
      colour: COLOURS[String(header['template'])] ?? 'grey',
      blocks,
    },
    buttons,
  };
};

const blockLines = (block: PhoneBlock | undefined): readonly string[] => {
  switch (block?.kind) {
    case 'text':
    case 'note':
    case 'code':
      return [block.text];
    case 'fields':
      return block.fields.map(({ name, value }) => (name === '' ? value : `${name}: ${value}`));
    case 'chart':
      return [`[${block.legend.map(({ name }) => name).join(' ')}]`];
    case 'buttons':
    case undefined:
      return [];
  }
};

/** What can be read on it, line by line: the title first, no buttons. */
export const cardText = ({ title, blocks }: PhoneCard): string =>
  [...(title === '' ? [] : [title]), ...blocks.flatMap(blockLines)].join('\n');
