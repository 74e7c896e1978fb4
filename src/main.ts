#!/usr/bin/env node
/** The command line. Each command's own file is loaded only when it runs, so that `--help` is quick. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UserError } from './base/errors.ts';
import { originalStack } from './base/original-stack.ts';
import { programText } from './base/program-files.ts';
import { COMPLETION_SETUP, INCIDENTS_JSON, SHELLS, STATUS_JSON } from './cli/help/help.ts';
import { helpIn } from './cli/help/help-language.ts';
import { withoutSqliteWarning } from './cli/node-warnings.ts';
import { keepWithoutReader } from './cli/output.ts';

/** Exit codes: 0 fine, 1 a finding or a failure, 2 wrong use or configuration. */
const EXIT_USAGE = 2;
const EXIT_FAILURE = 1;

keepWithoutReader();
withoutSqliteWarning();
// Node prints it and ends the process.
process.on('uncaughtExceptionMonitor', (error: unknown) => {
  if (error instanceof Error && error.stack !== undefined) error.stack = originalStack(error.stack);
});

const { version } = JSON.parse(programText('package.json')) as {
  version: string;
};

const time = (text: string): number => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give an ISO 8601 time such as 2026-11-21T10:00:00+08:00.');
  return at;
};
const port = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return number;
};
const positive = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return number;
};
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const config = (): Option =>
  new Option('--config <file>', 'the configuration (default: ~/.config/lifeline/config.yaml when it exists)').env(
    'LIFELINE_CONFIG',
  );

const program = new Command('lifeline')
  .description('Watches a chat gateway, restarts it when that helps, and tells you on your phone.')
  .version(version)
  .exitOverride();
// The subcommands below take this over.
helpIn(program, process.env);

program
  .command('run')
  .description('the bot; without a configuration it watches the gateways it finds and talks on the console')
  .addOption(config())
  .option('--dry-run', 'watch, tell and answer, but start, stop and restart nothing: say what would be done')
  .option(
    '--log-file <file>',
    "Lifeline's own log, rotated at 10 MB, 5 kept (default: log_file of the configuration, else stderr)",
  )
  .action(async (options: { config?: string; dryRun?: boolean; logFile?: string }) =>
    (await import('./cli/run/run.ts')).run({ ...options, version }),
  );

program
  .command('hub')
  .description('the hub of a fleet: many machines, one phone; several may run, and one of them speaks')
  .addOption(config())
  .action(async (options: { config?: string }) => (await import('./cli/hub.ts')).runHub({ ...options, version }));

const fleet = program.command('fleet').description('many machines: begin a fleet, let machines in, put them out');
const fleetDir = (): Option =>
  new Option('--dir <folder>', 'where the fleet is kept (default: fleet, beside the usual configuration)');

fleet
  .command('init')
  .argument(
    '<address...>',
    "the NATS server's name and port, as the machines reach it: nats.example.com:4222; three of them make a cluster",
  )
  .description("writes the NATS server's configuration and the first hub's key")
  .addOption(fleetDir())
  .option('--cert <file>', "the server's certificate")
  .option('--key <file>', 'the key of that certificate')
  .option('--ca <file>', 'the certificate of whoever has signed it, for the machines')
  .action(async (addresses: string[], options: { dir?: string; cert?: string; key?: string; ca?: string }) =>
    (await import('./cli/fleet.ts')).fleetInit(addresses, options),
  );

fleet
  .command('add')
  .argument('<name>', 'the name of the machine: web-3')
  .description('lets a machine in: makes its key, and prints what to copy')
  .addOption(fleetDir())
  .option('--hub', 'it is another hub')
  .action(async (name: string, options: { dir?: string; hub?: boolean }) =>
    (await import('./cli/fleet.ts')).fleetAdd(name, options),
  );

fleet
  .command('remove')
  .argument('<name>', 'the name of the machine')
  .description('takes the rights of a machine')
  .addOption(fleetDir())
  .action(async (name: string, options: { dir?: string }) =>
    (await import('./cli/fleet.ts')).fleetRemove(name, options),
  );

fleet
  .command('join', { hidden: true })
  .argument('[word]')
  .action(async () => (await import('./cli/fleet.ts')).fleetJoin());

program
  .command('check')
  .description('one round of checks; prints nothing and exits 0 when all is well')
  .addOption(config())
  .option('--json', 'print the verdicts as JSON, one object a line')
  .option('--heal', 'also do what the policy says: start or restart within the budget')
  .option('--dry-run', 'say what --heal would do, command by command, and do nothing')
  .action(async (options: { config?: string; json?: boolean; heal?: boolean; dryRun?: boolean }) =>
    (await import('./cli/check.ts')).check(options),
  );

