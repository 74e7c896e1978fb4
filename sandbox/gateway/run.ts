/** The life of the sandbox gateway, from the guard against a second instance to its exit code. */
import { processClock } from '../../src/base/clock.ts';
import { scriptOf } from './adapter-scripts.ts';
import { answer } from './conversation.ts';
import { connectControl } from './control.ts';
import { endEarly } from './early-end.ts';
import { createFeishuLink } from './feishu-link.ts';
import { startHeartbeat } from './heartbeat.ts';
import { homeFiles, makeHome, type HomeFiles } from './home.ts';
import { createInnerFaults } from './inner-faults.ts';
import { claimInstance, liveInstance, ownRecord, releaseInstance, type InstanceRecord } from './instance.ts';
import { beginLife } from './lifecycle.ts';
import type { Link, LinkContext } from './link.ts';
import { connectPlatforms } from './platforms.ts';
import type { StartFault } from './protocol.ts';
import { createGatewayLog, type GatewayLog } from './python-log.ts';
import { createQqLink } from './qq-link.ts';
import { createScriptedLink } from './scripted-link.ts';
import { isSupervised, type GatewaySettings } from './settings.ts';
import { shutDown, type StopSignal } from './shutdown.ts';
import { createStateFile } from './state-file.ts';
import { createWork } from './work.ts';

const SIGNALS: readonly StopSignal[] = ['SIGTERM', 'SIGINT', 'SIGUSR1'];

const banner = (): void => {
  process.stdout.write(
    '┌─────────────────────────────────────────┐\n│        ⚕ Hermes Gateway Starting...     │\n└─────────────────────────────────────────┘\n',
  );
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

  // Who believes that a service manager runs it does not ask whether another runs (docs/facts/hermes.md 4.5.3).
  const second = isSupervised(process.env) && liveInstance(files) !== null;
  if (!second && !takeHome(files, self, log)) return 1;

  const ended = Promise.withResolvers<StopSignal | StartFault | 'orphaned'>();
  const orphaned = Promise.withResolvers<undefined>();
  for (const signal of SIGNALS) process.on(signal, () => ended.resolve(signal));
  const stopping = new AbortController();
  let drained: Promise<void> = Promise.resolve();
  const hangOnStop = (): void => {
    drained = orphaned.promise;
  };

  const state = createStateFile(files.state, self, clock);
  const work = createWork(() => state.work(work.turns()));
  const context: LinkContext = {
    settings,
    clock,
    log,
    state,
    executor: { shutdown: false },
    qqAttempts: { most: settings.timings.qqMaxAttempts },
    receive: (link, message) => void answer(context, link, message),
  };
  const feishu = createFeishuLink(context);
  const scripted = (settings.platforms ?? []).flatMap((name) => {
    const script = scriptOf(name);
    return script === undefined ? [] : [createScriptedLink(script, context, home)];
  });
  const links: readonly Link[] = [createQqLink(context), feishu, ...scripted];
  const control = connectControl({
    url: settings.controlUrl,
    self: { pid: self.pid, startTime: self.start_time },
    second,
    onBreak: createInnerFaults({ feishu, links, context, hangOnStop, end: ended.resolve }),
    onWork: (turns) => work.set(turns),
    onLink: (name, become) => scripted.find((link) => link.name === name)?.become(become),
    onOrphaned: () => {
      work.set(0);
      orphaned.resolve(undefined);
      ended.resolve('orphaned');
    },
  });

  const lifecycle = beginLife(files, log, clock);
  banner();
  log('INFO', 'gateway.run', 'Starting Hermes Gateway...');
  log('INFO', 'gateway.run', `Session storage: ${home}/sessions`);
  log('INFO', 'gateway.run', 'Active profile: default');
  state.gateway('starting');
  const stopHeartbeat = await startHeartbeat(files, settings.timings.heartbeatIntervalMs, clock);

  const bringUp = async (): Promise<void> => {
    const fault = await control.welcome;
    if (fault === 'config_rejected') ended.resolve(fault);
    if (fault === 'crash_loop') clock.timer(settings.timings.crashAfterMs, () => ended.resolve(fault));
    await clock.sleep(settings.timings.startDelayMs, stopping.signal);
    await connectPlatforms(links, {
      clock,
      log,
      state,
      retryMs: settings.timings.platformRetryMs,
      signal: stopping.signal,
    });
  };
  const startFailed = (error: unknown): void => {
    if (!stopping.signal.aborted) throw error;
  };
  bringUp().catch(startFailed);

  const end = await ended.promise;
  stopping.abort(new Error('The gateway is shutting down.'));
  const wayOut = (): number | Promise<number> => {
    switch (end) {
      case 'orphaned':
        process.stderr.write('The sandbox of this gateway is gone; so is the gateway.\n');
        return 1;
      case 'config_rejected':
      case 'crash_loop':
        return endEarly(end, { log, state, lifecycle });
      case 'SIGTERM':
      case 'SIGINT':
      case 'SIGUSR1':
        return shutDown(end, {
          files,
          self,
          clock,
          log,
          state,
          lifecycle,
          links,
          drained: Promise.all([drained, work.idle()]),
        });
    }
  };
  const code = await wayOut();
  stopHeartbeat();
  control.close();
  releaseInstance(files);
  return code;
};
