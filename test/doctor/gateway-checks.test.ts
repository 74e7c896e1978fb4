import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, test } from 'vitest';
import { CHECKS, GATEWAY_CHECKS } from '../../src/doctor/checks/index.ts';
import { bytesIn } from '../../src/doctor/checks/systemd.ts';
import { meddling } from '../../src/doctor/checks/keeping.ts';
import { judgeRoom } from '../../src/doctor/checks/files.ts';
import type { DoctorContext } from '../../src/doctor/context.ts';
import { duplicates, resources } from '../../src/doctor/checks/process.ts';
import { examineAll, findingsOf } from '../../src/doctor/check.ts';
import type { DoctorFinding } from '../../src/doctor/check.ts';
import { readProcess } from '../../src/sensors/process/proc.ts';
import type { GatewayProcess } from '../../src/sensors/process/process.ts';
import { playPython } from '../sensors/process/python.ts';
import { expectSound } from './sound.ts';
import { createFixtureHome, NO_UNITS, type FixtureHome } from './home.ts';

const ROOT = userInfo().uid === 0;
let fixture: FixtureHome;
beforeEach(async () => {
  fixture = await createFixtureHome();
  await settle();
});
afterEach(() => fixture.remove());

const context = (gateway?: string, more: Partial<DoctorContext> = {}): DoctorContext => ({
  ...fixture.context(gateway),
  uid: userInfo().uid,
  ...more,
});
const look = async (gateway?: string, more: Partial<DoctorContext> = {}): Promise<readonly DoctorFinding[]> =>
  expectSound(findingsOf(await examineAll(context(gateway, more), GATEWAY_CHECKS, { name: 'main' })));
const resultOf = async (check: string, gateway?: string): Promise<unknown> =>
  (await examineAll(context(gateway), CHECKS, { name: 'main' })).find((each) => each.check === check)?.result;
const codes = (found: readonly DoctorFinding[]): readonly string[] => found.map(({ code }) => code);

/** A process that only looks like this one. */
const play = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ChildProcess> =>
  playPython(words, { HERMES_HOME: fixture.home, ...env });
const GATEWAY = ['-m', 'hermes_cli.main', 'gateway', 'run'];
const settle = (): Promise<void> =>
  mkdir(join(fixture.home, 'state'), { recursive: true }).then(() =>
    writeFile(join(fixture.home, 'state', 'gateway.heartbeat'), '{}'),
  );
const file = (name: string, text: string, mode = 0o600): Promise<void> =>
  writeFile(join(fixture.home, name), text, { mode });

