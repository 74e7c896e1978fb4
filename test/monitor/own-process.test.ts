/** Whether the process that left a sign of life is still there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { hasEnded, ownProcess } from '../../src/monitor/alive-mark.ts';
import { readProcess } from '../../src/sensors/process/proc.ts';

test('one that runs has not ended, one that was killed has, and of one elsewhere nothing is known', async () => {
  const self = ownProcess();
  if (self === null) throw new Error('this process cannot be looked at');
  expect(self.pid).toBe(process.pid);
  expect(hasEnded(self)).toBe(false);

  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const other = { pid, startTime: (await readProcess(pid))?.startTime ?? 0, place: self.place };
  expect(hasEnded(other)).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(hasEnded(other)).toBe(true);
  expect(hasEnded({ ...other, place: 'another machine' })).toBe(false);
});
