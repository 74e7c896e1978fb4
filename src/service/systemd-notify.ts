/**
 * Tells systemd the state of Lifeline: sd_notify(3), by the program systemd-notify, because Node has no Unix datagram
 * sockets. A blocked event loop cannot feed systemd's watchdog. While one of Lifeline's own loops hangs, the watchdog
 * is not fed either.
 */
import type { Logger } from '../base/logger.ts';
import { runCommand, wordsOf, type RunCommand } from '../supervisors/run-command.ts';

export interface SystemdNotifier {
  /** Says that Lifeline has started, or has finished a reload. Begins to feed the watchdog. */
  ready(): void;
  /** Says that the configuration is read anew; `ready` follows. */
  reloading(): void;
  /** Says that Lifeline ends. The watchdog is fed no more. */
  stopping(): void;
}

export interface SystemdNotifierOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Returns the names of Lifeline's loops that hang, for people. Asked before the watchdog is fed. */
  readonly stuck: () => readonly string[];
  readonly logger: Logger;
  /** Tests hand in their own. */
  readonly run?: RunCommand;
  readonly pid?: number;
  readonly monotonicMs?: () => number;
}

/** systemd-notify waits up to 5 s until its message was read, so that it is known whose child it was. */
const SEND_MS = 8_000;
/** Where there is no watchdog: how soon a message that did not arrive is sent again. */
const RETRY_MS = 10_000;
/** A reload that takes longer than this hangs. */
const RELOAD_MS = 5 * 60_000;

/** @returns a notifier, which does nothing where systemd does not listen. */
export const createSystemdNotifier = ({
  env,
  stuck,
  logger,
  run = runCommand,
  pid = process.pid,
  monotonicMs = monotonic,
}: SystemdNotifierOptions): SystemdNotifier => {
  const socket = env['NOTIFY_SOCKET'];
  if (!socket) return { ready: () => undefined, reloading: () => undefined, stopping: () => undefined };
  const watchdogMs = watchdogOf(env, pid);
  if (watchdogMs === null && env['WATCHDOG_USEC'])
    logger.warn(
      { watchdogPid: env['WATCHDOG_PID'], pid },
      'the watchdog of the service manager is meant for another process; it is not fed',
    );

  let phase: { readonly is: 'starting' | 'ready' | 'stopping' } | { readonly is: 'reloading'; readonly since: number } =
    { is: 'starting' };
  let heard = false;
  let timer: NodeJS.Timeout | undefined;
  let told = { stuck: '', failure: '' };
  /** Messages go out one after the other: READY must not overtake RELOADING. */
  let lastSent: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const send = (...words: readonly string[]): Promise<boolean> => {
    waiting += 1;
    const sent = lastSent.then(async () => {
      const output = await run(['systemd-notify', ...words], { env: { NOTIFY_SOCKET: socket }, timeoutMs: SEND_MS });
      waiting -= 1;
      tellFailure(output.exitCode === 0 ? '' : wordsOf(output));
      return output.exitCode === 0;
    });
    lastSent = sent;
    return sent;
  };
  /** Logs a failure once, until sending works again. */
  const tellFailure = (reason: string): void => {
    if (reason !== '' && told.failure === '')
      logger.error(
        { reason },
        'systemd-notify failed: the service manager does not hear that Lifeline lives, and may end it',
      );
    told = { ...told, failure: reason };
  };
  const tellStuck = (names: string): void => {
    if (names === told.stuck) return;
    if (names === '') logger.info({ was: told.stuck }, 'all loops turn again; the watchdog is fed');
    else
      logger.error(
        { stuck: names },
        'a part of Lifeline does not turn any more; the watchdog is not fed, so that the service manager starts Lifeline anew',
      );
    told = { ...told, stuck: names };
    void send(names === '' ? 'STATUS=watching' : `STATUS=stuck: ${names}`);
  };

  /** While it reloads, its loops are those of an app that ends or begins. */
  const stuckNow = (): string => {
    if (phase.is !== 'reloading') return stuck().join(', ');
    return monotonicMs() - phase.since < RELOAD_MS ? '' : 'reload';
  };

  const report = async (): Promise<void> => {
    // systemd gets no message before it has read the one before.
    if (waiting > 0 || phase.is === 'stopping' || phase.is === 'starting') return;
    const names = stuckNow();
    if (phase.is === 'ready' || names !== '') tellStuck(names);
    const words = [
      ...(phase.is === 'ready' && !heard ? ['READY=1', 'STATUS=watching'] : []),
      ...(watchdogMs !== null && names === '' ? ['WATCHDOG=1'] : []),
    ];
    if (words.length === 0) return;
    const asked = phase;
    const arrived = await send(...words);
    if (phase === asked && asked.is === 'ready') heard ||= arrived;
  };
  const feed = (): void =>
    void report().catch((err: unknown) => logger.error({ err }, 'the service manager could not be told of Lifeline'));

  return {
    ready: () => {
      phase = { is: 'ready' };
      heard = false;
      void lastSent.then(feed);
      timer ??= setInterval(feed, watchdogMs === null ? RETRY_MS : watchdogMs / 3).unref();
    },
    reloading: () => {
      phase = { is: 'reloading', since: monotonicMs() };
      void send(
        'RELOADING=1',
        `MONOTONIC_USEC=${Math.round(monotonicMs() * 1_000)}`,
        'STATUS=reading the configuration anew',
      );
    },
    stopping: () => {
      phase = { is: 'stopping' };
      clearInterval(timer);
      void send('STOPPING=1', 'STATUS=ending');
    },
  };
};

/** CLOCK_MONOTONIC, which systemd compares with its own. */
const monotonic = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

/** As sd_watchdog_enabled(3): null when no sign of life is asked for, or from another process. */
const watchdogOf = (env: SystemdNotifierOptions['env'], pid: number): number | null => {
  const usec = Number(env['WATCHDOG_USEC']);
  const meant = env['WATCHDOG_PID'];
  return Number.isFinite(usec) && usec > 0 && (meant === undefined || meant === '' || Number(meant) === pid)
    ? usec / 1_000
    : null;
};
