/** What an answer to a send means. The body decides, not the status alone (facts/qq.md §5). Pure. */
import { rejectsToken, type ApiAnswer } from './api.ts';
import { RATE_MS, sendClass, TRANSIENT_MS } from './send-codes.ts';

export type Judgement =
  /** `messageId` is empty when the platform did not name the message, as for a repeat that it dropped. */
  | { readonly kind: 'delivered'; readonly messageId: string }
  | { readonly kind: 'ticket_dead'; readonly reason: string }
  | { readonly kind: 'content'; readonly repair: 'defang' | 'shorten'; readonly reason: string }
  | { readonly kind: 'offline'; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly reason: string };

const retry = (reason: string, afterMs: number): Judgement => ({ kind: 'retry', reason, afterMs });

/** A code that the documents name. */
const judgeCode = (code: number, text: string): Judgement | null => {
  const known = sendClass(code);
  switch (known?.kind) {
    case undefined:
      return null;
    case 'duplicate':
    case 'pending':
      return { kind: 'delivered', messageId: '' };
    case 'retry':
      return retry(`${known.reason} (${text})`, known.afterMs);
    case 'content':
      return { kind: 'content', repair: known.repair, reason: `QQ does not take this text (${text})` };
    case 'ticket_dead':
      return { kind: 'ticket_dead', reason: `the message can no longer be answered, and QQ takes no other here (${text})` };
    case 'offline':
      return { kind: 'offline', reason: `QQ says that the bot is off line (${text})` };
    case 'refused':
      return { kind: 'refused', reason: `${known.reason} (${text})` };
  }
};

export const judge = (answer: ApiAnswer): Judgement => {
  if (answer.kind === 'no_token') return answer.cure === 'human' ? { kind: 'refused', reason: answer.text } : retry(answer.text, RATE_MS);
  if (answer.kind === 'failed') return retry(`QQ cannot be reached: ${answer.text}`, TRANSIENT_MS);
  const { status, body, code, text } = answer;
  const good = status >= 200 && status < 300;
  if (good && typeof body?.['id'] === 'string' && body['id']) return { kind: 'delivered', messageId: body['id'] };
  if (status === 204) return { kind: 'delivered', messageId: '' };
  if (rejectsToken(answer)) return retry(`QQ does not accept the access token (${text})`, RATE_MS);
  const byCode = code === null ? null : judgeCode(code, text);
  if (byCode) return byCode;
  if (status === 429) return retry(`QQ limits how often this bot may send (${text})`, RATE_MS);
  // An answer without a code is a proxy's, or half an answer: whether the message arrived is not known.
  if (status >= 500 || body === null || (good && code === null)) return retry(`QQ gave no clear answer (${text})`, TRANSIENT_MS);
  return { kind: 'refused', reason: `QQ refused the message (${text})` };
};
