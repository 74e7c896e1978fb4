/** The keys of the configuration, their defaults and what each value may be. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import {
  CHANNELS,
  DEFAULT_DATA_DIR,
  DEFAULT_LOCALE,
  LOCALES,
  LOG_LEVELS,
  ROLES,
  SEVERITIES,
  URGENT_WAYS,
  DIGESTS,
} from './config.ts';
import {
  atLeast,
  Complaint,
  count,
  digits,
  duration,
  field,
  flag,
  oneOf,
  pause,
  quote,
  readListen,
  readPath,
  readUrl,
  text,
} from './fields.ts';
import { FIELD_FORMS } from './form.ts';
import { fleetSchema } from './fleet-schema.ts';
import { gatewaySchema } from './gateway-schema.ts';
import { graceSchema, healingSchema } from './healing-schema.ts';
import { clockTime, cron, hours, timezone } from './time-fields.ts';
import { readCredentials, readSecret, type SecretFile, type SecretSources } from './read-secret.ts';
import { Secret } from './secret.ts';
import type { ConfigWarning } from './warnings.ts';

export interface SchemaSources {
  /** The configuration file, for paths relative to it. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly readSecret: (path: string) => SecretFile;
  readonly warn: (warning: ConfigWarning) => void;
}

const domain = field(
  (value) => {
    if (value === 'feishu' || value === 'lark') return value;
    if (typeof value === 'string' && /^https?:\/\//.test(value.trim())) return readUrl(value);
    throw new Complaint(`must be feishu, lark or a URL, not ${quote(value)}`);
  },
  { kind: 'domain' },
);

/** Of an operator or a group. */
const personName = text(/^\P{Cc}{1,40}$/u, 'be a name of at most 40 characters', {
  kind: 'text',
  pattern: '\\S',
  examples: ['me'],
});

const openid = text(/^[0-9A-Za-z_-]{1,80}$/, 'be the openid that this bot sees, one word', {
  kind: 'text',
  pattern: '^\\s*[0-9A-Za-z_-]{1,80}\\s*$',
  examples: ['00000000000000000000000000000000'],
});

/** Of gateways that the file has; `cross-checks.ts` looks whether it does. */
const gatewayNames = z
  .array(text(/^\P{Cc}{1,40}$/u, 'be the name of a gateway', { kind: 'text', pattern: '\\S', examples: ['main'] }))
  .min(1, 'names no gateway; leave it out for all of them');

/** Read one by one in `chat/own-commands/`: what is wrong with one of them must not keep the bot from running. */
const ownCommand = field((value) => value, { kind: 'own_command' });

