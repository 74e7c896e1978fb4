/**
 * Secrets in sentences, which people write, and programs to people: "the password is …", 密码是 …, "use code 482913".
 * Words stand where other texts have a colon, so the value has to look like one, unless it is in quotes or the words
 * leave no doubt.
 */

/** English, and some of what else is spoken. */
export const WHAT = String.raw`passw(?:or)?ds?|pass[ -]?(?:phrases?|codes?|keys?)|pwd|access[_-]?key[_-]?secret|secret[_-]?access[_-]?key|(?:api|access|secret|private|signing|encryption|encrypt|auth|app|client|bot|service|webhook|license|shared|account|security|session|master)[ _-]?(?:keys?|secrets?|tokens?)|secrets?|tokens?|credentials?|contraseña|passwort|kennwort|mot de passe|пароль|パスワード|비밀번호`;
export const HAN = String.raw`密[ \u3000]?[码碼]|[密口][令钥鑰]|[密秘私公]?[钥鑰匙][匙]?|秘[钥鑰]|私[钥鑰]|令牌|[权權]杖|授[权權][码碼]|提取[码碼]|[校验驗][验驗][码碼]|凭[证據据]|憑證|暗号`;
const CODE = String.raw`(?:verification|verify|security|confirmation|login|log-?in|sign-?in|authentication|auth|one-?time|sms|2fa|mfa|backup|recovery|access|pairing)[ _-]?(?:code|pin|passcode|password)s?|otp|totp|passcode|pin(?:[ -]?code|[ ]?码)|pin(?=[ \t]{0,3}(?:is\b|was\b|[:：=是为改已设]))|(?<!(?:gpio|io|header|connector|analog|digital|chip)[ _-])pin(?=[ \t]{1,2}#?\d{4,8}(?![\d.]))|(?<=your )pin|验证码|驗證碼|校验码|动态(?:密码|码|口令)|(?:安全|短信|随机|提取|取件|激活|兑换|邀请|口令|解锁|开锁|门禁|取款|交易|登录|登陆|确认)码`;

const VERBS = String.raw`(?:[ \t]{1,3}(?:is|was|are|were|has|have|had|been|being|be|will|now|set|changed|reset|updated|rotated|to|as|again|still|just|called)){1,7}`;
const OF_WHOM = String.raw`(?:[ \t](?:for|of|on|to)(?:[ \t][^\s:=]{1,64}){1,4}?){0,2}`;
const OPEN = String.raw`["'“‘「『《【(（\x60]?`;
/** No quote, no bracket, nothing but ASCII: a Chinese sentence goes on behind it. */
const SIGN = String.raw`[!#$%&*+./0-9:;<=?@A-Z\\^_a-z|~-]`;
const VALUE = `${SIGN}{3,256}`;
/** `secret_key_base`, `api_key_prod` */
export const SUFFIX =
  '(?:[_-](?:base|value|data|string|prod|production|dev|staging|test|live|main|old|new|current|primary|secondary|v?\\d{1,2})){0,2}';

const SAID = new RegExp(
  String.raw`(?<![A-Za-z])(?<what>${WHAT})(?<gap>${OF_WHOM}${VERBS}(?:[ \t]{0,2}:)?[ \t]{1,3}(?<open>${OPEN}))(?<value>${VALUE})`,
  'giu',
);
/** Nothing stands between. */
const BESIDE = new RegExp(
  String.raw`(?<![A-Za-z])(?<what>(?:${WHAT})${SUFFIX})(?<gap>[ \t]{1,2}(?<open>["']?))(?<value>${VALUE})`,
  'giu',
);
const SAID_HAN = new RegExp(
  String.raw`(?<what>(?:${HAN})|(?<![A-Za-z])(?:${WHAT})(?=[ \t]{0,2}[是为為被已改设設]))(?<gap>[ \t]{0,2}(?<verb>(?:已|被|现在?|現在?|均|都|新|经)?(?:修改|改|设置?|設置?|重置|更新|变更|變更|换|換|定)?(?:是|为|為|成|到|叫|如下)?了?)[ \t]{0,2}(?<mark>[:：=＝]?)[ \t]{0,2}(?<open>${OPEN}))(?<value>${VALUE})(?!${SIGN})(?![ \t]?[位个個次分秒天字条條种種号年月日])`,
  'giu',
);
const SAID_CODE = new RegExp(
  String.raw`(?<![A-Za-z])(?<what>${CODE})(?<gap>[ \t]{0,3}(?:is|are|was|now|(?:has been |was )?(?:changed|set|reset) to|:|：|=|(?:已|被)?(?:修改|更新|重置|设置?|改|换)?(?:是|为|為|成|到)了?|#|，|→)?[ \t]{0,3}${OPEN})(?<value>\d{3}[ -]\d{3,4}|\d{4,8}|[A-Z2-9]{4}-[A-Z2-9]{4}|(?=[A-Za-z-]{0,32}\d)[A-Za-z0-9]{3,8}(?:-[A-Za-z0-9]{3,8}){1,4}|(?=[A-Za-z]{0,8}\d)[A-Za-z0-9]{4,8})(?![A-Za-z0-9]|-[A-Za-z0-9])`,
  'giu',
);

