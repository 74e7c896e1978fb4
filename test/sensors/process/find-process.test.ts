/** Real processes beside a home: what looks at a gateway, edits it or reaches it elsewhere is never taken for it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKind } from '../../../src/gateways/index.ts';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { isAlive, readProcess } from '../../../src/sensors/process/proc.ts';
import { sight } from '../../../src/sensors/process/find-process.ts';
import { createFamily, type Family } from './gateway-family.ts';

let family: Family;
let home: string;
const others: ChildProcess[] = [];

beforeEach(async () => {
  family = await createFamily();
  ({ home } = family);
});
afterEach(async () => {
  for (const child of others.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await family.end();
});

const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> =>
  (await family.start(family.command(...args), env))[0] ?? 0;

/** Something else that runs, in the environment of a gateway's user. */
const beside = async (program: string, ...args: readonly string[]): Promise<number> => {
  const child = spawn(program, args, {
    env: { ...process.env, HOME: family.folder, HERMES_HOME: home },
    stdio: 'ignore',
  });
  others.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
};

const look = async (
  at = home,
): Promise<{ readonly gateway: number | null; readonly by: string | null; readonly beside: readonly number[] }> => {
  const { gateway, beside: doubles } = await sight({ kind: hermes, home: at });
  return { gateway: gateway?.process.pid ?? null, by: gateway?.by ?? null, beside: doubles.map(({ pid }) => pid) };
};

const name = async (pid: number, file = 'gateway.pid'): Promise<void> =>
  writeFile(join(home, file), JSON.stringify({ pid, start_time: (await readProcess(pid))?.startTime }));

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

describe('beside a home', () => {
  test('programs that only name the gateway are nobody', async () => {
    await beside('tail', '-f', '/dev/null', join(home, 'gateway/run.py'));
    await beside('sleep', '1000', '--', 'hermes-gateway');
    await beside('sh', '-c', 'sleep 1000; true # hermes gateway run');
    if (has('grep')) await beside('grep', '--line-buffered', '-f', '/dev/zero', 'hermes-gateway');
    if (has('journalctl')) await beside('journalctl', '--user', '-u', 'hermes-gateway', '-f');
    if (has('ssh')) await beside('ssh', '-o', 'ProxyCommand=sleep 1000', 'nowhere.invalid', 'hermes', 'gateway', 'run');
    expect(await look()).toEqual({ gateway: null, by: null, beside: [] });
  });

  test('a gateway that has not said yet who it is is neither there nor gone; its pid file proves it', async () => {
    const pid = await run(['gateway', 'run']);
    expect(await look()).toEqual({ gateway: null, by: null, beside: [pid] });
    await name(pid);
    expect(await look()).toEqual({ gateway: pid, by: 'record', beside: [] });
  });

  test('its state file and its heartbeat are witnesses, also without a start time', async () => {
    const pid = await run(['gateway', 'run']);
    await mkdir(join(home, 'state'));
    await writeFile(join(home, 'state/gateway.heartbeat'), JSON.stringify({ pid }));
    expect(await look()).toMatchObject({ gateway: pid, by: 'weak_record' });
  });

  test('a pid that was used again is no witness, and neither is a record of another home', async () => {
    const pid = await run(['gateway', 'run'], { HERMES_HOME: join(family.folder, 'elsewhere') });
    await name(pid);
    expect(await look()).toEqual({ gateway: null, by: null, beside: [] });
    const chat = await run(['chat']);
    await name(chat);
    expect(await look()).toEqual({ gateway: null, by: null, beside: [] });
  });

  test('a second gateway is its double, and one of a profile is not', async () => {
    const first = await run(['gateway', 'run']);
    await name(first);
    await mkdir(join(home, 'profiles/ops'), { recursive: true });
    await run(['-p', 'ops', 'gateway', 'run']);
    const second = await run(['gateway', 'run']);
    expect(await look()).toEqual({ gateway: first, by: 'record', beside: [second] });
  });

  test('a gateway of another home that is just ending, and shows no environment any more, is none of this home', async () => {
    for (let n = 0; n < 8; n += 1) {
      const pid = await run(['gateway', 'run'], {
        HERMES_HOME: join(family.folder, 'elsewhere'),
        BALLAST: '100000000',
      });
      // While it is being looked at.
      setTimeout(() => process.kill(pid, 'SIGKILL'), 10 + n);
      do expect((await look()).beside).toEqual([]);
      while (isAlive(await readProcess(pid)));
    }
  });

  test('a home that is a symbolic link is the same home, however either side spells it', async () => {
    const link = join(family.folder, 'link');
    await symlink(home, link);
    const pid = await run(['gateway', 'run'], { HERMES_HOME: link });
    await name(pid);
    expect(await look()).toMatchObject({ gateway: pid });
    expect(await look(link)).toMatchObject({ gateway: pid });
  });

  test('what an earlier proof named stays it without any file, and a process that only took its pid is not', async () => {
    const pid = await run(['gateway', 'run']);
    const seen = await readProcess(pid);
    const startTime = seen?.startTime ?? 0;
    expect((await sight({ kind: hermes, home, known: [{ pid, startTime }] })).gateway).toMatchObject({
      process: { pid },
      by: 'known',
    });
    expect((await sight({ kind: hermes, home, known: [{ pid, startTime: startTime - 1 }] })).gateway).toBeNull();
  });

  test.runIf(process.platform === 'linux')(
    'whoever holds its lock keeps every gateway from starting, whatever it is called',
    async () => {
      await writeFile(join(home, 'gateway.lock'), '');
      const holder = await beside('flock', join(home, 'gateway.lock'), 'sleep', '1000');
      await new Promise((resolve) => setTimeout(resolve, 300));
      const seen = await look();
      expect(seen.gateway).toBeNull();
      expect(seen.beside).toEqual([holder]);
    },
  );
});

