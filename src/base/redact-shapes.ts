/**
 * Secrets that are known by their own shape or place: keys of vendors, headers, addresses with a password in them.
 * Each pattern begins where a word begins or has bounded repeats: text of any length is read in linear time.
 */

/** Where a word begins; also after `\n` in an escaped text and after `%3D`. */
const WORD = String.raw`(?:(?<![A-Za-z0-9_])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))`;
const SLASH = '(?:/|%(?:25){0,2}2[Ff])';

type Rule = readonly [pattern: RegExp, replacement: string | ((match: string, ...groups: string[]) => string)];

/** Prefixes that their vendors chose so that keys can be found; the prefix stays. */
const PREFIXED: readonly (readonly [prefix: string, rest: string])[] = [
  // OpenAI, Anthropic, DeepSeek, Moonshot, OpenRouter, Stripe
  ['(?:sk|pk|rk)[-_](?:(?:ant|proj|or|live|test|svcacct|admin)[-_])?', '[A-Za-z0-9_-]{12,}'],
  // GitHub, GitLab, Slack, npm, PyPI, Docker
  ['gh[pousr]_', '[A-Za-z0-9_]{12,}'],
  ['github_pat_', '[A-Za-z0-9_]{12,}'],
  ['gl(?:pat|dt|rt|ptt|ft|soat|cbt|agent|imt)-', '[A-Za-z0-9_.-]{12,}'],
  ['xox[a-z](?:[.-]xox[a-z])?-', '[A-Za-z0-9-]{8,}'],
  ['xapp-', '[A-Za-z0-9-]{8,}'],
  ['(?:npm|hf|gsk|r8|dckr_pat|whsec|tgp_v1)_', '[A-Za-z0-9_-]{16,}'],
  ['(?:pypi|xai|pplx|nvapi|tvly|fc|r2|csk|jina|lin_api|ntn)[-_]', '[A-Za-z0-9_-]{20,}'],
  ['do[por]_v1_', '[a-f0-9]{32,}'],
  ['SG\\.', '[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}'],
  // Google
  ['AIza', '[A-Za-z0-9_-]{30,}'],
  ['ya29\\.', '[A-Za-z0-9_.-]{16,}'],
  ['GOCSPX-', '[A-Za-z0-9_-]{16,}'],
  ['1//0', '[A-Za-z0-9_-]{20,}'],
  // AWS, Aliyun, Tencent, Volcengine, Baidu
  ['(?:AKIA|ASIA|ABIA|ACCA)', '[A-Z0-9]{12,}'],
  ['LTAI', '[A-Za-z0-9]{8,}'],
  ['STS\\.', '[A-Za-z0-9_-]{16,}'],
  ['AKID', '[A-Za-z0-9]{12,}'],
  ['AKLT', '[A-Za-z0-9_-]{16,}'],
  ['bce-v3/', '[A-Za-z0-9/_-]{16,}'],
  // Feishu's tenant, user, refresh, app and card tokens
  ['(?:t|u|ur|a|c)-', '(?=[A-Za-z]{0,40}\\d)[A-Za-z0-9_.~]{24,}'],
];

