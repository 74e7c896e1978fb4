/** `hermes gateway run` of the sandbox: called by the executable that `executable.ts` writes. */
import { errorText } from '../../src/base/errors.ts';
import { runGateway } from './run.ts';
import { readSettings, sandboxHome } from './settings.ts';

const USAGE = 'This is the gateway of a Lifeline sandbox; it knows `hermes gateway run` only.\n';

/** @returns the exit code of the process */
export const main = async (args: readonly string[]): Promise<number> => {
  if (args[0] !== 'gateway' || (args[1] ?? 'run') !== 'run') {
    process.stderr.write(USAGE);
    return 2;
  }
  // Whoever started this may go away and take the other end of these along.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  try {
    const home = sandboxHome(process.env);
    return await runGateway(home, readSettings(home));
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n`);
    return 2;
  }
};
