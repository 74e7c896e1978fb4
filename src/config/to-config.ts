/** The keys of the file, checked, turned into the shape that the bot uses. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  CHANNELS,
  PERSONAL_CHANNELS,
  type AlertRoute,
  type Config,
  type EscalationStep,
  type Group,
  type Operator,
  type UrgentWay,
} from './config.ts';
import { KINDS } from '../gateways/index.ts';
import { usualHome, type Folders } from './fields.ts';
import { genericSettings } from './generic-settings.ts';
import { graceFromConfig, healingOf } from './grace-and-healing.ts';
import type { SchemaOutput } from './schema.ts';
import { unknownNames, type ConfigWarning } from './warnings.ts';

const toOperator = ({ name, role, gateways, feishu, qq }: SchemaOutput['operators'][number]): Operator => ({
  name,
  role,
  ids: { ...(feishu === undefined ? {} : { feishu }), ...(qq === undefined ? {} : { qq }) },
  ...(gateways === undefined ? {} : { gateways }),
});

const toGroup = ({ name, feishu, qq, gateways, members = {} }: SchemaOutput['groups'][number]): readonly Group[] => {
  const common = { name, members, ...(gateways === undefined ? {} : { gateways }) };
  if (feishu !== undefined) return [{ ...common, channel: 'feishu', id: feishu }];
  return qq === undefined ? [] : [{ ...common, channel: 'qq', id: qq }];
};

const toStep = ({
  urgent,
  to,
}: {
  readonly urgent?: UrgentWay | undefined;
  readonly to?: string[] | undefined;
}): EscalationStep => (urgent === undefined ? { to: to ?? [] } : { urgent });

const toRoute = ({ to, gateways, severity, channels }: SchemaOutput['alerts']['routes'][number]): AlertRoute => ({
  to,
  ...(gateways === undefined ? {} : { gateways }),
  ...(severity === undefined ? {} : { severity }),
  ...(channels === undefined ? {} : { channels }),
});

export const warningsOf = ({
  channels,
  operators,
  fleet,
  groups,
  gateways,
  alerts,
}: SchemaOutput): readonly ConfigWarning[] => {
  const configured = PERSONAL_CHANNELS.filter((channel) => channels[channel] !== undefined);
  const unreachable = operators.flatMap((operator, index) =>
    configured.every((channel) => operator[channel] === undefined)
      ? [{ code: 'operator_unreachable', name: operator.name, index } as const]
      : [],
  );
  // The hub of a fleet has the channels and the people.
  const isAlone = fleet === undefined || fleet.hub;
  return [
    ...(configured.length === 0 && channels.webhook === undefined && isAlone ? [{ code: 'no_channel' } as const] : []),
    ...(configured.length === 0 && channels.webhook !== undefined && fleet?.hub === true
      ? [{ code: 'hub_without_chat' } as const]
      : []),
    ...(operators.length === 0 && isAlone
      ? [{ code: 'no_operators', webhook: channels.webhook !== undefined, pairable: configured.length > 0 } as const]
      : []),
    ...(configured.length > 0 ? unreachable : []),
    ...unknownNames({ operators, groups, alerts }),
    ...gateways.flatMap(({ name }, index) =>
      operators.length === 0 || operators.some((each) => each.gateways?.includes(name) ?? true)
        ? []
        : [{ code: 'gateway_unseen', gateway: name, index } as const],
    ),
  ];
};

/** The folder of own commands beside the configuration, where there is one. */
const usualCommandsFolder = (file: string): string | null => {
  const folder = join(dirname(resolve(file)), 'commands');
  return existsSync(folder) ? folder : null;
};