program
  .command('doctor')
  .description(
    'what is wrong with a gateway, the way it is kept and Lifeline itself, and what mends it; changes nothing without --fix',
  )
  .addOption(config())
  .option('--fix', 'mend what can be mended: shows each change first and keeps a copy of the file')
  .option('--verbose', 'list every check, also those that found nothing')
  .option('--offline', 'ask nothing of the network: neither platforms nor bots are tried')
  .option('--json', 'print the findings as JSON, one object a line')
  .action(async (options: { config?: string; fix?: boolean; json?: boolean; verbose?: boolean; offline?: boolean }) =>
    (await import('./cli/doctor.ts')).doctor(options),
  );

program
  .command('pair')
  .description('shows a one-time code; whoever sends it to the bot becomes an operator')
  .addOption(config())
  .option('--role <role>', 'viewer, operator or admin (default: admin for the first, operator for others)')
  .option('--name <name>', 'how the person is called in the audit')
  .action(async (options: { config?: string; role?: string; name?: string }) =>
    (await import('./cli/pair.ts')).pair(options),
  );

program
  .command('operators')
  .description('who may command, from the configuration and by pairing')
  .addOption(config())
  .option('--revoke <name>', 'somebody who was paired may command no more, at once')
  .option('--json', 'print them as JSON, one object a line')
  .action(async (options: { config?: string; revoke?: string; json?: boolean }) =>
    (await import('./cli/operators.ts')).operators(options),
  );

program
  .command('audit')
  .description('who asked for what from the phone, and what became of it')
  .addOption(config())
  .option('-n, --count <number>', 'how many of the last entries', positive)
  .option('--json', 'print them as JSON, one object a line')
  .action(async (options: { config?: string; count?: number; json?: boolean }) =>
    (await import('./cli/audit.ts')).audit(options),
  );

program
  .command('init')
  .description(
    'sets Lifeline up: finds the gateways, connects your bots, pairs your phone, writes the configuration; can be run again',
  )
  .addOption(config())
  .option('--locale <locale>', 'the language: zh-CN or en')
  .option('-y, --yes', 'never ask; what is missing is an error that names the flag')
  .option('--gateway <[name=]home>', 'a gateway to watch; can be repeated (default: those found)', collect)
  .option('--data-dir <folder>', "where Lifeline's memory is to be")
  .option('--channels <list>', 'of feishu or lark, and qq: feishu,qq')
  .option('--feishu-app-id <id>', "the App ID of Lifeline's own app")
  .option('--feishu-app-secret-file <file>', 'a file with the App Secret (or $LIFELINE_FEISHU_SECRET)')
  .option('--feishu-domain <domain>', 'feishu, lark or an address')
  .option('--qq-app-id <id>', "the AppID of Lifeline's own bot")
  .option('--qq-client-secret-file <file>', 'a file with the AppSecret (or $LIFELINE_QQ_SECRET)')
  .option('--qq-api-base <url>', "another address of QQ's API")
  .option('--qq-token-url <url>', 'another address for access tokens')
  .option('--operator-name <name>', 'the person to be paired (default: admin)')
  .option('--operator-feishu <open_id>', "that person's id, as Lifeline's own app sees it; needs no pairing")
  .option('--operator-qq <openid>', 'the same on QQ')
  .option('--ping-url <url>', "a dead man's switch to ping, such as healthchecks.io's")
  .option('--digest <how-often>', 'hear that all is well: daily or weekly')
  .option(
    '--wait <duration>',
    'how long to wait for the phone; without a terminal nothing is waited for unless this is given',
  )
  .option('--no-pair', 'pair no phone')
  .option('--no-test', 'send no test alert')
  .option('--service <scope>', 'install the service for: user, system or no')
  .action(async (options: object) => (await import('./cli/init.ts')).init({ ...options, version }));

program
  .command('send-test')
  .description(
    'a test message to everybody on every channel; exits 0 only when all got it. Opens no connection, so a running Lifeline is not disturbed',
  )
  .addOption(config())
  .option('--channel <name>', 'only this one: feishu, qq or webhook')
  .action(async (options: { config?: string; channel?: string }) =>
    (await import('./cli/send-test.ts')).sendTest(options),
  );

const service = program
  .command('service')
  .description('keeps Lifeline running: a service of systemd, or an agent of launchd on a Mac');

