/**
 * Words of an answer after which every further try meets the same until somebody mends something: a wrong secret, a
 * missing permission, an address that is not allowed, an app that others use up (docs/facts/feishu.md 4.2,
 * docs/facts/qq.md 1 to 5). Time-outs and limits (408, 425, 429) pass by themselves.
 */
const ANSWERS =
  /\b(?:Client error '|HTTP[ /]?|status(?:[ _]?code)?[ =:]{1,3})4(?!08|25|29)\d\d\b|\b40[13] (?:Unauthorized|Forbidden)\b/i;
const WORDS =
  /auth(?:orization|entication)? (?:error|failed)|invalid (?:appid|app_id|token|credential)|appid or secret|源IP不在白名单/i;
const CODES =
  /\bcode[:=]? ?(?:403|514|10003|10004|10014|11298|100007|100016|40023002|1000040344|1000040350)\b|\b1000040350\b/i;

/** Whether a failed try's words say that the platform refuses it. */
export const isRefusal = (error: string): boolean => [ANSWERS, WORDS, CODES].some((words) => words.test(error));
