/** A start blocks OpenClaw's event loop for a minute and more, its port open already: that is no freeze. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { createLinkNames } from '../../../src/gateways/openclaw/accounts.ts';
import { createProbe } from '../../../src/gateways/openclaw/probe.ts';
import { createRpc } from '../../../src/gateways/openclaw/rpc.ts';

const STARTED = 1_000_000;
const sockets: Socket[] = [];
let server: Server | null = null;
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  if (server?.listening) {
    server.close();
    await once(server, 'close');
  }
});

/**
 * @param opensAt at which age its port is open, in seconds
 * @returns at which age of the process the probe calls it wedged, in seconds; null: at none of these.
 */
const wedgedAt = async (
  ages: readonly number[],
  startedAt: () => number | null,
  opensAt = 0,
): Promise<number | null> => {
  server = createServer((socket) => void sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (opensAt > 0) {
    server.close();
    await once(server, 'close');
  }
  let now = STARTED;
  const probe = createProbe({
    process: () => ({ pid: 1, startedAt: startedAt() }),
    target: (pid) =>
      Promise.resolve({ pid, port, access: { credential: null, why: 'none' }, names: createLinkNames({}) }),
    connect: () => createRpc({ url: `ws://127.0.0.1:${port}`, token: null, version: '1', timeoutMs: 50 }),
    clock: { ...scaledClock(0, 1), now: () => now },
    answerMs: 30,
  });
  try {
    for (const age of ages) {
      now = STARTED + age * 1_000;
      if (age >= opensAt && !server.listening) await once(server.listen(port, '127.0.0.1'), 'listening');
      // What is asked in the background is learned a moment later.
      for (let looks = 0; looks < 8; looks += 1) {
        const learned = await probe.look(now);
        if (learned.some(({ fact }) => fact.kind === 'loop' && fact.state === 'wedged')) return age;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    return null;
  } finally {
    await probe.close();
  }
};

test('one that has never answered is on its way for five minutes', async () => {
  expect(await wedgedAt([10, 60, 120, 180, 240, 290], () => STARTED)).toBeNull();
});

test('one that has still not answered after that is wedged', async () => {
  expect(await wedgedAt([10, 60, 120, 310, 330, 350, 370, 390, 410], () => STARTED)).toBeGreaterThanOrEqual(310);
});

test('one whose port was held by another program, or closed, for long has five minutes from when it opens', async () => {
  expect(await wedgedAt([10, 100, 200, 300, 390, 410, 430, 450, 500, 600, 680], () => STARTED, 400)).toBeNull();
});

test('one that has still not answered five minutes after its port opened is wedged', async () => {
  const ages = [10, 100, 200, 300, 390, 410, 450, 500, 600, 710, 730, 750, 770];
  expect(await wedgedAt(ages, () => STARTED, 400)).toBeGreaterThanOrEqual(690);
});

test('one of which nobody knows when it started is wedged as soon as it has been silent for long', async () => {
  expect(await wedgedAt([10, 60, 120, 140, 160, 180, 200], () => null)).toBeGreaterThan(60);
});
