/** `node …/dist/index.js gateway --port N`: the life of the fake OpenClaw, from its configuration to its exit code. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processClock } from '../../../../src/base/clock.ts';
import { freeze } from '../../../../sandbox/gateway/freeze.ts';
import { isAlive, readProcessId } from '../../../../sandbox/gateway/proc.ts';
import { beginBoot, breakerMessage } from './boots.ts';
import { createChannel, type Channel } from './channel.ts';
import { createReload, logFileOf, takeConfig } from './config.ts';
import { openLog } from './log.ts';
import { createMethods } from './methods.ts';
import { serve } from './server.ts';
import { CHANNELS, note, readWorld, type Act, type World } from './world.ts';

/** Of the machine's time: how soon it sees what the test has changed. */
const POLL_MS = 25;
/** As a bare gateway takes, by its clock. */
const START_MS = 4_000;
/** The real record is written over in place, at a fixed length. */
const LOCK_LENGTH = 1_024;

/** @returns the exit code */
export const main = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const home = env['OPENCLAW_STATE_DIR'];
  if (home === undefined || args[0] !== 'gateway') throw new Error('this is a fake gateway: set OPENCLAW_STATE_DIR');
  const port = Number(args[args.indexOf('--port') + 1]);
  const clock = processClock(env);
  const self = readProcessId(process.pid);
  let world: World = readWorld(home);
  let done = world.acts.length;
  const say = (what: string): void => note(home, { at: clock.now(), pid: process.pid, what });
  const logFile = logFileOf(home);
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openLog(logFile, clock);

  say('boot');
  log('INFO', 'gateway', 'loading configuration…');
  const config = takeConfig(home, logFile, log);
  if (typeof config === 'number') {
    say(`exit ${config}`);
    return config;
  }
  const boots = beginBoot(home, clock.now());
  if (boots.tripped) log('ERROR', 'gateway', breakerMessage(boots.unclean));
  const lock = join(home, 'tmp', `openclaw-${process.getuid?.() ?? 0}`, 'gateway.state.lock');
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(
    lock,
    JSON.stringify({
      pid: process.pid,
      startTime: self?.startTime,
      port,
      configPath: join(home, 'openclaw.json'),
      stateDir: home,
      createdAt: new Date(clock.now()).toISOString(),
    }).padEnd(LOCK_LENGTH),
    { mode: 0o600 },
  );

  let phase: 'starting' | 'started' | 'draining' = 'starting';
  const channels = new Map(
    CHANNELS.map((id): [string, Channel] => [
      id,
      createChannel({ id, platform: () => world.platforms[id], onLogin: () => say(`login ${id}`), log, clock }),
    ]),
  );
  const held = new Set<string>();

  const call = createMethods({ channels, held, world: () => world, say, clock });

  const act = (what: Act): void => {
    say(what.kind === 'block' ? 'block' : `${what.kind} ${what.channel}`);
    if (what.kind === 'block') return freeze(world.owner);
    const channel = channels.get(what.channel);
    if (what.kind === 'drop') return channel?.drop();
    log(
      'INFO',
      'gateway/health-monitor',
      `[${what.channel}:default] health-monitor: restarting (reason: disconnected)`,
    );
    channel?.stop();
    channel?.start();
  };

  const ended = Promise.withResolvers<'SIGTERM' | 'SIGUSR2' | 'orphaned'>();
  process.once('SIGTERM', () => ended.resolve('SIGTERM'));
  process.once('SIGUSR2', () => ended.resolve('SIGUSR2'));

  log('INFO', 'gateway', 'resolving authentication…');
  log('INFO', 'gateway', 'starting...');
  log('INFO', 'gateway', 'starting HTTP server...');
  const failing = (): readonly string[] =>
    [...channels]
      .filter(
        ([, channel]) =>
          channel.account().running &&
          channel.account().connected === false &&
          channel.account().lifecycle !== 'starting',
      )
      .map(([id]) => id);
  const server = await serve({
    port,
    token: config.token,
    takesHandshake: () => world.handshake === 'taken',
    phase: () => phase,
    failing,
    suppressed: () => [...held],
    call,
    log,
    clock,
  });
  log('INFO', 'gateway/health-monitor', 'started (interval: 300s, startup-grace: 60s, channel-connect-grace: 120s)');
  log('INFO', 'gateway', 'http server listening (2 plugins: feishu, qqbot; 1.5s)');
  log('INFO', 'gateway', `log file: ${logFile}`);
  const reload = createReload(home, log);
  const poll = setInterval(() => {
    if (!isAlive(world.owner)) ended.resolve('orphaned');
    reload();
    world = readWorld(home);
    const due = world.acts.slice(done);
    done = world.acts.length;
    due.forEach(act);
  }, POLL_MS);

  clock.timer(START_MS, () => {
    log('INFO', 'gateway', 'starting channels and sidecars...');
    for (const [id, channel] of channels) {
      if (!boots.tripped) channel.start();
      else {
        held.add(id);
        channel.hold(breakerMessage(boots.unclean));
      }
    }
    phase = 'started';
    log('INFO', 'gateway', 'gateway ready', 'ready');
    say(boots.tripped ? 'ready, suppressed' : 'ready');
  });

  const why = await ended.promise;
  if (why === 'orphaned') return 1;
  phase = 'draining';
  log('INFO', 'gateway/admission', `admission closed: ${why === 'SIGTERM' ? 'stop' : 'restart'} (${why})`);
  log('INFO', 'gateway', why === 'SIGTERM' ? 'received SIGTERM; shutting down' : 'received SIGUSR2; restarting');
  say(why);
  // Its port is closed while it drains; the process lives on.
  server.close();
  await clock.sleep(world.drainMs);
  log('INFO', 'gateway', 'active-work drain settled; beginning server close');
  for (const channel of channels.values()) channel.stop();
  log('INFO', 'gateway/shutdown', 'shutdown completed cleanly in 407ms', 'completed cleanly in 407ms');
  clearInterval(poll);
  boots.end();
  rmSync(lock, { force: true });
  say('exit 0');
  return 0;
};
