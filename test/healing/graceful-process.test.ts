/**
 * The graceful step on real processes: one that ends when it is asked, one that does not hear, one that needs too long.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { gracefulOf, type GracefulOptions } from '../../src/healing/graceful.ts';
import { takeStep } from '../../src/healing/steps.ts';
import { isAlive, readProcess } from '../../src/sensors/process/proc.ts';
import { createProcessSupervisor } from '../../src/supervisors/process.ts';
import { runCommand } from '../../src/supervisors/run-command.ts';
import { createGatewayFolder, type GatewayFolder, type SCRIPTS } from '../supervisors/gateway-script.ts';
import { runningOf } from './fake-supervisor.ts';

const clock = scaledClock(0, 1);
const never = new AbortController().signal;

let folder: GatewayFolder;
beforeEach(async () => {
  folder = await createGatewayFolder();
});
afterEach(async () => {
  await folder.remove();
});

const look = async () => runningOf(await folder.find());

const bare = (script: keyof typeof SCRIPTS) =>
  createProcessSupervisor({
    look,
    lockStart: async () => () => undefined,
    command: folder.command(script),
    cwd: folder.dir,
    env: {},
    outputFile: folder.outputFile,
    stopTimeoutMs: 20_000,
    earlyExitMs: 20,
    clock,
    logger: silentLogger(),
  });

const askable = (changed: Partial<GracefulOptions> = {}) =>
  gracefulOf({
    kind: hermes,
    home: folder.dir,
    start: folder.command('obedient'),
    supervisor: bare('obedient'),
    services: [],
    waitMs: 2_000,
    run: runCommand,
    clock,
    ...changed,
  });

/** The step on a gateway of this script, and what was there before. */
const take = async (script: keyof typeof SCRIPTS, gracefulMs = 20_000) => {
  const supervisor = bare(script);
  await supervisor.start(never);
  const before = await folder.running();
  const result = await takeStep('graceful', {
    remedy: 'restart',
    supervisor,
    graceful: askable({ supervisor }),
    control: null,
    links: [],
    before,
    ill: before,
    findProcess: look,
    gracefulMs,
    clock,
    signal: never,
  });
  return { before, result };
};

it('a gateway that ends with code 75 is started again, where nobody else keeps it', async () => {
  const { before, result } = await take('ends_on_sigusr1');
  const { pid } = await folder.running(before.pid);
  expect(result).toMatchObject({
    outcome: 'done',
    steps: [
      { action: 'sigusr1', pid: before.pid },
      { action: 'exited', pid: before.pid },
      { action: 'start', pid },
    ],
  });
  expect(await folder.output()).toContain('drained');
});

it.each(['ignores_sigusr1', 'drains_slowly'] as const)(
  'a gateway that does not end in time is left as it is for the next step (%s)',
  async (script) => {
    const { before, result } = await take(script, 1_000);
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: 'the gateway did not end by itself within 1 s',
      steps: [{ action: 'sigusr1' }],
    });
    expect(isAlive(await readProcess(before.pid))).toBe(true);
  },
);

it('a process that got the pid later is never asked', async () => {
  await bare('ends_on_sigusr1').start(never);
  const other = await folder.running();
  expect(await askable()?.ask({ pid: other.pid, startTime: other.startTime - 1 }, never)).toEqual({
    outcome: 'done',
    steps: [],
  });
  expect(isAlive(await readProcess(other.pid))).toBe(true);
  expect(await folder.output()).not.toContain('drained');
});

it.each<[string, Partial<GracefulOptions>]>([
  ['the operator wants no waiting', { waitMs: 0 }],
  ['this kind cannot be asked', { kind: { ...hermes, graceful: null } }],
])('there is no way to ask when %s', (_when, changed) => expect(askable(changed)).toBeNull());