describe.runIf(process.platform === 'linux')('beside a service that its configuration tells of', () => {
  const kindOf = (command: readonly string[], generic: { readonly pidFile?: string; readonly port?: number } = {}) =>
    createKind({
      name: 'bot',
      kind: 'generic',
      home,
      command,
      unit: null,
      supervisor: 'process',
      generic: {
        pidFile: generic.pidFile ?? null,
        starting: null,
        ready: null,
        stopping: null,
        fatal: null,
        logs: [],
        links: {},
        checks:
          generic.port === undefined
            ? []
            : [
                {
                  kind: 'tcp',
                  host: '127.0.0.1',
                  port: generic.port,
                  everyMs: 1,
                  timeoutMs: 1,
                  forMs: 1,
                  then: 'restart',
                },
              ],
      },
    });
  const start = async (argv: readonly string[], cwd: string): Promise<number> => {
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { cwd, stdio: 'ignore' });
    others.push(child);
    await once(child, 'spawn');
    return child.pid ?? 0;
  };
  const found = async (
    kind: ReturnType<typeof kindOf>,
  ): Promise<readonly [number | null, string | null, readonly number[]]> => {
    const { gateway, beside: doubles } = await sight({ kind, home });
    return [gateway?.process.pid ?? null, gateway?.by ?? null, doubles.map(({ pid }) => pid)];
  };

  test('the whole command in its folder is it; the same command elsewhere is not', async () => {
    const command = ['sleep', '1001'];
    await start(command, family.folder);
    expect(await found(kindOf(command))).toEqual([null, null, []]);
    const pid = await start(command, home);
    expect(await found(kindOf(command))).toEqual([pid, 'folder', []]);
  });

  /** A service that says when it is up, and may write its own title first. */
  const bot = async (argv: readonly string[], cwd: string): Promise<number> => {
    await writeFile(
      join(home, 'bot.cjs'),
      `if (process.env.TITLE) process.title = process.env.TITLE; console.log('up'); setInterval(() => {}, 1e6);`,
    );
    const [program = '', ...args] = argv;
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, TITLE: program === 'node' ? '' : program },
      argv0: 'node',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    others.push(child);
    await once(child.stdout, 'data');
    return child.pid ?? 0;
  };

  test.each<[string, (at: string) => readonly string[], 'home' | '/', 'folder' | 'suspect']>([
    ['with an option of its interpreter', () => ['node', '--no-warnings', 'bot.cjs'], 'home', 'folder'],
    ['with words of its own', () => ['node', 'bot.cjs', 'x.pid', '--verbose'], 'home', 'folder'],
    ['by its full path', (at) => ['node', `${at}/bot.cjs`], 'home', 'folder'],
    ['by its full path from elsewhere', (at) => ['node', `${at}/bot.cjs`], '/', 'suspect'],
    ['with its own title', () => ['mybot: polling', 'bot.cjs'], 'home', 'suspect'],
  ])('a service that was started by hand %s is never gone', async (_how, argv, where, what) => {
    const kind = kindOf(['node', 'bot.cjs'], { pidFile: 'bot.pid' });
    const pid = await bot(argv(home), where === 'home' ? home : where);
    expect(await found(kind)).toEqual(what === 'folder' ? [pid, 'folder', []] : [null, null, [pid]]);
    await writeFile(join(home, 'bot.pid'), `${pid}\n`);
    expect(await found(kind)).toEqual([pid, 'weak_record', []]);
  });

  test('a stale pid file names a process that has come since, which is not it', async () => {
    const pid = await start(['sleep', '1002'], home);
    await writeFile(join(home, 'bot.pid'), String(pid));
    const past = Date.now() / 1_000 - 60;
    await utimes(join(home, 'bot.pid'), past, past);
    expect(await found(kindOf(['python3', 'bot.py'], { pidFile: 'bot.pid' }))).toEqual([null, null, []]);
  });

  test.each([
    ['its own program', ['sleep', '--other-words']],
    ['another program, which a script has started', ['./start.sh']],
  ])('a daemon of %s that has left its folder is told by its pid file', async (_of, command) => {
    const pid = await start(['sleep', '1003'], '/');
    const kind = kindOf(command, { pidFile: 'bot.pid' });
    expect(await found(kind)).toEqual([null, null, []]);
    await writeFile(join(home, 'bot.pid'), `${pid}\n`);
    expect(await found(kind)).toEqual([pid, 'weak_record', []]);
  });

  test('who listens on the port of its check is it, where its program fits', async () => {
    const script = `require('node:net').createServer().listen(0, '127.0.0.1', function () { process.send(this.address().port) })`;
    await writeFile(join(home, 'server.cjs'), script);
    const child = spawn(process.execPath, ['server.cjs'], {
      cwd: '/',
      env: process.env,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.kill();
    await once(child, 'exit');
    const inHome = spawn(process.execPath, [join(home, 'server.cjs')], {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    others.push(inHome);
    const [port] = (await once(inHome, 'message')) as [number];
    const other: Server = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const kind = (each: number) => kindOf([process.execPath, join(home, 'server.cjs')], { port: each });
    expect(await found(kind(port))).toEqual([inHome.pid, 'port', []]);
    expect(await found(kind((other.address() as { readonly port: number }).port))).toEqual([null, null, [inHome.pid]]);
    other.close();
  });
});
