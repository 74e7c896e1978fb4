import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isAlive, readProcess } from '../../src/sensors/process/proc.ts';
import { runCommand, wordsOf, type CommandOutput } from '../../src/supervisors/run-command.ts';
import { ownFolder } from '../store/helpers.ts';

const sh = (script: string, options: Parameters<typeof runCommand>[1] = {}): Promise<CommandOutput> =>
  runCommand(['sh', '-c', script], options);

describe('a tool', () => {
  it('is told by its code and what it wrote', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      exitCode: 3,
      stdout: 'out',
      stderr: 'err',
      failure: null,
    });
  });

  it('gets its words as they are: no shell reads them', async () => {
    const { stdout } = await runCommand(['printf', '%s|', '$HOME', '`id`', 'a b', '; exit 1']);
    expect(stdout).toBe('$HOME|`id`|a b|; exit 1|');
  });

  it('speaks English, and knows nothing that is meant for Lifeline alone', async () => {
    vi.stubEnv('LIFELINE_FEISHU_SECRET', 'very-secret');
    vi.stubEnv('INVOCATION_ID', '1');
    vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
    try {
      expect(
        (await sh('echo "$LC_ALL,$LIFELINE_FEISHU_SECRET,$INVOCATION_ID,$EXTRA"', { env: { EXTRA: 'x' } })).stdout,
      ).toBe('C,,,x');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('has no input that it could wait for', async () =>
    expect(await sh('cat; echo done')).toMatchObject({ stdout: 'done', exitCode: 0 }));

  it.each<[string, () => Promise<CommandOutput>, CommandOutput['failure']]>([
    ['is not there', () => runCommand(['no-such-tool-anywhere']), 'not_found'],
    ['ends by a signal', () => sh('kill -9 $$'), 'signal'],
    ['has an impossible name', () => runCommand(['a\0b']), 'other'],
  ])('that %s is an answer, and nothing is thrown', async (_what, run, failure) =>
    expect(await run()).toMatchObject({ exitCode: null, failure }),
  );

  it('that may not be executed says so', async () => {
    const path = join(ownFolder(), 'tool');
    await writeFile(path, '#!/bin/sh\n');
    await chmod(path, 0o644);
    expect(await runCommand([path])).toMatchObject({ failure: 'not_allowed' });
  });
});

describe('a tool that does not end', () => {
  it('is ended at its limit, even one that ignores SIGTERM', async () => {
    expect(await sh('echo begun; trap "" TERM; while :; do sleep 0.1; done', { timeoutMs: 2_000 })).toMatchObject({
      exitCode: null,
      failure: 'timeout',
      stdout: 'begun',
    });
  });

  it('is ended when it is called off', async () => {
    const stop = new AbortController();
    const running = sh('while :; do sleep 0.1; done', { signal: stop.signal });
    stop.abort(new Error('Lifeline ends'));
    expect(await running).toMatchObject({ exitCode: null, failure: 'timeout' });
  });

  it('is not begun at all when it was called off before', async () => {
    const path = join(ownFolder(), 'ran');
    expect(await sh(`touch ${path}`, { signal: AbortSignal.abort(new Error('Lifeline ends')) })).toMatchObject({
      failure: 'timeout',
    });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['and ends itself', 'exit 0', 60_000, { exitCode: 0, failure: null }],
    ['and is ended at its limit', 'while :; do sleep 0.1; done', 2_000, { exitCode: null, failure: 'timeout' }],
  ])(
    'is not waited for where it leaves something running that holds its output, %s',
    async (_how, then, timeoutMs, expected) => {
      const path = join(ownFolder(), 'pid');
      const left = async (): Promise<number> => Number(await readFile(path, 'utf8'));
      onTestFinished(async () => process.kill(await left(), 'SIGKILL') as unknown as void);
      // Without an end of its own the test's limit would be the end.
      expect(await sh(`sleep 3000 & echo $! > ${path}; echo said; ${then}`, { timeoutMs })).toMatchObject({
        ...expected,
        stdout: 'said',
      });
      expect(isAlive(await readProcess(await left()))).toBe(true);
    },
  );
});

it.each<[string, Partial<CommandOutput>, string]>([
  ['its errors', { stderr: 'Failed: token=abcdefgh', stdout: 'x' }, 'Failed: token=***'],
  ['else its output', { stdout: 'usage: …' }, 'usage: …'],
  ['else its code', { exitCode: 4 }, 'it ended with code 4'],
  ['else why it has none', { exitCode: null, failure: 'not_found' }, 'the program was not found'],
])("a tool's words are %s", (_what, output, words) =>
  expect(wordsOf({ exitCode: 1, stdout: '', stderr: '', failure: null, ...output })).toBe(words),
);
