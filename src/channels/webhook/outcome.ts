/** Makes a send result of the webhook's answer. A webhook refuses with HTTP 200 and a code (docs/facts/feishu.md 6). */
import type { JsonAnswer } from '../../base/http.ts';
import type { SendResult } from '../channel.ts';
import { afterRush } from '../feishu/http/rush-hour.ts';

const SETTINGS = 'in the settings of the custom bot';

const NEVER: Readonly<Record<number, string>> = {
  9499: 'the platform found a mistake in the message',
  19001: 'there is no custom bot with this address; copy the webhook address anew',
  19021: `the signature is wrong or this machine's clock is more than an hour off; compare the secret with the one ${SETTINGS}`,
  19022: `this machine's address is not allowed; add it ${SETTINGS}`,
  19024: `the message lacks the keyword that is asked for; remove the keyword ${SETTINGS}`,
};
/** Too many senders at once, mostly at :00 and :30. */
const BUSY = 11232;

const codeOf = ({ body }: JsonAnswer): number | null => {
  // Older bots answer with `StatusCode`.
  const code = body?.['code'] ?? body?.['StatusCode'];
  return typeof code === 'number' ? code : null;
};

/** Whether the reason of a refusal may lie in the card, so that a text may still get through. */
export const isCardRefusal = (answer: JsonAnswer): boolean => {
  const code = codeOf(answer);
  return (
    answer.status < 500 &&
    answer.status !== 429 &&
    code !== null &&
    code !== 0 &&
    code !== BUSY &&
    (code === 9499 || !NEVER[code])
  );
};

/** @param now milliseconds since the epoch. */
export const webhookOutcome = (answer: JsonAnswer, now: number): SendResult => {
  const code = codeOf(answer);
  // The webhook gives no id: its messages can be neither answered nor changed.
  if (code === 0) return { outcome: 'ok', messageId: '' };
  if (code === null)
    return { outcome: 'retry', reason: `the webhook answered HTTP ${answer.status} without a result`, afterMs: 2_000 };
  const words = typeof answer.body?.['msg'] === 'string' ? `: ${answer.body['msg'].slice(0, 200)}` : '';
  if (code === BUSY)
    return { outcome: 'retry', reason: `the platform is busy (code ${code}${words})`, afterMs: afterRush(now, 10_000) };
  if (answer.status === 429 || answer.status >= 500)
    return { outcome: 'retry', reason: `the platform is busy (code ${code}${words})`, afterMs: 2_000 };
  return { outcome: 'refused', reason: `${NEVER[code] ?? 'the platform refused'} (code ${code}${words})` };
};
