import type { Message } from '../chat/message/message.ts';
import { onTerminal, type Terminal } from '../channels/console/print.ts';
import { isColoured } from './output.ts';

/** That of this process. */
export const terminal = (): Terminal => ({
  colour: isColoured(),
  columns: process.stdout.isTTY ? process.stdout.columns : 80,
});

/** Prints a message of the chat commands. */
export const show = (message: Message): void => {
  process.stdout.write(onTerminal(message, terminal()));
};

/** Prints one object a line. */
export const showJson = (object: object): void => {
  process.stdout.write(`${JSON.stringify(object)}\n`);
};
