import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { ProcessIdentity, ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { isAlive, listProcesses, readProcess } from '../../src/sensors/process/proc.ts';
import type { Running } from '../../src/sensors/process/process.ts';
import { createProcessSupervisor, type ProcessSupervisorOptions } from '../../src/supervisors/process.ts';
import { lockStartOf } from '../../src/supervisors/start-lock.ts';
import type { ActionResult, Supervisor } from '../../src/supervisors/supervisor.ts';
import { createGatewayFolder, patience, type GatewayFolder, type SCRIPTS } from './gateway-script.ts';

/** Longer than a program on the slowest machine takes to end by itself. */
const EARLY_MS = 30_000;
const never = new AbortController().signal;

let folder: GatewayFolder;
beforeEach(async () => {
  folder = await createGatewayFolder();
});
afterEach(async () => {
  await folder.remove();
});

const runningOf = (gateway: ProcessSeen | null): Running => ({ gateway, beside: [], problem: null });
const look = async (): Promise<Running> => runningOf(await folder.find());

/** By its command line, which a process has from its first moment on. */
const seeStarted = async (): Promise<Running> => {
  const all = (await listProcesses()).filter(isAlive);
  return runningOf(all.find(({ argv }) => argv.some((word) => word.startsWith(folder.dir))) ?? null);
};

const supervise = (script: keyof typeof SCRIPTS, options: Partial<ProcessSupervisorOptions> = {}): Supervisor =>
  createProcessSupervisor({
    look,
    lockStart: lockStartOf(folder.dir, [join(folder.dir, 'locks')]),
    command: folder.command(script),
    cwd: folder.dir,
    env: {},
    outputFile: folder.outputFile,
    stopTimeoutMs: 20_000,
    earlyExitMs: 20,
    clock: scaledClock(0, 1),
    logger: silentLogger(),
    ...options,
  });

const actions = ({ steps }: ActionResult): readonly string[] => steps.map(({ action, pid }) => `${action} ${pid}`);
const reason = (result: ActionResult): string | null => (result.outcome === 'failed' ? result.reason : null);
const seenOf = ({ pid, startTime, startedAt }: ProcessSeen): ProcessSeen => ({ pid, startTime, startedAt });

describe('start', () => {
  it('starts the command and appends what it writes to the file', async () => {
    await mkdir(join(folder.dir, 'logs'));
    await writeFile(folder.outputFile, 'from before\n');
    const supervisor = supervise('obedient');
    expect(await supervisor.status()).toEqual({
      state: 'inactive',
      main: null,
      restarts: null,
      since: null,
      job: null,
      exit: null,
      outlook: { next: 'unknown' },
    });
    const before = Date.now();
    const result = await supervisor.start(never);
    const { pid } = await folder.running();
    expect(actions(result)).toEqual([`start ${pid}`]);
    expect(result).toMatchObject({ outcome: 'done', steps: [{ at: expect.any(Number) as number }] });
    expect(result.steps[0]?.at).toBeGreaterThanOrEqual(before);
    await vi.waitFor(async () => expect(await folder.output()).toBe(`from before\ngateway up ${pid}\n`), patience);
    expect(await supervisor.status()).toMatchObject({ state: 'active', main: { pid } });
  });

  it('is content when one runs already, and starts no second', async () => {
    const supervisor = supervise('obedient');
    await supervisor.start(never);
    const first = await folder.running();
    expect(await supervisor.start(never)).toEqual({ outcome: 'done', steps: [] });
    expect(seenOf(await folder.running())).toEqual(seenOf(first));
  });

  it('starts none beside what only looks like the gateway', async () => {
    const beside = [{ pid: 5_000_777, startTime: 1, startedAt: 10, command: 'hermes gateway run' }];
    const supervisor = supervise('obedient', { look: async () => ({ ...runningOf(null), beside }) });
    expect(await supervisor.start(never)).toEqual({ outcome: 'done', steps: [] });
    expect(await supervisor.restart(null, never)).toEqual({ outcome: 'done', steps: [] });
    expect(await folder.find()).toBeNull();
  });

  it('starts one where two Lifelines see at the same moment that none runs', async () => {
    const [one, other] = [supervise('obedient', { look: seeStarted }), supervise('obedient', { look: seeStarted })];
    const results = await Promise.all([one.start(never), other.start(never)]);
    expect(results.flatMap(actions)).toHaveLength(1);
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
  });

  it('restarts one once, where two Lifelines do so at the same moment', async () => {
    await supervise('obedient').start(never);
    const before = await folder.running();
    const [one, other] = [supervise('obedient', { look: seeStarted }), supervise('obedient', { look: seeStarted })];
    const results = await Promise.all([one.restart(before, never), other.restart(before, never)]);
    expect(results.flatMap(actions).filter((action) => action.startsWith('start '))).toHaveLength(1);
    expect(seenOf(await folder.running())).not.toEqual(seenOf(before));
  });

  it('neither ends nor starts one while it cannot see whether another Lifeline starts it', async () => {
    await supervise('obedient').start(never);
    const before = await folder.running();
    const supervisor = supervise('obedient', { lockStart: async () => 'no lock' });
    expect(await supervisor.restart(before, never)).toEqual({ outcome: 'failed', steps: [], reason: 'no lock' });
    expect(await supervisor.start(never)).toEqual({ outcome: 'failed', steps: [], reason: 'no lock' });
    expect(seenOf(await folder.running())).toEqual(seenOf(before));
  });

  it('tells whom it has started, so that it needs no other witness', async () => {
    const started: ProcessIdentity[] = [];
    await supervise('obedient', { onStarted: (seen) => started.push(seen) }).start(never);
    const { pid, startTime } = await folder.running();
    expect(started).toMatchObject([{ pid, startTime }]);
    await supervise('exits_1', {
      onStarted: (seen) => started.push(seen),
      earlyExitMs: EARLY_MS,
      look: async () => runningOf(null),
    }).start(never);
    expect(started).toHaveLength(1);
  });

  it('gives the gateway its own variables, and nothing that is meant for Lifeline', async () => {
    vi.stubEnv('INVOCATION_ID', '1');
    vi.stubEnv('LIFELINE_FEISHU_SECRET', 'very-secret');
    vi.stubEnv('LIFELINE_CLOCK', '0:1');
    vi.stubEnv('HERMES_HOME', '/not/this');
    try {
      await supervise('tells_environment', { env: { HERMES_HOME: folder.dir } }).start(never);
    } finally {
      vi.unstubAllEnvs();
    }
    await folder.running();
    const environment = JSON.parse(await folder.output()) as Record<string, string>;
    expect(environment).toMatchObject({ HERMES_HOME: folder.dir, LIFELINE_CLOCK: '0:1', PATH: process.env['PATH'] });
    expect(environment).not.toHaveProperty('INVOCATION_ID');
    expect(environment).not.toHaveProperty('LIFELINE_FEISHU_SECRET');
  });

  it.each<[string, keyof typeof SCRIPTS, RegExp]>([
    [
      'its code and its last words',
      'exits_1',
      /ended at once with code 1\.\nIts last words:\nAnother gateway instance is already running$/,
    ],
    [
      'that its configuration is wrong, and no secret',
      'exits_78',
      /with code 78, which means that its own configuration is wrong.*\nIts last words:\nbad config\napp_secret=\*\*\* is refused$/,
    ],
    ['the signal that ended it', 'killed', /ended at once by SIGKILL\.$/],
  ])('says of a gateway that ends at once %s', async (_what, script, words) => {
    const result = await supervise(script, { earlyExitMs: EARLY_MS }).start(never);
    expect(reason(result)).toMatch(words);
    expect(result.steps.map(({ action }) => action)).toEqual(['start']);
  });

  it('leaves a command that ends with code 0 to the verification', async () => {
    const supervisor = supervise('exits_0', { earlyExitMs: EARLY_MS });
    expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
    expect(supervisor.notAgain?.()).toBeNull();
  });

  it('refuses one that may leave the service in the background, and has left nothing to be seen', async () => {
    const supervisor = supervise('exits_0', { earlyExitMs: EARLY_MS, mayLeaveService: true });
    const result = await supervisor.start(never);
    expect(result).toMatchObject({ outcome: 'failed', hopeless: true });
    expect(reason(result)).toMatch(/"exec".*"pid_file"/);
    expect(supervisor.notAgain?.()).toBe(reason(result));
  });

  it('quotes only what this start wrote', async () => {
    await mkdir(join(folder.dir, 'logs'));
    await writeFile(folder.outputFile, 'an old trouble\n');
    expect(reason(await supervise('exits_1', { earlyExitMs: EARLY_MS }).start(never))).not.toContain('an old trouble');
  });

  it('starts it also where its output cannot be kept', async () => {
    await writeFile(join(folder.dir, 'logs'), 'no folder\n');
    expect(await supervise('obedient').start(never)).toMatchObject({ outcome: 'done' });
    expect(isAlive(await folder.running())).toBe(true);
  });

  it('quotes nothing of one whose output cannot be kept', async () => {
    await writeFile(join(folder.dir, 'logs'), 'no folder\n');
    expect(reason(await supervise('exits_1', { earlyExitMs: EARLY_MS }).start(never))).toMatch(
      /ended at once with code 1\.$/,
    );
  });

  it('leaves no zombie of a gateway that ends later', async () => {
    await supervise('obedient').start(never);
    const { pid } = await folder.running();
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await readProcess(pid)).toBeNull(), patience);
  });
});

