/**
 * `lifeline run`: one process, in which one app after the other may run: with a new configuration, or on a store that
 * can be used again.
 */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startApp, type App, type AppOptions } from '../../app.ts';
import { processClock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import { event } from '../../base/events.ts';
import { CONSOLE_USER, createConsoleChannel } from '../../channels/console/channel.ts';
import type { ReloadAsked } from '../../chat/command/command.ts';
import type { Config, Operator } from '../../config/config.ts';
import { createSystemdNotifier } from '../../service/systemd-notify.ts';
import { usualConfig } from '../../setup/paths.ts';
import { heldByAnother } from '../../store/locks.ts';
import type { StoreHandover } from '../../store/store.ts';
import { localText } from '../../text/cli/local.ts';
import { answerStatus } from './answer-status.ts';
import { createConfigOnDisk } from './config-on-disk.ts';
import { createExposition } from './exposition.ts';
import { findConfig } from '../config/find-config.ts';
import { refuseHub } from '../beside-bot/hub-here.ts';
import { createOwnLog } from './own-log.ts';
import { readAnew, type ReadAnew } from './reload-config.ts';
import { keepConfig, lastConfig } from './last-config.ts';
import { listenForSignals } from './signals.ts';
import { applyTimezone } from '../timezone.ts';
import { createWishes, type NewConfig } from './next-action.ts';

/**
 * After SIGTERM the process ends within this time, whatever hangs: service managers and people kill what takes longer.
 */
const END_MS = 5_000;
const STOP_MS = 4_000;
/** How long a start that is under way may still take once the end is asked for. */
const LAST_START_MS = 3_000;
/** Between two apps of one process nobody is in a hurry: commands and looks end in peace. */
const CHANGE_MS = 30_000;

/** How often a broken configuration is read again. */
const BROKEN_AGAIN_MS = 10_000;

export interface RunOptions {
  readonly config?: string;
  /** The log file that replaces the configuration's. */
  readonly logFile?: string;
  readonly version: string;
  readonly dryRun?: boolean;
}

/** Never resolves: SIGINT or SIGTERM end the process. Throws a UserError when Lifeline cannot start. */
export const run = async ({ config: file, logFile, version, dryRun = false }: RunOptions): Promise<void> => {
  const { config: first, fromFile, refused } = findUsable(file);
  refuseHub(first, 'Run: lifeline hub');
  // Nothing is begun yet.
  const clock = processClock();
  const logOf = ({ logLevel, logFile: configured }: Config) => ({
    level: fromFile ? logLevel : 'warn',
    file: logFile === undefined ? configured : resolve(logFile),
  });
  const log = createOwnLog(logOf(first));
  const { logger } = log;

  const wishes = createWishes();
  const hurry = new AbortController();
  const ending = new AbortController();
  void wishes.stopped.then(() => ending.abort());
  const exposition = createExposition(version, logger);
  let config = first;
  let app: App | null = null;
  const handover: StoreHandover = { lock: null, memory: null };
  const notifier = createSystemdNotifier({
    env: process.env,
    stuck: () => app?.stuck().map(({ loop }) => loop) ?? [],
    logger,
  });

  /** Reads the file; a valid configuration is applied soon. */
  const reload = (): ReloadAsked => {
    if (!fromFile) return { kind: 'no_file' };
    if (wishes.busy()) return { kind: 'busy' };
    const read = readAnew(config);
    switch (read.kind) {
      case 'good':
        wishes.reload(read);
        return { kind: 'begun' };
      case 'bad':
        logger.error(
          { ...event('lifeline.reload_failed'), problems: read.text.split('\n') },
          'the configuration has mistakes; the old one stays in use',
        );
        return read;
      case 'fixed':
        logger.error(
          { ...event('lifeline.reload_failed'), keys: read.keys },
          'these keys cannot be changed while Lifeline runs; the old configuration stays in use',
        );
        return read;
    }
  };

  listenForSignals(
    {
      stop: () => {
        setTimeout(() => {
          logger.error({ limitMs: END_MS }, 'Lifeline did not end in time; what is left is cut off');
          process.exit(1);
        }, END_MS);
        wishes.stop();
      },
      hurry: () => hurry.abort(),
      reload: () => {
        const asked = reload();
        // Whoever sent the signal may not see the log.
        if (asked.kind === 'bad' || asked.kind === 'fixed') safely(() => app?.reloads.refused(asked));
      },
    },
    { fromFile },
  );

  const safely = (work: () => void): void => {
    try {
      work();
    } catch (err) {
      logger.error({ err }, 'how the reload ended could not be told');
    }
  };

  const isOnDisk = createConfigOnDisk();
  /** What is wrong with the file while an earlier configuration is used in its place; null: it is used. */
  let broken = refused;

  const keep = (): void => {
    if (!fromFile || broken !== null) return;
    try {
      keepConfig(config);
    } catch (error) {
      logger.warn({ error: errorText(error) }, 'the configuration in use could not be kept for a start without it');
    }
  };
  /** As long as the file is broken it is read again: once it is right it is tried, once. */
  const watchBroken = (): void => {
    if (broken === null) return;
    logger.error(
      { ...event('lifeline.reload_failed'), problems: broken.text.split('\n') },
      'the configuration has mistakes; the one of the last start is used',
    );
    const tellOf = broken;
    safely(() => app?.reloads.refused(tellOf));
    const timer = setInterval(() => {
      // One try: where Lifeline cannot start with the mended file, that was told, and the next try is the operator's.
      if (broken === null || (readAnew(config).kind === 'good' && reload().kind === 'begun')) clearInterval(timer);
    }, BROKEN_AGAIN_MS);
    timer.unref();
  };

  const start = async (next: Config): Promise<App> => {
    applyTimezone(next);
    log.use(logOf(next));
    const terminal = fromFile ? {} : onConsole(() => clock.now());
    return startApp(next, {
      version,
      dryRun,
      clock,
      logger,
      say: (text) => void process.stderr.write(`${text}\n`),
      reload,
      meter: exposition.meter,
      ending: ending.signal,
      handover,
      // Without a file each finds gateways of its own, and a dry run decides otherwise.
      ...(fromFile && !dryRun
        ? {
            answerStatus: (asked, parts) =>
              answerStatus(asked, { version, config: next, isCurrent: () => isOnDisk(next), env: process.env }, parts),
          }
        : {}),
      ...terminal,
    });
  };

  /** A start may hang on a platform that does not answer. */
  const startOrEnd = async (starting: Promise<App>): Promise<App> => {
    const started = await Promise.race([starting, wishes.stopped.then(() => pause(LAST_START_MS, null))]);
    if (started) return started;
    logger.warn('Lifeline ends while it starts');
    return exit(0);
  };

  const exit = async (code: number): Promise<never> => {
    await Promise.race([Promise.all([exposition.stop(), log.close()]), pause(END_MS - STOP_MS - 500)]);
    // Sockets that a platform keeps half open must not keep a stopped bot alive.
    process.exit(code);
  };

  const running = (next: App): App => {
    exposition.ask(next);
    notifier.ready();
    return next;
  };

  /** Ends the app and starts one with the next configuration, or else with the old one. */
  const change = async (old: App, next: NewConfig): Promise<App> => {
    try {
      await exposition.use(next.config.metrics?.listen ?? null);
    } catch (error) {
      logger.error(
        { ...event('lifeline.reload_failed'), error: errorText(error) },
        'the new configuration cannot be used; the old one stays in use',
      );
      safely(() => old.reloads.ended({ kind: 'failed', reason: errorText(error) }));
      return old;
    }
    await endOf(old);
    try {
      const started = await startOrEnd(start(next.config));
      config = next.config;
      broken = null;
      keep();
      logger.info({ ...event('lifeline.reloaded'), changes: next.changes }, 'Lifeline runs with the new configuration');
      safely(() => started.reloads.ended({ kind: 'done', changes: next.changes }));
      return started;
    } catch (error) {
      logger.error(
        { ...event('lifeline.reload_failed'), error: errorText(error) },
        'Lifeline cannot start with the new configuration and goes back to the old one',
      );
      await exposition
        .use(config.metrics?.listen ?? null)
        .catch((err: unknown) => logger.error({ error: errorText(err) }, 'the figures cannot be shown any more'));
      const back = await startOrEnd(start(config));
      safely(() => back.reloads.ended({ kind: 'failed', reason: errorText(error) }));
      return back;
    }
  };

  const endOf = async (old: App): Promise<void> => {
    notifier.reloading();
    exposition.ask({ stuck: () => old.stuck(), failing: () => [], figures: null });
    await old.stop({ limitMs: CHANGE_MS, hurry: hurry.signal });
  };

  const runApps = async (): Promise<never> => {
    await exposition.use(config.metrics?.listen ?? null).catch((error: unknown) => {
      // Another Lifeline of this data folder shows its figures there.
      throw heldByAnother(config.dataDir) ?? error;
    });
    app = running(await startOrEnd(start(config)));
    const opened = app;
    safely(() => opened.reloads.ended(null));
    keep();
    watchBroken();
    if (!fromFile) process.stdout.write(welcome(config));

    for (;;) {
      const current: App = app;
      const wish = await Promise.race([wishes.next(), current.outdated.then(() => 'outdated' as const)]);
      if (wish === 'stop') break;
      if (wish === 'outdated') await endOf(current);
      app = running(wish === 'outdated' ? await startOrEnd(start(config)) : await change(current, wish));
    }

    notifier.stopping();
    const { code, text } = await app.stop({ limitMs: STOP_MS, hurry: hurry.signal });
    process.stderr.write(text);
    return exit(code);
  };

  try {
    await runApps();
  } catch (error) {
    // Open servers and files of the app must not keep a process alive that cannot start.
    await exposition.stop();
    await log.close();
    throw error;
  }
};

/** As `findConfig`; for a file with mistakes the configuration with which it was last used, where one is kept. */
const findUsable = (
  named: string | undefined,
): ReturnType<typeof findConfig> & { readonly refused: Extract<ReadAnew, { kind: 'bad' }> | null } => {
  try {
    return { ...findConfig(named), refused: null };
  } catch (error) {
    const last = lastConfig(named ?? usualConfig(process.env), error);
    if (last === null) throw error;
    process.stderr.write(`${last.refused.text}\n${localText(last.config.locale).lastConfigUsed()}\n`);
    return { config: last.config, fromFile: true, refused: last.refused };
  }
};

const onConsole = (now: () => number): Pick<AppOptions, 'console'> => {
  const operator: Operator = { name: 'console', role: 'admin', ids: { console: CONSOLE_USER } };
  return {
    console: { channel: createConsoleChannel({ input: process.stdin, output: process.stdout, now }), operator },
  };
};

const welcome = ({ gateways, locale }: Config): string =>
  `${localText(locale).watchingOnly()}\n${gateways.map(({ name, home }) => `  ${name}: ${home}\n`).join('')}  /status /logs /restart /help · Ctrl-C\n\n`;
