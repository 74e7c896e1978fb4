import { createLogger } from '../base/logger.ts';
import { processClock } from '../base/clock.ts';
import { CONSOLE_USER, createConsoleChannel } from '../channels/console/channel.ts';
import type { Operator, Config } from '../config/config.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { startApp, type App, type AppOptions } from '../app.ts';
import { UserError } from '../base/errors.ts';
import { createNotifier } from '../service/notifier.ts';
import { findConfig } from './find-config.ts';
import { applyTimezone } from './timezone.ts';

/** `lifeline run`: resolves when SIGINT or SIGTERM has ended it. */
export const run = async ({ config: file, version, dryRun = false }: { config?: string; version: string; dryRun?: boolean }): Promise<void> => {
  const { config, fromFile } = findConfig(file);
  applyTimezone(config);
  const clock = processClock();
  const logger = createLogger(fromFile ? config.logLevel : 'warn');
  if (fromFile) for (const warning of config.warnings) logger.warn(warning);
  const asked = untilSignal();
  let stuck: App['stuck'] = () => [];
  const notifier = createNotifier({ env: process.env, stuck: () => stuck().map(({ loop }) => loop), logger });
  for (let ended = false, first = true; !ended; first = false) {
    const terminal = fromFile ? {} : onConsole(() => clock.now());
    const start = (): Promise<App> => startApp(config, { version, dryRun, clock, logger, say: (text) => void process.stderr.write(`${text}\n`), ...terminal });
    const app = await (first ? start() : startAgain(start));
    stuck = () => app.stuck();
    notifier.ready();
    if (!fromFile && first) process.stdout.write(welcome(config));
    ended = await Promise.race([asked, app.outdated.then(() => false)]);
    if (ended) notifier.stopping();
    else notifier.reloading();
    const { code, text } = await app.stop();
    if (ended) {
      process.stderr.write(text);
      // Sockets that a platform keeps half open must not keep a stopped bot alive.
      process.exit(code);
    }
    logger.warn('the data folder has failed or is back; Lifeline starts anew in the same process');
  }
};

/** A `lifeline check --heal` may have slipped in between; it is done in a minute. */
const startAgain = async (start: () => Promise<App>): Promise<App> => {
  for (let left = 30; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (left === 0 || !(error instanceof UserError) || error.code !== 'ALREADY_RUNNING') throw error;
      await pause(2_000);
    }
  }
};

const onConsole = (now: () => number): Pick<AppOptions, 'console'> => {
  const operator: Operator = { name: 'console', role: 'admin', ids: { console: CONSOLE_USER } };
  return { console: { channel: createConsoleChannel({ input: process.stdin, output: process.stdout, now }), operator } };
};

const welcome = ({ gateways }: Config): string =>
  `没有配置文件：只看护，不自动重启。 No configuration: watching only, nothing is restarted.\n${gateways.map(({ name, home }) => `  ${name}: ${home}\n`).join('')}  /status /logs /restart /help · Ctrl-C\n\n`;

/** Resolves at the first signal; a second one ends the process at once. */
const untilSignal = (): Promise<true> =>
  new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(1);
        asked = true;
        resolve(true);
      });
    }
  });
