/** The configuration with which `lifeline run` watches a sandbox (docs/configuration.md). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isSection } from '../src/base/parsed-section.ts';
import type { SandboxGateway } from './gateway/controller.ts';
import type { Cast } from './people.ts';

/** Graces of seconds, so that a story need not wait for minutes. */
export const SHORT_GRACE = {
  qqbot: '8s',
  feishu: '12s',
  default: '10s',
  start: '20s',
  frozen: '8s',
  gone: '2s',
  stop: '8s',
  network: '8s',
} as const;

/** Any part of the configuration; sections are merged key by key, lists and values replaced. */
export type ConfigOverrides = Readonly<Record<string, unknown>>;

export interface ConfigParts {
  readonly dir: string;
  readonly locale: 'zh-CN' | 'en';
  readonly gateway: SandboxGateway;
  readonly cast: Cast;
  readonly feishuUrl: string;
  readonly qqUrl: string;
  /** Where the platforms are for the gateway, by its links. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** Further links of the gateway. */
  readonly platforms: readonly string[];
}

const merge = (base: ConfigOverrides, over: ConfigOverrides): ConfigOverrides => {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isSection(below) && isSection(value) ? merge(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(merged) };
};

/** Graces fit the gateway's own times in the sandbox; restarts are plenty, since one breaks it again and again. */
const defaults = ({
  dir,
  locale,
  gateway,
  cast,
  feishuUrl,
  qqUrl,
  hosts,
  platforms,
}: ConfigParts): ConfigOverrides => ({
  locale,
  data_dir: join(dir, 'lifeline'),
  gateways: [
    {
      name: 'main',
      kind: 'hermes',
      home: gateway.home,
      supervisor: 'process',
      command: gateway.command,
      stop_timeout: '5s',
      hosts,
      // Some of them have a grace of their own, of minutes, which the one for all links does not shorten.
      ...(platforms.length > 0 && {
        grace: { links: Object.fromEntries(platforms.map((name) => [name, SHORT_GRACE.default])) },
      }),
    },
  ],
  watch: {
    pulse: '1s',
    grace: SHORT_GRACE,
    settle: '10s',
  },
  healing: { per_hour: 30, per_day: 100, pauses: ['0s'] },
  channels: {
    feishu: { app_id: cast.lifeline.feishu.appId, app_secret: cast.lifeline.feishu.secret, domain: feishuUrl },
    qq: {
      app_id: cast.lifeline.qq.appId,
      client_secret: cast.lifeline.qq.secret,
      api_base: qqUrl,
      token_url: `${qqUrl}/app/getAppAccessToken`,
    },
  },
  operators: [{ name: 'me', role: 'admin', feishu: cast.operator.feishu, qq: cast.operator.qq }],
  alerts: { order: ['feishu', 'qq'], copies: 2 },
});

/** @returns the path of `<dir>/config.yaml` */
export const writeConfigFile = (parts: ConfigParts, overrides: ConfigOverrides = {}): string => {
  const file = join(parts.dir, 'config.yaml');
  writeFileSync(file, stringify(merge(defaults(parts), overrides)), { mode: 0o600 });
  return file;
};
