import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import type { ProcessSeen } from '../../../src/diagnosis/evidence.ts';
import { createKind } from '../../../src/gateways/index.ts';
import type { GatewayKind } from '../../../src/gateways/gateway-kind.ts';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { readProcess, seeProcess } from '../../../src/sensors/process/proc.ts';
import {
  createGatewayFinder,
  createProcessSensor,
  type GatewayFinder,
  type GatewayFinderOptions,
  type Running,
} from '../../../src/sensors/process/process.ts';
import { freePort } from '../../real/openclaw/free-port.ts';
import { createFamily, type Family } from './gateway-family.ts';
import { instant } from '../../instant.ts';

const patience = { timeout: 20_000, interval: 20 };

let family: Family;
let home: string;

beforeEach(async () => {
  family = await createFamily();
  ({ home } = family);
});
afterEach(() => family.end());

const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> =>
  (await family.start(family.command(...args), env))[0] ?? 0;

const never = (): Promise<never> =>
  Promise.reject(new Error('nobody asks the supervisor of a gateway that is found by its own signs'));
const finderOf = (options: Partial<GatewayFinderOptions> = {}): GatewayFinder =>
  createGatewayFinder({ kind: hermes, home, ofSupervisor: never, ...options });
const pidsOf = ({ gateway, beside }: Running) => ({
  gateway: gateway?.pid ?? null,
  beside: beside.map(({ pid }) => pid).filter(family.has),
});
const found = async (): Promise<ReturnType<typeof pidsOf>> => pidsOf(await finderOf().look());

describe('finding the gateway process', () => {
  test('by the pid file with its start time', async () => {
    const pid = await run(['gateway', 'run']);
    const seen = await readProcess(pid);
    await writeFile(join(home, 'gateway.pid'), JSON.stringify({ pid, start_time: seen?.startTime }));
    expect(await found()).toEqual({ gateway: pid, beside: [] });
    const { startTime, startedAt, uid } = seen ?? {};
    expect((await finderOf().look()).gateway).toEqual({ pid, startTime, startedAt, uid });
  });

  test('not by its command line alone, nor by a pid file whose pid was used again: it may be, and nothing proves it', async () => {
    const pid = await run(['gateway', 'run']);
    expect(await found()).toEqual({ gateway: null, beside: [pid] });
    await writeFile(join(home, 'gateway.pid'), JSON.stringify({ pid, start_time: 1 }));
    expect(await found()).toEqual({ gateway: null, beside: [pid] });
    await writeFile(
      join(home, 'gateway.pid'),
      JSON.stringify({ pid: process.pid, start_time: (await readProcess(process.pid))?.startTime }),
    );
    expect(await found()).toEqual({ gateway: null, beside: [pid] });
  });

  test('finds none: another home, another command, a dead process', async () => {
    await run(['gateway', 'run'], { HERMES_HOME: join(family.folder, 'elsewhere') });
    const chat = await run(['chat']);
    await writeFile(join(home, 'gateway.pid'), String(chat));
    expect(await found()).toEqual({ gateway: null, beside: [] });
    await writeFile(join(home, 'gateway.pid'), '4194304');
    expect(await found()).toEqual({ gateway: null, beside: [] });
  });

  const hasFlock = process.platform === 'linux' && spawnSync('flock', ['--version'], { stdio: 'ignore' }).status === 0;
  const locked = (args: readonly string[]): readonly string[] => [
    'flock',
    '--no-fork',
    join(home, 'gateway.lock'),
    ...args,
  ];

  test.runIf(hasFlock)(
    'by the lock, whatever the pid file and other processes say and however its home is spelled',
    async () => {
      await writeFile(join(home, 'gateway.lock'), '');
      const older = await run(['gateway', 'run']);
      await writeFile(join(home, 'gateway.pid'), String(older));
      expect(await found()).toEqual({ gateway: older, beside: [] });
      const [holder] = await family.start(locked(family.command('gateway', 'run')), {
        HERMES_HOME: join(family.folder, 'link-to-home'),
      });
      expect(await found()).toEqual({ gateway: holder, beside: [older] });
    },
  );

  test.runIf(hasFlock)(
    'not by a lock that some other command holds; that command keeps every gateway from its start',
    async () => {
      await writeFile(join(home, 'gateway.lock'), '');
      const [holder] = await family.start(locked(family.command('gateway', 'status')));
      expect(await found()).toEqual({ gateway: null, beside: [holder] });
      const gateway = await run(['gateway', 'run']);
      await writeFile(
        join(home, 'gateway.pid'),
        JSON.stringify({ pid: gateway, start_time: (await readProcess(gateway))?.startTime }),
      );
      expect(await found()).toEqual({ gateway, beside: [holder] });
    },
  );
});

