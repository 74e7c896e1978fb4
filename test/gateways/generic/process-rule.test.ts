import { realpathSync } from 'node:fs';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readPidText, servedByCommand } from '../../../src/gateways/generic/process-rule.ts';
import { runsCommand } from '../../../src/gateways/generic/words.ts';

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

  it("of no command is nobody's", () => {
    expect(runsCommand([], [])).toBe(false);
  });
});

describe('a process', () => {
  const argv = ['python3', 'bot.py'];
  const HOME = '/home/me/bot';
  /** The files that are there, and what they are without symbolic links. */
  const FILES = new Map(
    [`${HOME}/bot.py`, '/home/you/bot/bot.py', '/home/me/bot-2/bot.py', HOME].map((path) => [path, path] as const),
  ).set('/srv/current/bot.py', `${HOME}/bot.py`);
  const real = (path: string): string | null => FILES.get(path) ?? null;
  const served = servedByCommand(argv, HOME, real);
  const at = (folder: string | null, executable: string | null = '/usr/bin/python3.12') => ({ folder, executable });

  it("is this one's where its whole command and its folder fit", () => {
    expect(served(argv, null, at(HOME))).toEqual({ home: HOME, entry: 'own' });
    expect(served(['/usr/bin/python3', './bot.py'], null, at(HOME))).toEqual({ home: HOME, entry: 'own' });
  });

  it('with the same command elsewhere, or nobody knows where, needs a witness', () => {
    expect(served(argv, null, at('/home/you/bot'))).toEqual({ home: null, entry: 'common' });
    // A daemon leaves its folder, and nobody knows any more where its script was.
    expect(served(argv, null, at('/'))).toEqual({ home: null, entry: 'own' });
    expect(served(argv, null, at(null))).toEqual({ home: null, entry: 'own' });
    expect(served(argv, null)).toEqual({ home: null, entry: 'own' });
  });

  it('is not told by what its environment says of its folder', () => {
    expect(served(argv, { PWD: HOME }, at('/home/you/bot'))).toEqual({ home: null, entry: 'common' });
  });

  it("is nobody's with another command, whatever its folder is", () => {
    for (const other of [['zsh'], ['vim', 'bot.py'], ['npm start'], ['sshd'], []])
      expect(served(other, null, at(HOME, '/usr/bin/other'))).toBeNull();
    expect(served(['python3', '-m', 'http.server'], null, at(HOME))).toBeNull();
  });

  it.each<[string, string, readonly string[], string | null]>([
    ['its title', 'redis-server', ['redis-server *:6379'], null],
    ['its title with a colon', 'nginx', ['nginx: master process /usr/sbin/nginx -g daemon off;'], null],
    ['its program, with other words', 'redis-server', ['/opt/redis/redis-server', '/etc/redis.conf'], null],
    ['what it executes, under any title', '/bin/sleep', ['cache for the bot'], realpathSync('/bin/sleep')],
    ['what it executes, by a name on the PATH', 'sleep', ['cache for the bot'], realpathSync('/bin/sleep')],
  ])(
    'of a program that is no interpreter may be it by %s, and needs a witness',
    (_what, program, words, executable) => {
      expect(servedByCommand([program, '--port', '6379'], HOME)(words, null, at('/', executable))).toEqual({
        home: null,
        entry: 'common',
      });
    },
  );

  it("that runs the same interpreter is nobody's", () => {
    expect(
      servedByCommand([process.execPath, 'bot.js'], HOME)(['node', 'other.js'], null, at(HOME, process.execPath)),
    ).toBeNull();
  });

  it('is told in its folder as the kernel names it, without symbolic links', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'lifeline-rule-')));
    onTestFinished(() => rm(folder, { recursive: true }));
    const link = `${folder}-link`;
    await symlink(folder, link);
    onTestFinished(() => rm(link));
    expect(servedByCommand(argv, link)(argv, null, at(folder))).toEqual({ home: link, entry: 'own' });
  });

  it.each<[string, readonly string[], string | null, string | null, object | null]>([
    ['the whole command in the home', argv, HOME, null, { home: HOME, entry: 'own' }],
    ['the whole command elsewhere', argv, '/home/you/bot', null, { home: null, entry: 'common' }],
    ['the whole command, in a folder that cannot be seen', argv, null, null, { home: null, entry: 'own' }],
    ['another script of the interpreter', ['python3', 'other.py'], HOME, null, null],
    ['the interpreter alone', ['python3'], HOME, null, null],
    ['a shell in the home', ['zsh'], HOME, null, null],
    ['an editor of the script', ['vim', 'bot.py'], HOME, null, null],
    ['a pager of the script', ['less', '+F', 'bot.py'], HOME, null, null],
    ['nothing at all', [], HOME, null, null],
  ])('with %s', (_what, running, folder, executable, served) => {
    expect(servedByCommand(argv, HOME, real)(running, null, at(folder, executable))).toEqual(served);
  });

  const IT = { home: HOME, entry: 'own' };
  /** Neither alive nor gone: nothing is started beside it. */
  const SUSPECT = { home: null, entry: 'own' };
  /** Nobody, unless a pid file or another witness speaks for it. */
  const NAMED = { home: null, entry: 'common' };

  it.each<[string, string, string, string, object]>([
    ['with an option of the interpreter', 'python3 bot.py', 'python3 -u bot.py', HOME, IT],
    ['with options that have a value', 'python3 bot.py', 'python3 -O -X utf8 -W ignore bot.py', HOME, IT],
    ['with words of its own', 'python3 bot.py', 'python3 bot.py x.pid --verbose', HOME, IT],
    ['with both', 'python3 bot.py', '/usr/bin/python3.12 -u bot.py bot.pid', HOME, IT],
    ['where the command has the option', 'python3 -u bot.py', 'python3 bot.py', HOME, IT],
    ['by its full path', 'python3 bot.py', `python3 -u ${HOME}/bot.py`, HOME, IT],
    ['through a symbolic link', 'python3 bot.py', 'python3 /srv/current/bot.py', HOME, IT],
    [
      'with the words of the command in another form',
      'python3 bot.py --config prod.yml',
      'python3 bot.py -v --config=./prod.yml',
      HOME,
      IT,
    ],
    ['without an option of the command', 'python3 bot.py --quiet', 'python3 bot.py', HOME, IT],
    ['as a module', 'python3 -m mybot', 'python3 -u -m mybot --debug', HOME, IT],
    [
      'of Node with its options',
      'node dist/index.js',
      '/usr/bin/nodejs --enable-source-maps --max-old-space-size=400 -r dotenv/config ./dist/index.js',
      HOME,
      IT,
    ],
    ['of Java', 'java -jar bot.jar', 'java -Xmx512m -cp lib -jar bot.jar', HOME, IT],
    ['of a shell', 'bash run.sh', 'bash -x ./run.sh', HOME, IT],
    ['of Ruby', 'ruby bot.rb', 'ruby -W0 bot.rb', HOME, IT],
    ['by its full path from elsewhere', 'python3 bot.py', `python3 ${HOME}/bot.py`, '/', SUSPECT],
    ['through a symbolic link from elsewhere', 'python3 bot.py', 'python3 /srv/current/bot.py', '/', SUSPECT],
    ['that has left its folder', 'python3 bot.py', 'python3 -u bot.py', '/', SUSPECT],
    ['called without the words of the command', 'python3 bot.py --config prod.yml', 'python3 bot.py', HOME, SUSPECT],
    ['called with other words', 'python3 bot.py --bot a', 'python3 bot.py --bot b', HOME, NAMED],
    ['called for something else', 'python3 manage.py runbot', 'python3 manage.py migrate', HOME, NAMED],
    ['of the same name elsewhere', 'python3 bot.py', 'python3 -u bot.py', '/home/you/bot', NAMED],
    ['as a module elsewhere', 'python3 -m mybot', 'python3 -m mybot', '/home/you/bot', NAMED],
  ])('that runs the script %s', (_what, command, running, folder, expected) => {
    expect(servedByCommand(command.split(' '), HOME, real)(running.split(' '), null, at(folder))).toEqual(expected);
  });

  it.each<[string, string, string, string]>([
    ['a script of the same name by its full path', 'python3 bot.py', 'python3 /home/you/bot/bot.py', HOME],
    ['a neighbour of the home', 'python3 bot.py', 'python3 /home/me/bot-2/bot.py', '/'],
    ['another script with this one as its word', 'python3 bot.py', 'python3 lint.py bot.py', HOME],
    ['a module that is given the script', 'python3 bot.py', 'python3 -m pdb bot.py', HOME],
    ['code', 'python3 bot.py', 'python3 -c import_bot bot.py', HOME],
    ['a module of another name', 'python3 -m mybot', 'python3 -m mybot.tests', HOME],
    ['another interpreter', 'python3 bot.py', 'node bot.py', HOME],
    ['a check of the syntax', 'node bot.js', 'node --check bot.js', HOME],
    ['a check of a shell script', 'bash run.sh', 'bash -n run.sh', HOME],
    ['a shell that starts it', 'bash run.sh', 'bash -c ./run.sh', HOME],
    ['a login shell in the home', 'bash run.sh', '-bash', HOME],
    ['the interpreter in the home, waiting for input', 'python3 bot.py', 'python3 -i', HOME],
    ['ssh to where it is', 'python3 bot.py', 'ssh box python3 bot.py', HOME],
    ['grep', 'python3 bot.py', 'grep -r bot.py .', HOME],
    ['tail', 'python3 bot.py', 'tail -f bot.py', HOME],
  ])("that is %s is nobody's", (_what, command, running, folder) => {
    expect(
      servedByCommand(command.split(' '), HOME, real)(running.split(' '), null, at(folder, '/usr/bin/other')),
    ).toBeNull();
  });

  it.each<[string, string, string, string | null, string | null, object | null]>([
    [
      'its own over the same interpreter, in the home',
      'python3 bot.py',
      'mybot: polling',
      HOME,
      '/usr/bin/python3.12',
      SUSPECT,
    ],
    [
      'one that looks like its command',
      'python3 bot.py',
      'python3 bot.py worker',
      HOME,
      '/usr/bin/python3.12',
      SUSPECT,
    ],
    ['its own, of Node', 'node bot.js', 'mybot', HOME, '/usr/bin/node', SUSPECT],
    ['its own, elsewhere', 'python3 bot.py', 'mybot: polling', '/', '/usr/bin/python3.12', null],
    ['that of another program in the home', 'python3 bot.py', 'mybot: polling', HOME, '/usr/bin/ruby', null],
    ['and executes nobody knows what', 'python3 bot.py', 'mybot: polling', HOME, null, null],
    ['of npm', 'node bot.js', 'npm run watch', HOME, '/usr/bin/node', null],
    ['of pm2', 'node bot.js', 'PM2 v5.3.0: God Daemon (/home/me/.pm2)', HOME, '/usr/bin/node', null],
    ['over a shell', 'bash run.sh', 'anything', HOME, '/usr/bin/bash', null],
  ])('with the title %s', (_what, command, title, folder, executable, expected) => {
    expect(servedByCommand(command.split(' '), HOME)([title], null, at(folder, executable))).toEqual(expected);
  });

  it('of the same program with other words in the home may be it', () => {
    expect(
      servedByCommand(['redis-server', 'redis.conf'], HOME)(
        ['redis-server', './redis.conf', '--loglevel', 'debug'],
        null,
        at(HOME, '/usr/bin/redis-server'),
      ),
    ).toEqual(SUSPECT);
  });

  const NGINX = ['/usr/sbin/nginx', '-c', '/srv/web/nginx.conf'];
  const REDIS = ['redis-server', 'redis.conf'];
  it.each<[string, readonly string[], readonly string[], object | null]>([
    [
      'nginx, who wrote its own title',
      NGINX,
      ['nginx: master process /usr/sbin/nginx -c /srv/web/nginx.conf'],
      { home: null, entry: 'common' },
    ],
    ['its worker', NGINX, ['nginx: worker process'], { home: null, entry: 'common' }],
    ['redis, who wrote its own title', REDIS, ['redis-server *:6379', '', ''], { home: null, entry: 'common' }],
    ['redis by its full path', REDIS, ['/usr/bin/redis-server 127.0.0.1:6379'], { home: null, entry: 'common' }],
    ['a client of redis', REDIS, ['redis-cli', 'monitor'], null],
    ['an editor of its configuration', REDIS, ['vim', 'redis.conf'], null],
    [
      'its test of the configuration by another program',
      NGINX,
      ['sudo', 'tail', '-f', '/var/log/nginx/error.log'],
      null,
    ],
  ])('that is %s counts with a witness alone', (_what, command, running, served) => {
    expect(servedByCommand(command, HOME)(running, null, at('/'))).toEqual(served);
  });

  it('is told by the program that it executes, whatever it calls itself', () => {
    const own = realpathSync(process.execPath);
    expect(servedByCommand([own, 'x'], HOME)(['x'], null, at('/', own))).toBeNull();
    const program = '/usr/bin/env';
    expect(servedByCommand([program, 'x'], HOME)(['anything'], null, at('/', realpathSync(program)))).toEqual({
      home: null,
      entry: 'common',
    });
    expect(servedByCommand([program, 'x'], HOME)(['anything'], null, at('/', '/usr/bin/other'))).toBeNull();
  });
});

it.each<[string, number | null]>([
  ['17', 17],
  [' 17\n', 17],
  ['17 1234', 17],
  ['', null],
  ['0', null],
  ['-1', null],
  ['bot', null],
  ['99999999999', null],
])('the pid in %j is %j', (text, pid) => {
  expect(readPidText(text)).toEqual(pid === null ? null : { pid, startTime: null });
});
