/** Real processes that do nothing: one that lives until a test, or the end of it, ends it, and one that has ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, vi } from 'vitest';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { isAlive, readProcess, seeProcess } from '../../src/sensors/process/proc.ts';
import { patience } from './gateway-script.ts';

export const living = async (): Promise<ProcessSeen> => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const seen = await seeProcess(child.pid ?? 0);
  if (!seen) throw new Error('the process that a test needs did not start');
  return seen;
};

export const ended = async (): Promise<ProcessSeen> => {
  const seen = await living();
  process.kill(seen.pid, 'SIGKILL');
  await vi.waitFor(async () => expect(isAlive(await readProcess(seen.pid))).toBe(false), patience);
  return seen;
};
