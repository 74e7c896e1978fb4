import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { gracefulOf, type GracefulOptions } from '../../src/healing/graceful.ts';
import { readProcess } from '../../src/sensors/process/proc.ts';
import type { CommandOutput } from '../../src/supervisors/run-command.ts';
import type { Supervisor, SupervisorName } from '../../src/supervisors/supervisor.ts';
import { manualClock } from './manual-clock.ts';

const never = new AbortController().signal;
const said = (changed: Partial<CommandOutput> = {}): CommandOutput => ({
  exitCode: 0,
  stdout: '',
  stderr: '',
  failure: null,
  ...changed,
});

/** A process that ends with 75 on SIGUSR1, as the gateway does. */
const oblige =
  'process.on("SIGUSR1", () => process.exit(75)); process.stdout.write("ready"); setInterval(() => undefined, 1000);';
let children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  children = [];
});
const gateway = async () => {
  const child = spawn(process.execPath, ['-e', oblige], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  const seen = await readProcess(child.pid ?? 0);
  if (!seen) throw new Error('no process');
  return { seen, exit };
};

const graceful = (name: SupervisorName, output = said(), changed: Partial<GracefulOptions> = {}) => {
  const ran: string[] = [];
  const supervisor = { name, unit: 'ai.hermes.gateway' } as Partial<Supervisor> as Supervisor;
  const run: GracefulOptions['run'] = async (argv) => {
    ran.push(argv.join(' '));
    return output;
  };
  const made = gracefulOf({
    kind: hermes,
    home: '/h/.hermes',
    start: ['hermes', 'gateway', 'run'],
    supervisor,
    services: [{ unit: 'ai.hermes.gateway' }],
    waitMs: 60_000,
    run,
    clock: manualClock(),
    ...changed,
  });
  if (!made) throw new Error('not graceful');
  return { made, ran };
};

describe('asking a gateway to end its turns', () => {
  it.each<SupervisorName>(['systemd-user', 'systemd-system', 'docker', 's6', 'process'])(
    'goes by its signal under %s, and no command is run',
    async (name) => {
      const { seen, exit } = await gateway();
      const { made, ran } = graceful(name);
      expect(made.command(seen)).toBe(`kill -USR1 ${seen.pid}`);
      expect(await made.ask(seen, never)).toMatchObject({
        outcome: 'done',
        steps: [{ action: 'sigusr1', pid: seen.pid }],
      });
      expect((await exit)[0]).toBe(75);
      expect(ran).toEqual([]);
    },
  );

  it('goes by its own command under launchd', async () => {
    const { seen } = await gateway();
    const { made, ran } = graceful('launchd');
    expect(await made.ask(seen, never)).toMatchObject({
      outcome: 'done',
      steps: [{ action: 'command', command: 'hermes gateway restart' }],
    });
    expect(ran).toEqual(['hermes gateway restart']);
    expect(made.command(seen)).toBe('hermes gateway restart');
  });

  it.each([
    ['is not there', said({ exitCode: null, failure: 'not_found' })],
    ['refuses', said({ exitCode: 1, stderr: 'Refusing to restart the gateway from inside the gateway process.' })],
  ])('goes by its signal where that command %s', async (_, output) => {
    const { seen, exit } = await gateway();
    const { made } = graceful('launchd', output);
    expect(await made.ask(seen, never)).toMatchObject({
      outcome: 'done',
      steps: [{ action: 'command' }, { action: 'sigusr1', pid: seen.pid }],
    });
    expect((await exit)[0]).toBe(75);
  });

  it('signals nobody else when the command failed and the process is another one by now', async () => {
    const { seen } = await gateway();
    const { made } = graceful('launchd', said({ exitCode: 1 }));
    expect(await made.ask({ ...seen, startTime: seen.startTime - 1 }, never)).toMatchObject({
      outcome: 'done',
      steps: [{ action: 'command' }],
    });
    expect((await readProcess(seen.pid))?.startTime).toBe(seen.startTime);
  });
});
