/** The effective configuration for people: the operator's own keys, every default filled in, and no secret in it. */
import { isScalar, parseDocument, stringify, visit } from 'yaml';
import { clockText } from '../base/local-time.ts';
import { redact } from '../base/redact/redact.ts';
import { compactDuration } from '../base/duration.ts';
import { DEFAULT_MEMORY_RULES } from '../diagnosis/memory-rules.ts';
import type { Config, FleetConfig, GatewayConfig, Group, Listen, Operator, QuietHours } from './config.ts';
import { genericKeys } from './generic-settings.ts';
import { memoryKeys } from './memory-schema.ts';
import { graceKeys, healingKeys, ownKeys } from './grace-and-healing.ts';
import type { Secret } from './secret.ts';

const HIDDEN = '***';
/** Names under which people keep secrets. */
const SECRET_NAME = /secret|token|passw|pwd|key|auth|cred|cookie|env|header|sign|ticket/i;

const secret = (_value: Secret): string => HIDDEN;

/** An address that is itself a secret is shown by its host alone. */
const secretUrl = (url: string): string => `${URL.canParse(url) ? new URL(url).origin : HIDDEN}/${HIDDEN}`;

/** So many characters tell one id from another. */
const shortId = (id: string): string => `${id.slice(0, Math.min(8, Math.floor(id.length / 3)))}…`;

/** As the file has it: `23:00-07:00`. */
export const clockHours = ({ from, to }: QuietHours): string => `${clockText(from)}-${clockText(to)}`;

const listen = ({ host: address, port }: Listen): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;

/** `user:password@` may stand before the host of a proxy. */
const host = (address: string): string => address.replace(/^.*@/s, `${HIDDEN}@`);

const gateway = (
  {
    name,
    kind,
    home,
    supervisor,
    unit,
    links,
    heal,
    command,
    stopTimeoutMs,
    grace,
    healing,
    memory,
    maintenance,
    hosts,
    trustedUsers,
    generic,
  }: GatewayConfig,
  general: Pick<Config, 'watch' | 'healing'>,
): object => ({
  name,
  kind,
  home,
  supervisor,
  ...(unit === null ? {} : { unit }),
  links,
  heal,
  ...(command.length === 0 ? {} : { command: words(command) }),
  stop_timeout: compactDuration(stopTimeoutMs),
  ...ownKeys('grace', graceKeys(grace), graceKeys(general.watch)),
  ...ownKeys('healing', healingKeys(healing), healingKeys(general.healing)),
  ...ownKeys('memory', memoryKeys(memory), memoryKeys({ ...DEFAULT_MEMORY_RULES, restartBusyMs: null })),
  maintenance: maintenance.map(({ schedule, durationMs }) => ({ schedule, duration: compactDuration(durationMs) })),
  hosts: Object.fromEntries(Object.entries(hosts).map(([link, addresses]) => [link, addresses.map(host)])),
  trusted_users: trustedUsers,
  ...(generic === null ? {} : { generic: genericKeys(generic) }),
});

const operator = ({ name, role, ids, gateways }: Operator): object => ({
  name,
  role,
  ...(gateways === undefined ? {} : { gateways }),
  ...Object.fromEntries(Object.entries(ids).map(([channel, id]) => [channel, shortId(id)])),
});

const group = ({ name, channel, id, gateways, members }: Group): object => ({
  name,
  [channel]: shortId(id),
  ...(gateways === undefined ? {} : { gateways }),
  ...(Object.keys(members).length === 0
    ? {}
    : { members: Object.fromEntries(Object.entries(members).map(([name, id]) => [name, shortId(id)])) }),
});

const fleet = ({ host: name, hub, labels, accept, fallbackMs, access }: FleetConfig): object => ({
  host: name,
  servers: access.servers,
  credentials: secret(access.credentials),
  ...(access.caFile === null ? {} : { ca: access.caFile }),
  hub,
  labels,
  accept,
  fallback: compactDuration(fallbackMs),
});

/** The words of a command: the value of `--token VALUE`, `--token=VALUE` and `TOKEN=VALUE` is hidden. */
const words = (command: readonly string[]): readonly string[] =>
  command.map((word, index) => {
    const before = command[index - 1] ?? '';
    if (/^-{1,2}[\w-]+$/.test(before) && SECRET_NAME.test(before)) return HIDDEN;
    const [, name = ''] = /^([\w-]+)=/.exec(word) ?? [];
    return redact(SECRET_NAME.test(name) ? `${name}=${HIDDEN}` : word);
  });

