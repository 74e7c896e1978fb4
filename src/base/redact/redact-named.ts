/**
 * Values that a name gives away: `app_secret=…`, `"token":"…"`, `--password …`, in JSON, Python, YAML, environment,
 * header, XML and url-encoded spelling. The name is found by a pattern; its value's end is found by reading on from
 * there, once, so that a text of any length is read in linear time.
 */

import { SUFFIX } from './redact-sentences.ts';

const VENDORS =
  'openai|anthropic|claude|deepseek|moonshot|kimi|gemini|google|qwen|dashscope|aliyun|zhipu|glm|minimax|groq|mistral|tavily|brave|serper|azure|volc|ark|hunyuan|siliconflow|openrouter|xai|feishu|lark|qqbot|dingtalk|wecom|telegram|discord|slack';
const KEYS = `api|access|private|encrypt|encryption|secret|signing|sign|app|aes|master|account|shared|storage|license|webhook|service|client|consumer|deploy|ssh|jwt|session|verify|verification|hmac|rsa|tls|ssl|subscription|auth|bot|${VENDORS}`;
/** What a name ends with. The first group may follow anything, the short ones only what is no letter. */
export const NAME = [
  `secrets?|passw(?:or)?ds?|passphrase|passcode|(?:${KEYS})[_ -]?keys?|access[_-]?key[_-]?(?:id|secret)|secret[_-]?(?:id|key)|tokens?|tickets?|credentials?|authorization|set-cookie|cookies?|signature|client[_-]assertion|(?:verification|verify|auth|authorization|device|pairing|invite|sms|one-?time)[_ -]?code|code_verifier|sessdata|jsessionid|phpsessid|connect\\.sid|口令|密码|密碼|密钥|密鑰|秘钥|私钥|令牌|权杖|凭证|凭据|[验驗][证證][码碼]|授[权權][码碼]|校验码|动态[密口]?[码令]|提取码|安全码|密[ \\u3000]码|パスワード|비밀번호|пароль|contraseña|passwort|kennwort`,
  '(?<![A-Za-z])(?:pwd|pw|pass|psk|sk|otp|totp|jwt|bearer|sig|sign|hmac|p?_?skey|_auth)',
].join('|');

const QUOTE = String.raw`(?:\\{0,8}["'\x60]|&quot;|&#3[49];|\\u002[27]|%(?:25){0,2}2[27])`;
const EQUALS = String.raw`(?:=>|:=|={1,3}|:|：|＝|%(?:25){0,2}3[AaDd])`;
const SPACE = String.raw`(?:[ \t]|%20){0,8}`;

/** A name and what stands between it and its value. */
const NAMED = new RegExp(
  [
    String.raw`(?<name>${NAME})(?:${SUFFIX}${QUOTE}?\]?(?:${SPACE}[（(][^）)\n]{1,24}[）)])?${SPACE}${EQUALS}${SPACE}`,
    // Lists of headers and command lines
    String.raw`|(?<=authorization|cookie|--[\w-]{1,40})["']\)?,[ \t]{0,3}(?=[bu]?["'])`,
    // `--no-ask-password kill` takes no value
    String.raw`|(?<=(?<![\w-])--?(?!no-)[A-Za-z][\w-]{0,40})[ \t]{1,4}(?!-|\|)`,
    // <add key="…" value="…"/>, {"name": "…", "value": "…"}, and an environment in YAML
    String.raw`|${QUOTE}?[ \t]{0,4}[,;]?[ \t\r\n]{1,40}${QUOTE}?(?:value|val|content)${QUOTE}?${SPACE}${EQUALS}${SPACE}`,
    String.raw`|${QUOTE},${QUOTE}(?:value|val|content)${QUOTE}${SPACE}${EQUALS}${SPACE}`,
    // <entry key="…">…</entry>, <setting name="…"><value>…</value>
    String.raw`|(?<=\b(?:key|name)=["'][\w.:-]{0,64})["'][^<>\n/]{0,40}>(?:[ \t\r\n]{0,40}<value>)?`,
    // <token>…</token>, and <key>…</key><string>…</string> of a plist
    String.raw`|(?<=<[\w:-]{0,40})>|<\/key>[ \t\r\n]{0,40}<string>)`,
  ].join(''),
  'gi',
);