service
  .command('install')
  .description('installs it, starts it and waits until it watches; changes nothing when all is so already')
  .addOption(config())
  .option('--user', 'a service of your own account (default, unless you are root)')
  .option('--system', 'a service of the machine; needs root')
  .option('--run-as <account>', "with --system: whose process it is (default: the owner of the gateway's home)")
  .option('--linger', 'with --user: also let your services start with the machine and outlive your login')
  .option('--dry-run', 'show what would be written and run, and do nothing')
  .action(
    async (options: {
      config?: string;
      user?: boolean;
      system?: boolean;
      runAs?: string;
      linger?: boolean;
      dryRun?: boolean;
    }) => (await import('./cli/service.ts')).serviceInstall(options),
  );

service
  .command('uninstall')
  .description('stops and removes it; configuration, data and gateway stay as they are')
  .option('--user', 'that of your own account')
  .option('--system', 'that of the machine; needs root')
  .action(async (options: { user?: boolean; system?: boolean }) =>
    (await import('./cli/service.ts')).serviceUninstall(options),
  );

service
  .command('status')
  .description(
    'whether it runs, what looks after it, and the end of its log; exits 0 when it runs and starts with the machine',
  )
  .option('--json', 'print it as JSON')
  .action(async (options: { json?: boolean }) => (await import('./cli/service.ts')).serviceStatus(options));

program
  .command('status')
  .argument('[gateway]', 'in depth: this one (default: all at a glance, or the only one in depth)')
  .description('how the gateways are at this moment, and whether Lifeline runs; exits 1 when something needs you')
  .addOption(config())
  .option('--json', 'print one object a line: each gateway, then Lifeline itself')
  .addHelpText('after', STATUS_JSON)
  .action(async (gateway: string | undefined, options: { config?: string; json?: boolean }) =>
    (await import('./cli/status.ts')).status(gateway, options),
  );

program
  .command('incidents')
  .argument('[id]', 'one from its beginning to its end')
  .description('the incidents of the last days and how much of the time each gateway was well')
  .addOption(config())
  .option('--since <time>', 'how far back, such as 12h or 30d (default: 7d)')
  .option('--all', 'all that are remembered')
  .option('--json', 'print them as JSON, one object a line, the newest first')
  .addHelpText('after', INCIDENTS_JSON)
  .action(async (id: string | undefined, options: { config?: string; since?: string; all?: boolean; json?: boolean }) =>
    (await import('./cli/incidents.ts')).incidents(id, options),
  );

program
  .command('logs')
  .argument('[words...]', 'in any order: a gateway, a number of lines (default: 20), the least level')
  .description("the last lines of a gateway's log, without secrets")
  .usage('[options] [gateway] [lines] [debug|info|warning|error|critical]')
  .addOption(config())
  .option('--since <time>', 'only what is younger, such as 10m or 2h')
  .option('--grep <text>', 'only records that hold this text, or match it as a /pattern/')
  .option('-f, --follow', 'then show what is written, until Ctrl-C')
  .option('--json', 'print them as JSON, one object a line')
  .addHelpText(
    'after',
    '\n--json: at, level (null where a line has none), text, match (false: shown because it stands beside a match)',
  )
  .action(
    async (
      words: readonly string[],
      options: { config?: string; since?: string; grep?: string; follow?: boolean; json?: boolean },
    ) => (await import('./cli/logs.ts')).logs(words, options),
  );

const TREATS = {
  restart: 'the running bot restarts this gateway, or starts it when it is down, and says what was proven; asks first',
  start: 'the running bot starts this gateway',
  stop: 'the running bot stops this gateway until somebody starts it; asks first. Lifeline itself goes on',
} as const;

for (const wish of ['restart', 'start', 'stop'] as const)
  program
    .command(wish)
    .argument('<gateway>', 'its name')
    .description(TREATS[wish])
    .addOption(config())
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'only say how, and do nothing')
    .action(async (gateway: string, options: { config?: string; yes?: boolean; dryRun?: boolean }) =>
      (await import('./cli/beside-bot/by-bot.ts')).treatByBot(wish, gateway, options),
    );

program
  .command('mute')
  .argument('<words...>', 'a time such as 30m or 2h, and a gateway (default: all)')
  .usage('[options] [gateway] <time>')
  .description('the running bot heals, but tells nothing for a while')
  .addOption(config())
  .action(async (words: readonly string[], options: { config?: string }) =>
    (await import('./cli/beside-bot/by-bot.ts')).muteByBot(words, options),
  );

program
  .command('unmute')
  .argument('[gateway]', 'its name (default: all)')
  .description('ends that')
  .addOption(config())
  .action(async (gateway: string | undefined, options: { config?: string }) =>
    (await import('./cli/beside-bot/by-bot.ts')).unmuteByBot(gateway, options),
  );