/** Of any writing, in brackets, where words leave no doubt that it is the value. */
const SAID_IN_BRACKETS = new RegExp(
  String.raw`((?:${HAN})[ \t]{0,2}(?:已|被|现在?|現在?)?(?:修改|改|设置?|設置?|重置|更新|换|換)?(?:是|为|為|成|到|叫|[:：=＝])了?[ \t]{0,2}[「『“‘《【])(?!\*{3})[^」』”’》】\n]{1,64}`,
  'gu',
);
/** In quotes, blanks and all: `passphrase "…"`, `the password for x is '…'`. */
const QUOTED = new RegExp(
  String.raw`(?<![A-Za-z])(?<what>${WHAT}|密码短语|密码|口令)(?<gap>${OF_WHOM}(?<verb>${VERBS})?(?:[ \t]{0,2}[:：=])?[ \t]{0,3}(?<open>["“‘「'\x60]))(?<value>(?!\*{3})[^"”’」'\x60\n]{3,128})(?=["”’」'\x60])`,
  'giu',
);
/** Chinese words and then letters or digits, which no sentence has. */
const MIXED_HAN = new RegExp(
  String.raw`(?<what>${HAN})(?<gap>[ \t]{0,2}(?:[:：=＝]|(?:已|被|现在?)?(?:修改|改|设置?|重置|更新|换)?(?:是|为|為|成|到|叫)了?)[ \t]{0,2})(?<value>(?:${SIGN}{0,32}(?!(?:在|用|由|从|给|不|没|否|错|无|空|什|怎|哪|必|可|通|存|个|一个|对|长|有|要|以|被|已|按|跟|和|与|放|写|指|来|因|当|按|该|你|我|他|请|的|了))\p{sc=Han}{1,16}${SIGN}{2,64}))(?![\p{sc=Han}A-Za-z0-9])`,
  'giu',
);
/** Codes that mail services give to programs: 16 letters, or four times four of them. */
const MAIL_CODE =
  /((?:授[权權][码碼]|(?<![A-Za-z])(?:app(?:lication)?[ -]?(?:specific )?password|authori[sz]ation code)|(?:应用|专用|客户端)密码)[ \t]{0,2}(?:[:：=是为]|is)?[ \t]{0,2})(?:[a-z]{16}(?![A-Za-z])|[a-z]{4}(?:[ -][a-z]{4}){3}(?![A-Za-z]))/gu;
/** Digits right behind it: 支付密码 135790. */
const DIGITS_HAN =
  /((?:密[ \u3000]?[码碼]|口令)[ \t]{0,2})\d{4,12}(?![\d.:/-]|[ \t]?[位个個次分秒天字条條种種号年月日])/gu;

/** The code before its name: "482913 is your login code", 482913 是您的验证码. */
const CODE_FIRST = new RegExp(
  String.raw`(?<![\dA-Za-z._/:-])(?:\d{3}[ -]\d{3}|\d{4,8})(?=[ \t]{0,2}(?:(?:is|as)(?![A-Za-z])|[是为為（(])[^\n\d]{0,20}?(?<![A-Za-z])(?:${CODE})(?![A-Za-z]))`,
  'giu',
);

