/**
 * The configuration as the bot uses it: every default filled in, `~` expanded, durations in milliseconds.
 * `config.example.yaml` explains the same keys to the operator.
 */
import type { GenericSettings } from '../gateways/generic/settings.ts';
import type { KindName } from '../gateways/names.ts';
import type { MemoryRules } from '../diagnosis/memory-rules.ts';
import type { Secret } from './secret.ts';

export const LOCALES = ['zh-CN', 'en'] as const;
/** The data folder of a configuration that names none. */
export const DEFAULT_DATA_DIR = '~/.local/state/lifeline';
/** The language of a configuration that names none. */
export const DEFAULT_LOCALE = 'zh-CN' satisfies (typeof LOCALES)[number];
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export const HEAL_MODES = ['auto', 'ask', 'off'] as const;
export const ROLES = ['viewer', 'operator', 'admin'] as const;
/** Channels on which a person has an id and can command. */
export const PERSONAL_CHANNELS = ['feishu', 'qq'] as const;
export const CHANNELS = [...PERSONAL_CHANNELS, 'webhook'] as const;
export const SUPERVISORS = ['auto', 'systemd-user', 'systemd-system', 'launchd', 'docker', 's6', 'process'] as const;

/** How Feishu makes a phone ring: within the app, by a text message, by a call. */
export const URGENT_WAYS = ['app', 'sms', 'phone'] as const;
export const SEVERITIES = ['critical', 'warning'] as const;

export type HealMode = (typeof HEAL_MODES)[number];
export type Role = (typeof ROLES)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];
export type ChannelName = (typeof CHANNELS)[number];
export type PersonalChannel = (typeof PERSONAL_CHANNELS)[number];

export interface Config {
  /** The file that the configuration was read from, as it was named. */
  readonly file: string;
  /** The language of everything that people read on the phone. */
  readonly locale: (typeof LOCALES)[number];
  /** The zone in which log times are read and times are shown; null: the machine's own. */
  readonly timezone: string | null;
  readonly logLevel: LogLevel;
  /** Where Lifeline's own log goes, with a rotation of its own; null: stderr. */
  readonly logFile: string | null;
  /** Holds the database: incidents, restarts made, messages seen. Two bots must never share it. */
  readonly dataDir: string;
  /** How long what has ended is remembered. */
  readonly keepMs: number;
  /** Empty only at a fleet's hub; names and homes are all different. */
  readonly gateways: readonly GatewayConfig[];
  readonly watch: WatchConfig;
  /** The rules of a gateway that has none of its own. */
  readonly healing: Healing;
  /** Where figures and health are shown, on this machine only; null: nowhere. */
  readonly metrics: { readonly listen: Listen } | null;
  /** A channel that is absent is never started. */
  readonly channels: { readonly feishu?: FeishuConfig; readonly qq?: QqConfig; readonly webhook?: WebhookConfig };
  /** Empty: nobody may command and nobody is told anything. */
  readonly operators: readonly Operator[];
  /** Groups in which Lifeline takes commands and may tell alerts; in no other does it answer. */
  readonly groups: readonly Group[];
  readonly alerts: AlertsConfig;
  /** The operators' own chat commands; what is wrong with one of them must not keep the bot from running. */
  readonly ownCommands: {
    /** A folder of YAML files; null: none. */
    readonly folder: string | null;
    /** The commands as they stand in the file; they are read one by one. */
    readonly declared: readonly unknown[];
  };
  /** The fleet that this Lifeline belongs to; null: it is alone, and nothing of a fleet is loaded. */
  readonly fleet: FleetConfig | null;
  /** The files that hold the configuration's secrets. */
  readonly secretFiles: readonly string[];
  /** What works but should not stay so, one sentence each. */
  readonly warnings: readonly string[];
}

/** An address of this machine that nobody else can reach. */
export interface Listen {
  readonly host: string;
  /** With 0 the system chooses one. */
  readonly port: number;
}

