/** An event loop that is wedged, for good or for a while. */
import { isAlive, type ProcessId } from './proc.ts';

/**
 * Blocks this thread for good: no timer, no socket and no signal handler runs from here on. Only a look once a
 * second whether the sandbox still lives keeps a frozen gateway from outliving it.
 */
export const freeze = (sandbox: ProcessId): never => {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  while (isAlive(sandbox)) Atomics.wait(nobody, 0, 0, 1_000);
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
};

/** Blocks this thread for a while of real time, as a tool that runs on the event loop does. */
export const block = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};
