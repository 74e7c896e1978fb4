/**
 * Secrets that are known by their own shape: private keys, web tokens, headers, addresses with a password in them.
 * Each pattern begins where a word begins or has bounded repeats: text of any length is read in linear time.
 */
import { applied, rule, type Rule } from './redact-rules.ts';
import { WORD } from './redact-tokens.ts';

const SLASH = '(?:/|%(?:25){0,2}2[Ff])';
/** What has no prefix is long. */
const LONG = /[A-Za-z0-9_~+/-]{24}/;
const KEY_ID = '(?:AKIA|ASIA|ABIA|ACCA|LTAI|AKID|AKLT)';

const RULES: readonly Rule[] = [
  // A private key, however its line ends are written, also when its end is missing; its lines stay lines.
  rule(
    /-----BEGIN /,
    /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)([\s\S]*?)(-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    (_match, begin, body, end) => `${begin}${starsOnEachLine(body)}${end}`,
  ),
  // A private key as bare base64 (PKCS#1, PKCS#8, encrypted, EC, Ed25519): what its first bytes say; certificates begin
  // otherwise
  rule(
    /MII|MIG|MH[cQ]C|MC4C|MF[EM]C/,
    `${WORD}(?:MII[A-Za-z0-9+/]{3}IBA|MII[A-Za-z0-9+/]{2,5}BgkqhkiG9w0BBQ|MH[cQ]CAQEE|MIG[A-Za-z0-9+/]AgE[AB]|MC4CAQAwBQYDK2V|MF[EM]CAQEwBQYDK2V)[A-Za-z0-9+/]{8,}={0,2}`,
    '***',
  ),
  // JSON web tokens; signed or not, whole or cut
  rule(/eyJ/, `${WORD}eyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]{0,}){1,4}`, '***'),
  // Telegram, Discord, Zhipu
  rule(LONG, String.raw`(?<![A-Za-z0-9_])((?:bot)?\d{6,12}(?::|%3[Aa]))[A-Za-z0-9_-]{30,}`, '$1***'),
  rule(LONG, String.raw`${WORD}[A-Za-z0-9_-]{23,30}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}`, '***'),
  rule(LONG, String.raw`${WORD}[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])`, '***'),
  // Terraform Cloud, Mailchimp, Azure AD, a certificate or key as Kubernetes keeps it
  rule(/\.atlasv1\./, /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{30,}/g, '***'),
  rule(/-us\d/, String.raw`${WORD}[0-9a-f]{32}(-us\d{1,2})(?![A-Za-z0-9-])`, '***$1'),
  rule(/\dQ~/, /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{30,36}(?![A-Za-z0-9_~-])/g, '***'),
  rule(/LS0tLS1/, /LS0tLS1CRUdJTi[A-Za-z0-9+/]{16,}={0,2}/g, '***'),
  // Hashes of passwords (crypt, bcrypt, Argon2): what is weak is found from them
  rule(
    /\$\w{1,20}\$/,
    /\$(?:apr1|1|2[abxy]?|5|6|7|y|gy|sha1|argon2(?:id|i|d)|pbkdf2[\w-]{0,16}|scrypt)\$[A-Za-z0-9./$=,+_-]{16,}/g,
    '***',
  ),
  // The second half of a key pair, somewhere behind the first
  rule(
    new RegExp(`${KEY_ID}\\*`),
    String.raw`(${KEY_ID}\*{3}[^\n]{0,60}?(?<![A-Za-z0-9+/_=*-]))(?=[a-z0-9+/_-]{0,64}[A-Z])(?=[A-Z0-9+/_-]{0,64}[a-z])(?=[A-Za-z+/_-]{0,64}\d)[A-Za-z0-9+/_-]{28,64}={0,2}(?![A-Za-z0-9+/_-])`,
    '$1***',
  ),
  // The words after a scheme's name, unless they go on with a sentence
  rule(
    /bearer|basic/i,
    /\b(Bearer|Basic)((?:[ \t]|%20){1,4})(?!(?:auth(?:entication|orization)?|credentials?|tokens?|required|information|requests?|challenge|invalid|missing|expired|support(?:ed)?|settings|functions?|configuration|operations?|realm|error|scheme|headers?|is|was|not|for)\b)[A-Za-z0-9._~+/=-]{6,}/gi,
    '$1$2***',
  ),
  rule(
    /QQBot/,
    /\b(QQBot)([ \t]{1,4})(?=[A-Za-z._~+/=-]{0,60}\d|[A-Za-z._~+/=-]{16})[A-Za-z0-9._~+/=-]{8,}/g,
    '$1$2***',
  ),
  rule(/Bot[ \t]/, /\b(Bot[ \t]{1,4}\d{6,12}\.)[A-Za-z0-9_-]{8,}/g, '$1***'),
  // Webhook addresses: the last part is the secret
  rule(
    /hook/i,
    new RegExp(`(open-apis${SLASH}bot${SLASH}(?:v\\d${SLASH})?hook${SLASH})[A-Za-z0-9_-]{4,}`, 'gi'),
    '$1***',
  ),
  rule(
    /trigger-webhook/i,
    new RegExp(`(flow${SLASH}api${SLASH}trigger-webhook${SLASH})[A-Za-z0-9_-]{4,}`, 'gi'),
    '$1***',
  ),
  rule(
    /hooks\.slack/i,
    new RegExp(`(hooks\\.slack(?:-gov)?\\.com${SLASH}[a-z]{1,16}${SLASH})[A-Za-z0-9_/%-]{4,}`, 'gi'),
    '$1***',
  ),
  rule(/webhooks/i, new RegExp(`(api${SLASH}webhooks${SLASH}\\d{1,24}${SLASH})[A-Za-z0-9_-]{4,}`, 'gi'), '$1***'),
  rule(/office/i, /(\.office(?:365)?\.com\/webhook(?:b2)?\/)[A-Za-z0-9@_/-]{4,}/gi, '$1***'),
  rule(
    /ftqq|day\.app|hc-ping|bot-webhook/i,
    /((?:sctapi|sc)\.ftqq\.com\/|api\.day\.app\/|hc-ping\.com\/|\/bot-webhook\/)[A-Za-z0-9_-]{6,}/gi,
    '$1***',
  ),
  // user:password@ in addresses, also without a user; a password may hold a slash when what follows the colon is no
  // port
  rule(/:\/\//, /(:\/\/)[^\s/?#:@"'<>]{0,256}:[^\s/?#"'<>]{1,512}@/g, '$1***:***@'),
  rule(/:\/\//, /(:\/\/)[^\s/?#:@"'<>]{0,256}:(?!\d{1,5}(?:[/?#\s"'<>]|$))[^\s@"'<>]{1,256}@/g, '$1***:***@'),
  rule(/:\/\//, /(:\/\/)[^\s/?#:@"'<>]{16,256}@/g, '$1***@'),
  rule(
    /%2[Ff]%2[Ff]/,
    /(%3[Aa]%2[Ff]%2[Ff])[^\s/?#:@&%"'<>]{0,256}(?::|%3[Aa])[^\s/?#&"'<>]{1,256}?(?:@|%40)/g,
    '$1***:***@',
  ),
  // The same without a scheme, as in the settings of a proxy
  rule(
    /@[\w.-]{1,253}:\d/,
    /(?<![^\s"'`=(,[<])([\w.%+-]{1,64}:)(?!\/\/|\*{3})[^\s@"'<>]{1,128}(?=@[\w.-]{1,253}:\d{2,5}(?![\w.]))/g,
    '$1***',
  ),
  // The code by which a phone joins a WLAN
  rule(/WIFI:/i, /(\bWIFI:(?:[^\n]{0,200}?;)?P:)(?:\\.|[^;\\\n]){1,128}/gi, '$1***'),
  // Query parameters whose names say too little elsewhere
  rule(
    /[?&;]/,
    /([?&;](?:amp;)?(?:key|sig|sign|signature|auth|pass|code|sk|ak|sid|hmac|jwt|state_token|q-signature|x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|x-oss-signature|ossaccesskeyid|awsaccesskeyid)=)(?!\*{3}|\d{1,6}(?:[\s&"'<>#]|$))[^\s&"'<>#]{4,}/gi,
    '$1***',
  ),
  // Cookies as the libraries print them
  rule(/<Cookie/, /(<Cookie [\w.-]{1,64}=)[^\s<>]{1,}/g, '$1***'),
];

/** @returns `body` with `***` for what stands on each line, whether the line ends are real or written as `\n`. */
const starsOnEachLine = (body: string): string =>
  body.replaceAll(/[^\n]+/g, (line) => (/[A-Za-z0-9]/.test(line) ? '***' : line));

export const hideShapes = (text: string): string => applied(RULES, text);
