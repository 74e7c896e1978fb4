/** The keys of the configuration: each stands once, with its check, its default and its words in both languages. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import {
  atLeast,
  count,
  cron,
  DURATION,
  duration,
  field,
  flag,
  listen,
  oneOf,
  pathField,
  pause,
  readPath,
  timezone,
} from './fields.ts';
import { fleetOf, fleetSection } from './fleet-schema.ts';
import {
  GATEWAYS_EXAMPLE,
  gatewayOf,
  gatewaySection,
  graceOf,
  graceSection,
  healingSection,
} from './gateway-schema.ts';
import { CHANNELS, DEFAULT_DATA_DIR, DEFAULT_LOCALE, LOCALES, LOG_LEVELS, ROLES } from './names.ts';
import {
  alertsOf,
  alertsSection,
  channelsOf,
  channelsSection,
  groupOf,
  groupSection,
  operatorOf,
  operatorSection,
} from './people-schema.ts';
import { key, named, optional, plain, section, shown } from './section.ts';
import { secretFields, type SecretSources } from './secret.ts';

export type SchemaSources = Omit<SecretSources, 'base'> & {
  /** The configuration file, for paths relative to it. */
  readonly file: string;
};

/**
 * Shows of an operator's own command, which nobody has checked, only what can be no secret: its names, and what it
 * runs.
 */
const shownCommand = (declared: unknown): unknown => {
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return '***';
  return Object.fromEntries(
    Object.entries(declared).map(([name, value]: [string, unknown]) => [name, ownValue(name, value)]),
  );
};

const ownValue = (name: string, value: unknown): unknown => {
  if (typeof value === 'boolean' || (typeof value === 'string' && (name === 'name' || name === 'role'))) return value;
  if (name !== 'run' || !Array.isArray(value)) return '***';
  const [program, ...rest] = value as readonly unknown[];
  return [typeof program === 'string' ? program : '***', ...(rest.length > 0 ? ['…'] : [])];
};

/** Read one by one in `chat/own-commands/`: what is wrong with one of them must not keep the bot from running. */
const ownCommand = shown(
  field((value) => value, {
    json: {
      type: 'object',
      required: ['name', 'run'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,31}$' },
        run: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string' }, examples: [['df', '-h']] },
        aliases: { type: 'array', items: { type: 'string' } },
        help: {
          anyOf: [
            { type: 'string' },
            {
              type: 'object',
              required: LOCALES,
              additionalProperties: false,
              properties: Object.fromEntries(LOCALES.map((locale) => [locale, { type: 'string' }])),
            },
          ],
        },
        params: { type: 'object' },
        role: { enum: ROLES, default: 'operator' },
        confirm: { type: 'boolean', default: false },
        effects: { enum: ['reads', 'changes', 'interrupts'] },
        timeout: { type: 'string', pattern: DURATION, default: '10s' },
        cwd: { type: 'string' },
        env: { type: 'object', additionalProperties: { type: 'string' } },
      },
    },
    'zh-CN': '[命令](commands.zh-CN.md)',
    en: '[commands](commands.md)',
  }),
  shownCommand,
);

