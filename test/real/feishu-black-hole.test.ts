/**
 * A packet black hole between Lifeline and the platform: two network namespaces, and from one moment on the server's
 * packets to the client go nowhere. Nothing is closed, nothing is refused, and the kernel would try for a quarter of
 * an hour (docs/facts/feishu.md 0.2). Needs root and `ip netns`.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import type { ChannelStatus } from '../../src/channels/channel.ts';

const PREFIX = `ll${process.pid % 10_000}`;
const [SERVER, CLIENT] = [`${PREFIX}s`, `${PREFIX}c`];
const [SERVER_IP, CLIENT_IP] = ['10.7.77.1', '10.7.77.2'];

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });

const reason = ((): string | null => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  try {
    ip('netns', 'add', `${PREFIX}x`);
    ip('netns', 'delete', `${PREFIX}x`);
    return null;
  } catch {
    return 'needs `ip netns`, which does not work here';
  }
})();

const cable = (): void => {
  for (const name of [SERVER, CLIENT]) {
    ip('netns', 'add', name);
    onTestFinished(() => ip('netns', 'delete', name));
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  ip('link', 'add', SERVER, 'netns', SERVER, 'type', 'veth', 'peer', 'name', CLIENT, 'netns', CLIENT);
  for (const [name, address] of [
    [SERVER, SERVER_IP],
    [CLIENT, CLIENT_IP],
  ] as const) {
    ip('-n', name, 'address', 'add', `${address}/24`, 'dev', name);
    ip('-n', name, 'link', 'set', name, 'up');
  }
};

/** A program within a namespace that prints a JSON object a line. */
const run = (
  namespace: string,
  file: string,
  args: readonly string[],
  hear: (said: Record<string, unknown>) => void,
): ChildProcess => {
  const script = new URL(`fixtures/${file}`, import.meta.url).pathname;
  if (!existsSync(script)) throw new Error(`${script} is missing`);
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  createInterface({ input: child.stdout }).on('line', (line) => hear(JSON.parse(line) as Record<string, unknown>));
  return child;
};

const until = async <Found>(find: () => Found | undefined, limitMs: number): Promise<Found> => {
  for (const begun = performance.now(); performance.now() - begun < limitMs;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited ${limitMs} ms in vain`);
};

test.skipIf(reason !== null)(
  `a black hole is noticed within a heartbeat and its limit, and when it closes the link is back${reason === null ? '' : ` (skipped: ${reason})`}`,
  async () => {
    cable();
    let url: string | undefined;
    run(SERVER, 'feishu-server.ts', [SERVER_IP], (said) => (url = String(said['url'])));
    const origin = await until(() => url, 20_000);
    const heard: (ChannelStatus & { readonly at: number })[] = [];
    run(CLIENT, 'feishu-client.ts', [origin], (said) =>
      heard.push({ ...(said as unknown as ChannelStatus), at: performance.now() }),
    );
    await until(() => heard.find(({ link }) => link === 'connected'), 20_000);
    // The server has answered a heartbeat.
    await new Promise((resolve) => setTimeout(resolve, 1_000));

    const holeAt = performance.now();
    const before = heard.length;
    ip('-n', SERVER, 'route', 'add', 'blackhole', `${CLIENT_IP}/32`);
    const lost = await until(() => heard.slice(before).find(({ link }) => link === 'waiting'), 200_000);
    expect(lost.problem).toBe('nothing came from the platform for 35 s');

    // The platform cannot be reached at all, and that is told too.
    await until(() => heard.slice(before).find(({ problem }) => problem?.includes('did not answer within')), 60_000);
    const closedAt = performance.now();
    const during = heard.length;
    ip('-n', SERVER, 'route', 'delete', 'blackhole', `${CLIENT_IP}/32`);
    const back = await until(() => heard.slice(during).find(({ link }) => link === 'connected'), 200_000);
    process.stdout.write(
      `black hole: noticed after ${((lost.at - holeAt) / 1_000).toFixed(1)} s, back ${((back.at - closedAt) / 1_000).toFixed(1)} s after its end\n`,
    );
  },
  600_000,
);
