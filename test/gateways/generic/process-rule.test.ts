import { realpathSync } from 'node:fs';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
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
  const served = servedByCommand(argv, HOME);
  const at = (folder: string | null, executable: string | null = '/usr/bin/python3.12') => ({ folder, executable });

  it('is this one\'s where its whole command and its folder fit', () => {
    expect(served(argv, null, at(HOME))).toEqual({ home: HOME, entry: 'own' });
    expect(served(['/usr/bin/python3', './bot.py'], null, at(HOME))).toEqual({ home: HOME, entry: 'own' });
  });

  it('with the same command elsewhere, or nobody knows where, needs a witness', () => {
    // A daemon leaves its folder: where it is now excludes nobody.
    for (const folder of ['/home/you/bot', '/']) expect(served(argv, null, at(folder))).toEqual({ home: null, entry: 'common' });
    expect(served(argv, null, at(null))).toEqual({ home: null, entry: 'own' });
    expect(served(argv, null)).toEqual({ home: null, entry: 'own' });
  });

  it('is not told by what its environment says of its folder', () => {
    expect(served(argv, { PWD: HOME }, at('/home/you/bot'))).toEqual({ home: null, entry: 'common' });
  });

  it('is nobody\'s with another command, whatever its folder is', () => {
    for (const other of [['zsh'], ['vim', 'bot.py'], ['python3', '-m', 'http.server'], ['npm start'], ['sshd'], []]) expect(served(other, null, at(HOME))).toBeNull();
  });

  it.each<[string, string, readonly string[], string | null]>([
    ['its title', 'redis-server', ['redis-server *:6379'], null],
    ['its title with a colon', 'nginx', ['nginx: master process /usr/sbin/nginx -g daemon off;'], null],
    ['its program, with other words', 'redis-server', ['/opt/redis/redis-server', '/etc/redis.conf'], null],
    ['what it executes, under any title', '/bin/sleep', ['cache for the bot'], realpathSync('/bin/sleep')],
    ['what it executes, by a name on the PATH', 'sleep', ['cache for the bot'], realpathSync('/bin/sleep')],
  ])('of a program that is no interpreter may be it by %s, and needs a witness', (_what, program, words, executable) => {
    expect(servedByCommand([program, '--port', '6379'], HOME)(words, null, at('/', executable))).toEqual({ home: null, entry: 'common' });
  });

  it('that runs the same interpreter is nobody\'s', () => {
    expect(servedByCommand([process.execPath, 'bot.js'], HOME)(['node', 'other.js'], null, at(HOME, process.execPath))).toBeNull();
  });

  it('is told in its folder as the kernel names it, without symbolic links', async () => {
    const real = await realpath(await mkdtemp(join(tmpdir(), 'lifeline-rule-')));
    onTestFinished(() => rm(real, { recursive: true }));
    const link = `${real}-link`;
    await symlink(real, link);
    onTestFinished(() => rm(link));
    expect(servedByCommand(argv, link)(argv, null, at(real))).toEqual({ home: link, entry: 'own' });
  });
});

it.each<[string, number | null]>([['17', 17], [' 17\n', 17], ['17 1234', 17], ['', null], ['0', null], ['-1', null], ['bot', null], ['99999999999', null]])('the pid in %j is %j', (text, pid) => {
  expect(readPidText(text)).toEqual(pid === null ? null : { pid, startTime: null });
});
