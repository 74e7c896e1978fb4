import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lifeline, type Ran } from './command-line.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';

const LIMIT = { timeout: 240_000 };
/** `+08:00`: of the zone in which the tests and the program are. */
const OFFSET = new Date().toTimeString().replace(/^.*GMT([+-]\d\d)(\d\d).*$/, '$1:$2');

describe('lifeline check', () => {
  let sandbox: Sandbox;
  let config: string;
  beforeEach(async () => {
    sandbox = await createSandbox({ dir: await mkdtemp(join(tmpdir(), 'lifeline-check-')) });
    config = sandbox.writeConfig();
    await sandbox.gateway.start();
    await eventually(() => sandbox.gateway.tail(50).some((line) => line.includes('Ready, session_id=')));
  }, LIMIT.timeout);
  afterEach(async () => {
    await sandbox.stop();
    await rm(sandbox.dir, { recursive: true, force: true });
  }, LIMIT.timeout);

  const check = (...args: string[]): Promise<Ran> => lifeline(['check', '--config', config, ...args]);

  test('prints nothing and ends with 0 when all is well', LIMIT, async () => {
    expect(await check()).toEqual({ code: 0, out: '', err: '' });
    expect(await check('--json', '--heal')).toEqual({ code: 0, out: '', err: '' });
  });

  test('tells a dead gateway in words and as JSON, ends with 1, and touches nothing', LIMIT, async () => {
    await sandbox.gateway.break('killed');
    await eventually(() => sandbox.gateway.current() === null);
    const words = await check();
    expect(words).toMatchObject({ code: 1, err: '' });
    expect(words.out).toMatch(/^main：没有在运行（/);
    const json = await check('--json');
    expect(json.code).toBe(1);
    expect(
      json.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        at: expect.stringMatching(new RegExp(`\\${OFFSET}$`)) as string,
        gateway: 'main',
        link: null,
        condition: 'stopped',
        remedy: 'start',
        cause: 'process_gone',
        evidence: [
          { source: 'process', text: 'no gateway process' },
          { source: 'keeper', text: 'nobody keeps it' },
        ].map((each) => ({ at: expect.any(String) as string, ...each })),
      },
    ]);
    expect(sandbox.gateway.current()).toBeNull();
  });

  test(
    'waits for what time alone settles: with the default grace, of a gateway that has just gone, too',
    LIMIT,
    async () => {
      await sandbox.stop();
      await rm(sandbox.dir, { recursive: true, force: true });
      sandbox = await createSandbox({ dir: await mkdtemp(join(tmpdir(), 'lifeline-check-')), speed: 30 });
      config = sandbox.writeConfig({ watch: { grace: { gone: '60s' } } });
      await sandbox.gateway.start();
      await eventually(() => sandbox.gateway.tail(50).some((line) => line.includes('Ready, session_id=')));
      await sandbox.gateway.break('killed');
      await eventually(() => sandbox.gateway.current() === null);
      expect(await lifeline(['check', '--config', config], { env: { ...sandbox.env } })).toMatchObject({
        code: 1,
        out: expect.stringMatching(/^main：没有在运行（/) as string,
      });
    },
  );

  test('heals what a start heals when it is told to, and says so', LIMIT, async () => {
    await sandbox.gateway.break('killed');
    await eventually(() => sandbox.gateway.current() === null);
    const { code, out } = await check('--heal');
    expect(code).toBe(1);
    expect(out).toMatch(/main：处理后已恢复/);
    expect(sandbox.gateway.current()).not.toBeNull();
    expect(await check()).toMatchObject({ code: 0, out: '' });
  });
});

const eventually = async (holds: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 60_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() > deadline) throw new Error('waited in vain');
  }
};
