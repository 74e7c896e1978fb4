/** Says what the platform's codes mean for sending, one line each (docs/facts/feishu.md 1.2, 4.2 and 4.3). */
import type { Fix, SendResult } from '../../channel.ts';
import { afterRush } from './rush-hour.ts';
import type { Reply } from './reply.ts';

type Meaning =
  /** Worth another try after a while. */
  | { readonly retryMs: number; readonly text: string }
  /** Somebody must change something first; the text says what. */
  | { readonly retryMs: null; readonly text: string; readonly fix?: Fix };

const again = (retryMs: number, text: string): Meaning => ({ retryMs, text });
const never = (text: string, fix?: Fix): Meaning => ({ retryMs: null, text, ...(fix ? { fix } : {}) });

const CONSOLE = 'in the Feishu developer console, then publish a new version of the app';
const WRONG_CREDENTIALS = never('the App ID or App Secret is wrong; copy both anew from the developer console');
const NO_PERMISSION = never(`the app lacks a permission; grant im:message:send_as_bot ${CONSOLE}`, 'grant_permission');
const BUSY = again(10_000, 'the platform is busy');
const TOO_MANY_CONNECTIONS = never(
  'too many connections with this app (50): end the other programs that use it; Lifeline needs an app of its own',
);

const SYSTEM_BUSY = again(10_000, 'the platform is busy');

const MEANINGS: Readonly<Record<number, Meaning>> = {
  // Credentials and access
  403: never(`the app may not use the long connection; switch it on (events: persistent connection) ${CONSOLE}`),
  514: WRONG_CREDENTIALS,
  10003: WRONG_CREDENTIALS,
  10014: WRONG_CREDENTIALS,
  1000040344: WRONG_CREDENTIALS,
  1000040350: TOO_MANY_CONNECTIONS,
  // Codes of the endpoint that pass
  1: SYSTEM_BUSY,
  1000040343: again(10_000, 'the platform has an internal error'),
  1000040345: SYSTEM_BUSY,
  1000040351: SYSTEM_BUSY,
  99991661: again(5_000, 'the access token was refused'),
  99991663: again(5_000, 'the access token was refused'),
  99991665: again(5_000, 'the access token was refused'),
  99991672: NO_PERMISSION,
  230027: NO_PERMISSION,
  230006: never(`the app has no bot; add the bot ability ${CONSOLE}`),
  // Too many calls
  99991400: again(1_000, 'too many calls'),
  99991403: never(
    'the tenant has used up its API calls of this month; buy more or wait for the next month',
    'monthly_quota',
  ),
  230020: again(1_000, 'too many messages to this chat'),
  230049: again(1_000, 'the message is still being sent'),
  11232: BUSY,
  11233: BUSY,
  // The receiver
  230002: never('the bot is not in this group; add it there'),
  230013: never(`this person is outside the app's availability; add them to it ${CONSOLE}`, 'availability'),
  230018: never('the settings of this group forbid it; let the bot speak there'),
  230035: never('this chat does not let the bot send (muted or blocked); lift that'),
  232009: never('this group was dissolved; remove it from the configuration'),
  // The message
  230011: never('the message was withdrawn'),
  230110: never('the message was deleted'),
  230017: never('the message is not the bot’s own'),
  230031: never('the message is older than 14 days and cannot be changed any more'),
  230022: never('the content check refused the text'),
  230028: never('the content check refused the text, often because of a phone number or mail address in it'),
  // A buzz
  230012: never('the message is not the bot’s own'),
  230023: never('the person has 200 buzzes that were not read'),
  230024: never("the tenant's quota of buzzes is used up"),
  230052: never('the group or the platform’s risk control forbids a buzz'),
  230098: never('the chat is folded away'),
};

/** Reasons to refuse a card that do not apply to a text. Sub-codes of 230099 come on their own as well. */
const CARD_MEANINGS: Readonly<Record<number, Meaning>> = {
  230001: never('the platform found a mistake in the call'),
  230025: never('the message is too long'),
  230099: never('the card has a mistake'),
};

const meaningOf = (code: number): Meaning | undefined => MEANINGS[code] ?? CARD_MEANINGS[code];

const retryMsOf = ({ code, status }: Reply): number | null => {
  const meaning = code === null ? undefined : meaningOf(code);
  if (meaning) return meaning.retryMs;
  return code === null || status >= 500 || status === 429 ? 2_000 : null;
};

/** Refused for a reason that may lie in the card: a text may still get through. An unknown refusal is worth the try. */
export const isCardRefusal = (reply: Reply): boolean =>
  reply.code !== null && reply.code !== 0 && !MEANINGS[reply.code] && retryMsOf(reply) === null;

/** The message that was to be answered or changed is no longer there. */
export const isGone = ({ code }: Reply): boolean => code === 230011 || code === 230110;

export const isContentRefusal = ({ code }: Reply): boolean => code === 230028;

/** A permission that the app was not granted; which one depends on the call. */
export const isPermissionRefusal = ({ code }: Reply): boolean => code === 99991672 || code === 230027;

export const isTokenRefusal = ({ code }: Reply): boolean => code === 99991661 || code === 99991663 || code === 99991665;

export const isApiLimit = ({ code }: Reply): boolean => code === 99991400;

/** A refusal in words: what it means and what to do, with the platform's own code and text. */
export const explain = (code: number, platformText: string): string => {
  const words = platformText === '' ? '' : `: ${platformText.slice(0, 200)}`;
  return `${meaningOf(code)?.text ?? 'the platform refused'} (code ${code}${words})`;
};

/**
 * Returns the answer's data on the message; empty where the platform gives none, as perhaps for a repeat
 * (docs/facts/feishu.md 4.1).
 */
export const dataOf = ({
  body,
}: Reply): {
  readonly message_id?: unknown;
  readonly chat_id?: unknown;
  readonly file_key?: unknown;
  readonly invalid_user_id_list?: unknown;
} => (typeof body['data'] === 'object' && body['data'] !== null ? body['data'] : {});

/**
 * Judges by the business code and not by the HTTP status: most refusals come as 400 (docs/facts/feishu.md 4.2).
 * @param now milliseconds since the epoch, to keep away from the platform's rush hours.
 */
export const sendResultOf = (reply: Reply, now: number): SendResult => {
  const { code, status, text, retryAfterMs } = reply;
  if (code === 0) {
    const { message_id: id } = dataOf(reply);
    return { outcome: 'ok', messageId: typeof id === 'string' ? id : '' };
  }
  const retryMs = retryMsOf(reply);
  const reason = code === null ? `the platform answered HTTP ${status} without a result` : explain(code, text);
  const meaning = code === null ? undefined : meaningOf(code);
  if (retryMs !== null)
    return {
      outcome: 'retry',
      reason,
      afterMs: retryAfterMs ?? (meaning === BUSY ? afterRush(now, retryMs) : retryMs),
    };
  return { outcome: 'refused', reason, ...(meaning?.retryMs === null && meaning.fix ? { fix: meaning.fix } : {}) };
};