export interface GatewayConfig {
  /** The gateway's name in commands and alerts. */
  readonly name: string;
  readonly kind: KindName;
  /** The folder in which the gateway's logs, state files and process are looked for. */
  readonly home: string;
  /** The users whose files count as the gateway's, beside root, Lifeline's user and the owner of the home. */
  readonly trustedUsers: readonly string[];
  /** What keeps the gateway's process; `auto` finds out. */
  readonly supervisor: (typeof SUPERVISORS)[number];
  /**
   * The gateway's name with the supervisor: a unit, a label, a container, a slot; null when the names that the
   * installer uses count.
   */
  readonly unit: string | null;
  /** The links that are judged; `auto`: those that the gateway itself shows. */
  readonly links: 'auto' | readonly string[];
  /** `auto` restarts by itself, `ask` and `off` only tell. `/restart` works with all three. */
  readonly heal: HealMode;
  /** The argv that starts the gateway; no shell is involved. */
  readonly command: readonly string[];
  /** How long the gateway may take to stop before it is killed. */
  readonly stopTimeoutMs: number;
  /** How patient Lifeline is with this gateway. */
  readonly grace: Grace;
  /** The restarts that Lifeline may make of this gateway, counted for this gateway alone. */
  readonly healing: Healing;
  readonly memory: MemoryConfig;
  /** The maintenance windows, in which the gateway is let alone. */
  readonly maintenance: readonly { readonly schedule: string; readonly durationMs: number }[];
  /**
   * Where each link's platform is reached, as `host:port`, when the gateway's log does not tell it or a proxy stands
   * between.
   */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** For the generic kind: what Lifeline must know of the service. */
  readonly generic: GenericSettings | null;
}

/** How much memory a gateway may hold, and what is done when it holds more. */
export interface MemoryConfig extends MemoryRules {
  /** After how long over the limit it is restarted though a turn may be under way; null: only when it is idle. */
  readonly restartBusyMs: number | null;
}

export interface WatchConfig extends Grace {
  /** Cron expression of the full, silent round. */
  readonly schedule: string;
  /** When false, the logs are read only at each pulse and round. */
  readonly followLogs: boolean;
  /** How often the process, its state files and logs are looked at between the rounds. */
  readonly pulseMs: number;
  /** How long all must be well before an incident without a treatment counts as over. */
  readonly settleMs: number;
  /** A trouble that comes back within this time after it was over is the same incident once more. */
  readonly againMs: number;
  /** How long an incident that came back must have been well before it is over. */
  readonly steadyMs: number;
}

/** How long trouble may last before it counts. */
export interface Grace {
  /** How long a lost link may take to come back before anything is done, by link name. */
  readonly linkGraceMs: Readonly<Record<string, number>>;
  /** The same for links not named there. */
  readonly defaultLinkGraceMs: number;
  /** How long a start may take before it counts as failed. */
  readonly startGraceMs: number;
  /** How long the event loop may be silent before the gateway counts as frozen. */
  readonly frozenGraceMs: number;
  /** How long the process must be missing: somebody else's restart has such a gap, too. */
  readonly goneGraceMs: number;
  /** How long a stop that somebody asked for may take before the gateway counts as frozen in it. */
  readonly stopGraceMs: number;
  /** How long all links must have been cut off until the network of this machine is blamed. */
  readonly networkGraceMs: number;
}

/** The restarts that Lifeline may make by itself; beyond them it asks for help. */
export interface Budget {
  readonly perHour: number;
  readonly perDay: number;
  /** Least time before the second, third… restart of a day; the last entry repeats. */
  readonly pausesMs: readonly number[];
}

export interface Healing extends Budget {
  /** How long the gateway may take to end its running turns before it is restarted without them; 0: not asked. */
  readonly gracefulMs: number;
}

export interface FeishuConfig {
  readonly appId: string;
  readonly appSecret: Secret;
  /** `feishu`, `lark`, or the base URL of another host, without a slash at its end. */
  readonly domain: string;
  /** Whether a critical alert buzzes the phone. */
  readonly buzz: boolean;
}

export interface WebhookConfig {
  readonly url: string;
  /** The secret that signs each message, when the bot asks for that. */
  readonly secret: Secret | null;
}

export interface QqConfig {
  readonly appId: string;
  readonly clientSecret: Secret;
  /** Without a slash at its end. */
  readonly apiBase: string;
  readonly tokenUrl: string;
  /** Whether QQ has verified who stands behind the bot, and lets the bot send more. */
  readonly verified: boolean;
}

