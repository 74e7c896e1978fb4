/**
 * What the sandbox gateway finds in its home. It is all in one file, so that whoever starts it again, with an
 * empty environment and HERMES_HOME, gets the same gateway.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { errorText, UserError } from '../../src/base/errors.ts';

/** All in the time of the gateway's clock, which LIFELINE_CLOCK can make faster. */
export interface GatewayTimings {
  /** Between `Starting Hermes Gateway...` and the first connection. */
  readonly startDelayMs: number;
  readonly heartbeatIntervalMs: number;
  /** Waits before QQ reconnects; the last one repeats. Hermes: 2, 5, 10, 30, 60 s. */
  readonly qqBackoffMs: readonly number[];
  /** Hermes: 100. */
  readonly qqMaxAttempts: number;
  /** The first Feishu reconnect comes after a random part of this. The SDK: 30 s. */
  readonly feishuNonceMs: number;
  /** Between further Feishu tries. The SDK: 120 s. */
  readonly feishuIntervalMs: number;
  /** Before a platform that failed at the start is tried again; doubles up to ten times this. Hermes: 30 s. */
  readonly platformRetryMs: number;
  /** Between the sends of the gateway's own accord while its executor is shut down. */
  readonly sendEveryMs: number;
  /** How long a long task holds the event loop, in real time. */
  readonly longToolMs: number;
  /** From a start to the crash, in a crash loop. */
  readonly crashAfterMs: number;
}

export interface GatewaySettings {
  /** Where the sandbox tells the gateway what to break. */
  readonly controlUrl: string;
  readonly qq: { readonly appId: string; readonly secret: string; readonly url: string };
  readonly feishu: { readonly appId: string; readonly secret: string; readonly url: string };
  /** Further platforms, by the names of their scripts; none by default. */
  readonly platforms?: readonly string[];
  readonly timings: GatewayTimings;
  /** `gateway.log` is rotated before it grows beyond this. */
  readonly logMaxBytes: number;
}

/** Fast enough to watch, in Hermes's proportions. */
export const SANDBOX_TIMINGS: GatewayTimings = {
  startDelayMs: 300,
  heartbeatIntervalMs: 1_000,
  qqBackoffMs: [1_000, 1_000, 2_000],
  qqMaxAttempts: 4,
  feishuNonceMs: 2_000,
  feishuIntervalMs: 5_000,
  platformRetryMs: 3_000,
  sendEveryMs: 4_000,
  longToolMs: 6_000,
  crashAfterMs: 1_000,
};

const FILE = 'sandbox.json';

export const writeSettings = (home: string, settings: GatewaySettings): void =>
  writeFileSync(join(home, FILE), `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });

/** @throws UserError unless `home` was made by the sandbox. */
export const readSettings = (home: string): GatewaySettings => {
  try {
    return JSON.parse(readFileSync(join(home, FILE), 'utf8')) as GatewaySettings;
  } catch (error) {
    throw new UserError('SANDBOX_HOME', `${home} is not a sandbox gateway's home (${errorText(error)}).`, {
      cause: error,
    });
  }
};

/** @throws UserError when HERMES_HOME is missing or names a real Hermes's home, which a sandbox must never touch. */
export const sandboxHome = (env: Record<string, string | undefined>): string => {
  const home = env['HERMES_HOME'];
  if (!home)
    throw new UserError(
      'SANDBOX_HOME',
      'This is the sandbox gateway: set HERMES_HOME to the home that the sandbox made.',
    );
  if (resolve(home) === join(homedir(), '.hermes')) {
    throw new UserError('SANDBOX_HOME', 'The sandbox gateway does not run in ~/.hermes, the home of a real Hermes.');
  }
  return resolve(home);
};

/** Set where a service manager of its own runs Hermes; leaked into another environment, it switches the guard off. */
export const SUPERVISED_VARIABLE = 'HERMES_GATEWAY_EXTERNAL_SUPERVISOR';

export const isSupervised = (env: Record<string, string | undefined>): boolean => Boolean(env[SUPERVISED_VARIABLE]);