export const configSchema = (given: SchemaSources) => {
  const sources: SecretSources = { ...given, base: dirname(resolve(given.file)) };
  const secrets = secretFields(sources);
  const path = pathField((value) => readPath(value, sources));
  return section({
    locale: key(oneOf(LOCALES).prefault(DEFAULT_LOCALE), {
      'zh-CN': '手机上和命令行里的语言',
      en: 'The language on the phone and on the command line',
    }),
    timezone: key(optional(timezone), {
      'zh-CN': '网关日志的时区；计划、维护时间、免打扰时段都按它算。日志时间不带时区，设错了，故障会被当成几小时前的',
      en: "The zone of the gateway's log times; schedules, maintenance and quiet hours go by it, too. Log times name no zone: with a wrong one, trouble looks hours old",
      otherwise: { 'zh-CN': '本机时区', en: "this machine's zone" },
    }),
    log_level: key(oneOf(LOG_LEVELS).prefault('info'), {
      'zh-CN': 'Lifeline 自己日志的详细程度。平时用 `info`；`trace` 很长，只在查问题时用',
      en: "How much stands in Lifeline's own log; `trace` is long, for looking into trouble",
    }),
    log_file: key(optional(path), {
      'zh-CN': 'Lifeline 自己的日志写进这个文件，自动轮转，最多 5 个、每个 10 MB。写不了时改写到 stderr',
      en: "A file for Lifeline's own log, rotated: at most 5 of 10 MB. When it cannot be written, the log goes to stderr",
      otherwise: { 'zh-CN': 'stderr（作为服务时就是 journal）', en: 'stderr (as a service: the journal)' },
    }),
    data_dir: key(path.prefault(DEFAULT_DATA_DIR), {
      'zh-CN':
        'Lifeline 的记忆：故障、重启次数、已配对的操作员、没送出的告警。两个 Lifeline 不能共用；换了目录，就要重新配对',
      en: "Lifeline's memory: incidents, restarts made, paired operators, alerts not yet delivered. Two Lifelines must never share one; in a new folder, operators pair anew",
    }),
    keep_days: key(count(7, 3_650).prefault(90), {
      'zh-CN': '结束了的事记多少天：故障、审计、发过的消息。太多时，最旧的会更早删除',
      en: 'How many days what is over is remembered: incidents, the audit, messages sent. Where there is too much, the oldest go sooner',
    }),
    gateways: key(z.array(gatewaySection(sources)).min(1, 'names no gateway; there is nothing to watch'), {
      'zh-CN': '看护哪些网关，一项一个。名字和目录都不能重复',
      en: 'The gateways to watch, one entry each. No two may have the same name or the same home',
      example: GATEWAYS_EXAMPLE,
    }),
    watch: key(
      section({
        schedule: key(cron('*/5 * * * *').prefault('*/5 * * * *'), {
          'zh-CN': '完整检查一轮的时间。每轮之后 ping 一次 `alerts.ping_url`，所以那边的周期要和它一致',
          en: 'When the full round is made. After each, `alerts.ping_url` is pinged: set the period there to this',
        }),
        follow_logs: key(flag.prefault(true), {
          'zh-CN': '`true`：日志一写就看；`false`：只在下一次 `pulse` 时看',
          en: '`true`: the logs are read as they are written; `false`: only at the next `pulse`',
        }),
        pulse: key(atLeast(1_000).prefault('5s'), {
          'zh-CN': '两轮之间，隔多久看一次进程、心跳和日志',
          en: 'How often process, heartbeat and logs are looked at between the rounds',
        }),
        grace: key(graceSection.prefault({}), {
          'zh-CN': '各种异常要持续多久才算故障。太短会打断自己就能恢复的连接，太长则晚知道',
          en: 'How long each kind of trouble may last before it counts. Too short cuts off what would come back by itself; too long, and you hear of it late',
        }),
        settle: key(duration.prefault('60s'), {
          'zh-CN': '没有重启过的故障，一切正常多久才算恢复',
          en: 'How long all must be well before "recovered", when nothing was restarted',
        }),
        again: key(pause.prefault('10m'), {
          'zh-CN': '恢复后这段时间内又出的同样故障，算同一次',
          en: 'What comes back within this time after "recovered" is the same incident once more',
        }),
        steady: key(duration.prefault('15m'), {
          'zh-CN': '复发过的故障，要正常这么久才算恢复',
          en: 'An incident that came back is over only when all has been well for this long',
        }),
      }).prefault({}),
      {
        'zh-CN': '怎样检查，以及等多久才算故障。平时不用改',
        en: 'How things are looked at, and how long they may be ill before that is trouble. Seldom needs a change',
        example: 'watch:\n  schedule: "*/10 * * * *"\n  grace: { qqbot: 3m }',
      },
    ),
    healing: key(healingSection.prefault({}), {
      'zh-CN': '每个网关自动重启的上限。用完之后告诉你一次，由你来 `/restart`；你自己的命令不受限制',
      en: 'What each gateway may be restarted by itself. When it is used up you are told once, and `/restart` is yours; your own commands do not count',
      example: 'healing: { per_hour: 2, per_day: 6, pauses: [0s, 5m, 30m] }',
    }),
    channels: key(channelsSection(secrets).prefault({}), {
      'zh-CN':
        'Lifeline 自己的机器人，绝不能是网关的：两边会互相抢消息，Lifeline 会拒绝启动。至少要有一个，不然谁也收不到告警；两个更好',
      en: "Lifeline's own bots, never the gateway's: the two would take each other's messages, and Lifeline refuses to start. Without any nobody gets alerts; two are better than one",
      example: `channels:
  feishu: { app_id: cli_0123456789abcdef, app_secret: "file:~/.config/lifeline/feishu.secret" }
  qq: { app_id: "102000000", client_secret: "\${LIFELINE_QQ_SECRET}" }`,
    }),
    operators: key(z.array(operatorSection).prefault([]), {
      'zh-CN': '谁能下命令、收告警。可以不写，改用 `lifeline pair` 配对，两种可以并用。写在这里的人，只能从这里去掉',
      en: 'Who may command and gets alerts. You need not write anybody here: `lifeline pair` does it from the phone, and both count. Who stands here is taken away only here',
      example: 'operators:\n  - { name: me, role: admin, feishu: ou_00000000000000000000000000000000 }',
    }),
    groups: key(z.array(groupSection).prefault([]), {
      'zh-CN':
        '可以下命令、收告警的群。在群里 @机器人下命令；权限看发的人，群里的陌生人得不到任何回复。日志、证据、配置和审计只私聊答复。没列在这里的群，一律私聊答复',
      en: 'Groups in which commands are taken and alerts told. Mention the bot there; what counts is who writes, and strangers get nothing. Logs, evidence, configuration and audit are answered in private. In a group that is not here, everything is',
      example:
        'channels: { feishu: { app_id: cli_0123456789abcdef, app_secret: "file:~/.config/lifeline/feishu.secret" } }\ngroups:\n  - { name: ops, feishu: oc_00000000000000000000000000000000 }',
    }),
    alerts: key(alertsSection(secrets).prefault({}), {
      'zh-CN': '告警怎样送到手机上',
      en: 'How alerts reach the phone',
      example:
        'alerts:\n  order: [qq, feishu]\n  remind_every: 4h\n  quiet: "23:00-07:00"\n  ping_url: "file:~/.config/lifeline/ping.secret"',
    }),
    metrics: key(
      optional(
        section({
          listen: key(listen, {
            'zh-CN':
              '只能是本机地址（`127.0.0.1`、`[::1]`、`localhost`）加端口：那里没有密码。端口被占用时 Lifeline 不会启动',
            en: 'An address of this machine only (`127.0.0.1`, `[::1]`, `localhost`) and a port: nothing there asks for a password. Lifeline does not start when the port is taken',
          }),
        }),
      ),
      {
        'zh-CN': '给 Prometheus 的指标（`/metrics`）和健康检查（`/healthz`）',
        en: 'Figures for Prometheus (`/metrics`) and a health check (`/healthz`)',
        otherwise: { 'zh-CN': '不提供', en: 'none' },
        example: 'metrics: { listen: 127.0.0.1:9464 }',
      },
    ),
    fleet: key(optional(fleetSection(secrets, path)), {
      'zh-CN': '多台机器、一部手机：这台机器属于哪个机群。不写就是单机，什么都不用配',
      en: 'Many machines, one phone: the fleet that this machine belongs to. Without it the machine is alone',
      otherwise: { 'zh-CN': '单机', en: 'none' },
      example:
        'fleet:\n  host: web-3\n  servers: [tls://nats.example.com:4222]\n  credentials: "file:~/.config/lifeline/web-3.nk"\n  labels: { region: eu, role: edge }',
    }),
    commands_dir: key(optional(path), {
      'zh-CN':
        '你自己的聊天命令：一个放 YAML 文件的目录，一个文件一条命令。目录和文件必须属于运行 Lifeline 的用户或 root，别人不能改',
      en: 'Your own chat commands: a folder of YAML files, one command each. Folder and files must belong to the user that Lifeline runs as or to root, and nobody else may change them',
      otherwise: {
        'zh-CN': '配置文件旁边的 `commands/`（如果有）',
        en: '`commands/` beside the configuration, if it is there',
      },
    }),
    commands: key(z.array(ownCommand).prefault([]), {
      'zh-CN': '你自己的聊天命令，每条运行一个程序。写错的那条不生效，Lifeline 照常运行',
      en: 'Your own chat commands, each of which runs a program. One that is wrong is left out, and Lifeline runs without it',
      example:
        'commands:\n  - { name: disk, run: [df, -h], role: viewer, help: { zh-CN: 看磁盘空间, en: Shows the free disk space } }\ncommands_dir: ~/.config/lifeline/commands',
    }),
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

/** What the file says, checked, under the keys of the file. */
export type Parsed = z.output<ReturnType<typeof configSchema>>;

/** The folder of own commands beside the configuration, where there is one. */
const usualCommandsFolder = (file: string): string | null => {
  const folder = join(dirname(resolve(file)), 'commands');
  return existsSync(folder) ? folder : null;
};

/** Fills in what takes its default from the rest of the file. */
const filled = (parsed: Parsed, file: string) => ({
  ...parsed,
  alerts: {
    ...parsed.alerts,
    order: parsed.alerts.order ?? CHANNELS.filter((channel) => parsed.channels[channel] !== undefined),
  },
  commands_dir: parsed.commands_dir ?? usualCommandsFolder(file),
});

/** The keys of the file as the code uses them: `stop_timeout: 30s` is `stopTimeoutMs: 30000`, what is left out null. */
export const toConfig = (parsed: Parsed, file: string) => {
  const written = filled(parsed, file);
  const { keep_days: days, gateways, watch, healing, channels, operators, groups, alerts, ...rest } = written;
  const { metrics, fleet, commands_dir: folder, commands, ...general } = rest;
  const { grace, ...rounds } = watch;
  return {
    file,
    ...named(general),
    /** How long what has ended is remembered. */
    keepMs: days * 86_400_000,
    /** Empty only at a fleet's hub; names and homes are all different. */
    gateways: gateways.map((gateway) => gatewayOf(gateway, written)),
    watch: { ...named(rounds), ...graceOf(grace) },
    healing: named(healing),
    channels: channelsOf(channels),
    operators: operators.map(operatorOf),
    groups: groups.flatMap(groupOf),
    alerts: alertsOf(alerts),
    metrics: plain(metrics),
    fleet: fleet && fleetOf(fleet),
    ownCommands: { folder, declared: plain(commands) },
    written,
  };
};
