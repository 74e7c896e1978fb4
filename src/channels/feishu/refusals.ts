/** What the platform's codes mean for sending, one line each (facts/feishu.md 1.2 and 4.2). */
import type { SendResult } from '../channel.ts';
import type { Reply } from './reply.ts';

type Meaning =
  /** Worth another try after a while. */
  | { readonly retryMs: number; readonly text: string }
  /** Somebody must change something first; the text says what. */
  | { readonly retryMs: null; readonly text: string };

const again = (retryMs: number, text: string): Meaning => ({ retryMs, text });
const never = (text: string): Meaning => ({ retryMs: null, text });

const CONSOLE = 'in the Feishu developer console, then publish a new version of the app';
const WRONG_CREDENTIALS = never('the App ID or App Secret is wrong; copy both anew from the developer console');

const MEANINGS: Readonly<Record<number, Meaning>> = {
  // Credentials and access
  403: never(`the app may not use the long connection; switch it on (events: persistent connection) ${CONSOLE}`),
  514: WRONG_CREDENTIALS,
  10003: WRONG_CREDENTIALS,
  10014: WRONG_CREDENTIALS,
  1000040344: WRONG_CREDENTIALS,
  1000040350: never('too many connections with this app (50): end the other programs that use it; Lifeline needs an app of its own'),
  99991661: again(5_000, 'the access token was refused'),
  99991663: again(5_000, 'the access token was refused'),
  99991665: again(5_000, 'the access token was refused'),
  99991672: never(`the app lacks a permission; grant im:message:send_as_bot ${CONSOLE}`),
  230027: never(`the app lacks a permission; grant im:message:send_as_bot ${CONSOLE}`),
  230006: never(`the app has no bot; add the bot ability ${CONSOLE}`),
  // Too many calls
  99991400: again(1_000, 'too many calls'),
  99991403: never('the tenant has used up its API calls of this month; buy more or wait for the next month'),
  230020: again(1_000, 'too many messages to this chat'),
  230049: again(1_000, 'the message is still being sent'),
  11232: again(10_000, 'the platform is busy'),
  11233: again(10_000, 'the platform is busy'),
  // The receiver
  230002: never('the bot is not in this group; add it there'),
  230013: never(`this person is outside the app's availability; add them to it ${CONSOLE}`),
  230018: never('the settings of this group forbid it; let the bot speak there'),
  230035: never('this chat does not let the bot send (muted or blocked); lift that'),
  232009: never('this group was dissolved; remove it from the configuration'),
  // The message
  230001: never('the platform found a mistake in the call'),
  230011: never('the message was withdrawn'),
  230110: never('the message was deleted'),
  230017: never('the message is not the bot’s own'),
  230022: never('the content check refused the text'),
  230025: never('the message is too long'),
  230028: never('the content check refused the text, often because of a phone number or mail address in it'),
  230099: never('the card has a mistake'),
};

/** The message that was to be answered is no longer there: send without it. */
export const isGone = ({ code }: Reply): boolean => code === 230011 || code === 230110;

export const isTokenRefusal = ({ code }: Reply): boolean => code === 99991661 || code === 99991663 || code === 99991665;

/** A refusal in words: what it means and what to do, with the platform's own code and text. */
export const explain = (code: number, platformText: string): string => {
  const said = platformText === '' ? '' : `: ${platformText.slice(0, 200)}`;
  return `${MEANINGS[code]?.text ?? 'the platform refused'} (code ${code}${said})`;
};

const messageIdIn = ({ body }: Reply): string => {
  const id = (body['data'] as { readonly message_id?: unknown } | null | undefined)?.message_id;
  return typeof id === 'string' ? id : '';
};

/** Judges by the business code and not by the HTTP status: most refusals come as 400 (facts/feishu.md 4.2). */
export const outcomeOf = (reply: Reply): SendResult => {
  const { code, status, text, retryAfterMs } = reply;
  if (code === 0) return { outcome: 'ok', messageId: messageIdIn(reply) };
  if (code === null) return { outcome: 'retry', reason: `the platform answered HTTP ${status} without a result`, afterMs: retryAfterMs ?? 2_000 };
  const reason = explain(code, text);
  const retryMs = MEANINGS[code] ? MEANINGS[code].retryMs : status >= 500 || status === 429 ? 2_000 : null;
  return retryMs === null ? { outcome: 'refused', reason } : { outcome: 'retry', reason, afterMs: retryAfterMs ?? retryMs };
};
