#!/usr/bin/env node
/** The command line. Each command's own file is loaded only when it runs, so that `--help` is quick. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UserError } from './base/errors.ts';

/** Exit codes: 0 fine, 1 a finding or a failure, 2 wrong use or configuration. */
const EXIT_USAGE = 2;
const EXIT_FAILURE = 1;

const { version } = JSON.parse(readFileSync(new URL(import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const time = (text: string): number => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give an ISO 8601 time such as 2026-11-21T10:00:00+08:00.');
  return at;
};
const port = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return number;
};
const positive = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return number;
};
const config = (): Option => new Option('--config <file>', 'the configuration (default: ~/.config/lifeline/config.yaml when it exists)').env('LIFELINE_CONFIG');

const program = new Command('lifeline')
  .description('Watches a chat gateway, restarts it when that helps, and tells you on your phone.')
  .version(version)
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) });

program
  .command('run')
  .description('the bot; without a configuration it watches the gateways it finds and talks on the console')
  .addOption(config())
  .option('--dry-run', 'watch, tell and answer, but start, stop and restart nothing: say what would be done')
  .action(async (options: { config?: string; dryRun?: boolean }) => (await import('./cli/run.ts')).run({ ...options, version }));

program
  .command('check')
  .description('one round of checks; prints nothing and exits 0 when all is well')
  .addOption(config())
  .option('--json', 'print the verdicts as JSON, one object a line')
  .option('--heal', 'also do what the policy says: start or restart within the budget')
  .option('--dry-run', 'say what --heal would do, command by command, and do nothing')
  .action(async (options: { config?: string; json?: boolean; heal?: boolean; dryRun?: boolean }) => (await import('./cli/check.ts')).check(options));

program
  .command('doctor')
  .description('what about the way a gateway is kept will fail one day, and what mends it; changes nothing without --fix')
  .addOption(config())
  .option('--fix', 'mend what can be mended: shows each change first and keeps a copy of the file')
  .option('--json', 'print the findings as JSON, one object a line')
  .action(async (options: { config?: string; fix?: boolean; json?: boolean }) => (await import('./cli/doctor.ts')).doctor(options));

program
  .command('pair')
  .description('shows a one-time code; whoever sends it to the bot becomes an operator')
  .addOption(config())
  .option('--role <role>', 'viewer, operator or admin (default: admin for the first, operator for others)')
  .option('--name <name>', 'how the person is called in the audit')
  .action(async (options: { config?: string; role?: string; name?: string }) => (await import('./cli/pair.ts')).pair(options));

program
  .command('operators')
  .description('who may command, from the configuration and by pairing')
  .addOption(config())
  .option('--revoke <name>', 'somebody who was paired may command no more, at once')
  .option('--json', 'print them as JSON, one object a line')
  .action(async (options: { config?: string; revoke?: string; json?: boolean }) => (await import('./cli/operators.ts')).operators(options));

program
  .command('audit')
  .description('who asked for what from the phone, and what became of it')
  .addOption(config())
  .option('-n, --count <number>', 'how many of the last entries', positive)
  .option('--json', 'print them as JSON, one object a line')
  .action(async (options: { config?: string; count?: number; json?: boolean }) => (await import('./cli/audit.ts')).audit(options));

program
  .command('replay')
  .argument('<home>', "the gateway's home folder, or a copy of it")
  .description('what the diagnosis would have concluded from recorded logs; changes nothing')
  .option('--kind <kind>', 'the kind of gateway', 'hermes')
  .option('--until <time>', 'let time run on to here, so that grace periods expire', time)
  .option('--json', 'print one object a line for each change of verdict')
  .action(async (home: string, options: { kind: string; until?: number; json?: boolean }) => (await import('./cli/replay.ts')).replayHome(home, options));

program
  .command('demo')
  .description('the bot against a sandbox of its own, with two phones on a page')
  .option('--port <port>', 'the port of the page', port, 0)
  .option('--headless', 'no page')
  .option('--script', 'play a fixed story, print it, and exit')
  .option('--keep', 'leave the temporary folder with all logs behind')
  .action(async (options: { port: number; headless?: boolean; script?: boolean; keep?: boolean }) => (await import('./cli/demo.ts')).demo(options));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has already said what is wrong; help and version end here too, with code 0.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  } else if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.code.startsWith('CONFIG_') || error.code.startsWith('USAGE_') ? EXIT_USAGE : EXIT_FAILURE;
  } else {
    process.stderr.write(`lifeline: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = EXIT_FAILURE;
  }
}
