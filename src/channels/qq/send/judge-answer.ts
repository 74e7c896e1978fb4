/**
 * Judges what QQ's answer to a send means: the body decides, not the status alone (docs/facts/qq.md 5). What happens next
 * is decided in `send-part.ts`. Pure.
 */
import { rejectsToken, type ApiAnswer } from '../api.ts';
import { asObject, asText } from '../json.ts';
import { sendClass, type SendClass } from './refusal-codes.ts';

export type SendJudgement =
  /**
   * Both are empty when the platform did not name the message, as for a repeat that it dropped. `quoteId`: what a quote
   * of it names.
   */
  | { readonly kind: 'delivered'; readonly messageId: string; readonly quoteId: string }
  /** Nobody knows whether it arrived. */
  | { readonly kind: 'unsure'; readonly reason: string }
  /** The message was never sent, or QQ says that it cannot take it now. */
  | { readonly kind: 'passing'; readonly reason: string }
  /** A code that the documents do not name: this way does not work, another may. */
  | { readonly kind: 'unknown'; readonly reason: string }
  | (Exclude<SendClass, { kind: 'duplicate' | 'pending' | 'passing' }> & { readonly reason: string });

const WORDS: Record<Exclude<SendClass['kind'], 'no_push' | 'refused' | 'duplicate' | 'pending'>, string> = {
  window_closed: 'what it answers can no longer be answered, and QQ takes no other here',
  event_unknown: 'QQ does not know the event that it answers',
  push_limited: 'QQ limits how often this bot may write unasked',
  limited: 'QQ limits how often this bot may send',
  passing: 'QQ has a passing fault',
  offline: 'QQ says that the bot is off line',
  content: 'QQ does not take this text',
  no_wakeup: 'QQ takes no recall message now',
};

const UNNAMED: SendJudgement = { kind: 'delivered', messageId: '', quoteId: '' };

/** A code that the documents name. */
const judgeCode = (known: SendClass, text: string): SendJudgement => {
  if (known.kind === 'duplicate' || known.kind === 'pending') return UNNAMED;
  const words = 'reason' in known ? known.reason : WORDS[known.kind];
  return { ...known, reason: `${words} (${text})` };
};

export const judgeAnswer = (answer: ApiAnswer): SendJudgement => {
  if (answer.kind === 'no_token') return { kind: answer.cure === 'human' ? 'refused' : 'passing', reason: answer.text };
  if (answer.kind === 'failed')
    return { kind: answer.sent === 'no' ? 'passing' : 'unsure', reason: `QQ cannot be reached: ${answer.text}` };
  const { status, body, code, text } = answer;
  const good = status >= 200 && status < 300;
  if (good && typeof body?.['id'] === 'string' && body['id'])
    return { kind: 'delivered', messageId: body['id'], quoteId: asText(asObject(body['ext_info'])['ref_idx']) };
  if (status === 204) return UNNAMED;
  if (rejectsToken(answer)) return { kind: 'passing', reason: `QQ does not accept the access token (${text})` };
  const known = code === null ? null : sendClass(code);
  if (known) return judgeCode(known, text);
  if (status === 429) return judgeCode({ kind: 'limited' }, text);
  // An answer without a code is a proxy's, or half an answer.
  if (status >= 500 || body === null || (good && code === null))
    return { kind: 'unsure', reason: `QQ gave no clear answer (${text})` };
  return { kind: 'unknown', reason: `QQ refused the message (${text})` };
};
