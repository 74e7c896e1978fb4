/** Takes out what the platform's content check refuses: mail addresses and phone numbers (docs/facts/feishu.md 4.2). */
import type { Message } from '../../../chat/message/message.ts';

/** Any run of such characters, so that none is walked twice; only one with a host behind it is an address. */
const MAIL = /[\w.+-]+(@[\w-]+(?:\.[\w-]+)+)?/g;
/** Chinese mobile and fixed numbers with or without separators, international ones, and any eleven digits in a row. */
const PHONE =
  /(?<![\w.])(?:\+\d[\d -]{6,16}\d|(?:86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}[ -]\d{7,8}|\d{11})(?!\w)/g;

const maskText = (text: string): string =>
  text.replaceAll(MAIL, (run, host?: string) => (host === undefined ? run : '***@***')).replaceAll(PHONE, '***');

export const maskMessage = (message: Message): Message => ({
  ...message,
  title: maskText(message.title),
  ...(message.lines ? { lines: message.lines.map(maskText) } : {}),
  ...(message.fields
    ? { fields: message.fields.map(({ name, value }) => ({ name: maskText(name), value: maskText(value) })) }
    : {}),
  ...(message.code ? { code: message.code.map(maskText) } : {}),
  ...(message.note ? { note: maskText(message.note) } : {}),
});
