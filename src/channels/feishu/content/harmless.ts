/** Foreign text in Feishu's forms: what only they would read something into. */
import { harmless } from '../../../base/harmless.ts';

const INVISIBLE = '\u200b';

export const oneLine = (text: string): string => harmless(text).replaceAll(/\s+/g, ' ').trim();

/** Nothing in it begins a tag: a text has some of its own, such as `<b>`. */
const withoutTags = (text: string): string => text.replaceAll(/<(?=[a-z/!?])/gi, `<${INVISIBLE}`);

/** Cut by whole characters. */
export const cut = (text: string, longest: number): string => {
  if (text.length <= longest) return text;
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text;
};

/**
 * A fenced block that ends where we end it. A run of backticks gets an invisible character after each, and so does
 * a `<` that could begin a tag: whether the platform looks for `<at …>` within code is not documented.
 */
export const codeBlock = (lines: readonly string[]): string => {
  const inner = withoutTags(harmless(lines.join('\n')).replaceAll(/`{2,}/g, (run) => [...run].join(INVISIBLE)));
  return `\`\`\`\n${inner}\n\`\`\``;
};

/**
 * A text message, which knows `[words](address)` and a few tags:
 * https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json
 */
export const textContent = (text: string): string => withoutTags(harmless(text)).replaceAll('](', '] (');
