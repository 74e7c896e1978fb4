/**
 * Secrets that stand in pairs and lists: a user and a password with only a slash between them, the old password and the
 * new one, a name in one attribute and its value in the next, codes in a row. Repeats are bounded: linear time.
 */
import { HAN, looksChosen, WHAT } from './redact-sentences.ts';

const QUOTES = `["'“‘「『《【\x60]`;
const CLOSING = `["'”’」』》】\x60]`;
/** A word of ASCII; a Chinese sentence goes on behind it. */
const WORD = '[!#$%&*+./0-9:<=?@A-Z\\\\^_a-z|~-]';
const NAME = String.raw`(?:(?<![A-Za-z])(?:${WHAT})|${HAN})`;
const ARROW = '(?:->|→|⇒|➜|➔|⟶|=>)';

/** `login admin/…`, 账密 bob/… */
const USER_SLASH = new RegExp(
  String.raw`((?:账密|帐密|(?:账号|帐号|账户|帐户|用户名?)[/、和及与]?密码|(?<![A-Za-z])(?:log(?:in|on|ged in)|sign(?:ed)?[ -]?in|auth(?:enticat(?:e|ed|ing))?|credentials?|creds?|user(?:name)?[/-]pass(?:word)?))[ \t]{0,2}(?:[:：=是为]|is|as|with|for|using)?[ \t]{0,2}[A-Za-z_][\w.@-]{0,63}[ \t]?[/|:：][ \t]?)(${WORD}{4,128})`,
  'giu',
);
/** `user bob pass …`: the word alone says too little elsewhere. */
const USER_PASS = new RegExp(
  String.raw`((?:(?<![A-Za-z])(?:user(?:name)?|login|account|uid)|账号|帐号|账户|用户名?)[ \t]{0,2}[:：=是为]?[ \t]{0,2}[\w.@-]{1,64}[ \t]{0,2}[,，;；/|、]?[ \t]{0,2}(?:(?<![A-Za-z])(?:pass(?:w(?:or)?d)?|pwd|pw)|密码|口令)[ \t]{1,2}["']?)(${WORD}{4,128})`,
  'giu',
);
/** From the old one to the new one; one of both may be hidden already. */
const FROM_TO = new RegExp(
  String.raw`(${NAME}[^\n]{0,40}?(?:(?<![A-Za-z])from[ \t]|[从從由自])[ \t]{0,2}${QUOTES}?)(${WORD}{3,128}?)(${CLOSING}?[ \t]{0,2}(?:[ \t](?:in)?to[ \t]|${ARROW}|(?:修改|更改|变更|變更|更新|重置|改|换|換|变)(?:成|为|為|到)了?)[ \t]{0,2}${QUOTES}?)(${WORD}{3,128})`,
  'giu',
);
/** What stands behind the arrow of a name, or of a value that is hidden already. */
const BEHIND_ARROW = new RegExp(
  String.raw`((?:${WHAT}|${HAN})(?:[^\n]{0,40}?\*{3})?${CLOSING}?[ \t]{0,2}(?:${ARROW}|(?<=\*{3}[ \t]{0,2})(?:修改|更改|变更|更新|重置|改|换|变)(?:成|为|到)了?)[ \t]{0,2}${QUOTES}?)(${WORD}{4,256})`,
  'giu',
);
/** Of several, each: `passwords: a1, b2`. */
const SEVERAL = new RegExp(
  String.raw`((?:(?<![A-Za-z])(?:passw(?:or)?ds|tokens|secrets|passcodes|passphrases)|${HAN})[^\n]{0,60}?\*{3}${CLOSING}?[ \t]{0,2}(?:[,，、;；|/和或及]|(?:and|or)[ \t])[ \t]{0,2}${QUOTES}?)([!#$%&*+.0-9?@A-Z^_a-z~-]{4,128})(?![=:(])`,
  'giu',
);

