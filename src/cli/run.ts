import { createLogger } from '../base/logger.ts';
import { processClock } from '../base/clock.ts';
import { CONSOLE_USER, createConsoleChannel } from '../channels/console/channel.ts';
import type { Operator, Config } from '../config/config.ts';
import { startApp, type AppOptions } from '../app.ts';
import { findConfig } from './find-config.ts';

/** `lifeline run`: resolves when SIGINT or SIGTERM has ended it. */
export const run = async ({ config: file, version, dryRun = false }: { config?: string; version: string; dryRun?: boolean }): Promise<void> => {
  const { config, fromFile } = findConfig(file);
  applyTimezone(config);
  const clock = processClock();
  const logger = createLogger(fromFile ? config.logLevel : 'warn');
  if (fromFile) for (const warning of config.warnings) logger.warn(warning);
  const app = await startApp(config, { version, dryRun, clock, logger, ...(fromFile ? {} : onConsole(() => clock.now())) });
  if (!fromFile) process.stdout.write(welcome(config));
  await untilSignal();
  await app.stop();
  // Sockets that a platform keeps half open must not keep a stopped bot alive.
  process.exit(0);
};

/** The log's times have no zone; the one that is configured is the zone of this process. */
export const applyTimezone = ({ timezone }: Config): void => {
  if (timezone !== null) process.env['TZ'] = timezone;
};

const onConsole = (now: () => number): Pick<AppOptions, 'console'> => {
  const operator: Operator = { name: 'console', role: 'admin', ids: { console: CONSOLE_USER } };
  return { console: { channel: createConsoleChannel({ input: process.stdin, output: process.stdout, now }), operator } };
};

const welcome = ({ gateways }: Config): string =>
  `没有配置文件：只看护，不自动重启。 No configuration: watching only, nothing is restarted.\n${gateways.map(({ name, home }) => `  ${name}: ${home}\n`).join('')}  /status /logs /restart /help · Ctrl-C\n\n`;

/** Resolves at the first signal; a second one ends the process at once. */
const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(1);
        asked = true;
        resolve();
      });
    }
  });
