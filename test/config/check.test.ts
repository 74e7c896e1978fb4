/** `lifeline config check`, through the real program, and what it looks at. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { isAlways, nextOf, scheduleWords } from '../../src/cli/config/config-schedule.ts';
import { writeProblem } from '../../src/cli/config/config-disk.ts';
import { unreachable } from '../../src/cli/reachable.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createPairedOperators } from '../../src/store/operators.ts';
import { databaseIn } from '../../src/store/files.ts';
import { lifeline, type Ran } from '../acceptance/command-line.ts';

let home = '';
const sockets = new Set<Socket>();
const servers: Server[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-config-check-'));
  mkdirSync(join(home, '.hermes'));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(home, { recursive: true, force: true });
});

/** @returns its port, and all bytes that were ever sent to it. */
const listener = async (
  answer: (socket: Socket) => void = () => undefined,
): Promise<{ port: number; heard: () => string }> => {
  let heard = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
    answer(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, heard: () => heard };
};

const FEISHU = 'channels: { feishu: { app_id: cli_0123456789abcdef, app_secret: "${S}" } }\n';
const ME = 'operators: [{ name: me, role: admin, feishu: ou_1 }]\n';
const GATEWAY = 'gateways:\n  - { name: main, kind: hermes }\n';

const run = (text: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
  const file = join(home, 'config.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  return lifeline(['config', 'check', file, ...args], { env: { HOME: home, S: 's', ...env } });
};

describe('lifeline config check', () => {
  it('says what a good configuration comes to, and exits 0', async () => {
    const { port, heard } = await listener();
    const text = `locale: en\ntimezone: Asia/Shanghai\n${GATEWAY.replace(' }', ', maintenance: [{ schedule: "0 4 * * 0", duration: 1h }] }')}${FEISHU}${ME}alerts: { ping_url: "http://127.0.0.1:${port}/uuid", quiet: "23:00-07:00" }\n`;
    const { code, out, err } = await run(text);
    expect(err).toBe('');
    expect(out).toMatch(/config\.yaml is fine\n/);
    expect(out).toMatch(/watches {6}main: ~\/\.hermes, restarts it by itself\n/);
    expect(out).toMatch(
      /maintenance {2}main: begins at 04:00, only on Sunday, for 1 h; next at (\d+ \w+( \d+)? )?04:00\n/,
    );
    expect(out).toMatch(/round {8}every 5 minutes, next at .*\d\d:[0-5][05] \(Asia\/Shanghai\)\n/);
    expect(out).toMatch(
      /channels {5}feishu\n {2}operators {4}me \(admin\)\n {2}quiet {8}23:00-07:00\n {2}ping {9}127\.0\.0\.1:\d+ takes a connection; whether it takes pings, the first round tells \(any request now would be a ping\)\n$/,
    );
    expect(code).toBe(0);
    // Any request at all would have been a success ping.
    expect(heard()).toBe('');
    expect(readdirSync(home).sort()).toEqual(['.hermes', 'config.yaml']);
  });

  it('names the credentials and the certificate of a fleet that cannot be used, and no part of a secret', async () => {
    const seed = new TextDecoder().decode(createUser().getSeed()).slice(0, 40);
    writeFileSync(join(home, 'ca.pem'), 'none', { mode: 0o600 });
    const { code, out } = await run(
      `locale: en\n${GATEWAY}fleet:\n  host: web-3\n  servers: [tls://n.example:4222]\n  credentials: ${seed}\n  ca: ${join(home, 'ca.pem')}\n`,
    );
    expect(out).toMatch(/config\.yaml:7:\d+: fleet\.credentials: is no nkey seed of a user/);
    expect(out).toMatch(/config\.yaml:8:\d+: fleet\.ca: is no certificate/);
    expect(out).not.toContain(seed.slice(0, 12));
    expect(code).toBe(1);
  });

  it('names what works but needs somebody, each with its place and what to do, and exits 1', async () => {
    const { port } = await listener();
    await new Promise((resolve) => servers.pop()?.close(resolve));
    writeFileSync(join(home, 'file'), '');
    writeFileSync(join(home, '.hermes', '.env'), 'FEISHU_APP_ID=cli_0123456789abcdef\n');
    const text = `data_dir: ~/file\ngateways:\n  - { name: main, kind: hermes }\n  - { name: b, kind: hermes, home: ~/nope, maintenance: [{ schedule: "0 * * * *", duration: 1h }] }\n${FEISHU.replace('"${S}"', 'hunter2')}operators: [{ name: me, role: admin, qq: A }]\nalerts: { ping_url: "https://127.0.0.1:${port}/uuid-of-mine" }\ncommands: [{ name: x, run: df }]\n`;
    writeFileSync(join(home, 'config.yaml'), '');
    chmodSync(join(home, 'config.yaml'), 0o644);
    const { code, out } = await run(text, ['--json']);
    expect(code).toBe(1);
    expect(out).not.toMatch(/hunter2|uuid-of-mine/);
    const { ok, problems } = JSON.parse(out) as {
      ok: boolean;
      problems: { code: string; line: number; column: number; key: string; what: string; todo: string | null }[];
    };
    expect(ok).toBe(false);
    expect(problems.map(({ code: name, line, column, key }) => [name, line, column, key])).toEqual([
      ['exposed_config', null, null, null],
      ['cannot_write', 1, 11, 'data_dir'],
      ['home_missing', 4, 36, 'gateways[1].home'],
      ['always_maintenance', 4, 57, 'gateways[1].maintenance'],
      ['foreign_app', 5, 31, 'channels.feishu.app_id'],
      ['operator_unreachable', 6, 13, 'operators[0]'],
      ['ping_unreachable', 7, 21, 'alerts.ping_url'],
      ['own_command', 8, 28, 'commands[0].run'],
    ]);
    expect(problems.every(({ what }) => /\p{Script=Han}/u.test(what) || what.startsWith('must'))).toBe(true);
    const people = await run(`locale: en\n${text}`);
    expect(people.out).toMatch(
      /config\.yaml:5:36: gateways\[1\]\.home: there is no folder .*nope: .*\n {4}→ write the gateway's home/,
    );
    expect(people.out).toMatch(/works, but 8 things need you\n/);
  });

  it.runIf(IN_DEPTH)('knows those who were paired', async () => {
    const data = join(home, 'data');
    mkdirSync(data);
    const db = openDatabase(databaseIn(data));
    createPairedOperators(db).add({ name: 'phone', role: 'admin', channel: 'feishu', user: 'ou_2', pairedAt: 1 });
    db.close();
    const { code, out } = await run(`locale: en\ndata_dir: ${data}\n${GATEWAY}${FEISHU}`);
    expect(out).toContain('operators  phone (admin, paired)');
    expect(code).toBe(0);
  });

  it.runIf(IN_DEPTH)('with a webhook alone says what is to be set up before anybody can be paired', async () => {
    const { out } = await run(`locale: en\n${GATEWAY}channels:\n  webhook: { url: https://example.invalid/hook }\n`);
    expect(out).toContain('→ set up Feishu or QQ first: run lifeline init');
    expect(out).not.toContain('pair your phone');
  });

  it('lists the mistakes of a bad one, in the language of the environment, and exits 2', async () => {
    const { code, out, err } = await run('gateways:\n  - { name: a, kind: hermez }\n', [], { LANG: 'zh_CN.UTF-8' });
    expect(out).toMatch(
      /config\.yaml:2:22: gateways\[0\]\.kind: must be hermes, openclaw or generic, not "hermez"; did you mean hermes\?\n/,
    );
    expect(out).toMatch(/有 1 处错误，Lifeline 不会用它启动\n/);
    expect(err).toBe('');
    expect(code).toBe(2);
  });

  it('says that there is none, and exits 2', async () => {
    const { code, err } = await lifeline(['config', 'check'], { env: { HOME: home } });
    expect(err).toBe(
      `There is no configuration ${home}/.config/lifeline/config.yaml. lifeline init writes one; or copy config.example.yaml there and fill it in.\n`,
    );
    expect(code).toBe(2);
  });
});

describe('a host', () => {
  it('that refuses is not reached', async () => {
    const { port } = await listener();
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await unreachable(new URL(`https://127.0.0.1:${port}/x`), 60_000)).toContain('ECONNREFUSED');
  });

  it('that never answers is given up', async () => {
    const { port } = await listener();
    expect(await unreachable(new URL(`https://127.0.0.1:${port}/x`), 200)).toBe('no answer within 0.2 s');
  });

  it('that speaks no TLS where https was meant is not reached', async () => {
    const { port } = await listener((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n'));
    expect(await unreachable(new URL(`https://127.0.0.1:${port}/x`), 60_000)).not.toBeNull();
  });
});

describe('a schedule', () => {
  it.each([
    ['*/5 * * * *', 'every 5 minutes', '每隔 5 分钟'],
    ['0 4 * * 0', 'at 04:00, only on Sunday', '04:00，仅星期日'],
    ['@daily', 'at 00:00', '00:00'],
    [
      '0 9-17 * * 1-5',
      'every hour, between 09:00 and 17:00, Monday through Friday',
      '每小时，09:00 和 17:00 之间，星期一至星期五',
    ],
  ])('%s is said in words', (expression, en, zh) => {
    expect([scheduleWords(expression, 'en'), scheduleWords(expression, 'zh-CN')]).toEqual([en, zh]);
    expect(nextOf(expression)).toBeGreaterThan(Date.now());
  });

  const HOUR = 3_600_000;
  it.each<[string, { schedule: string; durationMs: number }[], boolean]>([
    ['no window', [], false],
    ['an hour a week', [{ schedule: '0 4 * * 0', durationMs: HOUR }], false],
    ['an hour each hour', [{ schedule: '0 * * * *', durationMs: HOUR }], true],
    ['59 minutes each hour', [{ schedule: '0 * * * *', durationMs: HOUR - 60_000 }], false],
    [
      'day and night apart',
      [
        { schedule: '0 8 * * *', durationMs: 12 * HOUR },
        { schedule: '0 20 * * *', durationMs: 12 * HOUR },
      ],
      true,
    ],
    ['a week each week', [{ schedule: '0 0 * * 1', durationMs: 7 * 24 * HOUR }], true],
  ])('of maintenance, %s: does it never end?', (_what, windows, always) => {
    expect(isAlways(windows, Date.parse('2026-11-21T10:00:00+08:00'))).toBe(always);
  });
});

describe('a place to write', () => {
  it('is asked of what is there, and of the nearest folder of what is not', () => {
    writeFileSync(join(home, 'file'), '');
    expect(writeProblem(home, 'folder')).toBeNull();
    expect(writeProblem(join(home, 'a', 'b', 'c'), 'folder')).toBeNull();
    expect(writeProblem(join(home, 'log'), 'file')).toBeNull();
    expect(writeProblem(join(home, 'file'), 'folder')).toBe('ENOTDIR');
    expect(writeProblem(home, 'file')).toBe('EISDIR');
    expect(writeProblem(join(home, 'file', 'x'), 'folder')).toContain('ENOTDIR');
    expect(readdirSync(home).sort()).toEqual(['.hermes', 'file']);
  });

  it.skipIf(process.getuid?.() === 0)('that is read-only is refused', () => {
    chmodSync(home, 0o500);
    expect(writeProblem(join(home, 'x'), 'folder')).toMatch(/^EACCES/);
    chmodSync(home, 0o700);
  });
});