export const configSchema = (given: SchemaSources) => {
  const sources: SecretSources = { ...given, base: dirname(resolve(given.file)) };
  const secret = field((value) => readSecret(value, sources), { kind: 'secret' });
  const credentials = field((value) => readCredentials(value, sources), { kind: 'secret' });
  const url = field(readUrl, { kind: 'url' });
  const secretUrl = field(
    (value) => {
      const given = readSecret(value, sources);
      // The complaint does not repeat the value: whoever reads the URL can pretend to be Lifeline.
      if (!URL.canParse(given.reveal()) || !/^https?:/.test(given.reveal()))
        throw new Complaint('must be a whole URL that begins with https://');
      return new Secret(readUrl(given.reveal()), given.origin);
    },
    { kind: 'secret_url' },
  );
  const path = field((value) => readPath(value, sources), { kind: 'path' });
  return z.strictObject({
    locale: oneOf(LOCALES).prefault(DEFAULT_LOCALE),
    timezone: timezone.optional(),
    log_level: oneOf(LOG_LEVELS).prefault('info'),
    log_file: path.optional(),
    data_dir: path.prefault(DEFAULT_DATA_DIR),
    keep_days: count(7, 3_650).prefault(90),
    gateways: z.array(gatewaySchema(sources)).min(1, 'names no gateway; there is nothing to watch'),
    watch: z
      .strictObject({
        schedule: cron('*/5 * * * *').prefault('*/5 * * * *'),
        follow_logs: flag.prefault(true),
        pulse: atLeast(1_000).prefault('5s'),
        grace: graceSchema.prefault({}),
        settle: duration.prefault('60s'),
        again: pause.prefault('10m'),
        steady: duration.prefault('15m'),
      })
      .prefault({}),
    healing: healingSchema.prefault({}),
    channels: z
      .strictObject({
        feishu: z
          .strictObject({
            app_id: text(
              /^cli_[0-9a-fA-F]{16}$/,
              'be a Feishu App ID, "cli_" and 16 hexadecimal digits, as the developer console shows it',
              { kind: 'text', pattern: '^\\s*cli_[0-9a-fA-F]{16}\\s*$', examples: ['cli_0123456789abcdef'] },
            ),
            app_secret: secret,
            domain: domain.prefault('feishu'),
            buzz: flag.prefault(false),
          })
          .optional(),
        qq: z
          .strictObject({
            app_id: digits("be the bot's AppID, digits only, as the QQ bot console shows it"),
            client_secret: secret,
            api_base: url.prefault('https://api.bot.qq.com'),
            token_url: url.prefault('https://api.bot.qq.com/app/getAppAccessToken'),
            verified: flag.prefault(false),
          })
          .optional(),
        webhook: z.strictObject({ url, secret: secret.optional() }).optional(),
      })
      .prefault({}),
    operators: z
      .array(
        z.strictObject({
          name: personName,
          role: oneOf(ROLES),
          gateways: gatewayNames.optional(),
          feishu: text(/^ou_[0-9A-Za-z_-]{1,80}$/, 'be an open_id of this app, which begins with "ou_"', {
            kind: 'text',
            pattern: '^\\s*ou_[0-9A-Za-z_-]{1,80}\\s*$',
            examples: ['ou_00000000000000000000000000000000'],
          }).optional(),
          qq: openid.optional(),
        }),
      )
      .prefault([]),
    groups: z
      .array(
        z.strictObject({
          name: personName,
          feishu: text(/^oc_[0-9A-Za-z_-]{1,80}$/, 'be the chat_id of a group, which begins with "oc_"', {
            kind: 'text',
            pattern: '^\\s*oc_[0-9A-Za-z_-]{1,80}\\s*$',
            examples: ['oc_00000000000000000000000000000000'],
          }).optional(),
          qq: openid.optional(),
          gateways: gatewayNames.optional(),
          members: z.record(z.string(), openid).register(FIELD_FORMS, { kind: 'members' }).optional(),
        }),
      )
      .prefault([]),
    alerts: z
      .strictObject({
        routes: z
          .array(
            z.strictObject({
              gateways: gatewayNames.optional(),
              severity: oneOf(SEVERITIES).optional(),
              to: z.array(personName).min(1, 'names nobody'),
              channels: z.array(oneOf(CHANNELS)).min(1, 'names no channel; leave it out for all of them').optional(),
            }),
          )
          .prefault([]),
        digest: oneOf(DIGESTS).optional(),
        digest_at: clockTime.prefault('09:00'),
        escalation: z
          .strictObject({
            after: atLeast(1_000),
            steps: z
              .array(
                z.strictObject({
                  urgent: oneOf(URGENT_WAYS).optional(),
                  to: z.array(personName).min(1, 'names nobody').optional(),
                }),
              )
              .min(1, 'has no step'),
          })
          .optional(),
        order: z.array(oneOf(CHANNELS)).optional(),
        copies: count(1, CHANNELS.length).prefault(1),
        channel_timeout: duration.prefault('30s'),
        channel_down: atLeast(1_000).prefault('5m'),
        away: atLeast(1_000).prefault('2m'),
        remind_every: pause.prefault('2h'),
        quiet: hours.optional(),
        ping_url: secretUrl.optional(),
      })
      .prefault({}),
    metrics: z
      .strictObject({
        listen: field(readListen, { kind: 'text', pattern: ':\\d{1,5}\\s*$', examples: ['127.0.0.1:9464'] }),
      })
      .optional(),
    fleet: fleetSchema({ credentials, path }).optional(),
    commands_dir: path.optional(),
    commands: z.array(ownCommand).prefault([]),
  });
};

/** The same for a fleet's hub, which watches no gateway itself. */
export const hubSchema = (schema: ReturnType<typeof configSchema>) =>
  schema.extend({
    gateways: z
      .array(schema.shape.gateways.element)
      .max(0, 'are not watched by a hub; give them a Lifeline of their own')
      .prefault([]),
  });

export type SchemaOutput = z.output<ReturnType<typeof configSchema>>;