describe('the process', () => {
  it('finds nothing where a gateway runs', async () => {
    await play(GATEWAY);
    expect(await look()).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('finds that it holds more memory than is told of', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log(1)'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const seen = await readProcess(child.pid ?? 0);
    const processes = () => Promise.resolve(seen ? [seen] : []);
    const found = await resources.run(context(', memory: { warn: 1 MB }', { processes }));
    expect(found).toMatchObject([{ code: 'memory_high', severity: 'warning', commands: ['hermes gateway restart'] }]);
    expect(await resources.run(context(', memory: { warn: off }', { processes }))).toEqual([]);
    expect(await resources.run(context('', { processes: () => Promise.resolve([]) }))).toEqual({ skip: 'no_process' });
  });

  it('finds that none runs, and whether the last stop was in order', async () => {
    expect(await look()).toMatchObject([
      { code: 'not_running', inOrder: false, severity: 'error', commands: ['hermes gateway start'] },
    ]);
    await file('.clean_shutdown', '');
    expect(await look(', command: [hermes, -p, ops, gateway, run]')).toMatchObject([
      { code: 'not_running', inOrder: true, commands: ['hermes -p ops gateway start'] },
    ]);
  });

  test.each([
    [['-m', 'hermes_cli.main', 'chat'], 'hermes chat'],
    [['-m', 'tui_gateway'], 'python -m tui_gateway'],
  ])('finds %j in the place of the gateway', async (words, program) => {
    const child = await play(words);
    expect(await look()).toMatchObject([{ code: 'wrong_process', program, pid: child.pid }]);
  });

  it("does not take another home's chat for this one's, nor one beside a gateway", async () => {
    await play(['-m', 'hermes_cli.main', 'chat'], { HERMES_HOME: `${fixture.home}-other` });
    expect(codes(await look())).toEqual(['not_running']);
    await play(['-m', 'hermes_cli.main', 'chat']);
    await play(GATEWAY);
    expect(await look()).toEqual([]);
  });

  it('finds two that last, and not two of a restart', async () => {
    const one = await play(GATEWAY);
    const two = await play(GATEWAY);
    const started = (await readProcess(two.pid ?? 0))?.startedAt ?? 0;
    const after = (ms: number) => ({ clock: { ...context().clock, now: () => started + ms } });
    expect(await look('', after(9_000))).toEqual([]);
    expect(await look('', after(60_000))).toMatchObject([
      {
        code: 'duplicates',
        severity: 'error',
        pids: [one.pid, two.pid],
        commands: [expect.stringMatching(/^ps /), `kill ${two.pid}`],
      },
    ]);
  });

  it('tells nobody to end what may be the gateway of another home', async () => {
    const clock = { ...context().clock, now: () => Date.now() + 60_000 };
    const seen = await readProcess(process.pid);
    if (seen === null) throw new Error('this very process lives');
    const among = (...processes: readonly GatewayProcess[]) =>
      duplicates.run(context('', { processes: () => Promise.resolve(processes), clock }));
    expect(await among(seen, { ...seen, pid: 2, unproven: true }, { ...seen, pid: 3, unproven: true })).toEqual([]);
    expect(await among(seen, { ...seen, pid: 2 }, { ...seen, pid: 3, unproven: true })).toMatchObject([
      { pids: [process.pid, 2], commands: [expect.any(String), 'kill 2'] },
    ]);
  });

  it('tells of an old version only where the gateway has had the time to write a heartbeat', async () => {
    await play(GATEWAY);
    await rm(join(fixture.home, 'state'), { recursive: true });
    await file('gateway_state.json', JSON.stringify({ code_version: '0.11.2' }));
    const later = { clock: { ...context().clock, now: () => Date.now() + 86_400_000 } };
    expect(await look('', later)).toMatchObject([{ code: 'version_old', severity: 'info', version: '0.11.2' }]);
    await settle();
    expect(await look('', later)).toEqual([]);
  });

  it('finds a pid file that names another process, and not one that names none', async () => {
    await file('gateway.pid', String(process.pid));
    expect(await look()).toMatchObject([
      { code: 'not_running' },
      {
        code: 'stale_pid_file',
        pid: process.pid,
        commands: [`mv ${fixture.home}/gateway.pid ${fixture.home}/gateway.pid.stale`, 'hermes gateway start'],
      },
    ]);
    for (const text of ['4194303', JSON.stringify({ pid: process.pid, start_time: 1 }), 'no pid at all']) {
      await file('gateway.pid', text);
      expect(codes(await look())).toEqual(['not_running']);
    }
  });
});

describe('rights and files', () => {
  it('finds a home that is not there', async () => {
    await rm(fixture.home, { recursive: true });
    expect(await look()).toMatchObject([{ code: 'home_missing', home: fixture.home }]);
  });

  it('finds that Lifeline may not signal it', async () => {
    const { pid } = await play(GATEWAY);
    expect(await look('', { uid: 4_242 })).toMatchObject([{ code: 'cannot_signal', pid, severity: 'error' }]);
  });

  it.runIf(ROOT)('finds files and a home of others, which a gateway of root may write', async () => {
    await chown(fixture.home, 4_242, 4_242);
    for (const folder of ['logs', 'state']) await chown(join(fixture.home, folder), 4_242, 4_242);
    await file('gateway.lock', '');
    expect(await look()).toMatchObject([
      { code: 'not_running' },
      {
        code: 'foreign_files',
        owner: '4242',
        paths: [join(fixture.home, 'gateway.lock')],
        commands: [`sudo chown -R 4242 ${fixture.home}/gateway.lock`],
      },
    ]);
    await play(GATEWAY);
    expect(await look()).toMatchObject([{ code: 'wrong_owner', runsAs: 'me', owner: '4242' }]);
  });

  it.skipIf(ROOT)('finds logs that it may not read', async () => {
    await play(GATEWAY);
    await file('logs/gateway.log', '', 0o000);
    expect(codes(await look())).toContain('home_unreadable');
  });

  test.each([
    [0o644, 0o755, 1],
    [0o640, 0o755, 1],
    [0o600, 0o755, 0],
    [0o644, 0o700, 0],
  ])('.env %o in a home %o: %i findings', async (mode, home, count) => {
    await play(GATEWAY);
    await file('.env', 'A=1\n');
    await chmod(join(fixture.home, '.env'), mode);
    await chmod(fixture.home, home);
    const found = await look();
    expect(codes(found)).toEqual(Array.from({ length: count }, () => 'env_readable'));
    for (const { fix } of found) {
      expect(await fix?.act?.run(new AbortController().signal)).toMatchObject({ outcome: 'done' });
      expect(await look()).toEqual([]);
    }
  });

  it('finds a log that nothing shortens', async () => {
    await play(GATEWAY);
    await file('logs/gateway.error.log', '');
    await truncate(join(fixture.home, 'logs', 'gateway.error.log'), 199 * 1_048_576);
    expect(await look()).toEqual([]);
    await truncate(join(fixture.home, 'logs', 'gateway.error.log'), 201 * 1_048_576);
    expect(await look()).toMatchObject([
      { code: 'log_huge', severity: 'warning', commands: [`truncate -s 0 ${fixture.home}/logs/gateway.error.log`] },
    ]);
  });

  const GIB = 1024 ** 3;
  test.each<[string, Partial<Parameters<typeof judgeRoom>[0]>, string | null]>([
    ['half of it free', {}, null],
    ['little, of a small disk', { freeBytes: GIB / 2, allBytes: GIB }, null],
    ['little, of a large one', { freeBytes: GIB / 2 }, 'warning bytes'],
    ['hardly anything', { freeBytes: 50_000_000 }, 'error bytes'],
    ['no files', { freeFiles: 10 }, 'error files'],
    ['few files', { freeFiles: 900 }, 'warning files'],
    ['a file system that does not count files', { freeFiles: null, allFiles: 0 }, null],
  ])('a disk with %s', (_name, room, expected) => {
    const found = judgeRoom({
      freeBytes: 50 * GIB,
      allBytes: 100 * GIB,
      freeFiles: 1_000_000,
      allFiles: 6_000_000,
      ...room,
    });
    expect(found ? `${found.severity} ${found.what}` : null).toBe(expected);
  });

  test.each([
    ['Archived and active journals take up 3.9G in the file system.', 3.9 * GIB],
    ['Archived and active journals take up 96.0M on disk.', 96 * 1_048_576],
    ['No journal files were found.', 0],
    ['what nobody understands', null],
  ])('%s', (text, bytes) => expect(bytesIn(text)).toBe(bytes));
});

describe('settings, logs and network', () => {
  it('shows the faults of its settings with the file that holds them', async () => {
    await play(GATEWAY);
    await file('.env', 'QQ_APP_ID=102030405\n');
    await file('config.yaml', 'logging:\n  level: ERROR\n');
    expect(await look('', { network: false })).toMatchObject([
      {
        code: 'setting_missing',
        name: 'QQ_CLIENT_SECRET',
        severity: 'error',
        commands: [`nano ${fixture.home}/.env`, 'hermes gateway restart'],
      },
      {
        code: 'setting_log_level',
        level: 'ERROR',
        commands: [`nano ${fixture.home}/config.yaml`, 'hermes gateway restart'],
      },
    ]);
  });

  it('tells of a profile that the root serves', async () => {
    const home = join(fixture.home, 'profiles', 'ops');
    await mkdir(home, { recursive: true });
    await file('config.yaml', 'gateway:\n  multiplex_profiles: [ops]\n');
    await writeFile(join(home, 'config.yaml'), '{}\n');
    expect(codes(await look(`, home: "${home}"`))).toContain('setting_multiplexed');
  });

  it('finds proxies in its environment that cannot work, and none where there are none', async () => {
    await file('.env', 'QQ_APP_ID=102030405\nQQ_CLIENT_SECRET=0123456789abcdef\n');
    await play(GATEWAY, { HTTPS_PROXY: 'http://127.0.0.1:1' });
    expect(await look('', { network: false })).toMatchObject([
      { code: 'proxy_dead', variable: 'HTTPS_PROXY', endpoint: '127.0.0.1:1', severity: 'error' },
    ]);
    expect(await resultOf('proxy', ', links: [feishu]')).toBe('found');
  });

  it('finds hosts that cannot be reached, and asks none without being told of a link', async () => {
    await play(GATEWAY);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await look(`, links: [qqbot], hosts: { qqbot: ["127.0.0.1:${port}"] }`)).toEqual([]);
    expect(await look(', links: [qqbot], hosts: { qqbot: ["127.0.0.1:1"] }')).toMatchObject([
      { code: 'host_unreachable', link: 'qqbot', host: '127.0.0.1:1' },
    ]);
    expect(await look(', links: [qqbot], hosts: { qqbot: ["127.0.0.1:1"] }', { network: false })).toEqual([]);
    expect(await resultOf('platform-hosts')).toEqual({ skip: 'no_links' });
  });

  test.each<[string, number]>([
    ['*/5 * * * * pgrep -f "hermes gateway" || hermes gateway restart', 1],
    ['*/3 * * * * /home/me/hermes_watchdog.sh', 1],
    ['*/5 * * * * systemctl --user restart hermes-gateway', 1],
    ['0 7 * * * hermes gateway run --replace', 1],
    ['# */5 * * * * hermes gateway restart', 0],
    ['*/5 * * * * lifeline check --heal # for hermes gateway restart', 0],
    ['@reboot hermes gateway start', 0],
    ['0 4 * * * tar czf hermes.tgz ~/.hermes', 0],
    ['*/5 * * * * systemctl restart nginx', 0],
  ])('crontab: %s', async (line, count) => {
    expect(meddling(`MAILTO=me\n${line}\n`, [/hermes/i])).toHaveLength(count);
    await fixture.tools.play('crontab', [{ args: '-l', stdout: `${line}\n` }]);
    expect(await resultOf('other-watchdog')).toBe(count > 0 ? 'found' : 'ok');
  });
});

