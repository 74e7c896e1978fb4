/** A message as the webhook takes it: a card, or text where that was refused. */
import { plainText, type Message } from '../../chat/message/message.ts';
import type { Locale } from '../../text/locale.ts';
import { fittingCard } from '../feishu/content/fit.ts';
import { textBody } from '../feishu/content/text-body.ts';

/** The platform's 20 KB, less the signature and a margin for what it makes of styles. */
const LIMIT_BYTES = 17_000;

/**
 * The card is counted as JSON within JSON, which is more than it is here. A webhook hears of no taps, so there is
 * nothing to tap: the note names the typed way.
 */
export const cardBody = ({ buttons: _buttons, ...message }: Message, locale: Locale): object => ({
  msg_type: 'interactive',
  card: fittingCard(message, locale, LIMIT_BYTES),
});

export const webhookText = (message: Message): object => ({
  msg_type: 'text',
  content: JSON.parse(textBody(plainText(message), LIMIT_BYTES).content) as object,
});