describe('a command that cannot be started', () => {
  it.each<[string, () => Promise<Partial<ProcessSupervisorOptions>>, RegExp]>([
    [
      'there is no such program',
      async () => ({ command: ['no-such-gateway', 'run'] }),
      /"no-such-gateway" was not found.*Set "command" of this gateway/,
    ],
    ['there is no such file', async () => ({ command: [join(folder.dir, 'nowhere')] }), /was not found.*Set "command"/],
    [
      'the interpreter of the script is missing',
      async () => ({ command: [await file('bad-shebang', '#!/no/such/python\n', 0o755)] }),
      /interpreter.*Set "command"/,
    ],
    [
      'the file is not executable',
      async () => ({ command: [await file('plain', '#!/bin/sh\n', 0o644)] }),
      /may not be executed.*"command"/,
    ],
    [
      'the system refuses the command line',
      async () => ({ command: [process.execPath, 'x'.repeat(3_000_000)] }),
      /could not be started \(E2BIG\).*Set "command"/,
    ],
    ['the name is impossible', async () => ({ command: ['a\0b'] }), /could not be started.*Set "command"/],
    ['the command is empty', async () => ({ command: [] }), /no command.*Set "command"/],
    ['the folder is missing', async () => ({ cwd: join(folder.dir, 'nowhere') }), /nowhere does not exist. Set "home"/],
  ])('fails with a reason for people when %s', async (_when, options, words) => {
    const result = await supervise('obedient', { earlyExitMs: EARLY_MS, ...(await options()) }).start(never);
    expect(reason(result)).toMatch(words);
    expect(result.steps).toEqual([]);
  });

  const file = async (name: string, text: string, mode: number): Promise<string> => {
    const path = join(folder.dir, name);
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  };
});

