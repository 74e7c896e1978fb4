/** What a person reads in a message's content. */

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON as an object, or null. */
export const parseObject = (json: string): Node | null => {
  try {
    const value: unknown = JSON.parse(json);
    return isNode(value) ? value : null;
  } catch {
    return null;
  }
};

/** Every text in a card, in reading order: markdown and plain text elements, buttons included. */
const cardTexts = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(cardTexts);
  if (!isNode(value)) return [];
  if (typeof value['content'] === 'string') return [value['content']];
  if (value['tag'] === 'button') return cardTexts(value['text']).map((label) => `[${label}]`);
  return ['title', 'subtitle', 'text', 'header', 'body', 'elements', 'columns', 'fields', 'actions'].flatMap((key) => cardTexts(value[key]));
};

/** The text of a message for the phone: a text message's text; a card's title and texts, a line each. */
export const readable = (type: string, content: string): string => {
  const parsed = parseObject(content);
  if (type === 'text' && typeof parsed?.['text'] === 'string') return parsed['text'];
  if (type === 'interactive' && parsed) return cardTexts(parsed).join('\n');
  return `[${type}]`;
};
