/** What the gateway hands its platform connections, and what it expects of one. */
import type { Clock } from '../../src/base/clock.ts';
import { traceback, type GatewayLog } from './python-log.ts';
import type { GatewaySettings } from './settings.ts';
import type { PlatformName, StateFile } from './state-file.ts';

export interface LinkContext {
  readonly settings: GatewaySettings;
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly state: StateFile;
  /** Python's thread pool, through which every send goes. */
  readonly executor: { shutdown: boolean };
  /** How often QQ tries to reconnect before it gives up. */
  readonly qqAttempts: { most: number };
  /** Hears every message from a person. */
  readonly receive: (link: Link, message: IncomingMessage) => void;
}

export interface IncomingMessage {
  readonly id: string;
  readonly user: string;
  readonly chat: string;
  readonly text: string;
}

export interface Link {
  readonly name: PlatformName;
  /** How its log lines begin: `[Feishu]`, `[QQBot:APP]`. */
  readonly tag: string;
  /** @throws Error when the platform cannot be reached; the caller tries again later. */
  connect(): Promise<void>;
  /**
   * Answers a message; without one it sends of its own accord to somebody it knows. Failures are logged, never thrown.
   */
  send(text: string, answerTo: IncomingMessage | null): Promise<void>;
  disconnect(): void;
}

/** @throws Error as Python's asyncio does once its default executor is gone (Hermes issue #10849). */
export const useExecutor = ({ executor }: LinkContext): void => {
  if (executor.shutdown) throw new Error('Executor shutdown has been called');
};

/** The traceback under a failed send. */
export const sendTraceback = (adapterFile: string, code: string, error: string): string =>
  traceback(adapterFile, 1482, 'send', code, `RuntimeError: ${error}`);
