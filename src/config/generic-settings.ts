/** Turns the checked keys under `generic` into the settings that the kind uses, and back into the form of the file. */
import { compactDuration } from '../base/duration.ts';
import { redact } from '../base/redact/redact.ts';
import { shownUrl } from '../gateways/generic/check-name.ts';
import {
  LINK_SIGNS,
  type LivenessCheck,
  type CheckSettings,
  type GenericSettings,
  type LinkPatterns,
} from '../gateways/generic/settings.ts';
import type { ParsedGeneric } from './generic-schema.ts';

type ParsedCheck = ParsedGeneric['checks'][number];

/** `generic-cross-checks.ts` has made sure which keys a check has. */
const checkOf = ({
  http,
  tcp,
  file,
  log,
  status,
  contains,
  json,
  max_age: maxAgeMs = 0,
}: ParsedCheck): LivenessCheck => {
  if (http !== undefined)
    return { kind: 'http', url: http, status: status ?? [], contains: contains ?? null, json: json ?? null };
  if (tcp !== undefined) return { kind: 'tcp', ...tcp };
  return file !== undefined ? { kind: 'file', path: file, maxAgeMs } : { kind: 'log', pattern: log ?? '', maxAgeMs };
};

const patternsOf = (given: ParsedGeneric['links'][string]): LinkPatterns =>
  Object.fromEntries(LINK_SIGNS.flatMap((sign) => (given[sign] === undefined ? [] : [[sign, given[sign]]])));

export const genericSettings = ({
  pid_file: pidFile,
  starting,
  ready,
  stopping,
  fatal,
  logs,
  links,
  checks,
}: ParsedGeneric): GenericSettings => ({
  pidFile: pidFile ?? null,
  starting: starting ?? null,
  ready: ready ?? null,
  stopping: stopping ?? null,
  fatal: fatal ?? null,
  logs: logs.map(({ path, format, date_order: dateOrder }) => ({ path, format, dateOrder: dateOrder ?? null })),
  links: Object.fromEntries(Object.entries(links).map(([link, patterns]) => [link, patternsOf(patterns)])),
  checks: checks.map((check) => ({
    ...checkOf(check),
    everyMs: check.every,
    timeoutMs: check.timeout,
    forMs: check.for,
    then: check.then,
  })),
});

const given = (keys: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== null));

/** The name beside a value says whether the value is a secret. */
const withoutSecrets = (json: Readonly<Record<string, unknown>> | null): unknown => {
  if (json === null) return null;
  try {
    return JSON.parse(redact(JSON.stringify(json)));
  } catch {
    return '***';
  }
};

const askedKeys = (check: LivenessCheck): object => {
  switch (check.kind) {
    case 'http':
      return {
        http: shownUrl(check.url),
        ...given({
          status: check.status.length > 0 ? check.status : null,
          contains: check.contains === null ? null : redact(check.contains),
          json: withoutSecrets(check.json),
        }),
      };
    case 'tcp':
      return { tcp: `${check.host.includes(':') ? `[${check.host}]` : check.host}:${check.port}` };
    case 'file':
      return { file: check.path, max_age: compactDuration(check.maxAgeMs) };
    case 'log':
      return { log: check.pattern, max_age: compactDuration(check.maxAgeMs) };
  }
};

const checkKeys = (check: CheckSettings): object => ({
  ...askedKeys(check),
  every: compactDuration(check.everyMs),
  // A log is read by itself.
  ...(check.kind === 'log' ? {} : { timeout: compactDuration(check.timeoutMs) }),
  for: compactDuration(check.forMs),
  then: check.then,
});

/** Returns the settings in the form of the file, without a secret. */
export const genericKeys = ({
  pidFile,
  starting,
  ready,
  stopping,
  fatal,
  logs,
  links,
  checks,
}: GenericSettings): object => ({
  ...given({ pid_file: pidFile, starting, ready, stopping, fatal }),
  logs: logs.map(({ path, format, dateOrder }) => ({ path, format, ...given({ date_order: dateOrder }) })),
  links,
  checks: checks.map(checkKeys),
});
