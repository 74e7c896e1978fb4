/** Who somebody is: mail addresses, phone numbers, identity cards, bank cards. Numbers that diagnosis needs stay. */

/** The domain stays. A unit's instance (`gateway@main.service`) and `git@host` are no person's. */
const MAIL =
  /(?<![\w.+-])(?!git(?:@|%40))[\w.+-]{1,64}(@|%40)(?=(?:[A-Za-z0-9-]{1,63}\.){1,8}(?!(?:service|socket|timer|target|slice|scope|mount|path|swap|device)(?![A-Za-z0-9-]))[A-Za-z]{2,24}(?![A-Za-z0-9-]))/g;

/** `ssh ops@host`: an account of a machine. */
const isLogin = (text: string, at: number): boolean =>
  /\b(?:ssh|scp|sftp|rsync|mosh|autossh|sshfs)\b[^\n|;]*$/.test(text.slice(Math.max(0, at - 80), at));

/** Inside a longer number, a version or a UUID it is none. */
const BEFORE = String.raw`(?<![A-Za-z\d.+*]|[\da-f]-)`;
const BEHIND = String.raw`(?![A-Za-z\d]|[.-]\d)`;
const number = (pattern: string): RegExp => new RegExp(`${BEFORE}${pattern}${BEHIND}`, 'g');

const IDENTITY = number(String.raw`[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]`);
/** Only what issuers give out: times in milli-, micro- and nanoseconds begin with 1. */
const CARD = number(
  String.raw`(?:[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{1,7}(?:\1\d{1,4})?|3\d{3}([ -])\d{6}\2\d{5}|(?:[3-6]\d|2[2-7]|9[45])\d{11,17})`,
);
/** With its name, also where the check digit is wrong. */
const NAMED_CARD =
  /((?:银行卡号?|信用卡号?|储蓄卡号?|卡号|银行账号|(?<![A-Za-z])(?:(?:bank|credit|debit)[ _-]?card(?:[ _-]?(?:number|no\.?))?|card[ _-]?(?:number|no\.?)))[ \t]{0,2}(?:[:：=是为]|is)?[ \t]{0,2})[2-9]\d{3}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}(?:[ -]?\d){1,7}(?![\w.-]*\d)/gi;
const MOBILE = number(String.raw`(?:(?:\+|00)86[ -]?|86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}`);
const INTERNATIONAL = number(String.raw`\+[1-9]\d{0,14}(?:[ .()-]{1,3}\d{1,12}){0,5}`);
const LANDLINE = number(String.raw`\(?0\d{2,3}(?:-|\)[ -]?)[2-9]\d{3}[ -]?\d{3,4}`);

const UNIT = /^ ?(?:ms|us|µs|ns|s|bytes?|[KMG]?i?B)\b/;
/** The name that a number has: read backwards from it. */
const NAME_BEFORE = /(?<=(\w{1,40})["']?\]?[ \t]{0,2}[=:][ \t]{0,2}["']?)/y;
const COUNT_NAME =
  /(?:^|_)(?:ts|time|timestamp|at|since|until|epoch|seq|nonce|offset|pos|position|size|length|len|bytes|count|total|inode|ino|ns|us|ms|rss|pid|(?:message|msg|event|trace|request|req|log|device|conn|session|task|job|run|span|chat|group|guild|channel)_?id)$|(?:[a-z](?:Time|Timestamp|Ts|At|Seq|Offset|Size|Length|Bytes|Count)|(?:message|msg|event|trace|request|log|device|conn|session|task|chat|group|channel)Id)$/;

/**
 * @returns whether the name before a number, or the unit behind it, says that it is a count, a time or a record's id.
 */
const isPlainNumber = (text: string, from: number, to: number): boolean => {
  if (UNIT.test(text.slice(to, to + 8))) return true;
  NAME_BEFORE.lastIndex = from;
  return COUNT_NAME.test(NAME_BEFORE.exec(text)?.[1] ?? '');
};

const hideNumbers = (
  text: string,
  pattern: RegExp,
  isOne: (found: string, digits: string) => boolean = () => true,
): string =>
  text.replace(pattern, (found: string, ...rest: unknown[]) => {
    const from = Number(rest.find((each) => typeof each === 'number'));
    return isOne(found, found.replaceAll(/\D/g, '')) && !isPlainNumber(text, from, from + found.length) ? '***' : found;
  });

/** The check digit of bank cards. */
const luhn = (digits: string): boolean => {
  let sum = 0;
  for (let at = digits.length - 1, twice = false; at >= 0; at -= 1, twice = !twice) {
    const digit = Number(digits[at]) * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
};

const DATE = /\d{4}-\d\d-\d\d/;
/** Most texts hold none of them. */
const HAS_NUMBER = /\d{3}/;

export const hidePeople = (text: string): string => {
  let hidden =
    text.includes('@') || text.includes('%40')
      ? text.replace(MAIL, (found: string, sign: string, at: number) => (isLogin(text, at) ? found : `***${sign}`))
      : text;
  if (!HAS_NUMBER.test(hidden)) return hidden;
  hidden = hideNumbers(hidden, IDENTITY);
  hidden = hidden.replace(NAMED_CARD, '$1***');
  hidden = hideNumbers(hidden, CARD, (_found, digits) => digits.length >= 13 && digits.length <= 19 && luhn(digits));
  hidden = hideNumbers(hidden, MOBILE);
  hidden = hideNumbers(hidden, INTERNATIONAL, (found, digits) => digits.length >= 9 && !DATE.test(found));
  return hideNumbers(hidden, LANDLINE);
};
