/** `POST /v2/{users|groups}/{openid}/messages`: judges one message from the bot (docs/facts/qq.md 4). */
import { ok, type Answer } from './answers.ts';
import type { Bot } from './bot.ts';
import { refusal } from './codes.ts';
import { MEDIA, readContent } from './content.ts';
import { newMessageId, platformTime, quoteIdOf } from './events.ts';
import type { SentMessage, Target, Way } from './exchange.ts';
import { refusedPush, refusedWakeup } from './pushes.ts';
import { uploadOf } from './uploads.ts';
import { claimOf, refusedReply, spendTicket, type TicketClaim } from './tickets.ts';

export type Judged =
  | { readonly kind: 'accepted'; readonly message: SentMessage; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly answer: Answer };

type Body = Readonly<Record<string, unknown>>;

const wayOf = (claim: TicketClaim | null, wakeup: boolean): Way => {
  if (claim === null) return { kind: wakeup ? 'wakeup' : 'push' };
  return claim.kind === 'message' ? { kind: 'reply', msgId: claim.id } : { kind: 'event', eventId: claim.id };
};

/** Judges a message and, when it is taken, counts it; the caller puts it on the phone. */
export const judgeMessage = (bot: Bot, target: Target, body: Body, now: number): Judged => {
  const content = readContent(body, bot.rules);
  if ('kind' in content) return { kind: 'refused', answer: content };
  const file = content.type === MEDIA ? uploadOf(bot, target, body, now) : null;
  if (file && 'kind' in file) return { kind: 'refused', answer: file };
  const claim = claimOf(body);
  const wakeup = body['is_wakeup'] === true;
  if (wakeup && claim)
    return { kind: 'refused', answer: refusal(304061, ' (is_wakeup goes with neither msg_id nor event_id)') };
  const refusedUnasked = wakeup ? refusedWakeup : refusedPush;
  const refused = claim ? refusedReply(bot, target, claim, now) : refusedUnasked(bot, target, now);
  if (refused) return { kind: 'refused', answer: refused };
  if (claim) spendTicket(bot, claim);
  const id = newMessageId();
  return {
    kind: 'accepted',
    message: {
      ...content,
      id,
      target,
      way: wayOf(claim, wakeup),
      seq: Number(body['msg_seq'] ?? 1),
      at: now,
      ...(file
        ? {
            file: {
              name: file.name,
              text: file.text,
              ...(file.picture === undefined ? {} : { picture: file.picture }),
            },
          }
        : {}),
    },
    answer: ok({ id, timestamp: platformTime(now), ext_info: { ref_idx: quoteIdOf(id) } }),
  };
};
