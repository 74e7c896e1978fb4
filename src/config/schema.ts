/** The keys of the configuration, their defaults and what each value may be. */
import { dirname, resolve } from 'node:path';
import { validate as isCron } from 'node-cron';
import { z } from 'zod';
import { CHANNELS, LOCALES, LOG_LEVELS, ROLES } from './config.ts';
import { atLeast, Complaint, count, digits, duration, field, flag, oneOf, pause, quote, readHours, readPath, readUrl, text } from './fields.ts';
import { gatewaySchema } from './gateway-schema.ts';
import { readSecret, type SecretFile, type SecretSources } from './read-secret.ts';
import { Secret } from './secret.ts';

export interface SchemaSources {
  /** The configuration file, for paths relative to it. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly readSecret: (path: string) => SecretFile;
  readonly warn: (sentence: string) => void;
}

const schedule = field((value) => {
  if (typeof value === 'string' && isCron(value)) return value;
  throw new Complaint(`must be a cron expression such as "*/5 * * * *", not ${quote(value)}`);
});

const timezone = field((value) => {
  try {
    if (typeof value === 'string') return new Intl.DateTimeFormat('en', { timeZone: value }) && value;
  } catch {
    // Not a zone: complained of below.
  }
  throw new Complaint(`must be a time zone such as Asia/Shanghai, not ${quote(value)}`);
});

const domain = field((value) => {
  if (value === 'feishu' || value === 'lark') return value;
  if (typeof value === 'string' && /^https?:\/\//.test(value.trim())) return readUrl(value);
  throw new Complaint(`must be feishu, lark or a URL, not ${quote(value)}`);
});

const grace = z.strictObject({
  qqbot: duration.prefault('120s'),
  feishu: duration.prefault('300s'),
  default: duration.prefault('180s'),
  start: duration.prefault('180s'),
  frozen: duration.prefault('90s'),
  gone: duration.prefault('60s'),
  stop: duration.prefault('180s'),
  network: duration.prefault('120s'),
});

export const configSchema = (given: SchemaSources) => {
  const sources: SecretSources = { ...given, base: dirname(resolve(given.file)) };
  const secret = field((value) => readSecret(value, sources));
  const url = field(readUrl);
  const secretUrl = field((value) => {
    const given = readSecret(value, sources);
    // What is wrong with it is said without the value: whoever reads it can pretend to be Lifeline.
    if (!URL.canParse(given.reveal()) || !/^https?:/.test(given.reveal())) throw new Complaint('must be a whole URL that begins with https://');
    return new Secret(readUrl(given.reveal()), given.origin);
  });
  return z.strictObject({
    locale: oneOf(LOCALES).prefault('zh-CN'),
    timezone: timezone.optional(),
    log_level: oneOf(LOG_LEVELS).prefault('info'),
    data_dir: field((value) => readPath(value, sources)).prefault('~/.local/state/lifeline'),
    gateways: z.array(gatewaySchema(sources)).min(1, 'names no gateway; there is nothing to watch'),
    watch: z
      .strictObject({
        schedule: schedule.prefault('*/5 * * * *'),
        follow_logs: flag.prefault(true),
        pulse: atLeast(1_000).prefault('5s'),
        grace: grace.prefault({}),
        settle: duration.prefault('60s'),
        again: pause.prefault('10m'),
        steady: duration.prefault('15m'),
      })
      .prefault({}),
    healing: z
      .strictObject({
        per_hour: count(1, 60).prefault(3),
        per_day: count(1, 200).prefault(8),
        graceful: pause.prefault('60s'),
        pauses: z.array(pause).min(1, 'is empty; write [0s] for no pause').prefault(['0s', '2m', '10m', '30m']),
      })
      .prefault({}),
    channels: z
      .strictObject({
        feishu: z
          .strictObject({
            app_id: text(/^cli_[0-9a-fA-F]{16}$/, 'be a Feishu App ID, "cli_" and 16 hexadecimal digits, as the developer console shows it'),
            app_secret: secret,
            domain: domain.prefault('feishu'),
            buzz: flag.prefault(false),
          })
          .optional(),
        qq: z
          .strictObject({
            app_id: digits('be the bot\'s AppID, digits only, as the QQ bot console shows it'),
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
          name: text(/^\P{Cc}{1,40}$/u, 'be a name of at most 40 characters'),
          role: oneOf(ROLES),
          feishu: text(/^ou_[0-9A-Za-z_-]{1,80}$/, 'be an open_id of this app, which begins with "ou_"').optional(),
          qq: text(/^[0-9A-Za-z_-]{1,80}$/, 'be the openid that this bot sees, one word').optional(),
        }),
      )
      .prefault([]),
    alerts: z
      .strictObject({
        order: z.array(oneOf(CHANNELS)).optional(),
        copies: count(1, CHANNELS.length).prefault(1),
        channel_timeout: duration.prefault('30s'),
        channel_down: atLeast(1_000).prefault('5m'),
        away: atLeast(1_000).prefault('2m'),
        remind_every: pause.prefault('2h'),
        quiet: field(readHours).optional(),
        ping_url: secretUrl.optional(),
      })
      .prefault({}),
    commands_dir: field((value) => readPath(value, sources)).optional(),
    commands: z.array(z.unknown()).prefault([]),
  });
};

export type ParsedConfig = z.output<ReturnType<typeof configSchema>>;
