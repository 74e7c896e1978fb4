/** The configuration as the bot uses it. `schema.ts` says what each key is. */
import type { toConfig } from './schema.ts';
import type { Plain } from './section.ts';
import type { ConfigWarning } from './warnings.ts';

export * from './names.ts';
export type { QuietHours } from './fields.ts';
export type { EscalationStep } from './people-schema.ts';

type Read = ReturnType<typeof toConfig>;

export interface Config extends Plain<Omit<Read, 'written'>> {
  /** What the file says, under the keys of the file and with every default filled in: what people are shown. */
  readonly written: Read['written'];
  /** The files that hold the configuration's secrets. */
  readonly secretFiles: readonly string[];
  readonly warnings: readonly ConfigWarning[];
}

export type GatewayConfig = Config['gateways'][number];
/** How long trouble may last before it counts. */
export type Grace = GatewayConfig['grace'];
export type Healing = GatewayConfig['healing'];
/** The restarts that Lifeline may make by itself; beyond them it asks for help. */
export type Budget = Pick<Healing, 'perHour' | 'perDay' | 'pausesMs'>;
export type WatchConfig = Config['watch'];
export type FeishuConfig = NonNullable<Config['channels']['feishu']>;
export type QqConfig = NonNullable<Config['channels']['qq']>;
export type FleetConfig = NonNullable<Config['fleet']>;
export type FleetAccess = FleetConfig['access'];
export type Operator = Config['operators'][number];
export type Group = Config['groups'][number];
export type AlertsConfig = Config['alerts'];
/** Which alerts go to whom. An alert goes to all whom a route that fits it names. */
export type AlertRoute = AlertsConfig['routes'][number];
export type DigestConfig = NonNullable<AlertsConfig['digest']>;
export type EscalationConfig = NonNullable<AlertsConfig['escalation']>;
/** An address of this machine that nobody else can reach. */
export type Listen = NonNullable<Config['metrics']>['listen'];

/** The bots of a configuration, as two Lifelines compare them: of one bot a platform gives each message to one of the two. */
export const botsOf = ({ channels: { feishu, qq } }: Pick<Config, 'channels'>): readonly string[] => [
  ...(feishu ? [`feishu:${feishu.appId}`] : []),
  ...(qq ? [`qq:${qq.appId}`] : []),
];
