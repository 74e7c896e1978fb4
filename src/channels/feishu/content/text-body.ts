/** Makes the body of a text message. The platform's limit counts the whole request (docs/facts/feishu.md 4.1). */
import { textContent } from './harmless.ts';

/** The platform's 150 KB, less what the other fields of the request need. */
const LIMIT_BYTES = 149_000;

export interface TextBody {
  readonly msg_type: 'text';
  readonly content: string;
}

const bodyOf = (text: string): TextBody => ({ msg_type: 'text', content: JSON.stringify({ text }) });

const fits = (text: string, limitBytes: number): boolean =>
  Buffer.byteLength(JSON.stringify(bodyOf(text))) <= limitBytes;

/**
 * Returns the text without what could do something, cut where it is too long, with the number of characters left out.
 */
export const textBody = (written: string, limitBytes: number = LIMIT_BYTES): TextBody => {
  const text = textContent(written);
  if (fits(text, limitBytes)) return bodyOf(text);
  // Whole characters, so that none is cut in two.
  const characters = Array.from(text);
  const cutAt = (count: number): string =>
    `${characters.slice(0, count).join('')}\n… (+${characters.length - count} 字)`;
  let [fitting, tooMany] = [0, characters.length];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(cutAt(middle), limitBytes)) fitting = middle;
    else tooMany = middle;
  }
  return bodyOf(cutAt(fitting));
};