describe('a finder', () => {
  const kill = async (pid: number): Promise<void> => {
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await seeProcess(pid)).toBeNull(), patience);
  };
  const proven = async (): Promise<number> => {
    const pid = await run(['gateway', 'run']);
    await writeFile(
      join(home, 'gateway.pid'),
      JSON.stringify({ pid, start_time: (await readProcess(pid))?.startTime }),
    );
    return pid;
  };

  test('knows a process that it has proven for as long as that lives, though its witness is gone', async () => {
    const finder = finderOf();
    const pid = await proven();
    expect(pidsOf(await finder.look())).toEqual({ gateway: pid, beside: [] });
    await writeFile(join(home, 'gateway.pid'), '');
    expect(pidsOf(await finder.look())).toEqual({ gateway: pid, beside: [] });
    expect((await finder.find())?.pid).toBe(pid);
    await kill(pid);
    const next = await run(['gateway', 'run']);
    expect(pidsOf(await finder.look())).toEqual({ gateway: null, beside: [next] });
    expect(await finder.find()).toBeNull();
  });

  test('takes the word of who has started it, for that very process', async () => {
    const finder = finderOf();
    const pid = await run(['gateway', 'run']);
    const seen = await readProcess(pid);
    finder.know({ pid, startTime: (seen?.startTime ?? 0) - 1 });
    expect(pidsOf(await finder.look())).toEqual({ gateway: null, beside: [pid] });
    finder.know({ pid, startTime: seen?.startTime ?? 0 });
    expect(pidsOf(await finder.look())).toEqual({ gateway: pid, beside: [] });
  });

  test('takes that word also while a look is under way that finds the one before', async () => {
    const finder = finderOf();
    const before = await proven();
    const next = await run(['gateway', 'run']);
    const { startTime = 0 } = (await readProcess(next)) ?? {};
    const looking = finder.look();
    finder.know({ pid: next, startTime });
    expect((await looking).gateway?.pid).toBe(before);
    await kill(before);
    expect(pidsOf(await finder.look())).toEqual({ gateway: next, beside: [] });
  });

  test('may be late about what has come, where that is allowed, and never about what has ended', async () => {
    const finder = finderOf();
    const pid = await proven();
    expect(pidsOf(await finder.look())).toEqual({ gateway: pid, beside: [] });
    const double = await run(['gateway', 'run']);
    expect(pidsOf(await finder.look(10_000))).toEqual({ gateway: pid, beside: [] });
    expect(pidsOf(await finder.look())).toEqual({ gateway: pid, beside: [double] });
    await kill(pid);
    expect(pidsOf(await finder.look(10_000))).toEqual({ gateway: null, beside: [double] });
  });

  test('sees a gateway that was started since others looked, before it says that there is none', async () => {
    const others = finderOf();
    await others.look();
    const finder = finderOf();
    const pid = await proven();
    expect(pidsOf(await finder.look(600_000))).toEqual({ gateway: pid, beside: [] });
    await kill(pid);
    await others.look();
    const next = await proven();
    expect(pidsOf(await finder.look(600_000))).toEqual({ gateway: next, beside: [] });
  });

  test.runIf(process.platform === 'linux')(
    'takes no worker for the gateway that outlived it and keeps its port, whoever has failed beside it since',
    async () => {
      const port = await freePort();
      const finder = finderOf({ kind: { ...hermes, port: async () => port } });
      const [master = 0, worker = 0] = await family.start(
        family.command('gateway', 'run'),
        { CHILD: '1 workers', PORT: String(port) },
        2,
      );
      const started = async (pid: number): Promise<void> =>
        finder.know({ pid, startTime: (await readProcess(pid))?.startTime ?? 0 });
      await started(master);
      expect(pidsOf(await finder.look())).toEqual({ gateway: master, beside: [] });
      await kill(master);
      expect(pidsOf(await finder.look())).toEqual({ gateway: null, beside: [] });
      // Twice: the failed one before the last may have been the head of the family, too.
      for (let tries = 0; tries < 2; tries += 1) {
        const next = await run(['gateway', 'run']);
        await started(next);
        expect(pidsOf(await finder.look())).toEqual({ gateway: next, beside: [] });
        await kill(next);
        expect(pidsOf(await finder.look())).toEqual({ gateway: null, beside: [] });
        expect(finder.leftBehind().map(({ pid }) => pid)).toEqual([worker]);
      }
    },
  );

  test('says what would be in the way of a start, were the gateway gone: what looks like it, and nothing of its own', async () => {
    const finder = finderOf();
    const [gateway = 0, worker = 0] = await family.start(
      family.command('gateway', 'run'),
      { CHILD: '1 workers', PORT: '0' },
      2,
    );
    finder.know({ pid: gateway, startTime: (await readProcess(gateway))?.startTime ?? 0 });
    const inTheWay = async (): Promise<readonly number[]> =>
      (await finder.inTheWay()).map(({ pid }) => pid).filter(family.has);
    expect(pidsOf(await finder.look())).toEqual({ gateway, beside: [] });
    expect(family.has(worker)).toBe(true);
    expect(await inTheWay()).toEqual([]);
    const young = await run(['gateway', 'run']);
    expect(await inTheWay()).toEqual([young]);
    expect(pidsOf(await finder.look())).toMatchObject({ gateway });
    await kill(young);
    expect(await inTheWay()).toEqual([]);
    await kill(gateway);
    const next = await run(['gateway', 'run']);
    expect(await inTheWay()).toContain(next);
  });

  test('shows the command line of what it cannot prove without secrets, and not at any length', async () => {
    const pid = await run(['gateway', 'run', '--token=abcdefghijklmnop', 'x'.repeat(500)]);
    const shown = (await finderOf().look()).beside.find((suspect) => suspect.pid === pid);
    expect(shown?.command).toMatch(/gateway run --token=\*\*\* x+…$/);
    expect(shown?.command).toHaveLength(121);
  });
});

