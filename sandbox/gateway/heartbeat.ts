/** The two signs of a running event loop: a file it rewrites and a socket it answers (docs/facts/hermes.md 3.3). */
import { readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import type { Clock } from '../../src/base/clock.ts';
import { isoTime, writeJson, type HomeFiles } from './home.ts';
import { readProcessId } from './proc.ts';

/** The nodes that killed processes left behind. */
const sweepStaleSockets = (files: HomeFiles): void => {
  const folder = dirname(files.heartbeat);
  for (const name of readdirSync(folder)) {
    const pid = /^gateway\.loop-tick\.(\d+)\.sock$/.exec(name)?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || !readProcessId(Number(pid))))
      rmSync(join(folder, name), { force: true });
  }
};

/** @returns null when the socket cannot be made, e.g. because its path is too long; Hermes does without it then. */
const openTickSocket = (path: string): Promise<Server | null> =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end('1');
    });
    server.once('error', () => resolve(null));
    server.listen(path, () => resolve(server));
  });

/** Beats until the returned function is called. */
export const startHeartbeat = async (files: HomeFiles, intervalMs: number, clock: Clock): Promise<() => void> => {
  sweepStaleSockets(files);
  const socketPath = files.tickSocket(process.pid);
  const server = await openTickSocket(socketPath);
  const startedS = Date.now() / 1_000 - process.uptime();
  let cancel = (): void => undefined;

  const beat = (): void => {
    writeJson(files.heartbeat, {
      pid: process.pid,
      updated_at: isoTime(clock.now()),
      monotonic: Number(process.hrtime.bigint()) / 1e9,
      // Unlike in gateway.pid, this is the process's start in seconds of the epoch.
      start_time: startedS,
      loop_tick_socket: server !== null,
      loop_tick_tcp_port: null,
    });
    cancel = clock.timer(intervalMs, beat);
  };
  beat();
  return () => {
    cancel();
    server?.close();
    rmSync(socketPath, { force: true });
  };
};