/**
 * Shows of an operator's own command, which nobody has checked, only what can be no secret: its names, and what it
 * runs.
 */
const ownCommand = (declared: unknown): unknown => {
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return HIDDEN;
  return Object.fromEntries(
    Object.entries(declared).map(([key, value]: [string, unknown]) => [key, ownValue(key, value)]),
  );
};

const ownValue = (key: string, value: unknown): unknown => {
  if (typeof value === 'boolean' || (typeof value === 'string' && (key === 'name' || key === 'role'))) return value;
  if (key !== 'run' || !Array.isArray(value)) return HIDDEN;
  const [program, ...rest] = value as readonly unknown[];
  return [typeof program === 'string' ? program : HIDDEN, ...(rest.length > 0 ? ['…'] : [])];
};

/** Returns the keys of the file, without the values that not everybody may see. */
export const asWritten = (config: Config): object => {
  const { watch, healing, channels, alerts, ownCommands } = config;
  const { feishu, qq, webhook } = channels;
  return {
    locale: config.locale,
    ...(config.timezone === null ? {} : { timezone: config.timezone }),
    log_level: config.logLevel,
    ...(config.logFile === null ? {} : { log_file: config.logFile }),
    data_dir: config.dataDir,
    keep_days: config.keepMs / 86_400_000,
    gateways: config.gateways.map((each) => gateway(each, config)),
    watch: {
      schedule: watch.schedule,
      follow_logs: watch.followLogs,
      pulse: compactDuration(watch.pulseMs),
      grace: graceKeys(watch),
      settle: compactDuration(watch.settleMs),
      again: compactDuration(watch.againMs),
      steady: compactDuration(watch.steadyMs),
    },
    healing: healingKeys(healing),
    channels: {
      ...(feishu && {
        feishu: {
          app_id: feishu.appId,
          app_secret: secret(feishu.appSecret),
          domain: feishu.domain,
          buzz: feishu.buzz,
        },
      }),
      ...(qq && {
        qq: {
          app_id: qq.appId,
          client_secret: secret(qq.clientSecret),
          api_base: qq.apiBase,
          token_url: qq.tokenUrl,
          verified: qq.verified,
        },
      }),
      ...(webhook && {
        webhook: {
          url: secretUrl(webhook.url),
          ...(webhook.secret === null ? {} : { secret: secret(webhook.secret) }),
        },
      }),
    },
    operators: config.operators.map(operator),
    ...(config.groups.length === 0 ? {} : { groups: config.groups.map(group) }),
    alerts: {
      ...(alerts.routes.length === 0 ? {} : { routes: alerts.routes }),
      ...(alerts.digest === null
        ? {}
        : { digest: alerts.digest.every === 'day' ? 'daily' : 'weekly', digest_at: clockText(alerts.digest.at) }),
      ...(alerts.escalation === null
        ? {}
        : { escalation: { after: compactDuration(alerts.escalation.afterMs), steps: alerts.escalation.steps } }),
      order: alerts.order,
      copies: alerts.copies,
      channel_timeout: compactDuration(alerts.channelTimeoutMs),
      channel_down: compactDuration(alerts.channelDownMs),
      away: compactDuration(alerts.awayMs),
      remind_every: compactDuration(alerts.remindMs ?? 0),
      ...(alerts.quiet === null ? {} : { quiet: clockHours(alerts.quiet) }),
      ...(alerts.pingUrl === null ? {} : { ping_url: secret(alerts.pingUrl) }),
    },
    ...(config.metrics === null ? {} : { metrics: { listen: listen(config.metrics.listen) } }),
    ...(config.fleet === null ? {} : { fleet: fleet(config.fleet) }),
    ...(ownCommands.folder === null ? {} : { commands_dir: ownCommands.folder }),
    commands: ownCommands.declared.map(ownCommand),
  };
};

/** @returns lines of YAML with the keys of the configuration file; lists of plain values stand on one line. */
export const configLines = (config: Config): readonly string[] => {
  const document = parseDocument(stringify(asWritten(config), { aliasDuplicateObjects: false }));
  visit(document, {
    Seq: (_key, node) => {
      if (node.items.every(isScalar)) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 100, flowCollectionPadding: false }).trimEnd().split('\n');
};
