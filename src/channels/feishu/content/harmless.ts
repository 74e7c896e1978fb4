/** Makes foreign text fit for a card: no characters that break it, no markup that it could bring in. */

const INVISIBLE = '\u200b';

/** Well-formed, without control characters (tabs and line ends excepted) or reversed writing. */
export const clean = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, ' ');

export const oneLine = (text: string): string => clean(text).replaceAll(/\s+/g, ' ').trim();

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
  const inner = clean(lines.join('\n'))
    .replaceAll(/`{2,}/g, (run) => [...run].join(INVISIBLE))
    .replaceAll(/<(?=[a-z/!?])/gi, `<${INVISIBLE}`);
  return `\`\`\`\n${inner}\n\`\`\``;
};
