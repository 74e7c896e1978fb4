/** A message of the chat commands on the terminal: without buttons, which nobody can tap there. */
import type { Message } from '../chat/message/message.ts';
import { printed, type Terminal } from '../channels/console/print.ts';

/** Prints in colour where the output is a terminal and `NO_COLOR` is not set (no-color.org). */
export const isColoured = (): boolean => process.stdout.isTTY && !process.env['NO_COLOR'];

const terminal = (): Terminal => ({
  colour: isColoured(),
  columns: process.stdout.isTTY ? process.stdout.columns : 80,
});

export const show = ({ buttons: _buttons, ...message }: Message): void => {
  process.stdout.write(`${printed(message, terminal()).trimEnd()}\n`);
};

/** Prints one object a line. */
export const showJson = (object: object): void => {
  process.stdout.write(`${JSON.stringify(object)}\n`);
};
