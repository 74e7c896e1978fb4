/** What Hermes's runner logs of a gateway's life, and the state files it keeps (docs/facts/hermes.md 2.3, 3). */
import type { Feishu } from './feishu.ts';
import type { Qq } from './qq.ts';
import type { Level, Recorder } from './recorder.ts';

export type Platform = 'qqbot' | 'feishu';
export interface PlatformState {
  readonly state: string;
  readonly error_code?: string;
  readonly error_message?: string;
  readonly needs_attention?: boolean;
}

const HOME = '/home/lin/.hermes';

export const runner = (home: Recorder, qq: Qq, feishu: Feishu, platforms: readonly Platform[]) => {
  let pid = 3000 + Math.floor(home.random() * 5000);
  let startTime = 400_000 + Math.floor(home.random() * 9e6);
  let startedAt = home.now();
  const starts: number[] = [];
  const say = (level: Level, message: string, below?: readonly string[]): void =>
    home.say(level, 'gateway.run', message, below ? { below } : {});
  const record = (): object => ({
    pid,
    kind: 'hermes-gateway',
    argv: ['hermes', 'gateway', 'run'],
    start_time: startTime,
    hermes_home: HOME,
  });
  const utc = (at = home.clock()): string => new Date(at).toISOString().replace('Z', '+00:00');

  const connect = {
    qqbot: () => {
      qq.firstConnect();
      say('INFO', '✓ qqbot connected');
      qq.identify();
    },
    feishu: () => {
      feishu.clientStarted();
      say('INFO', '✓ feishu connected');
      feishu.connectedTo();
    },
  };

  const run = {
    say,
    pid: () => pid,
    /** The state file as its last writer left it. */
    state: (gatewayState: string, links: Partial<Record<Platform | 'telegram', PlatformState>>, more: object = {}) => {
      const stamped = Object.entries(links).map(([name, link]) => [
        name,
        {
          error_code: null,
          error_message: null,
          needs_attention: false,
          retrying_since: null,
          ...link,
          updated_at: utc(),
          writer_pid: pid,
          writer_start_time: startTime,
        },
      ]);
      home.file('gateway_state.json', {
        ...record(),
        gateway_state: gatewayState,
        exit_reason: null,
        restart_requested: false,
        active_agents: 0,
        platforms: Object.fromEntries(stamped) as object,
        updated_at: utc(),
        code_version: '0.21.3',
        ...more,
      });
    },
    /** The files of a process that is alive now: pid, heartbeat, lifecycle. */
    alive: () => {
      home.file('gateway.pid', record());
      home.file('state/gateway.heartbeat', {
        pid,
        updated_at: utc(),
        monotonic: 51_234.5,
        start_time: startTime,
        loop_tick_socket: `${HOME}/state/gateway.loop-tick.${pid}.sock`,
      });
      home.file('state/gateway.lifecycle.json', {
        phase: 'running',
        pid,
        started_at: utc(startedAt),
        create_time: startedAt / 1000,
        exit_code: null,
        exit_reason: null,
        exited_at: null,
      });
    },
    exited: (code: number, reason: string | null) => {
      for (const path of ['gateway.pid', 'state/gateway.heartbeat']) home.forget(path);
      home.file('state/gateway.lifecycle.json', {
        phase: 'exited',
        pid,
        started_at: utc(startedAt),
        create_time: startedAt / 1000,
        exit_code: code,
        exit_reason: reason,
        exited_at: utc(),
      });
    },
    /** All connected and idle: what the files say of a healthy gateway. */
    allWell: () => {
      run.alive();
      run.state('running', Object.fromEntries(platforms.map((name) => [name, { state: 'connected' }])));
    },
    newProcess: () => {
      pid += 40 + Math.floor(home.random() * 900);
      startTime += 5000 + Math.floor(home.random() * 90_000);
      startedAt = home.now();
    },
    /** The first lines of every start. */
    begin: ({ clean = true } = {}) => {
      run.newProcess();
      starts.push(home.clock() / 1000);
      home.file('gateway-starts.log', starts.map((at) => `${at.toFixed(3)}\n`).join(''));
      say('INFO', 'Starting Hermes Gateway...');
      say('INFO', `Session storage: ${HOME}/sessions`);
      say('INFO', 'Active profile: default');
      if (clean) say('INFO', 'Previous gateway exited cleanly — skipping session suspension');
      home.pass('900ms');
    },
    /** A whole good start: every platform logged in, the gateway running. */
    start: (options?: { clean?: boolean }) => {
      run.begin(options);
      for (const name of platforms) {
        say('INFO', `Connecting to ${name}...`);
        connect[name]();
      }
      run.running(platforms.length);
      run.allWell();
    },
    running: (count: number) => say('INFO', `Gateway running with ${count} platform(s)`),
    connect: (name: Platform) => {
      say('INFO', `Connecting to ${name}...`);
      connect[name]();
    },

    context: (signal: string) =>
      say(
        'WARNING',
        `Shutdown context: signal=${signal} under_systemd=yes parent_pid=1142 loadavg=0.31 active_agents=0 parent_cmdline=/lib/systemd/systemd --user`,
      ),
    phases: (...names: string[]) => {
      for (const [index, name] of names.entries())
        say('INFO', `Shutdown phase: ${name} done at +${(0.2 + index * 0.4).toFixed(1)}s`);
    },
    close: () => {
      for (const name of platforms) {
        if (name === 'qqbot') qq.disconnected();
        else feishu.disconnected();
      }
      run.phases(
        'notify_active_sessions',
        'drain',
        'all adapters disconnected',
        'executor quiesced',
        'SessionDB close',
      );
    },
    stopped: (seconds = '1.8') => say('INFO', `Gateway stopped (total teardown ${seconds}s)`),
    plannedStop: () => {
      say('INFO', 'Received SIGTERM as a planned gateway stop — exiting cleanly');
      run.context('SIGTERM');
      say('INFO', 'Stopping gateway...');
      run.close();
      run.stopped();
      run.exited(0, null);
      home.file('.clean_shutdown', '');
      run.state('stopped', Object.fromEntries(platforms.map((name) => [name, { state: 'disconnected' }])));
    },
    /** SIGUSR1, `/restart`, an update: drained, exit 75. */
    plannedRestart: () => {
      say('INFO', 'Stopping gateway for restart...');
      run.close();
      run.stopped();
      say('INFO', 'Exiting with code 75 (service-restart requested) so the service manager relaunches the gateway.');
      run.exited(75, 'Gateway restart requested');
      run.state('stopped', Object.fromEntries(platforms.map((name) => [name, { state: 'disconnected' }])), {
        exit_reason: 'Gateway restart requested',
        restart_requested: true,
      });
    },
    sigterm: () => {
      say('INFO', 'Received SIGTERM — initiating shutdown');
      run.context('SIGTERM');
      say('INFO', 'Stopping gateway...');
    },
    /** A signal nobody announced: exit 1, so that a supervisor revives it. */
    unexpectedStop: ({ old = false } = {}) => {
      run.sigterm();
      run.close();
      if (!old)
        say(
          'INFO',
          'Gateway stopped by an unexpected signal — persisting gateway_state=running so a container restart revives it',
        );
      run.stopped();
      say(
        'INFO',
        old
          ? 'Exiting with code 1 (signal-initiated shutdown without restart request) so systemd Restart=on-failure can revive the gateway.'
          : 'Exiting with code 1 (signal-initiated shutdown without restart request) so the service manager can revive the gateway.',
      );
      run.exited(1, 'signal');
      run.state('running', Object.fromEntries(platforms.map((name) => [name, { state: 'disconnected' }])));
    },
    unclean: () =>
      home.say(
        'WARNING',
        'gateway.lifecycle_ledger',
        `Previous gateway life (pid=${pid}, started_at=${utc(startedAt)}) exited UNCLEANLY (no exit path ran — SIGKILL / OOM / VM death). last_heartbeat_at=${utc()} last_mem=412MB suspected_oom=False`,
      ),
  };
  return run;
};

export type Runner = ReturnType<typeof runner>;
