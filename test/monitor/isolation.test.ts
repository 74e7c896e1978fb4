/**
 * What is broken about one gateway (its files, its supervisor's tool, what it is asked) is no trouble of the others.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { ownFolder } from '../store/helpers.ts';
import { createCrowd } from './crowd.ts';

const WAIT = { timeout: 60_000 };
const LIMIT = { timeout: 180_000 };
/** More than Node has threads for files: were each to block one, nothing could be read any more. */
const PIPES = 6;

const replaced = (path: string): string => {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(join(path, '..'), { recursive: true });
  return path;
};
const pipe = (path: string): void => void execFileSync('mkfifo', [replaced(path)]);

const BREAK: Readonly<Record<string, (home: string) => void>> = {
  'log-is-a-pipe': (home) => pipe(join(home, 'logs/gateway.log')),
  'log-is-a-folder': (home) => mkdirSync(replaced(join(home, 'logs/gateway.log'))),
  'log-unreadable': (home) => chmodSync(join(home, 'logs/gateway.log'), 0),
  'log-of-2-gb': (home) => truncateSync(join(home, 'logs/gateway.log'), 2e9),
  'state-is-garbage': (home) =>
    writeFileSync(join(home, 'gateway_state.json'), Buffer.from('{"pid":\0\xff[[[', 'latin1')),
  'state-of-2-gb': (home) => {
    writeFileSync(join(home, 'gateway_state.json'), '');
    truncateSync(join(home, 'gateway_state.json'), 2e9);
  },
  'pid-file-is-a-pipe': (home) => pipe(join(home, 'gateway.pid')),
  ...Object.fromEntries(
    Array.from({ length: PIPES }, (_, n) => [
      `all-pipes-${n}`,
      (home: string) =>
        ['gateway_state.json', 'state/gateway.heartbeat', 'state/gateway.lifecycle.json', 'logs/agent.log'].forEach(
          (file) => pipe(join(home, file)),
        ),
    ]),
  ),
};

/** A systemctl that says nothing before `free` is called. */
const hangingTool = (): { readonly path: string; readonly free: () => void } => {
  const dir = ownFolder();
  const freed = join(dir, 'freed');
  writeFileSync(join(dir, 'systemctl'), `#!/bin/sh\nwhile [ ! -e '${freed}' ]; do sleep 0.1; done\nexit 1\n`, {
    mode: 0o755,
  });
  return { path: `${dir}:${process.env['PATH'] ?? ''}`, free: () => writeFileSync(freed, '') };
};

/** It takes every question and answers none. */
const silentServer = async (): Promise<number> => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
};

test(
  'a gateway with a tool that hangs, broken files or a silent probe never holds up the checks of another',
  LIMIT,
  async () => {
    const tool = hangingTool();
    vi.stubEnv('PATH', tool.path);
    onTestFinished(() => void vi.unstubAllEnvs());
    const port = await silentServer();
    const looks = new Map<string, number>();
    const well = ['well-1', 'well-2', 'well-bot'];
    const others = [...Object.keys(BREAK), 'probe-hangs', ...well];
    /** How often the one whose tool hangs was looked at when the others had been so three times. */
    let meanwhile: number | undefined;
    const generic = ['tool-hangs', 'probe-hangs', 'well-bot'];
    const crowd = await createCrowd({
      names: ['tool-hangs', ...Object.keys(BREAK), 'probe-hangs', ...well],
      kindOf: (name) => (generic.includes(name) ? 'generic' : 'hermes'),
      keysOf: (name) => (name === 'tool-hangs' ? ', supervisor: systemd-system, unit: slow.service' : ''),
      checksOf: (name) => (name === 'probe-hangs' ? `{ http: "http://127.0.0.1:${port}/health" }` : ''),
      settings: 'watch: { pulse: 1s }\n',
      clock: scaledClock(0, 1),
      onLooked: (name) => {
        looks.set(name, (looks.get(name) ?? 0) + 1);
        if (others.every((other) => (looks.get(other) ?? 0) >= 3)) meanwhile ??= looks.get('tool-hangs') ?? 0;
      },
      prepare: (homeOf) => Object.entries(BREAK).forEach(([name, make]) => make(homeOf(name))),
    });
    try {
      crowd.monitors.start();
      const atLeast = (names: readonly string[], count: number) =>
        vi.waitFor(() => expect(names.filter((name) => (looks.get(name) ?? 0) < count)).toEqual([]), WAIT);
      // The others go on, those with broken files too, while one is still in its first look.
      await atLeast(others, 3);
      crowd.write('well-1', 'ERROR [QQBot:1001] Max reconnect attempts reached');
      crowd.write('well-bot', 'ERROR telegram: no more tries');
      await vi.waitFor(
        () =>
          expect(crowd.open()).toEqual(expect.arrayContaining(['well-1/qqbot gave_up', 'well-bot/telegram gave_up'])),
        WAIT,
      );
      await vi.waitFor(() => expect(JSON.stringify(crowd.told)).toMatch(/well-1.*well-bot|well-bot.*well-1/s), WAIT);
      expect(meanwhile).toBe(0);

      // Each is judged by what can be read of it.
      const conditions = new Map(
        crowd.monitors
          .seen()
          .map(({ name, verdicts }) => [name, verdicts?.map(({ condition }) => condition).join(' ')]),
      );
      const readable = [
        'state-is-garbage',
        'state-of-2-gb',
        'well-2',
        ...Object.keys(BREAK).filter((name) => name.startsWith('all-pipes')),
      ];
      expect(readable.filter((name) => conditions.get(name) !== 'healthy up')).toEqual([]);

      // Of one that was never looked at nobody can say how much of the time it was well.
      const watched = (name: string): number =>
        crowd.watched.spans(name, { from: 0, to: Date.now() }).reduce((sum, { from, to }) => sum + to - from, 0);
      expect(watched('tool-hangs')).toBe(0);
      expect(watched('well-1')).toBeGreaterThan(0);
    } finally {
      tool.free();
      await crowd.end();
    }
  },
);
