/** The entry of the single executable: the program, or the process for a command of an operator's own. */
import { CHILD_WORD } from '../src/base/single-file.ts';

if (process.argv[2] === CHILD_WORD) void import('../src/chat/own-commands/child.ts');
else void import('../src/main.ts');