const CODE = String.raw`(?:\*{3}|(?=[A-Za-z-]{0,32}\d)[A-Za-z0-9]{3,12}(?:-[A-Za-z0-9]{3,12}){0,4})(?![\w-])`;
const BETWEEN = String.raw`[ \t\r\n,;，、；|/]{1,8}(?:[-*•][ \t]|\d{1,2}[.)、][ \t]{0,2})?`;
/** Codes that let somebody in who has lost the phone. */
const CODES = new RegExp(
  String.raw`((?:(?<![A-Za-z])(?:backup|recovery|scratch|rescue|emergency|2fa|mfa|one-?time)[ _-]?(?:backup[ _-]|recovery[ _-])?(?:codes?|keys?)|(?:备用|恢复|救援|备份|应急)(?:验证|登录)?(?:码|代码|密钥))(?:[ \t](?:are|is|for[ \t][^\s:]{1,64})){0,2}[ \t]{0,2}[:：=是为]?)((?:(?:${BETWEEN})${CODE}|(?<=[:：=是为])${CODE}){1,32})`,
  'giu',
);
const ONE_CODE = /(?<![A-Za-z0-9-])(?!\d{1,2}[.)、])[A-Za-z0-9]{3,12}(?:-[A-Za-z0-9]{3,12}){0,4}/g;

/** `value="…" key="ApiSecret"`: the other order is read by its name. */
const VALUE_FIRST =
  /(\bvalue[ \t]{0,2}=[ \t]{0,2}(["']))(?!\*{3})([^"'\n<>]{1,256})(?=\2[ \t]{1,4}(?:key|name)[ \t]{0,2}=[ \t]{0,2}["'][\w.:-]{0,64}(?:secret|passw(?:or)?d|pwd|token|api_?key|credential)["'])/gi;
/** The number on the back of a card. */
const CARD_CODE =
  /((?<![A-Za-z])(?:cvv2?|cvc2?)(?:[ \t]{0,2}(?:code|码))?[ \t]{0,2}(?:[:：=是为]|is)?[ \t]{0,2})\d{3,4}(?![\d.])/gi;

const GATE = new RegExp(
  String.raw`passw|pwd|pass |secret|token|key|credential|creds?\b|auth|log(?:in|on)|sign|user|value|cv[vc]|code|[码碼令钥鑰密杖证據据證号匙]`,
  'iu',
);

const isChosen = (value: string): boolean => value.length >= 4 && looksChosen(value.replace(/[.,:;!?]+$/, ''));
/** More than what a path or a time has: `login bob/inbox2`. */
const isStrong = (value: string): boolean =>
  isChosen(value) && value.length >= 6 && /\d/.test(value) && /[A-Z!#$%^&*?@~]/.test(value) && !/[/:]/.test(value);
const isHidden = (value: string): boolean => /^\*{3}/.test(value);
const withoutEnd = (value: string): string => /[.,:;]*$/.exec(value)?.[0] ?? '';

/** Arrows also lead from step to step: `login → token → session2`. */
const isBehindArrow = (value: string, before: string): boolean =>
  /^\d{4,12}$/.test(value) ||
  (isChosen(value) &&
    value.length >= 6 &&
    /\d/.test(value) &&
    (/passw|pwd|密[码碼]|口令|\*{3}/i.test(before) ||
      value.length >= 16 ||
      /[A-Z].*[a-z]|[a-z].*[A-Z]|[!#$%^&*?@~]/.test(value)));

const hideLast = (text: string, pattern: RegExp, is: (value: string, before: string) => boolean): string =>
  text.replace(pattern, (match: string, before: string, value: string) =>
    is(value, before) ? `${before}***${withoutEnd(value)}` : match,
  );

export const hidePairs = (text: string): string => {
  if (!GATE.test(text)) return text;
  let hidden = hideLast(text, USER_SLASH, isStrong);
  hidden = hideLast(hidden, USER_PASS, (value) => value.length >= 6 && isChosen(value));
  hidden = hidden.replace(FROM_TO, (match: string, before: string, from: string, between: string, to: string) =>
    (isHidden(from) || isChosen(from) || isChosen(to)) && !(isHidden(from) && isHidden(to))
      ? `${before}***${between}***${withoutEnd(to)}`
      : match,
  );
  hidden = hideLast(hidden, BEHIND_ARROW, isBehindArrow);
  hidden = hideLast(hidden, SEVERAL, (value) => isChosen(value) && /\d/.test(value) && value.length >= 6);
  hidden = hidden.replace(
    CODES,
    (_match: string, before: string, list: string) => `${before}${list.replace(ONE_CODE, '***')}`,
  );
  return hidden.replace(VALUE_FIRST, '$1***').replace(CARD_CODE, '$1***');
};
