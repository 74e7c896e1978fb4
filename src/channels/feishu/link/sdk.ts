/**
 * The vendor's SDK, loaded when a link is wanted and not before: it is 30 MB of source. `require` rather than
 * `import`, which costs 15 MB more of memory (docs/facts/feishu.md 1.6).
 */
import { createRequire } from 'node:module';
import type * as LarkSdk from '@larksuiteoapi/node-sdk';
import type { Logger } from '../../../base/logger.ts';

export type Sdk = typeof LarkSdk;

export const loadSdk = (): Sdk => createRequire(import.meta.url)('@larksuiteoapi/node-sdk') as Sdk;

/** Writes the SDK's warnings and errors to our own log, at debug and without addresses, which carry tickets. */
export const sdkLogger = (logger: Logger) => {
  const say = (...parts: readonly unknown[]): void => {
    const text = parts.flat().map((part) => (part instanceof Error ? part.message : String(part)));
    logger.debug({ sdk: text.join(' ').replace(/\b[a-z]+:\/\/\S+/gi, '(address)') }, 'feishu sdk');
  };
  return { fatal: say, error: say, warn: say, info: () => undefined, debug: () => undefined, trace: () => undefined };
};