/** Schemes stay, what follows them is the secret. */
const SCHEME =
  /(?:Bearer|Basic|QQBot|Bot|Token|Digest|Negotiate|ApiKey|OAuth|[A-Z\d]{2,5}-HMAC-SHA\d{1,3}|HMAC-SHA\d{1,3})(?:[ \t]|%20|\+){1,4}/iy;
const OPENING = new RegExp(`[bfru]{0,2}(?<quote>${QUOTE})`, 'iy');
const BLOCK_SCALAR = /[|>][-+]?[ \t]*\r?\n[ \t]+/y;
const LIST = /[[{]/y;
/** A comma or an ampersand ends a value only when another name follows, or nothing. */
const BARE =
  /(?:[^\s"'`&,;()<>{}[\]|\\%]|[&,](?!(?:amp;)?[\w.%-]{1,64}[=:]|[\s"'[{]|$)|\\(?!["'nrt])|%(?!(?:25){0,2}(?:2[26]|3[Bb])))+/y;
const LINE = /[^\n\r"'`]+/y;
const UP_TO_TAG = /[^<\n]+/y;

/** Words that say that there is no value, or how it fared; in code, what stands for one. */
export const NOT_A_SECRET =
  /^(?:\*+|#\d+|passw(?:or)?ds?|secrets?|tokens?|keys?|null|nil|none|undefined|true|false|yes|no|ok|n\/a|\$\{\w+\}|\{\w[\w.]*\}|file:[~./].*|<\w+>|\[?redacted\]?|SecretStr|string|str|bytes|object|unset|empty|missing|absent|present|set|required|optional|configured|unknown|hidden|masked)$/i;
const PROSE =
  /^(?:https?(?:\/[\d.]+)?|expired?|invalid|missing|required|errors?|fail(?:ed|ure|s)?|timed?|timeout|network|connect(?:ion|ed)?|cannot|can|could|unknown|unset|empty|refresh(?:ed|ing)?|fetch(?:ed|ing)?|obtained|received|valid|wrong|incorrect|rejected|refused|denied|unauthorized|forbidden|not|please|must|should|check|needs?|needed|the|this|that|your|unavailable|waiting|retry(?:ing)?|using|from|will|with|when|server|client|status|response|request|code|await|async|new|return|lambda|if|is|was|has|traceback|[A-Za-z.]{1,60}(?:error|exception))$/i;
const CODE =
  /^(?:(?:self|this|config|cfg|conf|settings|options|opts|args|kwargs|data|resp|response|result|body|payload|params|os|process|env|environ|ctx|context|state|req|request)(?:[.[(]|$)|(?:[a-z]{1,30}[_.])+[a-z_]{0,30}\(|_*(?:get|fetch|ensure|read|load|make|build|resolve|create)[A-Z_]\w{0,40}\()/;
/** What the file system says of a file with such a name. */
const ERRNO = /^E[A-Z]{3,14}$/;
/** Counts of a model's tokens, and close codes. */
const COUNT = /^[~\d][\d,./kKmM%]{0,12}$/;
const LONGEST_WORD = 64;

const at = (pattern: RegExp, text: string, from: number): RegExpExecArray | null => {
  pattern.lastIndex = from;
  return pattern.exec(text);
};

/** @returns where a quoted value ends: at its quote with no more backslashes before it, or with the line. */
const endOfQuoted = (text: string, from: number, quote: string): number => {
  const backslashes = quote.length - 1;
  const mark = quote.at(-1) ?? '';
  for (let index = from, before = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\n') return index;
    if (character === mark && (before <= backslashes || (backslashes === 0 && before % 2 === 0)))
      return index - Math.min(before, backslashes);
    before = character === '\\' ? before + 1 : 0;
  }
  return text.length;
};

/** @returns where a value in `&quot;`, `%22` or `\u0022` ends. */
const endOfEncoded = (text: string, from: number, quote: string): number => {
  const end = text.indexOf(quote, from);
  const value = text.slice(from, end < 0 ? text.length : end);
  const line = value.indexOf('\n');
  return from + (line < 0 ? value.length : line);
};

interface Value {
  readonly from: number;
  readonly to: number;
  readonly quoted: boolean;
}

const readValue = (text: string, name: string, separator: string, begin: number): Value => {
  const scheme = at(SCHEME, text, begin)?.[0] ?? '';
  const opening = scheme === '' ? at(OPENING, text, begin) : null;
  const quote = opening?.groups?.['quote'];
  if (opening && quote !== undefined) {
    const inside = begin + opening[0].length;
    const from = inside + (at(SCHEME, text, inside)?.[0].length ?? 0);
    const to = /^\\*["'`]$/.test(quote) ? endOfQuoted(text, from, quote) : endOfEncoded(text, from, quote);
    return { from, to, quoted: true };
  }
  if (separator.endsWith('>') && !separator.endsWith('=>')) return until(UP_TO_TAG, text, begin);
  const block = at(BLOCK_SCALAR, text, begin);
  if (block) return until(LINE, text, begin + block[0].length);
  if (/s$/i.test(name) && at(LIST, text, begin)) {
    // `cookies={…}`, `api_keys: […]`: all that is inside; of other objects each name speaks for itself.
    const isList = text[begin] === '[';
    if (isList || /cookies$/i.test(name)) return until(isList ? /[^\]\n]+/y : /[^}\n]+/y, text, begin + 1);
  }
  const from = begin + scheme.length;
  if (/cookie$/i.test(name) && !separator.includes('=')) return until(LINE, text, from);
  if (/HMAC|Digest/i.test(scheme)) return until(LINE, text, from);
  return until(BARE, text, from);
};

const until = (pattern: RegExp, text: string, from: number): Value => ({
  from,
  to: from + (at(pattern, text, from)?.[0].length ?? 0),
  quoted: false,
});

const SHORT_NAME = /^(?:pass|sig|signature|otp|totp|.*code|验证码)$/i;

/** @returns whether what stands there is a secret by all that can be told. */
const isSecret = (text: string, name: string, separator: string, { from, to, quoted }: Value): boolean => {
  const length = to - from;
  if (length === 0) return false;
  if (length > LONGEST_WORD) return true;
  const value = text.slice(from, to).trim();
  // `sk-***`: its shape has been hidden already, and says what it was.
  if (value === '' || value === name || /^[\w.:/-]{0,12}\*{3}/.test(value) || NOT_A_SECRET.test(value)) return false;
  if (/^tokens?$/i.test(name) && COUNT.test(value)) return false;
  // The shell's working folder.
  if (name === 'PWD' && /^[/~.]/.test(value)) return false;
  if (/^(?:sign|hmac)$/i.test(name) && length < 16) return false;
  if (/^cookies$/i.test(name) && /^\d{1,4}$/.test(value)) return false;
  // A session's key that names a chat leads nowhere without a login, and diagnosis needs it.
  if (/^session/i.test(name) && value.startsWith('agent:')) return false;
  if (/^sk$/i.test(name) && !(length >= 8 && /\d/.test(value) && /[a-z]/i.test(value))) return false;
  if (quoted) return true;
  // `pass: 12, fail: 0`
  if (/^pass$/i.test(name)) return /[a-z]/i.test(value) && /\d|[!#$%^*]/.test(value);
  if (/^\s*$/.test(separator) && /^(?:\[|<|is$|was$|and$|or$|in$|for$|to$)/.test(value)) return false;
  if (CODE.test(text.slice(from, to + 1))) return false;
  const word = value.replace(/[.:!]+$/, '');
  if (PROSE.test(word) || ERRNO.test(word)) return false;
  return /^(?:passw|pwd|pw$|psk|口令|密码)/i.test(name) || SHORT_NAME.test(name) ? true : length >= 4;
};

export const hideNamed = (text: string): string => {
  let hidden = '';
  let kept = 0;
  NAMED.lastIndex = 0;
  for (let found = NAMED.exec(text); found; found = NAMED.exec(text)) {
    const name = found.groups?.['name'] ?? '';
    const begin = found.index + found[0].length;
    const separator = found[0].slice(name.length);
    const value = readValue(text, name, separator, begin);
    if (isSecret(text, name, separator, value)) {
      hidden += `${text.slice(kept, value.from)}***`;
      kept = value.to;
    }
    // A value that is no secret may contain names itself. It is short, or was left alone at its first character.
    NAMED.lastIndex = Math.max(begin, kept);
  }
  return hidden + text.slice(kept);
};
