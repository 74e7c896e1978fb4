/** The life of the sandbox gateway, from the guard against a second instance to its exit code. */
import { processClock } from '../../base/clock.ts';
import { answer } from './conversation.ts';
import { connectControl } from './control.ts';
import { createFeishuLink, type FeishuLink } from './feishu-link.ts';
import { freeze } from './freeze.ts';
import { startHeartbeat } from './heartbeat.ts';
import { homeFiles, makeHome, type HomeFiles } from './home.ts';
import { claimInstance, liveInstance, ownRecord, releaseInstance, type InstanceRecord } from './instance.ts';
import { beginLife } from './lifecycle.ts';
import type { Link, LinkContext } from './link.ts';
import { connectPlatforms } from './platforms.ts';
import type { ProcessId } from './proc.ts';
import type { InnerFault } from './protocol.ts';
import { createGatewayLog, type GatewayLog } from './python-log.ts';
import { createQqLink } from './qq-link.ts';
import type { GatewaySettings } from './settings.ts';
import { shutDown, type StopSignal } from './shutdown.ts';
import { createStateFile } from './state-file.ts';

const SIGNALS: readonly StopSignal[] = ['SIGTERM', 'SIGINT', 'SIGUSR1'];

const banner = (): void => {
  process.stdout.write('┌─────────────────────────────────────────┐\n│        ⚕ Hermes Gateway Starting...     │\n└─────────────────────────────────────────┘\n');
};

/** Once the executor is gone the gateway's own sends fail too, again and again. */
const sendWithoutEnd = async (links: readonly Link[], { clock, settings }: LinkContext): Promise<void> => {
  for (;;) {
    for (const link of links) await link.send('(agent) nothing new', null);
    await clock.sleep(settings.timings.sendEveryMs);
  }
};

const breaker =
  (feishu: FeishuLink, links: readonly Link[], context: LinkContext) =>
  (fault: InnerFault, sandbox: ProcessId): void => {
    switch (fault) {
      case 'executor_shutdown':
        if (context.executor.shutdown) return;
        context.executor.shutdown = true;
        void sendWithoutEnd(links, context);
        return;
      case 'feishu_lost':
        feishu.loseForGood();
        return;
      case 'loop_frozen':
        freeze(sandbox);
    }
  };

/** Makes this process the gateway of its home. @returns false, and says why, when another is */
const takeHome = (files: HomeFiles, self: InstanceRecord, log: GatewayLog): boolean => {
  const other = liveInstance(files);
  if (!other && claimInstance(files, self)) return true;
  log(
    'ERROR',
    'gateway.run',
    other
      ? `Another gateway instance is already running (PID ${other.pid}, HERMES_HOME=${files.home}). ` +
          `Use 'hermes gateway restart' to replace it, or 'hermes gateway stop' first.`
      : 'PID file race lost to another gateway instance. Exiting.',
  );
  return false;
};

/** Runs until a signal ends it. @returns the exit code of the process */
export const runGateway = async (home: string, settings: GatewaySettings): Promise<number> => {
  const clock = processClock();
  const files = homeFiles(home);
  makeHome(files);
  const log = createGatewayLog(files.logs, clock, settings.logMaxBytes);
  const self = ownRecord(home, process.argv);

  if (!takeHome(files, self, log)) return 1;

  const signalled = Promise.withResolvers<StopSignal | 'orphaned'>();
  for (const signal of SIGNALS) process.on(signal, () => signalled.resolve(signal));
  const stopping = new AbortController();

  const state = createStateFile(files.state, self, clock);
  const context: LinkContext = {
    settings,
    clock,
    log,
    state,
    executor: { shutdown: false },
    receive: (link, message) => void answer(context, link, message),
  };
  const feishu = createFeishuLink(context);
  const links: readonly Link[] = [createQqLink(context), feishu];
  const control = connectControl({
    url: settings.controlUrl,
    self: { pid: self.pid, startTime: self.start_time },
    onBreak: breaker(feishu, links, context),
    onOrphaned: () => signalled.resolve('orphaned'),
  });

  const lifecycle = beginLife(files, log, clock);
  banner();
  log('INFO', 'gateway.run', 'Starting Hermes Gateway...');
  log('INFO', 'gateway.run', `Session storage: ${home}/sessions`);
  log('INFO', 'gateway.run', 'Active profile: default');
  state.gateway('starting');
  const stopHeartbeat = await startHeartbeat(files, settings.timings.heartbeatIntervalMs, clock);

  const bringUp = async (): Promise<void> => {
    await control.welcome;
    await clock.sleep(settings.timings.startDelayMs, stopping.signal);
    await connectPlatforms(links, { clock, log, state, retryMs: settings.timings.platformRetryMs, signal: stopping.signal });
  };
  const startFailed = (error: unknown): void => {
    if (!stopping.signal.aborted) throw error;
  };
  bringUp().catch(startFailed);

  const end = await signalled.promise;
  stopping.abort(new Error('The gateway is shutting down.'));
  const code = end === 'orphaned' ? 1 : shutDown(end, { files, self, clock, log, state, lifecycle, links });
  if (end === 'orphaned') process.stderr.write('The sandbox of this gateway is gone; so is the gateway.\n');
  stopHeartbeat();
  control.close();
  releaseInstance(files);
  return code;
};