const SHAPES: readonly Rule[] = [
  // A private key, however its line ends are written, also when its end is missing; its lines stay lines.
  [
    /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)([\s\S]*?)(-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    (_match, begin, body, end) => `${begin}${starsOnEachLine(body)}${end}`,
  ],
  // The inner lines of one, alone: nothing else fills a whole line of this length with all three kinds of characters.
  [/^(?=[a-z0-9+/]{0,80}[A-Z])(?=[A-Z0-9+/]{0,80}[a-z])(?=[A-Za-z+/]{0,80}\d)[A-Za-z0-9+/]{60,80}={0,2}(?=\r?$)/gm, '***'],
  // JSON web tokens; signed or not, whole or cut
  [new RegExp(`${WORD}eyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]{0,}){1,4}`, 'g'), '***'],
  // One pattern for all of them: each is tried at each character of each line.
  [new RegExp(`${WORD}(?:${PREFIXED.map(([prefix, rest]) => `(${prefix})${rest}`).join('|')})`, 'g'), (_match, ...groups) => `${groups.find((group) => group !== undefined)}***`],
  // Telegram, Discord, Zhipu
  [new RegExp(String.raw`(?<![A-Za-z0-9_])((?:bot)?\d{6,12}(?::|%3[Aa]))[A-Za-z0-9_-]{30,}`, 'g'), '$1***'],
  [new RegExp(String.raw`${WORD}[A-Za-z0-9_-]{23,30}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}`, 'g'), '***'],
  [new RegExp(String.raw`${WORD}[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])`, 'g'), '***'],
  // The words after a scheme's name, unless they go on with a sentence
  [
    /\b(Bearer|Basic)((?:[ \t]|%20){1,4})(?!(?:auth(?:entication|orization)?|credentials?|tokens?|required|information|requests?|challenge|invalid|missing|expired|support(?:ed)?|settings|functions?|configuration|operations?|realm|error|scheme|headers?|is|was|not|for)\b)[A-Za-z0-9._~+/=-]{6,}/gi,
    '$1$2***',
  ],
  [/\b(QQBot)([ \t]{1,4})(?=[A-Za-z._~+/=-]{0,60}\d|[A-Za-z._~+/=-]{16})[A-Za-z0-9._~+/=-]{8,}/g, '$1$2***'],
  [/\b(Bot[ \t]{1,4}\d{6,12}\.)[A-Za-z0-9_-]{8,}/g, '$1***'],
  // Webhook addresses: the last part is the secret
  [new RegExp(`(open-apis${SLASH}bot${SLASH}(?:v\\d${SLASH})?hook${SLASH})[A-Za-z0-9_-]{4,}`, 'gi'), '$1***'],
  [new RegExp(`(flow${SLASH}api${SLASH}trigger-webhook${SLASH})[A-Za-z0-9_-]{4,}`, 'gi'), '$1***'],
  [new RegExp(`(hooks\\.slack(?:-gov)?\\.com${SLASH}[a-z]{1,16}${SLASH})[A-Za-z0-9_/%-]{4,}`, 'gi'), '$1***'],
  [new RegExp(`(api${SLASH}webhooks${SLASH}\\d{1,24}${SLASH})[A-Za-z0-9_-]{4,}`, 'gi'), '$1***'],
  [/(\.office(?:365)?\.com\/webhook(?:b2)?\/)[A-Za-z0-9@_/-]{4,}/gi, '$1***'],
  [/((?:sctapi|sc)\.ftqq\.com\/|api\.day\.app\/|hc-ping\.com\/|\/bot-webhook\/)[A-Za-z0-9_-]{6,}/gi, '$1***'],
  // user:password@ in addresses, also without a user; a password may hold a slash when what follows the colon is no port
  [/(:\/\/)[^\s/?#:@"'<>]{0,256}:[^\s/?#"'<>]{1,512}@/g, '$1***:***@'],
  [/(:\/\/)[^\s/?#:@"'<>]{0,256}:(?!\d{1,5}(?:[/?#\s"'<>]|$))[^\s@"'<>]{1,256}@/g, '$1***:***@'],
  [/(:\/\/)[^\s/?#:@"'<>]{16,256}@/g, '$1***@'],
  [/(%3[Aa]%2[Ff]%2[Ff])[^\s/?#:@&%"'<>]{0,256}(?::|%3[Aa])[^\s/?#&"'<>]{1,256}?(?:@|%40)/g, '$1***:***@'],
  // user:password on a command line
  [/((?<![\w-])(?:-u|--user|--proxy-user)[ =]["']?)[^\s:"']{1,128}:[^\s"']{1,256}/g, '$1***:***'],
  [/(\bredis-cli\b[^\n|;]{0,80}? (?:-a|--pass) )[^\s]{1,256}/g, '$1***'],
  [/(\bmysql(?:dump|admin)?\b[^\n|;]{0,120}? -p)[^\s'",;)-][^\s]{0,256}/g, '$1***'],
  [/(\bsshpass[ \t]{1,4}-p[ \t]{0,4})(?!\*{3})[^\s]{1,256}/g, '$1***'],
  // Query parameters whose names say too little elsewhere
  [
    /([?&;](?:amp;)?(?:key|sig|sign|signature|auth|pass|code|sk|ak|sid|hmac|jwt|state_token|q-signature|x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|x-oss-signature|ossaccesskeyid|awsaccesskeyid)=)(?!\*{3}|\d{1,6}(?:[\s&"'<>#]|$))[^\s&"'<>#]{4,}/gi,
    '$1***',
  ],
  // Cookies as the libraries print them
  [/(<Cookie [\w.-]{1,64}=)[^\s<>]{1,}/g, '$1***'],
];

/** @returns `body` with `***` for what stands on each line, whether the line ends are real or written as `\n`. */
const starsOnEachLine = (body: string): string => body.replaceAll(/[^\n]+/g, (line) => (/[A-Za-z0-9]/.test(line) ? '***' : line));

export const hideShapes = (text: string): string => {
  let hidden = text;
  for (const [pattern, replacement] of SHAPES) hidden = hidden.replace(pattern, replacement as string);
  return hidden;
};
