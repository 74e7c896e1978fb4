/** The keys of one gateway. */
import { z } from 'zod';
import { HEAL_MODES, SUPERVISORS } from './config.ts';
import { Complaint, duration, field, oneOf, quote, readPath, text, type Folders } from './fields.ts';
import { FIELD_FORMS } from './form.ts';
import { genericSchema } from './generic-schema.ts';
import { cron } from './time-fields.ts';
import { memorySchema } from './memory-schema.ts';
import { ownGraceSchema, ownHealingSchema } from './healing-schema.ts';
import { KINDS } from '../gateways/index.ts';
import { KIND_NAMES } from '../gateways/names.ts';

const EXAMPLE = KINDS[KIND_NAMES[0]].usualCommand;

const readLink = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[a-z][a-z0-9_-]{0,31}(?::[\w.-]{1,64})?$/.test(value)) {
    throw new Complaint(`must name links such as qqbot or feishu, not ${quote(value)}`);
  }
  return value;
};

const linkName = field(readLink);

const links = field(
  (value): 'auto' | readonly string[] => {
    if (value === 'auto') return 'auto';
    if (Array.isArray(value) && value.length > 0) return [...new Set(value.map(readLink))];
    throw new Complaint(`must be auto or a list such as [qqbot, feishu], not ${quote(value)}`);
  },
  { kind: 'links' },
);

const isWord = (value: unknown): value is string => typeof value === 'string' && value !== '' && !value.includes('\0');

const readCommand = (value: unknown, folders: Folders): readonly string[] => {
  if (!Array.isArray(value) || !value.every(isWord)) {
    throw new Complaint(
      `must be a list of words such as [${EXAMPLE.join(', ')}]; there is no shell that would split text`,
    );
  }
  const [program, ...rest] = value;
  if (program === undefined) throw new Complaint(`is empty; write for instance [${EXAMPLE.join(', ')}]`);
  return [program.startsWith('~') ? readPath(program, folders) : program, ...rest];
};

const hosts = z
  .record(
    z.string(),
    z.array(
      text(/^[^\s/]+:\d{1,5}$/, 'be HOST:PORT', {
        kind: 'text',
        pattern: ':\\d{1,5}\\s*$',
        examples: ['proxy.local:3128'],
      }),
    ),
  )
  .register(FIELD_FORMS, { kind: 'hosts' });

/** A number may stand without quotes. */
const user = field(
  (value) => {
    const given = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? String(value) : value;
    if (typeof given !== 'string' || !/^(?:\*|\d{1,10}|[A-Za-z_][\w.-]{0,31}\$?)$/.test(given))
      throw new Complaint(`must be the name or number of a user, or "*" for everybody, not ${quote(value)}`);
    return given;
  },
  { kind: 'user' },
);

export const gatewaySchema = (folders: Folders) =>
  z.strictObject({
    name: text(
      /^(?=.*[^\d])[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u,
      'be a short name of letters, digits, ".", "-" and "_", not only digits',
      { kind: 'text', pattern: '^\\s*\\S{1,64}\\s*$', examples: ['main'] },
    ),
    kind: oneOf(KIND_NAMES),
    home: field((value) => readPath(value, folders), { kind: 'path' }).optional(),
    supervisor: oneOf(SUPERVISORS).prefault('auto'),
    unit: text(/^[\w@.:\\-]{1,255}$/, 'be the name of a unit, a label, a container or a slot', {
      kind: 'text',
      pattern: '^\\s*\\S{1,255}\\s*$',
      examples: KIND_NAMES.map((name) => KINDS[name].usualUnit),
    }).optional(),
    links: links.prefault('auto'),
    heal: oneOf(HEAL_MODES).prefault('auto'),
    command: field((value) => readCommand(value, folders), { kind: 'words' }).optional(),
    stop_timeout: duration.optional(),
    grace: ownGraceSchema(linkName).optional(),
    healing: ownHealingSchema.optional(),
    memory: memorySchema.prefault({}),
    maintenance: z.array(z.strictObject({ schedule: cron('0 4 * * 0'), duration })).prefault([]),
    hosts: hosts.prefault({}),
    trusted_users: z.array(user).prefault([]),
    generic: genericSchema(folders).optional(),
  });
