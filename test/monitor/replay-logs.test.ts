import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { replay } from '../../src/monitor/replay-logs.ts';
import { at, line } from '../diagnosis/story.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lifeline-replay-'));
  await mkdir(join(home, 'logs'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const write = (name: string, lines: readonly (readonly [number, string])[]): Promise<void> =>
  writeFile(join(home, 'logs', name), lines.map(([second, text]) => `${line(second, text)}\n`).join(''));

const verdicts = async (until: number | null): Promise<string[]> => {
  const found: string[] = [];
  for await (const verdict of replay({
    kind: hermes,
    home,
    gateway: 'main',
    until: until === null ? null : at(until),
  })) {
    found.push(`${(verdict.at - at(0)) / 1_000} ${verdict.link ?? 'gateway'} ${verdict.condition}/${verdict.remedy}`);
  }
  return found;
};

const start: [number, string][] = [
  [0, 'INFO Starting Hermes Gateway...'],
  [1, 'INFO [QQBot:1001] Connected'],
  [2, 'INFO Gateway running with 1 platform(s)'],
  [3, 'INFO [QQBot:1001] Ready, session_id=a'],
];

describe('replay', () => {
  test('tells each change of verdict at the simulated time at which it would have been seen', async () => {
    await write('gateway.log', [...start, [100, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=']]);
    expect(await verdicts(1_000)).toEqual([
      '0 gateway starting/wait',
      '1 qqbot unknown/none',
      '2 gateway healthy/none',
      '2 qqbot connecting/wait',
      '3 qqbot up/none',
      '100 qqbot reconnecting/wait',
      '220 qqbot down/restart',
    ]);
  });

  test('colours and a byte order mark change no verdict', async () => {
    const lines: [number, string][] = [...start, [100, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=']];
    await write('gateway.log', lines);
    const plain = await verdicts(1_000);
    const coloured = lines.map(([second, text], index) =>
      line(second, text).replace(/^(\S+ \S+) (\w+)/, (_, time: string, level: string) =>
        index % 2 === 0
          ? `\u001b[32m${time}\u001b[0m \u001b[1;33m${level}\u001b[0m`
          : `\u001b[2m${time} ${level}\u001b[m`,
      ),
    );
    await writeFile(join(home, 'logs', 'gateway.log'), `\uFEFF${coloured.join('\r\n')}\n`);
    expect(await verdicts(1_000)).toEqual(plain);
  });

  test('ends with the last record unless it is told how long to go on', async () => {
    await write('gateway.log', [...start, [100, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=']]);
    expect((await verdicts(null)).at(-1)).toBe('100 qqbot reconnecting/wait');
  });

  test('reads rotated files first, and what only the other logs hold', async () => {
    await write('gateway.log.2', start);
    await write('gateway.log.1', [[50, 'WARNING [QQBot:1001] WebSocket closed: code=4009 reason=x']]);
    await write('gateway.log', [[52, 'INFO [QQBot:1001] Session resumed']]);
    await write('agent.log', [
      [60, 'INFO connected to wss://x'],
      [61, 'ERROR receive message loop exit, err: x'],
    ]);
    await write('errors.log', [[61, 'ERROR receive message loop exit, err: x']]);
    const found = await verdicts(1_000);
    expect(found).toContain('52 qqbot up/none');
    expect(found.filter((text) => text.includes('feishu'))).toEqual([
      '60 feishu up/none',
      '61 feishu reconnecting/wait',
      '361 feishu down/restart',
    ]);
  });

  test('takes a gateway for stopped after its last words, and for running when it starts again', async () => {
    await write('gateway.log', [
      ...start,
      [100, 'INFO Received SIGTERM — initiating shutdown'],
      [101, 'INFO Gateway stopped (total teardown 0.5s)'],
      [101, 'INFO Exiting with code 1 (signal-initiated shutdown)'],
      ...start.map(([second, text]): [number, string] => [second + 300, text]),
    ]);
    expect((await verdicts(1_000)).filter((text) => text.includes('gateway'))).toEqual([
      '0 gateway starting/wait',
      '2 gateway healthy/none',
      '100 gateway stopping/wait',
      '161 gateway stopped/start',
      '300 gateway starting/wait',
      '302 gateway healthy/none',
    ]);
  });

  test('has nothing to say of a home without logs', async () => {
    await rm(join(home, 'logs'), { recursive: true });
    expect(await verdicts(100)).toEqual([]);
  });
});