program
  .command('ack')
  .argument('[what]', 'the number of the incident, or a gateway (default: all that are open)')
  .description('you know of it: the running bot sends no more reminders')
  .addOption(config())
  .action(async (what: string | undefined, options: { config?: string }) =>
    (await import('./cli/beside-bot/by-bot.ts')).ackByBot(what, options),
  );

program
  .command('top')
  .description('how everything is, live, in this terminal; Q ends')
  .addOption(config())
  .action(async (options: { config?: string }) => (await import('./cli/top.ts')).top(options));

program
  .command('backup')
  .argument('[file]', 'where it goes (default: lifeline-TIME.db, here)')
  .description("a copy of Lifeline's memory, also while it runs; whoever has it knows who your operators are")
  .addOption(config())
  .option('--force', 'replace the file')
  .option('--restore', 'bring the copy back; the present memory is kept beside it, and Lifeline must not run')
  .action(async (file: string | undefined, options: { config?: string; force?: boolean; restore?: boolean }) =>
    (await import('./cli/backup.ts')).backup(file, options),
  );

program
  .command('completion')
  .addArgument(new Argument('<shell>').choices(SHELLS))
  .description('prints a script that lets your shell complete commands, options, gateways and incidents')
  .addHelpText('after', COMPLETION_SETUP)
  .action(async (shell: string) => (await import('./cli/completion/completion.ts')).completion(shell));

program
  .command('complete', { hidden: true })
  .description('what the script of "completion" asks')
  .argument('[words...]')
  .action(async (words: readonly string[]) => (await import('./cli/completion/complete.ts')).complete(program, words));

const configuration = program
  .command('config')
  .description('the configuration: check it, explain it, help an editor with it');

configuration
  .command('check')
  .argument('[file]', 'the configuration (default: that of --config)')
  .description(
    'what is wrong with it, with file, line and column and what to write; every schedule in words; changes and sends nothing',
  )
  .addOption(config())
  .option('--json', 'print the result as one JSON object')
  .addHelpText(
    'after',
    '\nExit code: 0 all is well; 1 it works, but something needs you; 2 a mistake, no bot would start with it.',
  )
  .action(async (file: string | undefined, options: { config?: string; json?: boolean }) =>
    (await import('./cli/config/config-check.ts')).configCheck(file, options),
  );

configuration
  .command('schema')
  .description('prints its JSON schema, for editors')
  .action(async () => (await import('./cli/config/config-reference.ts')).printSchema());

configuration
  .command('reference')
  .description('prints what every key is, as Markdown')
  .addOption(
    new Option(
      '--locale <locale>',
      'the language (default: that of the configuration, else of the environment)',
    ).choices(['zh-CN', 'en']),
  )
  .action(async (options: { locale?: 'zh-CN' | 'en' }) =>
    (await import('./cli/config/config-reference.ts')).printReference(options),
  );

program
  .command('replay')
  .argument('<home>', "the gateway's home folder, or a copy of it")
  .description('what the diagnosis would have concluded from recorded logs; changes nothing')
  .option('--kind <kind>', 'the kind of gateway; by default what its home looks like')
  .option('--until <time>', 'let time run on to here, so that grace periods expire', time)
  .option('--json', 'print one object a line for each change of verdict')
  .action(async (home: string, options: { kind?: string; until?: number; json?: boolean }) =>
    (await import('./cli/replay.ts')).replayHome(home, options),
  );

program
  .command('demo')
  .description('the bot against a sandbox of its own, with three phones on a page')
  .option('--port <port>', 'the port of the page', port, 0)
  .option('--headless', 'no page')
  .option('--script', 'play a fixed story, print it, and exit')
  .option('--keep', 'leave the temporary folder with all logs behind')
  .option('--fleet', 'three hosts, two hubs and a NATS server in the place of one gateway')
  .action(async (options: { port: number; headless?: boolean; script?: boolean; keep?: boolean; fleet?: boolean }) =>
    (await import('./cli/demo.ts')).demo(options),
  );

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has already said what is wrong; help and version end here too, with code 0.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  } else if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    // Scripts have the exit code; a person may look the error up.
    if (process.stderr.isTTY) process.stderr.write(`(${error.code})\n`);
    process.exitCode = error.code.startsWith('CONFIG_') || error.code.startsWith('USAGE_') ? EXIT_USAGE : EXIT_FAILURE;
  } else {
    process.stderr.write(
      `lifeline: ${error instanceof Error ? originalStack(error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = EXIT_FAILURE;
  }
}
