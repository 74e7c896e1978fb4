/**
 * Words of an answer after which every further try meets the same until somebody mends something: a wrong secret, a
 * missing permission, an address that is not allowed, an app that others use up (docs/facts/feishu.md 4.2,
 * docs/facts/qq.md 1 to 5). Time-outs and limits (408, 425, 429) pass by themselves.
 */
import type { LinkFact, Refusal } from '../diagnosis/evidence.ts';

type RetryFailed = Extract<LinkFact, { kind: 'link-retry-failed' }>;

const ANSWERS =
  /\b(?:Client error '|HTTP[ /]?|status(?:[ _]?code)?[ =:]{1,3})4(?!08|25|29)\d\d\b|\b40[13] (?:Unauthorized|Forbidden)\b/i;
const WORDS =
  /auth(?:orization|entication)? (?:error|failed)|invalid (?:appid|app_id|token|credential)|appid or secret|源IP不在白名单/i;
const CODES =
  /\bcode[:=]? ?(?:403|514|10003|10004|10014|11298|100007|100016|40023002|1000040344|1000040350)\b|\b1000040350\b/i;

/** What a refusal's words or code ask a person to mend. Another refusal is told as an error of the platform's. */
const WHY: readonly (readonly [RegExp, Refusal | 'platform_refuses'])[] = [
  [/\b1000040350\b/, 'token_in_use'],
  [
    /appid or secret|app secret invalid|invalid (?:appid|app_id|token|credential)|\b401\b|auth(?:orization|entication)? (?:error|failed)|\bcode[:=]? ?(?:514|10003|10014|100016|1000040344)\b/i,
    'credentials_refused',
  ],
  [/\b403\b|\bcode[:=]? ?(?:10004|11298|100007|40023002)\b|源IP不在白名单/, 'platform_refuses'],
];

/** Whether a failed try's words say that the platform refuses it. */
export const isRefusal = (error: string): boolean => [ANSWERS, WORDS, CODES].some((words) => words.test(error));

/** What is told of a failed try whose words are a refusal; empty for any other. */
export const refusalIn = (
  error: string,
): { failure: 'platform'; refused: NonNullable<RetryFailed['refused']> } | null =>
  isRefusal(error)
    ? { failure: 'platform', refused: WHY.find(([words]) => words.test(error))?.[1] ?? 'platform_errors' }
    : null;
