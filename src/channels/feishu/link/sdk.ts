/** The vendor's SDK, as far as Lifeline uses it, and where it logs. */
import type * as LarkSdk from '@larksuiteoapi/node-sdk';
import type { Logger } from '../../../base/logger.ts';

export type Sdk = Pick<typeof LarkSdk, 'EventDispatcher' | 'LoggerLevel' | 'WSClient'>;

/** Writes the SDK's warnings and errors to our own log, at debug and without addresses, which carry tickets. */
export const sdkLogger = (logger: Logger) => {
  const say = (...parts: readonly unknown[]): void => {
    const text = parts.flat().map((part) => (part instanceof Error ? part.message : String(part)));
    logger.debug({ sdk: text.join(' ').replace(/\b[a-z]+:\/\/\S+/gi, '(address)') }, 'feishu sdk');
  };
  return { fatal: say, error: say, warn: say, info: () => undefined, debug: () => undefined, trace: () => undefined };
};
