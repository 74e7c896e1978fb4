/** The keys of a gateway of the generic kind: what its operator tells of a service that Lifeline does not know. */
import { normalize } from 'node:path';
import { z } from 'zod';
import { errorText } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { lineFormat } from '../gateways/generic/line-format.ts';
import { finder } from '../gateways/generic/pattern.ts';
import { LINE_FORMATS } from '../gateways/generic/settings.ts';
import { DATE_ORDERS } from '../gateways/generic/time-forms.ts';
import {
  atLeast,
  Complaint,
  count,
  duration,
  field,
  oneOf,
  pause,
  quote,
  readPath,
  text,
  type Folders,
} from './fields.ts';
import { FIELD_FORMS } from './form.ts';

const asText = (value: unknown): string => {
  if (typeof value !== 'string') throw new Complaint(`must be text, not ${quote(value)}; put it in quotes`);
  if (value === '') throw new Complaint('is empty');
  return value;
};

/** Returns the text when `make` accepts it; `make` throws what is wrong with the text. */
const readable = (value: unknown, make: (given: string) => unknown): string => {
  const given = asText(value);
  try {
    make(given);
  } catch (error) {
    throw new Complaint(`is no pattern that can be used: ${errorText(error)}`);
  }
  return given;
};

const pattern = field((value) => readable(value, finder), { kind: 'pattern' });

const format = field(
  (value) => {
    const given = asText(value);
    if (LINE_FORMATS.some((name) => name === given)) return given;
    if (given.includes('(?')) return readable(given, lineFormat);
    const near = suggest(given, LINE_FORMATS);
    throw new Complaint(
      `must be ${LINE_FORMATS.join(', ')} or a pattern with (?P<time>…), (?P<level>…) and (?P<message>…), not ${quote(value)}${near ? `; did you mean ${near}?` : ''}`,
    );
  },
  { kind: 'line_format' },
);

/** Not from the folder of the configuration on: what belongs to the service lies below its home. */
const readBelow = (value: unknown, folders: Folders): string => {
  const given = asText(value).trim();
  return /^[~/]/.test(given) || given.includes('\0') || given === '' ? readPath(value, folders) : normalize(given);
};

/** A question to the service itself: it stays on this machine in most cases, so plain http is in order. */
const address = field(
  (value) => {
    const given = asText(value).trim();
    const url = URL.canParse(given) ? new URL(given) : null;
    // The complaint does not repeat the value: the URL may hold a key.
    if (!url || !['http:', 'https:'].includes(url.protocol))
      throw new Complaint('must be a URL such as http://127.0.0.1:5140/health');
    return given;
  },
  { kind: 'check_url' },
);

const hostAndPort = field(
  (value) => {
    const given = typeof value === 'string' ? value.trim() : '';
    const [, host = '', port = ''] = /^(\[[\da-fA-F:.]+\]|[^\s/:]+):(\d{1,5})$/.exec(given) ?? [];
    if (host === '' || Number(port) < 1 || Number(port) > 65_535)
      throw new Complaint(`must be HOST:PORT such as 127.0.0.1:5140, not ${quote(value)}`);
    return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) };
  },
  { kind: 'text', pattern: ':\\d{1,5}\\s*$', examples: ['127.0.0.1:5140'] },
);

const json = field(
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Complaint(`must be what the answer must hold, such as { online: true }, not ${quote(value)}`);
    if (Object.keys(value).length === 0)
      throw new Complaint('names nothing that the answer must hold; it cannot be asked for null');
    return value as Readonly<Record<string, unknown>>;
  },
  { kind: 'json_match' },
);

const linkName = field((value) => {
  if (typeof value === 'string' && /^[a-z][a-z0-9_-]{0,31}$/.test(value)) return value;
  throw new Complaint(
    `is no name of a link: it must begin with a small letter and have only small letters, digits, "-" and "_"`,
  );
});

export const genericSchema = (folders: Folders) => {
  const path = field((value) => readBelow(value, folders), { kind: 'path' });
  return z.strictObject({
    pid_file: path.optional(),
    starting: pattern.optional(),
    ready: pattern.optional(),
    stopping: pattern.optional(),
    fatal: pattern.optional(),
    logs: z
      .array(z.strictObject({ path, format: format.prefault('auto'), date_order: oneOf(DATE_ORDERS).optional() }))
      .prefault([]),
    links: z
      .record(
        linkName,
        z.strictObject({
          up: pattern.optional(),
          lost: pattern.optional(),
          gave_up: pattern.optional(),
          rejected: pattern.optional(),
          traffic: pattern.optional(),
        }),
      )
      .register(FIELD_FORMS, { kind: 'link_patterns' })
      .prefault({}),
    checks: z
      .array(
        z.strictObject({
          http: address.optional(),
          status: z.array(count(100, 599)).min(1, 'is empty; leave it out for 200 to 299').optional(),
          contains: text(/\S/, 'hold something', {
            kind: 'text',
            pattern: '\\S',
            examples: ['"status":"ok"'],
          }).optional(),
          json: json.optional(),
          tcp: hostAndPort.optional(),
          file: path.optional(),
          log: pattern.optional(),
          max_age: atLeast(1_000).optional(),
          every: atLeast(1_000).prefault('30s'),
          timeout: duration.prefault('5s'),
          for: pause.prefault('60s'),
          then: oneOf(['restart', 'alert']).prefault('restart'),
        }),
      )
      .prefault([]),
  });
};

export type ParsedGeneric = z.output<ReturnType<typeof genericSchema>>;
