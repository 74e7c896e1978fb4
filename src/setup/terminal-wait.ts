/** Shows one line that counts down during a wait. S skips the wait, Ctrl-C and Ctrl-D end the set-up. */
import { S_BAR } from '@clack/prompts';
import type { ReadStream, WriteStream } from 'node:tty';
import { setTimeout as pause } from 'node:timers/promises';
import { Cancelled, type Waiting } from './asker.ts';

const CHECK_MS = 200;

interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly signal: AbortSignal;
  readonly words: { readonly waitLine: (message: string, left: string) => string };
}

const leftOf = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

/** @throws Cancelled at Ctrl-C and Ctrl-D. */
export const waitOnTerminal = async (
  { message, limitMs, until }: Waiting,
  { input, output, signal, words }: Terminal,
): Promise<'done' | 'skipped' | 'late'> => {
  let key: 'skip' | 'cancel' | null = null;
  const onData = (data: Buffer): void => {
    const typed = data.toString();
    if (/[\u0003\u0004]/.test(typed)) key = 'cancel';
    else if (/s/i.test(typed)) key ??= 'skip';
  };
  const wasRaw = input.isRaw;
  input.setRawMode(true);
  input.on('data', onData).resume();
  output.write(`${S_BAR}\n`);
  let shown = '';
  try {
    const end = performance.now() + limitMs;
    for (;;) {
      if (until()) return 'done';
      if (key === 'cancel' || signal.aborted) throw new Cancelled();
      if (key === 'skip') return 'skipped';
      if (performance.now() >= end) return 'late';
      const line = `${S_BAR}  ${words.waitLine(message, leftOf(end - performance.now()))}`;
      if (line !== shown) output.write(`\r\u001B[2K${(shown = line)}`);
      await pause(CHECK_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    input.off('data', onData).pause();
    input.setRawMode(wasRaw);
    // The result is shown in the place of this line.
    output.write('\r\u001B[2K\u001B[1A');
  }
};
