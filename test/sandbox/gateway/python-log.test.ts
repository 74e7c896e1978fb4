import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { asctime, createGatewayLog, type GatewayLog } from '../../../sandbox/gateway/python-log.ts';
import { readText } from './harness.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'll-log-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines = (name: string): string[] => readText(join(folder, name)).split('\n').slice(0, -1);
const open = (maxBytes = 1_000_000): GatewayLog => createGatewayLog(folder, scaledClock(0, 1), maxBytes);

describe('the log of the sandbox gateway', () => {
  it('writes local time with a comma before the milliseconds', () => {
    const local = new Date(2026, 10, 1, 3, 4, 5, 6);
    expect(asctime(local.getTime())).toBe('2026-11-01 03:04:05,006');
  });

  it.each([
    ['INFO', 'gateway.run', ['agent.log', 'gateway.log']],
    ['INFO', 'plugins.platforms.feishu.adapter', ['agent.log', 'gateway.log']],
    ['INFO', 'Lark', ['agent.log']],
    ['ERROR', 'Lark', ['agent.log', 'errors.log']],
    ['ERROR', 'asyncio', ['agent.log', 'errors.log']],
    ['INFO', 'gatewayish', ['agent.log']],
    ['WARNING', 'gateway.run', ['agent.log', 'errors.log', 'gateway.log']],
  ] as const)('puts %s of %s into the files that Hermes puts it into', (level, logger, files) => {
    open()(level, logger, 'words');
    expect(readdirSync(folder).sort()).toEqual(files);
  });

  it('puts the session between level and logger, and a traceback below', () => {
    open()('INFO', 'gateway.run', 'words', { session: 'agent:main', below: 'Traceback\nError' });
    expect(lines('gateway.log')).toEqual([
      expect.stringMatching(/^\S+ \S+ INFO \[agent:main\] gateway\.run: words$/),
      'Traceback',
      'Error',
    ]);
  });

  it('rotates by renaming, keeps three old files and loses no line before that', () => {
    const log = open(200);
    for (let n = 1; n <= 12; n++) log('INFO', 'gateway.run', `line ${n} ${'x'.repeat(20)}`);
    expect(readdirSync(folder).sort()).toEqual([
      'agent.log',
      'gateway.log',
      'gateway.log.1',
      'gateway.log.2',
      'gateway.log.3',
    ]);
    const kept = ['gateway.log.3', 'gateway.log.2', 'gateway.log.1', 'gateway.log']
      .flatMap(lines)
      .map((line) => Number(/line (\d+)/.exec(line)?.[1]));
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => 12 - kept.length + 1 + n));
    expect(kept.length).toBeGreaterThan(3);
  });

  it('goes on in a new file when somebody else has rotated', () => {
    const log = open();
    log('INFO', 'gateway.run', 'before');
    renameSync(join(folder, 'gateway.log'), join(folder, 'elsewhere'));
    log('INFO', 'gateway.run', 'after');
    expect(lines('gateway.log')).toHaveLength(1);
  });
});
