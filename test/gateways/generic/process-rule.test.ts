import { describe, expect, it } from 'vitest';
import { readPidText, runsCommand, servedByCommand } from '../../../src/gateways/generic/process-rule.ts';

describe('a command line', () => {
  it.each<[boolean, string, string]>([
    [true, 'python3 bot.py', 'python3 bot.py'],
    [true, '/usr/bin/python3 bot.py', 'python3 bot.py'],
    [true, '/usr/bin/python3.12 /home/me/bot/bot.py', 'python3 bot.py'],
    [true, 'python3 bot.py', '/home/me/bot/.venv/bin/python bot.py'],
    [true, '/usr/bin/python3 /usr/local/bin/mybot --quiet', 'mybot --quiet'],
    [true, 'node ./dist/index.js', 'node dist/index.js'],
    [true, '/bin/sh ./run.sh', './run.sh'],
    [true, '/opt/bot/bot -c conf.yml', '/opt/bot/bot -c conf.yml'],
    [false, 'python3 bot.py --debug', 'python3 bot.py'],
    [false, 'python3 robot.py', 'python3 bot.py'],
    [false, 'node bot.py', 'python3 bot.py'],
    [false, '/opt/other/bot', '/opt/bot/bot'],
    [false, 'vim bot.py', 'python3 bot.py'],
    [false, 'vim bot.py', 'bot.py'],
    [false, 'python3', 'python3 bot.py'],
    [false, '', 'python3 bot.py'],
  ])('%s: %s is %s', (is, argv, command) => {
    expect(runsCommand(argv === '' ? [] : argv.split(' '), command.split(' '))).toBe(is);
  });

  it('of no command is nobody\'s', () => {
    expect(runsCommand([], [])).toBe(false);
  });
});

describe('a process', () => {
  const argv = ['python3', 'bot.py'];
  const HOME = '/home/me/bot';

  it('is this one\'s where its command and its folder fit', () => {
    const served = servedByCommand(argv, HOME, false);
    expect(served(argv, { PWD: HOME })).toEqual({ home: HOME });
    expect(served(argv, { PWD: '/home/you/bot' })).toEqual({ home: '/home/you/bot' });
    expect(served(argv, null)).toEqual({ home: null });
    expect(served(['zsh'], { PWD: HOME })).toBeNull();
  });

  it('that a pid file names needs only one of the two, and no other is taken for it', () => {
    const served = servedByCommand(argv, HOME, true);
    expect(served(['npm start'], { PWD: HOME })).toEqual({ home: HOME });
    expect(served(argv, { PWD: '/' })).toEqual({ home: null });
    // The pid is another's by now.
    expect(served(['sshd'], { PWD: '/' })).toBeNull();
    // In a list of all processes its own shell is none.
    expect(served(['zsh'], null)).toBeNull();
  });
});

it.each<[string, number | null]>([['17', 17], [' 17\n', 17], ['17 1234', 17], ['', null], ['0', null], ['-1', null], ['bot', null], ['99999999999', null]])('the pid in %j is %j', (text, pid) => {
  expect(readPidText(text)?.pid ?? null).toBe(pid);
});
