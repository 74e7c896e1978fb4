import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { createLoopSensor } from '../../src/sensors/event-loop.ts';
import type { Sensor } from '../../src/sensors/sensor.ts';
import { instant } from '../instant.ts';

const PID = 4242;
let home: string;
let server: Server | null = null;
const sockets = new Set<Socket>();

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'll-loop-'));
  await mkdir(join(home, 'state'));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = null;
  await rm(home, { recursive: true, force: true });
});

const heartbeat = async (ageSeconds: number, fields: object): Promise<void> => {
  const path = join(home, 'state/gateway.heartbeat');
  await writeFile(path, JSON.stringify({ pid: PID, ...fields }));
  const then = Date.now() / 1_000 - ageSeconds;
  await utimes(path, then, then);
};

const serve = (answer: string | null): Promise<void> =>
  new Promise((resolve) => {
    server = createServer((socket) => {
      sockets.add(socket);
      if (answer !== null) socket.end(answer);
    });
    server.listen(join(home, `state/gateway.loop-tick.${PID}.sock`), resolve);
  });

const seen = (pid: number): ProcessSeen => ({ pid, startTime: 1, startedAt: 10 });
const sensorOf = (process: ProcessSeen | null): Sensor =>
  createLoopSensor({ kind: hermes, home, process: () => process, frozenMs: 90_000 });
const state = async (process: ProcessSeen | null = seen(PID)): Promise<string> => {
  const [evidence] = await sensorOf(process).look(instant(Date.now()));
  return evidence?.fact.kind === 'loop' ? evidence.fact.state : 'nothing';
};

describe('the event loop', () => {
  test('is alive while its heartbeat is fresh', async () => {
    await heartbeat(10, { loop_tick_socket: true });
    expect(await state()).toBe('alive');
  });
  test('is alive with an old heartbeat when it answers: the disk is slow', async () => {
    await heartbeat(300, { loop_tick_socket: true });
    await serve('1');
    expect(await state()).toBe('alive');
  });
  test('is wedged when the heartbeat is old and three questions stay unanswered', async () => {
    await heartbeat(300, { loop_tick_socket: true });
    await serve(null);
    expect(await state()).toBe('wedged');
  });
  test('is unknown when the socket is gone', async () => {
    await heartbeat(300, { loop_tick_socket: true });
    expect(await state()).toBe('unknown');
  });
  test('is unknown when the gateway could not open a socket', async () => {
    await heartbeat(300, { loop_tick_socket: false });
    expect(await state()).toBe('unknown');
  });
  test('is wedged by an old heartbeat alone in versions that write it on the loop', async () => {
    await heartbeat(300, {});
    expect(await state()).toBe('wedged');
  });
  test('says nothing by the heartbeat of another process, of none, or without a process', async () => {
    expect(await state()).toBe('nothing');
    await heartbeat(300, { pid: 1 });
    expect(await state()).toBe('nothing');
    await heartbeat(300, {});
    expect(await state(null)).toBe('nothing');
  });
  test('stands still since its last heartbeat, and not only since that was found out', async () => {
    await heartbeat(300, { loop_tick_socket: true });
    await serve(null);
    const now = Date.now();
    const [evidence] = await sensorOf(seen(PID)).look(instant(now));
    if (evidence?.fact.kind !== 'loop') throw new Error('nothing was found');
    expect(Math.abs((evidence.fact.turnedAt ?? 0) - (now - 300_000))).toBeLessThan(60_000);
  });
  test('is known by the pid that the gateway itself has: in a container it is another one than outside', async () => {
    await heartbeat(300, { loop_tick_socket: true });
    await serve(null);
    const contained: ProcessSeen = { ...seen(998_877), ownPid: PID };
    const [evidence] = await sensorOf(contained).look(instant(Date.now()));
    expect(evidence?.fact).toMatchObject({ kind: 'loop', pid: PID, state: 'wedged' });
    expect(await state(seen(998_877))).toBe('nothing');
  });
});