export interface FleetConfig {
  /** The name of this host, or of this hub. */
  readonly host: string;
  /** Whether this is a hub's configuration: then it watches no gateway itself. */
  readonly hub: boolean;
  /** What operators choose hosts by. */
  readonly labels: Readonly<Record<string, string>>;
  /** The highest role that the operators of a hub have here; `none`: it may command nothing. */
  readonly accept: 'none' | Role;
  /** How long no hub can be reached until this host's own channels are used. */
  readonly fallbackMs: number;
  readonly access: FleetAccess;
}

/** How the NATS server is reached. */
export interface FleetAccess {
  readonly servers: readonly string[];
  /** An nkey seed, or the text of a creds file. */
  readonly credentials: Secret;
  /** The file with the authority that signed the server's certificate; null: those of the system. */
  readonly caFile: string | null;
}

export interface Operator {
  /** The name in the audit and in messages such as "restarted by me". */
  readonly name: string;
  readonly role: Role;
  /** The person's id by channel; at least one. */
  readonly ids: Readonly<Record<string, string>>;
  /** The only gateways that this person may command, see and hear of; absent: all. */
  readonly gateways?: readonly string[];
}

/** A group chat that the configuration lists. */
export interface Group {
  /** The name in routes; no operator has the same. */
  readonly name: string;
  readonly channel: PersonalChannel;
  /** The platform's id of the group. */
  readonly id: string;
  /** The only gateways that are told and shown there; absent: all. */
  readonly gateways?: readonly string[];
  /** The ids that operators have in this group, by operator: on QQ a person has another one in each group. */
  readonly members: Readonly<Record<string, string>>;
}

/** Which alerts go to whom. An alert goes to all whom a route that fits it names. */
export interface AlertRoute {
  /** Absent: of all gateways. */
  readonly gateways?: readonly string[];
  /** Absent: of every severity. */
  readonly severity?: (typeof SEVERITIES)[number];
  /** Operators and groups, by name. */
  readonly to: readonly string[];
  /** The channels that its people are told on; absent: all of `order`. */
  readonly channels?: readonly ChannelName[];
}

export type UrgentWay = (typeof URGENT_WAYS)[number];

export const DIGESTS = ['daily', 'weekly'] as const;

/** The word that all is well. */
export interface DigestConfig {
  /** A week ends on Monday. */
  readonly every: 'day' | 'week';
  /** When it comes: minutes of the local day. */
  readonly at: number;
}

/** What is done about a critical incident that nobody acknowledges. */
export interface EscalationConfig {
  /** The wait before each step. */
  readonly afterMs: number;
  readonly steps: readonly EscalationStep[];
}

/** `urgent`: the phones ring of those who were told; `to`: these operators and groups are told, by name. */
export type EscalationStep = { readonly urgent: UrgentWay } | { readonly to: readonly string[] };

export interface AlertsConfig {
  /** null: none is told. */
  readonly digest: DigestConfig | null;
  /** null: none. */
  readonly escalation: EscalationConfig | null;
  /** Empty: everybody is told everything. What no route fits goes to everybody as well. */
  readonly routes: readonly AlertRoute[];
  /** Channels in the order in which they are tried; all of them are configured. */
  readonly order: readonly ChannelName[];
  /** On how many of them each alert must arrive. */
  readonly copies: number;
  /** How long one channel is tried before the next gets the alert as well. */
  readonly channelTimeoutMs: number;
  /** How long one of Lifeline's own links may be down before the operators hear of it on the other channels. */
  readonly channelDownMs: number;
  /** How long Lifeline itself must have been away until that is told. */
  readonly awayMs: number;
  /** How often an incident that is open and not acknowledged is told again; null: never. */
  readonly remindMs: number | null;
  /** When only what needs somebody at once may ring; null: never. */
  readonly quiet: QuietHours | null;
  /** The dead man's switch: told after each round that Lifeline lives. Whoever has the URL can pretend to be it. */
  readonly pingUrl: Secret | null;
}

/** Minutes of the local day; `to` may be the next morning. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}
