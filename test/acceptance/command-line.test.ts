import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lifeline } from './command-line.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the command line', () => {
  test.each(['run', 'check', 'replay', 'demo'])('explains %s', async (command) => {
    const { code, out } = await lifeline([command, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`lifeline ${command}`);
  });

  test.each([[['dance']], [['replay']], [['replay', '/nowhere-at-all']], [['replay', '.', '--until', 'tomorrow']], [['replay', '.', '--kind', 'irc']], [['demo', '--port', '99999']]])(
    'ends with 2 and a plain sentence for %j',
    async (args) => {
      const { code, out, err } = await lifeline(args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/\S/);
      expect(err).not.toMatch(/^\s+at /m);
    },
  );

  test('names every fault of a configuration with its place, and ends with 2', async () => {
    const file = join(folder, 'config.yaml');
    await writeFile(file, 'gateways:\n  - name: main\n    kind: hermes\n    heel: auto\nwatch:\n  grace: { qqbot: soon }\n');
    for (const command of ['run', 'check']) {
      const { code, err } = await lifeline([command, '--config', file]);
      expect(code).toBe(2);
      expect(err).toContain(`${file}:4:5: gateways[0].heel`);
      expect(err).toContain('did you mean heal?');
      expect(err).toContain(`${file}:6:19`);
    }
  });

  test('without a configuration and without a gateway says what to do', async () => {
    const { code, err } = await lifeline(['run'], { env: { HOME: folder } });
    expect(code).toBe(2);
    expect(err).toContain('lifeline init');
  });

  test('without a configuration watches the gateways it finds, on the console, and restarts nothing', async () => {
    await mkdir(join(folder, '.hermes', 'logs'), { recursive: true });
    await writeFile(join(folder, '.hermes', 'logs', 'gateway.log'), '2026-11-21 10:00:00,000 INFO gateway.run: hello from the log\n');
    const { code, out } = await lifeline(['run'], { env: { HOME: folder }, afterOutput: /Ctrl-C/, input: ['/logs', '/help'], stopAfter: /^(?=[^]*hello from the log)(?=[^]*Lifeline 的命令)/ });
    expect(code).toBe(0);
    expect(out).toContain(`main: ${join(folder, '.hermes')}`);
    expect(out).toContain('hello from the log');
  });
});
