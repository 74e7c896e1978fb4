/** Real processes: strays end, gently and then for sure, and nothing else does. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { scaledClock } from '../../src/base/clock.ts';
import { stopStrays } from '../../src/healing/strays.ts';
import { isAlive, readProcess } from '../../src/sensors/proc.ts';
import type { ProcessSnapshot } from '../../src/sensors/process-table.ts';
import { createGatewayFolder, patience, type GatewayFolder, type SCRIPTS } from '../supervisors/gateway-script.ts';

const clock = scaledClock(0, 1);

let folder: GatewayFolder;
beforeEach(async () => {
  folder = await createGatewayFolder();
});
afterEach(async () => {
  await folder.remove();
});

const running = async (script: keyof typeof SCRIPTS, not?: number): Promise<ProcessSnapshot> => {
  const [program = '', ...args] = folder.command(script);
  const child = spawn(program, args, { cwd: folder.dir, stdio: 'ignore' });
  await once(child, 'spawn');
  return folder.running(not);
};
const alive = async ({ pid }: { readonly pid: number }): Promise<boolean> => isAlive(await readProcess(pid));
const actions = (result: Awaited<ReturnType<typeof stopStrays>>): readonly string[] => result.steps.map(({ action, pid }) => `${action} ${pid}`);

it('ends each that was seen, and leaves the one that is kept', async () => {
  const kept = await running('obedient');
  const first = await running('obedient', kept.pid);
  const second = await running('obedient', first.pid);
  const result = await stopStrays([first, second], { clock, signal: new AbortController().signal });
  expect(result.outcome).toBe('done');
  expect(actions(result)).toEqual([`sigterm ${first.pid}`, `exited ${first.pid}`, `sigterm ${second.pid}`, `exited ${second.pid}`]);
  expect([await alive(kept), await alive(first), await alive(second)]).toEqual([true, false, false]);
});

it('kills one that ignores SIGTERM, at once when Lifeline is in a hurry', async () => {
  const stray = await running('ignores_sigterm');
  const stop = new AbortController();
  const stopping = stopStrays([stray], { clock, signal: stop.signal });
  await vi.waitFor(async () => expect(await alive(stray)).toBe(true), patience);
  stop.abort(new Error('Lifeline ends'));
  const result = await stopping;
  expect(actions(result).slice(-2)).toEqual([`sigkill ${stray.pid}`, `exited ${stray.pid}`]);
  expect(await alive(stray)).toBe(false);
});

it('never touches a process that got the pid later', async () => {
  const other = await running('obedient');
  const result = await stopStrays([{ pid: other.pid, startTime: other.startTime - 1 }], { clock, signal: new AbortController().signal });
  expect(actions(result)).toEqual([`exited ${other.pid}`]);
  expect(await alive(other)).toBe(true);
});

it('goes on with the others when one may not be ended, and says why', async () => {
  const stray = await running('obedient');
  const own = await readProcess(process.pid);
  const result = await stopStrays([{ pid: process.pid, startTime: own?.startTime ?? 0 }, { pid: 1, startTime: 0 }, stray], { clock, signal: new AbortController().signal });
  expect(result).toMatchObject({ outcome: 'failed', reason: `pid ${process.pid} is not one that Lifeline may end; pid 1 is not one that Lifeline may end` });
  expect(actions(result)).toEqual([`sigterm ${stray.pid}`, `exited ${stray.pid}`]);
});

it('has nothing to do where there are none', async () => {
  expect(await stopStrays([], { clock, signal: new AbortController().signal })).toEqual({ outcome: 'done', steps: [] });
});
