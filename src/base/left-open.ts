/** Closes the outputs of a program that has ended: what it leaves running may hold them open for as long as it lives. */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

const LEFT_OPEN_MS = 1_000;

interface Running {
  readonly nodeChildProcess: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** @returns a function that calls it off, for when the outputs have ended. */
export const closeLeftOpen = ({ nodeChildProcess, stdout, stderr }: Running): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  nodeChildProcess.once('exit', () => {
    timer = setTimeout(() => {
      stdout.destroy();
      stderr.destroy();
    }, LEFT_OPEN_MS);
  });
  return () => clearTimeout(timer);
};
