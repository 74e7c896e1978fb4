/** The keys of `fleet:`. */
import { z } from 'zod';
import { ROLES } from './config.ts';
import { atLeast, Complaint, field, flag, oneOf, quote, text } from './fields.ts';
import type { Secret } from './secret.ts';

/** One token of a NATS subject, and nothing that could be read as a path, an option or a selector. */
export const HOST_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const LABEL_NAME = /^[a-z][a-z0-9_-]{0,30}$/;
const LABEL_VALUE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const MOST_LABELS = 16;

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Without TLS anybody on the way reads what the hosts say. */
export const readServer = (value: unknown): string => {
  const given = typeof value === 'string' ? value.trim() : '';
  if (!URL.canParse(given) || !/^(?:tls|nats):/.test(given))
    throw new Complaint(`must be a URL such as tls://nats.example.com:4222, not ${quote(value)}`);
  const { protocol, hostname, username, password } = new URL(given);
  if (username !== '' || password !== '') throw new Complaint('must have no password; set "credentials"');
  if (protocol === 'nats:' && !LOOPBACK.includes(hostname))
    throw new Complaint(`must begin with tls:// ("nats://" is for this machine alone), not ${quote(value)}`);
  return given;
};

const readLabels = (value: unknown): Readonly<Record<string, string>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Complaint('must be names with values, such as { region: eu, role: edge }');
  const labels = Object.entries(value).map(([name, given]: [string, unknown]) => [name, String(given)] as const);
  if (labels.length > MOST_LABELS) throw new Complaint(`has ${labels.length} labels; ${MOST_LABELS} are the most`);
  for (const [name, given] of labels) {
    if (!LABEL_NAME.test(name)) throw new Complaint(`${quote(name)} must be a short name in small letters`);
    if (!LABEL_VALUE.test(given)) throw new Complaint(`${quote(given)} must be one short word`);
  }
  return Object.fromEntries(labels);
};

export const fleetSchema = ({
  credentials,
  path,
}: {
  readonly credentials: z.ZodType<Secret, unknown>;
  readonly path: z.ZodType<string, unknown>;
}) =>
  z.strictObject({
    host: text(HOST_NAME, 'be a name of small letters, digits and "-", such as web-3', {
      kind: 'text',
      pattern: '^\\s*[a-z0-9][a-z0-9-]{0,62}\\s*$',
      examples: ['web-3'],
    }),
    servers: z
      .array(field(readServer, { kind: 'text', pattern: '^(tls|nats)://', examples: ['tls://nats.example.com:4222'] }))
      .min(1, 'names no server'),
    credentials,
    ca: path.optional(),
    hub: flag.prefault(false),
    labels: field(readLabels, { kind: 'labels' }).prefault({}),
    accept: oneOf(['none', ...ROLES]).prefault('operator'),
    fallback: atLeast(10_000).prefault('3m'),
  });