describe('restart', () => {
  it('ends the old process gently and starts a new one', async () => {
    const supervisor = supervise('obedient');
    await supervisor.start(never);
    const old = await folder.running();
    const result = await supervisor.restart(old, never);
    const { pid } = await folder.running(old.pid);
    expect(actions(result)).toEqual([`sigterm ${old.pid}`, `exited ${old.pid}`, `start ${pid}`]);
    expect(await readProcess(old.pid)).toBeNull();
  });

  it('kills a process that does not heed SIGTERM, when its time is over', async () => {
    const supervisor = supervise('ignores_sigterm', { stopTimeoutMs: 300 });
    await supervisor.start(never);
    const old = await folder.running();
    const result = await supervisor.restart(old, never);
    const { pid } = await folder.running(old.pid);
    expect(actions(result)).toEqual([`sigterm ${old.pid}`, `sigkill ${old.pid}`, `exited ${old.pid}`, `start ${pid}`]);
    expect(await folder.output()).toContain('SIGTERM ignored');
  });

  it('starts when nothing runs', async () => {
    const result = await supervise('obedient').restart(null, never);
    expect(actions(result)).toEqual([`start ${(await folder.running()).pid}`]);
  });

  it('takes a zombie for ended', async () => {
    // Once the shell has become `sleep`, nobody asks for the gateway's exit code.
    const parent = spawn('sh', ['-c', '"$0" "$1" & exec sleep 300', ...folder.command('obedient')], {
      cwd: folder.dir,
      stdio: 'ignore',
    });
    try {
      const old = await folder.running();
      await vi.waitFor(async () => expect((await readProcess(parent.pid ?? 0))?.argv[0]).toBe('sleep'), patience);
      const result = await supervise('obedient').restart(old, never);
      expect(actions(result).slice(0, 2)).toEqual([`sigterm ${old.pid}`, `exited ${old.pid}`]);
      expect((await readProcess(old.pid))?.state).toBe('Z');
      await folder.running(old.pid);
    } finally {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    }
  });

  it('never signals a process that got the pid later', async () => {
    await supervise('obedient').start(never);
    const other = await folder.running();
    const victim = { ...seenOf(other), startTime: other.startTime - 1 };
    const result = await supervise('exits_0', { look: async () => runningOf(null) }).restart(victim, never);
    expect(result.steps.map(({ action }) => action)).toEqual(['exited', 'start']);
    expect(isAlive(await readProcess(other.pid))).toBe(true);
  });

  it.each([[1], [0], [-1], [process.pid], [Number.NaN]])('refuses to signal pid %d', async (pid) => {
    const seen = await readProcess(process.pid);
    const result = await supervise('obedient').restart({ pid, startTime: seen?.startTime ?? 0 }, never);
    expect(result).toEqual({
      outcome: 'failed',
      steps: [],
      reason: `The gateway could not be stopped: pid ${pid} is not one that Lifeline may end.`,
    });
  });

  it('starts no second when somebody else brought the gateway back meanwhile', async () => {
    await supervise('obedient').start(never);
    const old = await folder.running();
    const successor = spawn(folder.command('exits_0')[0] ?? '', ['-e', 'setInterval(() => {}, 1000)', folder.dir], {
      stdio: 'ignore',
    });
    const result = await supervise('obedient', {
      look: async () => runningOf(await readProcess(successor.pid ?? 0)),
    }).restart(old, never);
    expect(result.outcome).toBe('done');
    expect(actions(result)).toEqual([`sigterm ${old.pid}`, `exited ${old.pid}`]);
  });

  it('touches nothing when it is called off before it begins', async () => {
    const supervisor = supervise('obedient');
    await supervisor.start(never);
    const old = await folder.running();
    await expect(supervisor.restart(old, AbortSignal.abort(new Error('Lifeline ends')))).rejects.toThrow(
      'Lifeline ends',
    );
    expect(seenOf(await folder.running())).toEqual(seenOf(old));
  });

  it('brings the gateway back even when it is called off half-way, only faster', async () => {
    const supervisor = supervise('ignores_sigterm', { stopTimeoutMs: 600_000 });
    await supervisor.start(never);
    const old = await folder.running();
    const stop = new AbortController();
    const restarting = supervisor.restart(old, stop.signal);
    await vi.waitFor(async () => expect(await folder.output()).toContain('SIGTERM ignored'), patience);
    stop.abort();
    const result = await restarting;
    expect(result.steps.map(({ action }) => action)).toEqual(['sigterm', 'sigkill', 'exited', 'start']);
    await folder.running(old.pid);
  });
});