describe('units of older installers', () => {
  const unit = (properties: Readonly<Record<string, string | number>> = {}): string =>
    `${Object.entries({
      Id: 'hermes-gateway.service',
      LoadState: 'loaded',
      ActiveState: 'active',
      Result: 'success',
      Restart: 'always',
      RestartUSec: '5s',
      TimeoutStopUSec: '1min 30s',
      StartLimitIntervalUSec: '0',
      StartLimitBurst: 5,
      UnitFileState: 'enabled',
      Environment: `HERMES_HOME=${fixture.home}`,
      ExecStart:
        '{ path=/usr/bin/python3 ; argv[]=/usr/bin/python3 -m hermes_cli.main gateway run ; ignore_errors=no }',
      ...properties,
    })
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')}\n`;
  test.each<[string, Readonly<Record<string, string | number>>, readonly string[]]>([
    ["Hermes's own of today", {}, []],
    ['Restart=on-failure', { Restart: 'on-failure' }, ['unit_restart_conditional']],
    ['a restart after five minutes', { RestartUSec: '5min' }, ['unit_slow_restart']],
    ['five starts in ten minutes', { StartLimitIntervalUSec: '10min', RestartUSec: '30s' }, ['unit_start_limited']],
    ["systemd's own limit", { StartLimitIntervalUSec: '10s' }, []],
    ['a stop of ten seconds', { TimeoutStopUSec: '10s' }, ['unit_stop_timeout']],
    ['a stop without end', { TimeoutStopUSec: 'infinity' }, []],
    ['another home', { Environment: '"A=b c" HERMES_HOME=/srv/other' }, ['unit_other_home']],
    ['running, but not enabled', { UnitFileState: 'disabled' }, ['unit_not_enabled']],
    ['not enabled, and not running', { UnitFileState: 'disabled', ActiveState: 'inactive' }, []],
  ])('%s', async (_name, properties, expected) => {
    await fixture.tools.play('systemctl', [{ args: '^--user show ', stdout: unit(properties) }, ...NO_UNITS]);
    const found = await examineAll(context(), CHECKS, { name: 'main' });
    expect(codes(found.find(({ check }) => check === 'unit-shape')?.findings ?? [])).toEqual(expected);
  });

  test.each([
    ['activating', { code: 'being_started', severity: 'warning', unit: 'hermes-gateway.service', commands: [] }],
    ['inactive', { code: 'not_running', commands: ['hermes gateway start'] }],
  ])('says of a gateway that does not run and whose unit is %s what is to be done', async (ActiveState, expected) => {
    await fixture.tools.play('systemctl', [{ args: '^--user show ', stdout: unit({ ActiveState }) }, ...NO_UNITS]);
    const found = await examineAll(context(), CHECKS, { name: 'main' });
    expect(found.find(({ check }) => check === 'running')?.findings).toMatchObject([expected]);
  });

  it('tells of a large journal as a hint', async () => {
    await fixture.tools.play('systemctl', [{ args: '^--user show ', stdout: unit() }, ...NO_UNITS]);
    await fixture.tools.play('journalctl', [
      { args: '--disk-usage', stdout: 'Archived and active journals take up 3.9G in the file system.\n' },
    ]);
    const found = await examineAll(context(), CHECKS, { name: 'main' });
    expect(found.find(({ check }) => check === 'journal')?.findings).toMatchObject([
      { code: 'journal_huge', severity: 'info' },
    ]);
  });
});

