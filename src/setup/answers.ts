/** The answers of a set-up, and the changes that they make to the configuration. Types only. */
import type { DIGESTS, Role } from '../config/config.ts';
import type { Locale } from '../text/locale.ts';
import type { FoundGateway } from './find-gateways.ts';

export interface FeishuAnswer {
  readonly channel: 'feishu';
  readonly appId: string;
  readonly secret: string;
  /** `feishu`, `lark`, or the address of another platform. */
  readonly domain: string;
}

export interface QqAnswer {
  readonly channel: 'qq';
  readonly appId: string;
  readonly secret: string;
  /** null: the platform's own. */
  readonly apiBase: string | null;
  readonly tokenUrl: string | null;
}

export type ChannelAnswer = FeishuAnswer | QqAnswer;

export interface NewOperator {
  readonly name: string;
  readonly role: Role;
  readonly feishu?: string;
  readonly qq?: string;
}

export interface ConfigChanges {
  readonly locale: Locale;
  /** null: the usual one, or the one that is there. */
  readonly dataDir: string | null;
  /** To be watched from now on. */
  readonly gateways: readonly FoundGateway[];
  readonly channels: readonly ChannelAnswer[];
  /** Named on the command line; those who pair are remembered elsewhere. */
  readonly operators: readonly NewOperator[];
  /** The address of a dead man's switch, in a new configuration; null: none. */
  readonly pingUrl: string | null;
  /** How often a new configuration tells that all is well; null: never. */
  readonly digest: (typeof DIGESTS)[number] | null;
}
