import { expect, it } from 'vitest';
import { hermesRestartCommand } from '../../src/gateways/hermes/restart-command.ts';

it.each<[string, readonly string[], readonly string[] | null]>([
  ['the plain command', ['hermes', 'gateway', 'run'], ['hermes', 'gateway', 'restart']],
  [
    "a full path, and options after the subcommand, which are the start's",
    ['/home/me/.venv/bin/hermes', 'gateway', 'run', '--replace', '-v'],
    ['/home/me/.venv/bin/hermes', 'gateway', 'restart'],
  ],
  [
    'a module of an interpreter',
    ['python', '-m', 'hermes_cli.main', 'gateway', 'run'],
    ['python', '-m', 'hermes_cli.main', 'gateway', 'restart'],
  ],
  [
    'a profile',
    ['hermes', '--profile', 'work', 'gateway', 'run'],
    ['hermes', '--profile', 'work', 'gateway', 'restart'],
  ],
  [
    'a profile that is called gateway',
    ['hermes', '--profile', 'gateway', 'gateway', 'run'],
    ['hermes', '--profile', 'gateway', 'gateway', 'restart'],
  ],
  ['a command that names no gateway', ['my-own-start-script'], null],
  ['a program that is called gateway', ['gateway', 'run'], null],
  ['nothing', [], null],
])('is made of the one that starts it: %s', (_what, start, argv) => {
  expect(hermesRestartCommand(start, '/home/me/.hermes', 45_000)?.argv ?? null).toEqual(argv);
});

it('has its waits shortened by the documented variables, and serves this home', () => {
  expect(hermesRestartCommand(['hermes', 'gateway', 'run'], '/srv/h', 45_400)?.env).toEqual({
    HERMES_HOME: '/srv/h',
    HERMES_RESTART_AFTER_TURN_TIMEOUT: '45',
    HERMES_RESTART_DRAIN_TIMEOUT: '0',
    HERMES_CRON_DRAIN_TIMEOUT: '45',
  });
  // Zero would mean no limit, or no wait at all.
  expect(
    hermesRestartCommand(['hermes', 'gateway', 'run'], '/srv/h', 10)?.env['HERMES_RESTART_AFTER_TURN_TIMEOUT'],
  ).toBe('1');
});
