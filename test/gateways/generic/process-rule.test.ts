import { realpathSync } from 'node:fs';
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
  const at = (folder: string | null, executable: string | null = null) => ({ folder, executable });

  it.each<[string, readonly string[], string | null, string | null, object | null]>([
    ['the whole command in the home', argv, HOME, null, { home: HOME, entry: 'own' }],
    ['the whole command elsewhere', argv, '/home/you/bot', null, { home: '/home/you/bot', entry: 'common' }],
    ['the whole command, in a folder that cannot be seen', argv, null, null, { home: null, entry: 'own' }],
    ['another script of the interpreter', ['python3', 'other.py'], HOME, null, null],
    ['the interpreter alone', ['python3'], HOME, null, null],
    ['a shell in the home', ['zsh'], HOME, null, null],
    ['an editor of the script', ['vim', 'bot.py'], HOME, null, null],
    ['a pager of the script', ['less', '+F', 'bot.py'], HOME, null, null],
    ['nothing at all', [], HOME, null, null],
  ])('with %s', (_what, running, folder, executable, served) => {
    expect(servedByCommand(argv, HOME)(running, null, at(folder, executable))).toEqual(served);
  });

  const NGINX = ['/usr/sbin/nginx', '-c', '/srv/web/nginx.conf'];
  const REDIS = ['redis-server', 'redis.conf'];
  it.each<[string, readonly string[], readonly string[], object | null]>([
    ['nginx, who wrote its own title', NGINX, ['nginx: master process /usr/sbin/nginx -c /srv/web/nginx.conf'], { home: null, entry: 'common' }],
    ['its worker', NGINX, ['nginx: worker process'], { home: null, entry: 'common' }],
    ['redis, who wrote its own title', REDIS, ['redis-server *:6379', '', ''], { home: null, entry: 'common' }],
    ['redis by its full path', REDIS, ['/usr/bin/redis-server 127.0.0.1:6379'], { home: null, entry: 'common' }],
    ['a client of redis', REDIS, ['redis-cli', 'monitor'], null],
    ['an editor of its configuration', REDIS, ['vim', 'redis.conf'], null],
    ['its test of the configuration by another program', NGINX, ['sudo', 'tail', '-f', '/var/log/nginx/error.log'], null],
  ])('that is %s counts with a witness alone', (_what, command, running, served) => {
    expect(servedByCommand(command, HOME)(running, null, at('/'))).toEqual(served);
  });

  it('is told by the program that it executes, whatever it calls itself', () => {
    const own = realpathSync(process.execPath);
    expect(servedByCommand([own, 'x'], HOME)(['x'], null, at('/', own))).toBeNull();
    const program = '/usr/bin/env';
    expect(servedByCommand([program, 'x'], HOME)(['anything'], null, at('/', realpathSync(program)))).toEqual({ home: null, entry: 'common' });
    expect(servedByCommand([program, 'x'], HOME)(['anything'], null, at('/', '/usr/bin/other'))).toBeNull();
  });
});

it.each<[string, number | null]>([['17', 17], [' 17\n', 17], ['17 1234', 17], ['', null], ['0', null], ['-1', null], ['bot', null], ['99999999999', null]])('the pid in %j is %j', (text, pid) => {
  expect(readPidText(text)?.pid ?? null).toBe(pid);
});
