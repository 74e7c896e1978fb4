/** The console as a channel: what Lifeline would send to a phone is printed, and typed lines are commands. */
import type { Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { Channel } from '../channel.ts';
import { printed } from './print.ts';

/** The one person at the console; who may start Lifeline may command it. */
export const CONSOLE_USER = 'console';

export interface ConsoleChannelOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly now: () => number;
  /** By default where the output is a terminal and `NO_COLOR` does not say otherwise (no-color.org). */
  readonly colour?: boolean;
}

const USUAL_COLUMNS = 80;

const isTerminal = (output: Writable): output is WriteStream => 'isTTY' in output && output.isTTY === true;

export const createConsoleChannel = ({
  input,
  output,
  now,
  colour = isTerminal(output) && !process.env['NO_COLOR'],
}: ConsoleChannelOptions): Channel => {
  const startedAt = now();
  let lines: Interface | null = null;
  let count = 0;
  let lastInboundAt: number | null = null;
  return {
    name: 'console',
    start: async (receive) => {
      // Loaded only where there is a console: it takes memory.
      lines = process.getBuiltinModule('node:readline').createInterface({ input });
      // A terminal that goes away must not end the watch.
      lines.on('error', () => undefined);
      lines.on('line', (text) => {
        if (!text.trim()) return;
        lastInboundAt = now();
        count += 1;
        // The number makes the id unique over restarts too: typed lines are never delivered twice.
        receive({
          channel: 'console',
          id: `${startedAt}-${count}`,
          sender: CONSOLE_USER,
          chat: { kind: 'direct' },
          text,
          sentAt: lastInboundAt,
        });
      });
    },
    stop: async () => {
      lines?.close();
      lines = null;
    },
    send: async (_to, message, { key }) => {
      // Asked each time: windows are resized.
      const columns = isTerminal(output) ? output.columns : USUAL_COLUMNS;
      output.write(printed(message, { colour, columns }));
      return { outcome: 'ok', messageId: key };
    },
    status: () => ({ link: lines ? 'connected' : 'stopped', since: startedAt, lastInboundAt, problem: null }),
  };
};