describe('a gateway that is found by its supervisor', () => {
  const kept: GatewayKind = createKind({
    name: 'bot',
    kind: 'generic',
    home: '/srv/bot',
    unit: 'bot.service',
    supervisor: 'auto',
    command: [],
    generic: null,
  });
  const SEEN: ProcessSeen = { pid: 5_000_001, startTime: 1, startedAt: 10 };

  it('is what that holds', async () => {
    expect(await finderOf({ kind: kept, ofSupervisor: async () => SEEN }).look()).toEqual({
      gateway: SEEN,
      beside: [],
      problem: null,
    });
    expect(await finderOf({ kind: kept, ofSupervisor: async () => null }).look()).toEqual({
      gateway: null,
      beside: [],
      problem: null,
    });
  });

  it('is asked for once in a look, also where there is none: its supervisor tells of now', async () => {
    const ofSupervisor = vi.fn(() => Promise.resolve(null));
    await finderOf({ kind: kept, ofSupervisor }).look(600_000);
    expect(ofSupervisor).toHaveBeenCalledTimes(1);
  });

  it('lives or not, whoever keeps it, once it was seen; that its keeper cannot be asked is told beside', async () => {
    const pid = await run(['anything']);
    const seen = await seeProcess(pid);
    const ask = vi.fn(async () => seen);
    const finder = finderOf({ kind: kept, ofSupervisor: ask });
    expect((await finder.look()).gateway).toEqual(seen);
    ask.mockRejectedValue(new UserError('NO_ENGINE', 'docker does not answer'));
    expect(await finder.look()).toEqual({ gateway: seen, beside: [], problem: 'docker does not answer' });
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(
      async () => expect(await finder.look()).toEqual({ gateway: null, beside: [], problem: 'docker does not answer' }),
      patience,
    );
  });

  it('that was never seen is not known of while its keeper cannot be asked', async () => {
    const finder = finderOf({
      kind: kept,
      ofSupervisor: () => Promise.reject(new UserError('NO_ENGINE', 'docker does not answer')),
    });
    await expect(finder.look()).rejects.toThrow('docker does not answer');
  });
});

describe('the process sensor', () => {
  const look = async (running: Running) => {
    const sensor = createProcessSensor(async () => running);
    const [evidence] = await sensor.look(instant(1_000));
    return { text: evidence?.text, fact: evidence?.fact, at: evidence?.at, problem: sensor.problem() };
  };
  const gateway: ProcessSeen = { pid: 7, startTime: 8, startedAt: 80 };
  const beside = [{ ...gateway, pid: 9, command: 'hermes gateway run' }];

  it.each<[string, Running, string]>([
    ['the gateway', { gateway, beside: [], problem: null }, 'pid 7'],
    ['the gateway, whatever is beside it', { gateway, beside, problem: 'no bus' }, 'pid 7'],
    ['what looks like it', { gateway: null, beside, problem: null }, 'not proven: pid 9 (hermes gateway run)'],
    ['nothing', { gateway: null, beside: [], problem: null }, 'no gateway process'],
  ])('tells of %s', async (_what, running, text) => {
    expect(await look(running)).toEqual({
      at: 1_000,
      text,
      fact: { kind: 'process', process: running.gateway, beside: running.beside },
      problem: running.problem,
    });
  });
});