describe('stop and kill', () => {
  it('a stop ends it gently and starts nothing', async () => {
    const supervisor = supervise('obedient');
    await supervisor.start(never);
    const old = await folder.running();
    expect(actions(await supervisor.stop(old, never))).toEqual([`sigterm ${old.pid}`, `exited ${old.pid}`]);
    expect(await folder.find()).toBeNull();
  });

  it('a stop kills what does not heed it', async () => {
    const supervisor = supervise('ignores_sigterm', { stopTimeoutMs: 300 });
    await supervisor.start(never);
    const old = await folder.running();
    expect((await supervisor.stop(old, never)).steps.map(({ action }) => action)).toEqual([
      'sigterm',
      'sigkill',
      'exited',
    ]);
  });

  it('a kill asks nothing', async () => {
    const supervisor = supervise('ignores_sigterm', { stopTimeoutMs: 600_000 });
    await supervisor.start(never);
    const old = await folder.running();
    expect((await supervisor.kill(old, never)).steps.map(({ action }) => action)).toEqual(['sigkill', 'exited']);
    expect(await folder.find()).toBeNull();
  });

  it.each(['stop', 'kill'] as const)('a %s of nothing is done, and so is a reset', async (action) => {
    expect(await supervise('obedient')[action](null, never)).toEqual({ outcome: 'done', steps: [] });
    expect(await supervise('obedient').reset(never)).toEqual({ outcome: 'done', steps: [] });
  });

  it.each(['restart', 'stop', 'kill'] as const)(
    'a %s ends its victim alone, and leaves what somebody has started since',
    async (action) => {
      const supervisor = supervise('obedient');
      await supervisor.start(never);
      const victim = await folder.running();
      process.kill(victim.pid, 'SIGKILL');
      await vi.waitFor(async () => expect(await readProcess(victim.pid)).toBeNull(), patience);
      await supervisor.start(never);
      const newer = await folder.running(victim.pid);
      expect(await supervisor[action](victim, never)).toMatchObject({ outcome: 'done' });
      expect(seenOf(await folder.running())).toEqual(seenOf(newer));
    },
  );

  it('each ends the descendants of the victim as well', async () => {
    for (const action of ['restart', 'stop', 'kill'] as const) {
      const supervisor = supervise('leaves_a_child');
      await supervisor.start(never);
      const gateway = await folder.running();
      const child = await vi.waitFor(async () => {
        const found = (await listProcesses()).find(({ ppid }) => ppid === gateway.pid);
        if (!found) throw new Error('it has no child yet');
        return found;
      }, patience);
      expect((await supervisor[action](gateway, never)).outcome).toBe('done');
      expect([isAlive(await readProcess(gateway.pid)), isAlive(await readProcess(child.pid))]).toEqual([false, false]);
      if (action === 'restart') await supervisor.stop(await folder.running(gateway.pid), never);
    }
  });

  it.each(['stop', 'kill'] as const)('a %s that is called off before it begins touches nothing', async (action) => {
    const supervisor = supervise('obedient');
    await supervisor.start(never);
    const old = await folder.running();
    await expect(supervisor[action](old, AbortSignal.abort(new Error('Lifeline ends')))).rejects.toThrow(
      'Lifeline ends',
    );
    expect(seenOf(await folder.running())).toEqual(seenOf(old));
  });

  it('says what it would do in words that a shell knows', () => {
    const supervisor = supervise('obedient', { command: ['hermes', 'gateway', 'run'] });
    expect(
      (['start', 'restart', 'stop', 'kill', 'reset'] as const).map((action) => supervisor.command(action)),
    ).toEqual(['hermes gateway run', 'kill -TERM PID; hermes gateway run', 'kill -TERM PID', 'kill -KILL PID', 'true']);
  });
});

