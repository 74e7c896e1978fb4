/** Replaces what looks like a secret in text that leaves the machine or goes to a log. */
const rules: readonly (readonly [RegExp, string])[] = [
  // user:password@ in URLs
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/:@"']{1,256}:[^\s/@"']{1,256}@/gi, '$1***:***@'],
  // Authorization headers and bearer tokens
  [/\b(Bearer|QQBot|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, '$1 ***'],
  // key=value, key: value, "key":"value" for names that hold secrets
  [
    /(["']?\b[\w-]*(?:secret|token|passw(?:or)?d|api[_-]?key|access[_-]?key|private[_-]?key|ticket|credential|authorization)["']?\s*[=:]\s*["']?)(?!\*\*\*|null\b|undefined\b)[^\s"'&,;)}\]]{4,}/gi,
    '$1***',
  ],
  // well-known key shapes
  [/\b(?:sk|pk|rk|ghp|gho|ghs|xox[abprs]|glpat)[-_][A-Za-z0-9_-]{12,}/g, '***'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, '***'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '***'],
];

/** @returns `text` with every secret-looking part replaced by `***`. */
export const redact = (text: string): string =>
  rules.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), text);
