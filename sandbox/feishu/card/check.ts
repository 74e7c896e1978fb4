/** Cards that the platform would refuse: each refusal with the sub-code and in the words that the platform uses. */
import { isNode, type Node } from '../json.ts';
import { chartFault } from './chart.ts';
import { mentionsIn, tablesIn } from './markdown.ts';
import { COLUMN, ELEMENTS, ROOT, SHAPES, TEXT, TEXT_TAGS, type Kind, type Shape } from './schema.ts';

/** A sub-code of 230099 with its explanation, as it stands in `ext=`. */
export class CardError extends Error {
  override readonly name = 'CardError';

  constructor(subCode: number, details: string) {
    super(`ErrCode: ${subCode}; ${details}; `);
  }
}

export interface CardRules {
  /** Tags and properties, element ids, shared cards. */
  readonly schema: boolean;
  /** 200 elements, 5 tables. */
  readonly counts: boolean;
  /** Whether charts are drawn at all. */
  readonly charts: boolean;
  readonly isImage: (key: string) => boolean;
}

const MAX_ELEMENTS = 200;
const MAX_TABLES = 5;
const ELEMENT_ID = /^[A-Za-z][A-Za-z0-9_]{0,19}$/;
const PERSON_ID = /^(?:all|(?:ou|on)_\w+|[\w.+-]+@[\w.-]+)$/;

const unreadable = (value: string): CardError =>
  new CardError(
    200621,
    `ErrMsg: parse card json err, please check whether the card json is correct; ErrorValue: ${value}`,
  );
const unsupported = (path: string, value: string): CardError =>
  new CardError(
    200861,
    `ErrPath: ${path}; ErrMsg: cards of schema V2 no longer support this capability; ErrorValue: ${value}`,
  );

/**
 * @throws CardError for a card that would be refused. Cards of schema 1.0 are taken as they are: it ignores what it
 * does not know.
 */
export const checkCard = (card: Node, rules: CardRules): void => {
  if (card['schema'] !== '2.0') {
    if ('body' in card) throw unreadable('unknown property, property: body, path: ROOT');
    return;
  }
  const count = { elements: 0, tables: 0 };
  const ids = new Set<string>();

  const identify = (node: Node, path: string): void => {
    count.elements += 1;
    const id = node['element_id'];
    if (id === undefined || !rules.schema) return;
    if (typeof id !== 'string' || !ELEMENT_ID.test(id))
      throw unreadable(`invalid element_id: ${JSON.stringify(id)}, path: ${path}`);
    if (ids.has(id)) throw unreadable(`duplicate element_id: ${id}, path: ${path}`);
    ids.add(id);
  };

  const markdown = (content: unknown): void => {
    if (typeof content !== 'string') return;
    count.tables += tablesIn(content);
    const stranger = mentionsIn(content).find((id) => !PERSON_ID.test(id));
    if (rules.schema && stranger)
      throw new CardError(
        100290,
        `ErrMsg: there is an invalid user resource (at/person) in your card; ErrorValue: ${stranger}`,
      );
  };

  const properties = (node: Node, shape: Shape, path: string): void => {
    for (const [name, value] of Object.entries(node)) {
      const kind = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (kind) check(value, kind, `${path} -> ${name}`);
      else if (rules.schema) throw unreadable(`unknown property, property: ${name}, path: ${path}`);
    }
  };

  const element = (node: unknown, path: string): void => {
    if (!isNode(node)) throw unreadable(`an element must be an object, path: ${path}`);
    const tag = String(node['tag']);
    const at = `${path}(tag: ${tag})`;
    identify(node, at);
    if (tag === 'markdown') markdown(node['content']);
    if (tag === 'table') {
      count.tables += 1;
      if (rules.schema && !/^ROOT -> body -> elements -> \[\d+\]$/.test(path))
        throw unsupported(at, 'table must be at the root of the card');
    }
    const chartProblem = tag === 'chart' && rules.schema ? chartFault(node['chart_spec']) : null;
    if (chartProblem !== null || (tag === 'chart' && !rules.charts))
      throw new CardError(200550, `ErrMsg: chart spec is invalid; ErrorValue: ${chartProblem ?? 'chart'}`);
    const shape = Object.hasOwn(ELEMENTS, tag) ? ELEMENTS[tag] : undefined;
    if (shape) properties(node, shape, at);
    else if (rules.schema) throw unsupported(at, `unsupported tag ${tag}`);
  };

  const text = (node: Node, path: string): void => {
    const tag = String(node['tag']);
    const at = `${path}(tag: ${tag})`;
    identify(node, at);
    if (rules.schema && !TEXT_TAGS.includes(tag)) throw unsupported(at, `unsupported tag ${tag}`);
    if (tag !== 'plain_text') markdown(node['content']);
    properties(node, TEXT, at);
  };

  const column = (node: unknown, path: string): void => {
    if (!isNode(node) || node['tag'] !== 'column') throw unsupported(path, 'columns holds columns only');
    identify(node, path);
    properties(node, COLUMN, `${path}(tag: column)`);
  };

  const list = (value: unknown, path: string, each: (node: unknown, path: string) => void): void => {
    if (!Array.isArray(value)) throw unreadable(`must be a list, path: ${path}`);
    value.forEach((node: unknown, index) => each(node, `${path} -> [${index}]`));
  };

  const check = (value: unknown, kind: Kind, path: string): void => {
    if (kind === 'any') return;
    if (kind === 'elements') return list(value, path, element);
    if (kind === 'columns') return list(value, path, column);
    if (kind === 'string') {
      if (typeof value !== 'string') throw unreadable(`must be a string, path: ${path}`);
      return;
    }
    if (kind === 'image') {
      if (typeof value !== 'string' || !rules.isImage(value))
        throw new CardError(200570, `ErrMsg: card contains invalid image keys; ErrorValue: ${JSON.stringify(value)}`);
      return;
    }
    for (const node of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (!isNode(node)) throw unreadable(`must be an object, path: ${path}`);
      if (kind === 'text') text(node, path);
      else properties(node, SHAPES[kind], path);
    }
  };

  properties(card, ROOT, 'ROOT');
  if (rules.schema && isNode(card['config']) && card['config']['update_multi'] === false)
    throw unreadable('update_multi must be true, path: ROOT -> config');
  if (!rules.counts) return;
  if (count.elements > MAX_ELEMENTS)
    throw new CardError(
      300305,
      `ErrMsg: the number of card elements exceeds the limit of ${MAX_ELEMENTS}; ErrorValue: ${count.elements}`,
    );
  if (count.tables > MAX_TABLES)
    throw new CardError(11310, `ErrMsg: card table number over limit; ErrorValue: table number ${count.tables}`);
};
