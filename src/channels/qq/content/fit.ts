/** Leaves out log lines until a message fits into a few parts, and says how many. Of a log the latest say most. */
import type { Message } from '../../../chat/message/message.ts';
import type { Locale } from '../../../text/locale.ts';
import { qqText } from '../qq-text.ts';
import { partsOf, rowsOf } from './rows.ts';

export const withinParts = (message: Message, mostParts: number, locale: Locale): Message => {
  const { code = [] } = message;
  const keeping = (count: number): Message =>
    count === code.length
      ? message
      : { ...message, code: [qqText(locale).earlierLines(code.length - count), ...code.slice(code.length - count)] };
  const fits = (count: number): boolean => partsOf(rowsOf(keeping(count))).length <= mostParts;
  if (fits(code.length)) return message;
  // More lines never take fewer parts.
  let [fitting, tooMany] = [0, code.length];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(middle)) fitting = middle;
    else tooMany = middle;
  }
  return keeping(fitting);
};
