/** How many columns of a terminal a text takes: Chinese and emoji take two each. */
let characters: Intl.Segmenter | null = null;
/** Made when it is first needed: it reads 1 MB of Node's own data, and most bots have no console. */
const segmenter = (): Intl.Segmenter => (characters ??= new Intl.Segmenter('zh', { granularity: 'grapheme' }));
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\ufe0f\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const NOTHING = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

const widthOf = (character: string): number => {
  if (WIDE.test(character)) return 2;
  return NOTHING.test(character) ? 0 : 1;
};

export const displayWidth = (text: string): number =>
  [...segmenter().segment(text)].reduce((sum, { segment }) => sum + widthOf(segment), 0);

export const padToWidth = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
