/**
 * Finds secrets and personal data that an excerpt may have brought along. Quoted lines keep their words; ids, names and
 * addresses are replaced by short ones.
 */

/** Names of home folders that are nobody's: the one that stands for all people, and those of images. */
const NOBODY = ['lin', 'node', 'openclaw', 'root', 'hermes'];

const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['an e-mail address', /[\w.+-]+@(?!example\.)[\w-]+\.[a-z]{2,}/i],
  ['an IP address', /\b(?!127\.|0\.0\.0\.0|192\.0\.2\.)(?:\d{1,3}\.){3}\d{1,3}\b/],
  ['a home folder', new RegExp(String.raw`(?:/home/|/Users/|C:\\+Users\\+)(?!(?:${NOBODY.join('|')})\b)[\w.-]+`)],
  ['an id of a platform', /\b(?:ou|oc|om|on|cli|wm|wo)_[A-Za-z0-9]{8,}\b/],
  // QQ's intents and Feishu's code for "system busy" are constants of their protocols.
  ['a long number', /(?<![\d.])(?!(?:1107300352|1000040351)\b)\d{9,}(?!\d)/],
  ['a phone number', /\+\d{8,}/],
  ['a long id', /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-/i],
  [
    'a key',
    /\b(?:sk-|ghp_|xox[abp]-|xapp-|AKIA)[\w-]{8,}|\bBearer \S{8,}|(?<!\d)\d{6,}:[\w-]{20,}|(?:token|secret|password|api_?key)["']?[=:]\s?["']?(?!config\b)[\w-]{12,}/i,
  ],
];

/** @returns what stands in `text` that must not, with the place; empty if nothing does. */
export const personalIn = (text: string): readonly string[] =>
  FORMS.flatMap(([what, form]) => {
    const found = form.exec(text)?.[0];
    return found === undefined ? [] : [`${what}: "${found.slice(0, 12)}…"`];
  });
