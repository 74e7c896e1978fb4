/** What a message holds, and what the platform does not take (docs/facts/qq.md 4.1, 4.6). */
import type { PhoneCard } from '../phone.ts';
import type { Answer } from './answers.ts';
import { drawCard } from './card.ts';
import { refusal } from './codes.ts';
import { keyboardFault, readKeyboard, type KeyboardButton } from './keyboard.ts';
import { mentionsIn, type Markup } from './markdown.ts';
import type { QqRules } from './rules.ts';
import { unregisteredHost } from './urls.ts';

type Body = Readonly<Record<string, unknown>>;

export interface Content {
  readonly type: number;
  /** Empty for what cannot be read: a typing hint, a picture. */
  readonly text: string;
  readonly card?: PhoneCard;
  readonly buttons: readonly KeyboardButton[];
  readonly markup: Markup;
}

const TEXT = 0;
const MARKDOWN = 2;
const TYPING = 6;
export const MEDIA = 7;

const NO_MARKUP: Markup = { headings: [], links: [], images: [], mentions: [] };

const cutToBytes = (text: string, bytes: number | null): string => {
  if (bytes === null || Buffer.byteLength(text) <= bytes) return text;
  // The platform cuts without a look at characters; what is left of one is dropped here.
  return Buffer.from(text).subarray(0, bytes).toString('utf8').replace(/�+$/, '');
};

const tooLong = (text: string, { maxCharacters, maxBytes }: QqRules): boolean =>
  (maxCharacters !== null && [...text].length > maxCharacters) ||
  (maxBytes !== null && Buffer.byteLength(text) > maxBytes);

const refusedText = (raw: string, shown: string, rules: QqRules): Answer | null => {
  if (!raw.trim()) return refusal(40034006);
  if (tooLong(raw, rules)) return refusal(40054007);
  const host = rules.urls
    ? (unregisteredHost(shown, rules.registeredHosts) ?? unregisteredHost(raw, rules.registeredHosts))
    : null;
  return host === null ? null : refusal(40054010, ` ${host}`);
};

const readMarkdownMessage = (body: Body, rules: QqRules): Content | Answer => {
  const raw = (body['markdown'] as { content?: unknown } | null | undefined)?.content;
  if (!rules.markdown) return refusal(40034127);
  if (typeof raw !== 'string') return refusal(22006);
  if (rules.markdownAlone && body['content'] != null && body['content'] !== '') return refusal(40034011);
  const keyboard = readKeyboard(body['keyboard']);
  const fault = rules.keyboardLimits ? keyboardFault(keyboard) : null;
  if (fault !== null) return refusal(40034029, ` (${fault})`);
  const { card, text, markup } = drawCard(cutToBytes(raw, rules.cutAtBytes), keyboard);
  return (
    refusedText(raw, [text, ...markup.links].join('\n'), rules) ?? {
      type: MARKDOWN,
      text,
      card,
      buttons: keyboard.flat(),
      markup,
    }
  );
};

/** @returns what the phone will show, or the refusal. */
export const readContent = (body: Body, rules: QqRules): Content | Answer => {
  const type = Number(body['msg_type'] ?? TEXT);
  if (type === MARKDOWN) return readMarkdownMessage(body, rules);
  if (![TEXT, TYPING, MEDIA].includes(type)) return refusal(50059);
  if (rules.markdownAlone && body['keyboard'] != null) return refusal(22006);
  const raw = typeof body['content'] === 'string' ? body['content'] : '';
  const text = cutToBytes(raw, rules.cutAtBytes);
  const content = { type, text, buttons: [], markup: { ...NO_MARKUP, mentions: mentionsIn(text) } };
  // A hint has no text, and a picture need not have any.
  if (type === TYPING || (type === MEDIA && !raw.trim())) return { ...content, text: '' };
  return refusedText(raw, raw, rules) ?? content;
};
