/**
 * How the fake takes its `openclaw.json` (docs/facts/openclaw.md 1.1, 1.5, 3.2): what it refuses, what it reverts, what
 * it takes while it runs.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './log.ts';

export interface FakeConfig {
  readonly token: string | null;
  readonly logFile: string;
}

interface Parsed {
  readonly meta?: unknown;
  readonly gateway?: Readonly<Record<string, unknown>> & { readonly auth?: { readonly token?: string } };
  readonly logging?: { readonly file?: string };
  readonly channels?: { readonly qqbot?: { readonly allowFrom?: readonly string[] } };
}

export const configFile = (home: string): string => join(home, 'openclaw.json');
const lastGood = (home: string): string => `${configFile(home)}.last-good`;

/** A few keys of its schema are enough to be wrong about. */
const GATEWAY_KEYS: ReadonlySet<string> = new Set(['mode', 'port', 'bind', 'auth', 'reload']);

const parse = (file: string): Parsed | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Parsed;
  } catch {
    return null;
  }
};

/** @returns what it says of a file that it does not take; null: it takes it. */
const issueOf = (config: Parsed | null): string | null => {
  const wrong = Object.keys(config?.gateway ?? {}).find((key) => !GATEWAY_KEYS.has(key));
  if (config === null) return '<root>: JSON5 parse failed';
  return wrong === undefined ? null : `gateway: Unrecognized key: ${JSON.stringify(wrong)}`;
};

const pluginIssueOf = (config: Parsed): string | null =>
  config.channels?.qqbot?.allowFrom?.includes('*') === true
    ? 'channels.qqbot.allowFrom: invalid config for plugin qqbot: must not be valid'
    : null;

/** @returns its exit code where it does not start with what is written. */
export const takeConfig = (home: string, logFile: string, log: Log): FakeConfig | number => {
  const file = configFile(home);
  const written = parse(file);
  // A file without its block `meta` looks to it as if somebody had damaged it.
  if (written !== null && written.meta === undefined && existsSync(lastGood(home))) {
    copyFileSync(lastGood(home), file);
    log('WARN', null, `Config auto-restored from backup: ${file} (missing-meta-vs-last-good)`);
  }
  const config = parse(file);
  if (config?.gateway?.['mode'] === undefined) {
    log(
      'ERROR',
      null,
      'Gateway start blocked: existing config is missing gateway.mode. Treat this as suspicious or clobbered config. Re-run `openclaw onboard --mode local`.',
    );
    return 78;
  }
  const issue = issueOf(config);
  if (issue !== null) {
    log('ERROR', null, `Gateway failed to start: Invalid config at ${file}:\nopenclaw.json:1 — ${issue}`);
    return 78;
  }
  const refused = pluginIssueOf(config);
  if (refused !== null) {
    log('ERROR', null, `  × ${refused}`);
    log(
      'ERROR',
      null,
      'Refusing to run automatic gateway startup migrations because the selected config changed during startup (config validity changed). Retry startup so the new config can be validated.',
    );
    return 1;
  }
  copyFileSync(file, lastGood(home));
  return { token: config.gateway.auth?.token ?? null, logFile };
};

/** Looks whether the file was changed meanwhile, and says what became of that. */
export const createReload = (home: string, log: Log): (() => void) => {
  const read = (): string => readFileSync(configFile(home), 'utf8');
  let known = read();
  return () => {
    const text = read();
    if (text === known) return;
    known = text;
    const issue = issueOf(parse(configFile(home)));
    if (issue !== null) return log('WARN', 'gateway/reload', `config reload skipped (invalid config): ${issue}`);
    copyFileSync(configFile(home), lastGood(home));
    log('INFO', 'gateway/reload', 'config change detected; evaluating reload (channels.feishu)');
    log('INFO', 'gateway/reload', 'config hot reload applied (channels.feishu)');
  };
};

export const logFileOf = (home: string): string =>
  parse(configFile(home))?.logging?.file ?? parse(lastGood(home))?.logging?.file ?? join(home, 'openclaw.log');