export const toConfig = (
  parsed: SchemaOutput,
  {
    file,
    folders,
    secretFiles,
    warnings,
  }: {
    readonly file: string;
    readonly folders: Folders;
    readonly secretFiles: readonly string[];
    readonly warnings: readonly string[];
  },
): Config => {
  const { feishu, qq, webhook } = parsed.channels;
  return {
    file,
    locale: parsed.locale,
    timezone: parsed.timezone ?? null,
    logLevel: parsed.log_level,
    logFile: parsed.log_file ?? null,
    dataDir: parsed.data_dir,
    keepMs: parsed.keep_days * 86_400_000,
    gateways: parsed.gateways.map(
      ({
        kind,
        home,
        command,
        stop_timeout: stopTimeoutMs,
        unit = null,
        memory,
        maintenance,
        grace,
        healing,
        generic,
        trusted_users: trustedUsers,
        ...gateway
      }) => ({
        ...gateway,
        kind,
        home: home ?? usualHome(kind, folders),
        command: command ?? KINDS[kind].commandFor(home ?? usualHome(kind, folders)),
        generic: generic ? genericSettings(generic) : null,
        unit,
        trustedUsers,
        stopTimeoutMs: stopTimeoutMs ?? KINDS[kind].stopMs,
        grace: graceFromConfig(parsed.watch.grace, grace),
        healing: healingOf(parsed.healing, healing),
        memory: { warn: memory.warn, restart: memory.restart, restartBusyMs: memory.when },
        maintenance: maintenance.map(({ schedule, duration }) => ({ schedule, durationMs: duration })),
      }),
    ),
    watch: {
      schedule: parsed.watch.schedule,
      followLogs: parsed.watch.follow_logs,
      pulseMs: parsed.watch.pulse,
      settleMs: parsed.watch.settle,
      againMs: parsed.watch.again,
      steadyMs: parsed.watch.steady,
      ...graceFromConfig(parsed.watch.grace),
    },
    healing: healingOf(parsed.healing),
    channels: {
      ...(feishu && {
        feishu: { appId: feishu.app_id, appSecret: feishu.app_secret, domain: feishu.domain, buzz: feishu.buzz },
      }),
      ...(qq && {
        qq: {
          appId: qq.app_id,
          clientSecret: qq.client_secret,
          apiBase: qq.api_base,
          tokenUrl: qq.token_url,
          verified: qq.verified,
        },
      }),
      ...(webhook && { webhook: { url: webhook.url, secret: webhook.secret ?? null } }),
    },
    operators: parsed.operators.map(toOperator),
    groups: parsed.groups.flatMap(toGroup),
    alerts: {
      routes: parsed.alerts.routes.map(toRoute),
      digest: parsed.alerts.digest
        ? { every: parsed.alerts.digest === 'daily' ? 'day' : 'week', at: parsed.alerts.digest_at }
        : null,
      escalation: parsed.alerts.escalation
        ? { afterMs: parsed.alerts.escalation.after, steps: parsed.alerts.escalation.steps.map(toStep) }
        : null,
      order: parsed.alerts.order ?? CHANNELS.filter((channel) => parsed.channels[channel] !== undefined),
      copies: parsed.alerts.copies,
      channelTimeoutMs: parsed.alerts.channel_timeout,
      channelDownMs: parsed.alerts.channel_down,
      awayMs: parsed.alerts.away,
      remindMs: parsed.alerts.remind_every === 0 ? null : parsed.alerts.remind_every,
      quiet: parsed.alerts.quiet ?? null,
      pingUrl: parsed.alerts.ping_url ?? null,
    },
    metrics: parsed.metrics ?? null,
    fleet: parsed.fleet
      ? {
          host: parsed.fleet.host,
          hub: parsed.fleet.hub,
          labels: parsed.fleet.labels,
          accept: parsed.fleet.accept,
          fallbackMs: parsed.fleet.fallback,
          access: {
            servers: parsed.fleet.servers,
            credentials: parsed.fleet.credentials,
            caFile: parsed.fleet.ca ?? null,
          },
        }
      : null,
    ownCommands: { folder: parsed.commands_dir ?? usualCommandsFolder(file), declared: parsed.commands },
    secretFiles,
    warnings,
  };
};
