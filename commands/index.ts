/** The registry of chat commands; an operator's own goes beside these and gets its line here. */
import type { Command } from '../src/chat/command.ts';
import { help } from './help.ts';
import { logs } from './logs.ts';
import { restart } from './restart.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { why } from './why.ts';

export const commands: readonly Command[] = [status, why, logs, restart, start, stop, help];