describe('what cannot be asked is never told to be well', () => {
  const resultsOf = async (check: string, more = ''): Promise<unknown> => {
    await fixture.tools.play('systemctl', [
      {
        args: '^--user show ',
        stdout: 'Id=hermes-gateway.service\nLoadState=loaded\nActiveState=active\nRestart=always\n',
      },
      ...NO_UNITS,
    ]);
    const found = (
      await examineAll(
        context(more),
        CHECKS.filter(({ name }) => name === check),
        { name: 'main' },
      )
    )[0];
    return found?.findings[0]?.code ?? found?.result;
  };

  test.each([
    ['linger', 'loginctl', { code: 1, stderr: 'Failed to connect to bus: No such file or directory\n' }, 'cannot_ask'],
    ['journal', 'journalctl', { code: 1, stderr: 'Failed to open journal: Permission denied\n' }, 'cannot_ask'],
    ['journal', 'journalctl', { stdout: 'in words of next year\n' }, 'cannot_ask'],
    ['journal', 'journalctl', { stdout: 'No journal files were found.\n' }, 'ok'],
    [
      'other-watchdog',
      'crontab',
      { code: 1, stderr: 'You (me) are not allowed to use this program (crontab)\n' },
      'cannot_ask',
    ],
    ['other-watchdog', 'crontab', { code: 1, stderr: 'no crontab for me\n' }, 'ok'],
    ['other-watchdog', 'crontab', { code: 1, stderr: "crontab: can't open 'me': No such file or directory\n" }, 'ok'],
  ])('%s, where %s answers %j: %s', async (check, tool, answer, expected) => {
    await fixture.tools.play(tool, [{ args: '', ...answer }]);
    expect(await resultsOf(check)).toEqual(expected);
  });

  it.skipIf(ROOT)('settings that this user may not read', async () => {
    await file('.env', 'FEISHU_APP_ID=cli_0123456789abcdef\n', 0o000);
    await file('config.yaml', '{}\n');
    expect(await resultsOf('settings')).toBe('cannot_ask');
  });

  it('a service manager that the configuration names, wherever its definition lies', async () => {
    await fixture.tools.play('systemctl', [
      { args: '', code: 1, stderr: 'Failed to connect to bus: No medium found\n' },
    ]);
    const found = await examineAll(context(', supervisor: systemd-user, unit: mine.service'), CHECKS, { name: 'main' });
    expect(found.find(({ check }) => check === 'nobody-revives')).toMatchObject({
      result: 'found',
      findings: [{ code: 'cannot_ask', problem: expect.stringContaining('No medium found') as string }],
    });
  });
});