/**
 * Runs `method` of a supervisor in a process of its own; resolves with its result once that process has ended by
 * itself.
 */
const inAnotherProcess = async (
  method: 'start' | 'restart',
  becomeUser: number | null = null,
): Promise<ActionResult> => {
  const source = new URL('../../src/', import.meta.url).href;
  const script = join(folder.dir, 'starter.mjs');
  await writeFile(
    script,
    `import { createProcessSupervisor } from '${source}supervisors/process.ts';
     import { silentLogger } from '${source}base/logger.ts';
     import { scaledClock } from '${source}base/clock.ts';
     import { readProcess } from '${source}sensors/process/proc.ts';
     const becomeUser = ${becomeUser};
     if (becomeUser !== null) process.setuid(becomeUser);
     const pid = ${JSON.stringify((await folder.find())?.pid ?? null)};
     const gateway = pid ? await readProcess(pid) : null;
     const signal = new AbortController().signal;
     const supervisor = createProcessSupervisor({
       look: async () => ({ gateway, beside: [], problem: null }), lockStart: async () => () => undefined, clock: scaledClock(0, 1), logger: silentLogger(), env: {},
       ...${JSON.stringify({ command: folder.command('obedient'), cwd: folder.dir, outputFile: folder.outputFile, earlyExitMs: 20, stopTimeoutMs: 500 })},
     });
     console.log(JSON.stringify(await supervisor.${method === 'start' ? 'start(signal)' : 'restart(gateway, signal)'}));`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(0);
  return JSON.parse(Buffer.concat(chunks).toString()) as ActionResult;
};

it('leaves a gateway that outlives Lifeline, in a session of its own', async () => {
  // The starter ends while its gateway runs: the gateway holds neither its event loop nor its output open.
  const result = await inAnotherProcess('start');
  const gateway = await folder.running();
  expect(actions(result)).toEqual([`start ${gateway.pid}`]);
  // It leads its own group, so that a Ctrl-C or hang-up at Lifeline's terminal does not reach it.
  expect(process.kill(-gateway.pid, 0)).toBe(true);
  expect(isAlive(await readProcess(gateway.pid))).toBe(true);
});

// Only root can play two users.
it.runIf(process.getuid?.() === 0)(
  'refuses to restart a gateway of another user, and says what to do (runs as root only)',
  async () => {
    await supervise('obedient').start(never);
    const gateway = await folder.running();
    const result = await inAnotherProcess('restart', 65_534);
    expect(reason(result)).toBe(
      `The gateway could not be stopped: pid ${gateway.pid} belongs to another user; run Lifeline as that user so that it may restart the gateway.`,
    );
    expect(result.steps).toEqual([]);
    expect(seenOf(await folder.running())).toEqual(seenOf(gateway));
  },
);
