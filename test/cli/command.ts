/**
 * Runs one of the commands for access in a process of its own, as the command line does. Arguments: its name, its
 * options as JSON.
 */
import { UserError } from '../../src/base/errors.ts';
import { audit } from '../../src/cli/audit.ts';
import { operators } from '../../src/cli/operators.ts';
import { pair } from '../../src/cli/pair.ts';

const [name, options = '{}'] = process.argv.slice(2);
const commands: Readonly<Record<string, (given: object) => Promise<void>>> = { audit, operators, pair };
try {
  await commands[name ?? '']?.(JSON.parse(options) as object);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.code} ${error.message}\n`);
  process.exitCode = /^(?:CONFIG|USAGE)_/.test(error.code) ? 2 : 1;
}