describe('files that are no evidence', () => {
  const refused = async (): Promise<readonly DoctorFinding[]> =>
    (await examineAll(context(), GATEWAY_CHECKS, { name: 'main' })).find(({ check }) => check === 'trust')?.findings ??
    [];

  it('are none where all is in order', async () => {
    expect(await refused()).toEqual([]);
  });

  it('are those that others can write, with the command that mends it, and mends it', async () => {
    await chmod(fixture.dir, 0o755);
    await chmod(fixture.home, 0o755);
    await file('gateway_state.json', '{}');
    await chmod(join(fixture.home, 'gateway_state.json'), 0o666);
    const found = await refused();
    expect(found).toMatchObject([
      {
        code: 'file_refused',
        severity: 'error',
        path: join(fixture.home, 'gateway_state.json'),
        commands: [`chmod o-w ${fixture.home}/gateway_state.json`],
      },
    ]);
    expect(await found[0]?.fix?.act?.run(new AbortController().signal)).toMatchObject({ outcome: 'done' });
    expect((await stat(join(fixture.home, 'gateway_state.json'))).mode & 0o777).toBe(0o664);
    await chmod(fixture.home, 0o777);
    // The folder is named first: whoever may write it may change all that is in it.
    expect(await refused()).toMatchObject([{ path: fixture.home }]);
  });

  it('are pipes and folders in their places, of which no command is told', async () => {
    await mkdir(join(fixture.home, 'gateway.pid'));
    expect(await refused()).toMatchObject([
      { code: 'file_refused', refusal: { why: 'kind', kind: 'folder' }, commands: [], fix: null },
    ]);
  });

  it.runIf(ROOT)('are those of another user, older logs among them', async () => {
    await chmod(fixture.dir, 0o755);
    await mkdir(join(fixture.home, 'logs'), { recursive: true });
    await file('logs/gateway.log', '');
    await file('logs/gateway.log.2', '');
    await chown(join(fixture.home, 'logs/gateway.log.2'), 4_242, 4_242);
    expect(await refused()).toMatchObject([
      {
        path: join(fixture.home, 'logs/gateway.log.2'),
        refusal: { why: 'owner', uid: 4_242 },
        commands: [],
        fix: null,
      },
    ]);
  });
});