/** Of these the whole line is the value. */
const PHRASE =
  /((?<![A-Za-z])(?:pass[ _-]?phrase|mnemonic|(?:seed|recovery|secret)[ _-]?(?:phrase|words)|助记词|助記詞)(?:[ \t]{1,2}(?:is|for[ \t][^\s:]{1,64}))?[ \t]{0,2}[:：=][ \t]{0,3})(?!\*{3})(?=[A-Za-z0-9])((?!(?:required|missing|invalid|empty|none|null|not|wrong|unset|incorrect)\b)[^\n"']{4,256})/giu;

const GATE =
  /pin(?:[ -]?code| ?码|[ \t]{0,3}(?:is\b|was\b|[:：=是为改已设#\d]))|your (?:\w{1,20} )?pin\b|pass|pwd|secret|token|key|credential|code|otp|contraseña|kennwort|пароль|パスワード|비밀번호|mnemonic|phrase|[码碼令钥鑰牌杖证據据證号詞词]/iu;

/** Names of algorithms, versions and formats have letters and digits as well. */
const TECHNICAL =
  /^(?:oauth[12]?|sha-?\d+(?:-\w+)?|md5|aes-?\d*(?:-\w+)?|rsa-?\d*|base(?:32|58|64)|utf-?8|ascii|http\/?[\d.]*|https?|tls\S*|ssl\S*|ipv[46]|ed25519|es\d+|hs\d+|rs\d+|ps\d+|x\.?509|pkcs\S*|[2m]fa|s3|k8s|e2ee?|v\d[\d.]*\w{0,4}|p\d+|id\d*|\w+\.(?:py|ts|js|go|rs|java|json|ya?ml|toml|env|log|txt|pem|key|conf|cfg|md|sh)|\d+(?:st|nd|rd|th)|\d[\d.,]*(?:ms|us|ns|s|m|h|d|min|sec|k|kb|mb|gb|x|%)?)$/i;
const WORDS =
  /^(?:\*+|null|nil|none|undefined|true|false|yes|no|ok|empty|missing|invalid|valid|required|optional|expired|wrong|incorrect|correct|not|set|unset|unknown|hidden|masked|redacted|disabled|enabled|rejected|refused|denied|accepted|error|failed|default|string|root|here|there|the|this|that|and|or|for|from|with|file|env|type|name|length|hash|hashed|encrypted|plain|auth|bearer|basic|\w*(?:secret|key|token|passw(?:or)?d|pwd)s?)$/i;

/** As one would choose a password: letters and digits, capitals inside, or a sign. */
export const looksChosen = (value: string): boolean => {
  if (TECHNICAL.test(value) || WORDS.test(value) || /^[~./\\]|:\/\/|\*{3}|^<.*>$|^\$\{|^https?:/.test(value))
    return false;
  const hasLetter = /[a-z]/i.test(value);
  if (!hasLetter) return false;
  return (
    /\d/.test(value) || (value.length >= 8 && /[a-z][A-Z]/.test(value)) || /[!#$%&*+=?@^~]/.test(value.slice(0, -1))
  );
};

/** Punctuation of the sentence is not of the value. */
const bare = (value: string): string => value.replace(/[.,:;!?)\]}>]+$/, '');
/** A mark at the end may be one of the password's. */
const behind = (value: string): string => /(?:[.,:;)\]}>]+)?$/.exec(value)?.[0] ?? '';

const isWord = (value: string): boolean => WORDS.test(value) || TECHNICAL.test(value) || /^\*{3}|\*{3}$/.test(value);

type Found = Readonly<Record<'what' | 'gap' | 'open' | 'value' | 'verb' | 'mark', string | undefined>>;
type Judge = (found: Found, value: string) => boolean;

const isSaid: Judge = ({ open }, value) => (open ? !isWord(value) : value.length >= 4 && looksChosen(value));
/** Sentences about a password are in quotes as well. */
const SENTENCE =
  /(?:^|\s)(?:must|is|are|was|not|no|cannot|can|should|required|invalid|missing|field|with|for|please|does|has|have|your|this|wrong|expired)(?:\s|$)/i;
const isQuoted: Judge = ({ what = '', verb }, value) =>
  !isWord(value) &&
  !SENTENCE.test(value) &&
  (verb !== undefined || (/^(?:pass|pwd|密|口)/i.test(what) && (/\s\S+\s/.test(value) || looksChosen(value))));
const isBeside: Judge = ({ what = '' }, value) =>
  looksChosen(value) &&
  /\d/.test(value) &&
  /^[\w!#$%&*+./=?@^~-]+$/.test(value) &&
  (/^(?:pass|pwd|contra|kenn|mot|пар)/i.test(what)
    ? value.length >= 6
    : value.length >= 16 && /[A-Z].*[a-z]|[a-z].*[A-Z]|^[0-9a-f]+$|^[A-Z2-7]+$/.test(value));
const isSaidHan: Judge = ({ verb, mark, open }, value) =>
  verb || mark || open ? !isWord(value) || /^\d{4,}$/.test(value) : value.length >= 4 && looksChosen(value);

const hide = (text: string, pattern: RegExp, judge: Judge): string =>
  text.replace(pattern, (match: string, ...rest: unknown[]) => {
    const found = rest.at(-1) as Found;
    const value = bare(found.value ?? '');
    return value !== '' && judge(found, value) ? `${found.what}${found.gap}***${behind(found.value ?? '')}` : match;
  });

export const hideSentences = (text: string): string => {
  if (!GATE.test(text)) return text;
  let hidden = hide(text, SAID_CODE, () => true);
  hidden = hidden.replace(CODE_FIRST, '***').replace(SAID_IN_BRACKETS, '$1***');
  hidden = hidden.replace(MAIL_CODE, '$1***').replace(DIGITS_HAN, '$1***');
  hidden = hide(hidden, QUOTED, isQuoted);
  hidden = hide(hidden, MIXED_HAN, (_found, value) => !value.includes('***'));
  hidden = hide(hidden, SAID, isSaid);
  hidden = hide(hidden, SAID_HAN, isSaidHan);
  hidden = hide(hidden, BESIDE, isBeside);
  return hidden.replace(PHRASE, '$1***');
};
