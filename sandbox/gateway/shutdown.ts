/**
 * The three ways of stopping: on purpose, by a signal nobody announced, and for a restart (docs/facts/hermes.md 2.3,
 * 4).
 */
import type { Clock } from '../../src/base/clock.ts';
import { takePlannedStop, parentCommand, type InstanceRecord } from './instance.ts';
import type { HomeFiles } from './home.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Link } from './link.ts';
import type { GatewayLog } from './python-log.ts';
import type { StateFile } from './state-file.ts';

export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGUSR1';
type StopKind = 'planned' | 'unexpected' | 'restart';

export const EXIT_CODES = { planned: 0, unexpected: 1, restart: 75 } as const satisfies Record<StopKind, number>;

export interface ShutdownContext {
  readonly files: HomeFiles;
  readonly self: InstanceRecord;
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly state: StateFile;
  readonly lifecycle: Lifecycle;
  readonly links: readonly Link[];
  /** Resolves when the running turns are done. */
  readonly drained: Promise<unknown>;
}

const kindOf = (signal: StopSignal, { files, self, clock }: ShutdownContext): StopKind => {
  if (signal === 'SIGUSR1') return 'restart';
  return signal === 'SIGINT' || takePlannedStop(files, self, clock.now()) ? 'planned' : 'unexpected';
};

const announce = (
  kind: StopKind,
  signal: StopSignal,
  info: (message: string) => void,
  { log }: ShutdownContext,
): void => {
  if (kind === 'restart') {
    info('Stopping gateway for restart...');
    return;
  }
  info(
    kind === 'planned'
      ? `Received ${signal} as a planned gateway stop — exiting cleanly`
      : `Received ${signal} — initiating shutdown`,
  );
  log(
    'WARNING',
    'gateway.run',
    `Shutdown context: signal=${signal} under_systemd=no parent_pid=${process.ppid} parent_cmdline='${parentCommand()}'`,
  );
  info('Stopping gateway...');
};

/** Ends the gateway's work. @returns the exit code of the process */
export const shutDown = async (signal: StopSignal, context: ShutdownContext): Promise<number> => {
  const { clock, log, state, lifecycle, links } = context;
  const info = (message: string): void => log('INFO', 'gateway.run', message);
  const kind = kindOf(signal, context);
  const code = EXIT_CODES[kind];
  const reason = kind === 'restart' ? 'Gateway restart requested' : null;
  const begun = clock.now();
  const sinceStart = (): string => `${((clock.now() - begun) / 1_000).toFixed(2)}s`;
  const phaseDone = (phase: string): void => info(`Shutdown phase: ${phase} done at +${sinceStart()}`);

  announce(kind, signal, info, context);
  state.gateway('draining', reason === null ? {} : { exitReason: reason, restartRequested: true });
  phaseDone('notify_active_sessions');
  await context.drained;
  phaseDone('drain');
  for (const link of links) link.disconnect();
  phaseDone('all adapters disconnected');
  phaseDone('SessionDB close');

  if (kind === 'unexpected') {
    // On purpose: a container that comes back revives a gateway that says so (Hermes issue #42675).
    info('Gateway stopped by an unexpected signal — persisting gateway_state=running so that a restart revives it');
    state.gateway('running');
  } else {
    state.gateway('stopped', reason === null ? {} : { exitReason: reason, restartRequested: true });
  }
  info(`Gateway stopped (total teardown ${sinceStart()})`);
  if (kind === 'unexpected') {
    info(
      'Exiting with code 1 (signal-initiated shutdown without restart request) so the service manager can revive the gateway.',
    );
  } else if (kind === 'restart') {
    info('Exiting with code 75 (service-restart requested) so the service manager relaunches the gateway.');
  }
  lifecycle.exited(code, reason ?? (kind === 'unexpected' ? `signal ${signal}` : 'planned stop'));
  return code;
};
