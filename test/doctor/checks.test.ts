import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { KEEPING_CHECKS } from '../../src/doctor/checks/index.ts';
import { examineAll, findingsOf, type DoctorFinding } from '../../src/doctor/check.ts';
import { findingText } from '../../src/doctor/report.ts';
import { buildBinary } from 'plist';
import { DOCKER } from '../supervisors/docker-outputs.ts';
import type { Answer } from '../supervisors/fake-tools.ts';
import { NOT_FOUND, printed } from '../supervisors/launchd-outputs.ts';
import { playPython, PYTHON } from '../sensors/process/python.ts';
import { expectSound } from './sound.ts';
import { createFixtureHome, LABEL, NO_UNITS, plistText, type FixtureHome } from './home.ts';

let fixture: FixtureHome;
beforeEach(async () => {
  fixture = await createFixtureHome();
});
afterEach(() => fixture.remove());

const codes = (found: readonly DoctorFinding[]): readonly string[] => found.map(({ code }) => code);
const look = async (gateway?: string): Promise<readonly DoctorFinding[]> =>
  expectSound(findingsOf(await examineAll(fixture.context(gateway), KEEPING_CHECKS, { name: 'main' })));
const loaded = (label = LABEL, argv?: readonly string[]): Answer => ({
  args: `^print gui/501/${label}$`,
  stdout: printed(`gui/501/${label}`, { state: 'running', pid: 7, ...(argv ? { argv } : {}) }),
});
const NOT_LOADED: readonly Answer[] = [
  { args: '^print ', ...NOT_FOUND },
  { args: '^print-disabled', stdout: 'disabled services = {\n}\n' },
];
const GATEWAY = [PYTHON, '-m', 'hermes_cli.main', 'gateway', 'run'];

describe('launchd', () => {
  it("finds nothing in Hermes's own plist of today", async () => {
    await fixture.tools.play('launchctl', [loaded()]);
    await fixture.plist(
      `${LABEL}.plist`,
      plistText({
        args: [
          PYTHON,
          '-m',
          'hermes_cli.stderr_timestamp',
          '--error-log',
          '/x/gateway.error.log',
          '--',
          PYTHON,
          '-m',
          'hermes_cli.main',
          'gateway',
          'run',
          '--external-supervisor',
        ],
      }),
    );
    await fixture.plist(
      'com.example.other.plist',
      plistText({ label: 'com.example.other', args: ['/bin/sleep', '5'], keepAlive: null, exitTimeout: null }),
    );
    await fixture.plist('com.example.broken.plist', 'not a plist');
    expect(await look()).toEqual([]);
  });

  it('finds --replace together with KeepAlive, on or conditional, and not without it', async () => {
    await fixture.tools.play('launchctl', [loaded()]);
    const args = [...GATEWAY, '--replace'];
    await fixture.plist(`${LABEL}.plist`, plistText({ args }));
    const [found, ...others] = await look();
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'launchd_replace', severity: 'error', where: 'file', label: LABEL });
    expect(found?.commands).toEqual([
      `launchctl bootout gui/501/${LABEL}`,
      `launchctl bootstrap gui/501 ${join(fixture.agents, `${LABEL}.plist`)}`,
    ]);
    await fixture.plist(
      `${LABEL}.plist`,
      plistText({ args, keepAlive: '<dict><key>SuccessfulExit</key><false/></dict>' }),
    );
    expect(codes(await look())).toEqual(['launchd_replace', 'launchd_keep_alive']);
    await fixture.plist(`${LABEL}.plist`, plistText({ args, keepAlive: null }));
    expect(codes(await look())).toEqual(['launchd_keep_alive']);
  });

  it('finds a job that still runs what its plist said before', async () => {
    await fixture.tools.play('launchctl', [loaded(LABEL, [...GATEWAY, '--replace'])]);
    await fixture.plist(`${LABEL}.plist`, plistText());
    expect(await look()).toMatchObject([{ code: 'launchd_replace', where: 'loaded', fix: { edit: null } }]);
  });

  test.each([
    ['<false/>', 'off', 'error'],
    [null, 'off', 'error'],
    ['<dict><key>SuccessfulExit</key><false/></dict>', 'conditional', 'warning'],
  ] as const)('KeepAlive %s is %s', async (keepAlive, value, severity) => {
    await fixture.tools.play('launchctl', [loaded()]);
    await fixture.plist(`${LABEL}.plist`, plistText({ keepAlive }));
    expect(await look()).toMatchObject([{ code: 'launchd_keep_alive', value, severity }]);
  });

  test.each([
    [null, 1],
    [0, 1],
    [5, 1],
    [25, 0],
    [70, 0],
  ])('ExitTimeOut %s: %i findings', async (exitTimeout, count) => {
    await fixture.tools.play('launchctl', [loaded()]);
    await fixture.plist(`${LABEL}.plist`, plistText({ exitTimeout }));
    expect(codes(await look())).toEqual(Array.from({ length: count }, () => 'launchd_exit_timeout'));
  });

  it('finds a plist whose job is not loaded, and offers to load it; not when somebody has disabled it', async () => {
    const path = await fixture.plist(`${LABEL}.plist`, plistText());
    await fixture.tools.play('launchctl', NOT_LOADED);
    expect(await look()).toMatchObject([
      {
        code: 'launchd_unloaded',
        severity: 'error',
        commands: [`launchctl bootstrap gui/501 ${path}`],
        fix: { edit: null },
      },
    ]);
    await fixture.tools.play('launchctl', [
      { args: '^print ', ...NOT_FOUND },
      { args: '^print-disabled', stdout: `disabled services = {\n\t"${LABEL}" => disabled\n}\n` },
    ]);
    expect(await look()).toMatchObject([
      {
        code: 'launchd_disabled',
        fix: null,
        commands: [`launchctl enable gui/501/${LABEL}`, `launchctl bootstrap gui/501 ${path}`],
      },
    ]);
  });

  it('loads nothing beside a gateway that somebody else started, or that launchd has refused before', async () => {
    const path = await fixture.plist(`${LABEL}.plist`, plistText());
    await fixture.tools.play('launchctl', NOT_LOADED);
    const other = await playPython(['-m', 'hermes_cli.main', 'gateway', 'run'], { HERMES_HOME: fixture.home });
    expect(await look()).toMatchObject([
      { code: 'launchd_unloaded', commands: ['hermes gateway stop', `launchctl bootstrap gui/501 ${path}`], fix: null },
    ]);
    const ended = once(other, 'exit');
    other.kill('SIGKILL');
    await ended;
    await writeFile(join(fixture.home, '.gateway-launchd-unsupported'), '');
    expect(await look()).toMatchObject([{ code: 'launchd_unloaded', fix: null }, { code: 'launchd_unsupported' }]);
  });

  it('loads nothing while an update of the gateway is running', async () => {
    await fixture.plist(`${LABEL}.plist`, plistText());
    await fixture.tools.play('launchctl', NOT_LOADED);
    const [found] = await look();
    await writeFile(join(fixture.home, '.update_pending.json'), '{}');
    expect(await found?.fix?.act?.run(new AbortController().signal)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('.update_pending.json') as string,
    });
    expect((await fixture.tools.calls()).filter((call) => call.includes('boot'))).toEqual([]);
  });

  it('loads none of several plists for the same home, and does not miss those beside a loaded one', async () => {
    await fixture.plist(`${LABEL}.plist`, plistText());
    await fixture.plist('com.me.hermes.plist', plistText({ label: 'com.me.hermes' }));
    await fixture.tools.play('launchctl', NOT_LOADED);
    const found = await look();
    expect(codes(found)).toEqual(['launchd_unloaded', 'launchd_unloaded', 'launchd_several']);
    expect(found.every(({ fix }) => fix === null)).toBe(true);
    await fixture.tools.play('launchctl', [loaded(), ...NOT_LOADED]);
    expect(codes(await look())).toEqual(['launchd_several']);
  });

  it('tells once that launchd cannot be asked, and still what is wrong with the file', async () => {
    await fixture.tools.play('launchctl', [
      { args: '', code: 1, stderr: 'Could not print service: 1: Operation not permitted\n' },
    ]);
    await fixture.plist(`${LABEL}.plist`, plistText({ args: [...GATEWAY, '--replace'] }));
    expect(await look()).toMatchObject([
      { code: 'launchd_replace', commands: [], fix: { act: null } },
      { code: 'cannot_ask', problem: expect.stringContaining('Operation not permitted') as string },
    ]);
  });

  it("tells of Hermes's own note that launchd does not take its job", async () => {
    await fixture.tools.play('launchctl', [loaded()]);
    await fixture.plist(`${LABEL}.plist`, plistText());
    await writeFile(join(fixture.home, '.gateway-launchd-unsupported'), '');
    expect(codes(await look())).toEqual(['launchd_unsupported']);
  });

  it('finds several plists for the same home, by profile or by HERMES_HOME, and leaves those of other homes out', async () => {
    await fixture.tools.play('launchctl', [loaded(), loaded('com.me.hermes'), loaded('ai.hermes.gateway-ops')]);
    const own = await fixture.plist(`${LABEL}.plist`, plistText());
    const rival = await fixture.plist(
      'com.me.hermes.plist',
      plistText({ label: 'com.me.hermes', env: { HERMES_HOME: `${fixture.home}/` } }),
    );
    await fixture.plist(
      'ai.hermes.gateway-ops.plist',
      plistText({
        label: 'ai.hermes.gateway-ops',
        args: [PYTHON, '-m', 'hermes_cli.main', '--profile', 'ops', 'gateway', 'run'],
      }),
    );
    expect(await look()).toMatchObject([
      {
        code: 'launchd_several',
        home: fixture.home,
        plists: [own, rival],
        commands: ['launchctl bootout gui/501/com.me.hermes', `mv ${rival} ${rival}.off`],
        fix: null,
      },
    ]);
  });

  it("finds several also behind Hermes's own wrapper, and leaves those of other homes out", async () => {
    const WRAPPED = [
      PYTHON,
      '-m',
      'hermes_cli.stderr_timestamp',
      '--error-log',
      '/x/gateway.error.log',
      '--',
      ...GATEWAY,
    ];
    await fixture.tools.play('launchctl', [loaded(), loaded('com.me.hermes'), loaded('ai.hermes.gateway-ops')]);
    const own = await fixture.plist(`${LABEL}.plist`, plistText({ args: WRAPPED }));
    const rival = await fixture.plist('com.me.hermes.plist', plistText({ label: 'com.me.hermes', args: WRAPPED }));
    await fixture.plist(
      'ai.hermes.gateway-ops.plist',
      plistText({
        label: 'ai.hermes.gateway-ops',
        args: WRAPPED,
        env: { HERMES_HOME: join(fixture.home, 'profiles', 'ops') },
      }),
    );
    expect(await look()).toMatchObject([{ code: 'launchd_several', home: fixture.home, plists: [own, rival] }]);
  });

  it('finds two profiles that are one: the profile by its flag, and its home by the variable', async () => {
    const home = join(fixture.home, 'profiles', 'ops');
    await mkdir(home, { recursive: true });
    await fixture.tools.play('launchctl', [loaded('ai.hermes.gateway-ops'), loaded('com.me.ops')]);
    await fixture.plist(
      'ai.hermes.gateway-ops.plist',
      plistText({
        label: 'ai.hermes.gateway-ops',
        args: [PYTHON, '-m', 'hermes_cli.main', '--profile', 'ops', 'gateway', 'run'],
      }),
    );
    await fixture.plist('com.me.ops.plist', plistText({ label: 'com.me.ops', env: { HERMES_HOME: home } }));
    expect(codes(await look(`, home: "${home}"`))).toEqual(['launchd_several']);
    expect(codes(await look())).toEqual(['nobody_revives']);
  });

  it('finds a program that is gone, behind a wrapper too, and says how it is installed anew', async () => {
    await fixture.tools.play('launchctl', [loaded()]);
    await fixture.plist(
      `${LABEL}.plist`,
      plistText({ args: ['/gone/python', '-m', 'hermes_cli.main', 'gateway', 'run'] }),
    );
    expect(await look(', command: [hermes, -p, ops, gateway, run]')).toMatchObject([
      { code: 'launchd_program_gone', program: '/gone/python', commands: ['hermes -p ops gateway install --force'] },
    ]);
    await fixture.plist(
      `${LABEL}.plist`,
      plistText({ args: [PYTHON, '-m', 'hermes_cli.stderr_timestamp', '--', '/gone/hermes', 'gateway', 'run'] }),
    );
    expect(await look()).toMatchObject([{ code: 'launchd_program_gone', program: '/gone/hermes' }]);
  });

  it('tells of a plist under its own name that cannot be read, and reads a binary one', async () => {
    await fixture.tools.play('launchctl', [loaded()]);
    await fixture.plist(`${LABEL}.plist`, plistText().slice(0, 400));
    expect(await look()).toMatchObject([{ code: 'launchd_unreadable', problem: 'it is no complete property list' }]);
    await fixture.plist(
      `${LABEL}.plist`,
      Buffer.from(
        buildBinary({ Label: LABEL, ProgramArguments: [...GATEWAY, '--replace'], KeepAlive: true, ExitTimeOut: 25 }),
      ),
    );
    expect(await look()).toMatchObject([{ code: 'launchd_replace', where: 'file' }]);
  });
});

const unit = (properties: Readonly<Record<string, string | number>> = {}): string =>
  `${Object.entries({
    Id: 'hermes-gateway.service',
    LoadState: 'loaded',
    ActiveState: 'active',
    Result: 'success',
    Restart: 'always',
    ExecMainCode: 0,
    ExecMainStatus: 0,
    ExecStart:
      '{ path=/usr/bin/python3 ; argv[]=/usr/bin/python3 -m hermes_cli.main gateway run ; ignore_errors=no ; start_time=[n/a] ; pid=0 }',
    ...properties,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
const users = (...units: readonly string[]): readonly Answer[] => [
  { args: '^--user show ', stdout: units.join('\n') },
  ...NO_UNITS,
];
const LINGERS: readonly Answer[] = [{ args: '^show-user me ', stdout: 'Linger=yes\n' }];

describe('systemd', () => {
  beforeEach(() => fixture.tools.play('loginctl', LINGERS));

  it("finds nothing about Hermes's own unit of today", async () => {
    await fixture.tools.play('systemctl', users(unit()));
    expect(await look()).toEqual([]);
  });

  const REPLACE = '{ path=/usr/bin/hermes ; argv[]=/usr/bin/hermes gateway run --replace ; ignore_errors=no }';
  test.each<[string, Readonly<Record<string, string | number>>, readonly string[]]>([
    ['Restart=no', { Restart: 'no' }, ['unit_restart_no']],
    ['exit 78', { ActiveState: 'failed', Result: 'exit-code', ExecMainCode: 1, ExecMainStatus: 78 }, ['config_fatal']],
    [
      'exit 78, and running again',
      { ActiveState: 'active', Result: 'success', ExecMainCode: 1, ExecMainStatus: 78 },
      [],
    ],
    [
      'killed by a signal whose number is 78',
      { ActiveState: 'failed', Result: 'signal', ExecMainCode: 2, ExecMainStatus: 78 },
      [],
    ],
    ['masked', { LoadState: 'masked' }, ['nobody_revives']],
    [
      'the start limit',
      { ActiveState: 'failed', Result: 'start-limit-hit', ExecMainCode: 1, ExecMainStatus: 1 },
      ['start_limit'],
    ],
    ['--replace', { ExecStart: REPLACE }, ['unit_replace']],
    ['--replace that nothing revives', { ExecStart: REPLACE, Restart: 'no' }, ['unit_restart_no']],
  ])('%s', async (_name, properties, expected) => {
    await fixture.tools.play('systemctl', users(unit(properties)));
    expect(codes(await look())).toEqual(expected);
  });

  it('mends a start limit', async () => {
    await fixture.tools.play('systemctl', [
      ...users(unit({ ActiveState: 'failed', Result: 'start-limit-hit' })),
      { args: '^--user (reset-failed|start) hermes-gateway.service$' },
    ]);
    const [found] = await look();
    expect(await found?.fix?.act?.run(new AbortController().signal)).toMatchObject({ outcome: 'done' });
    expect((await fixture.tools.calls()).slice(-2)).toEqual([
      'systemctl --user reset-failed hermes-gateway.service',
      'systemctl --user start hermes-gateway.service',
    ]);
  });

  test.each<[string, readonly Answer[], readonly string[]]>([
    ['off', [{ args: '', stdout: 'Linger=no\n' }], ['no_linger']],
    [
      'of a user who is not there',
      [{ args: '', code: 1, stderr: 'Failed to get user: User ID 501 is not logged in or lingering\n' }],
      ['no_linger'],
    ],
    ['not to be asked', [{ args: '', code: 1, stderr: 'Failed to connect to bus\n' }], ['cannot_ask']],
    ['of which nothing is told', [{ args: '', stdout: '\n' }], ['cannot_ask']],
  ])('lingering %s', async (_name, answers, expected) => {
    await fixture.tools.play('loginctl', answers);
    await fixture.tools.play('systemctl', users(unit()));
    expect(codes(await look())).toEqual(expected);
    await fixture.tools.play('systemctl', [{ args: '^--user show' }, { args: '^show ', stdout: unit() }]);
    expect(codes(await look())).toEqual([]);
  });

  it('finds the old unit beside the new one, and no stranger of the same name', async () => {
    await fixture.tools.play('systemctl', users(unit(), unit({ Id: 'hermes.service' })));
    expect(await look()).toMatchObject([
      {
        code: 'rival_units',
        units: ['hermes-gateway.service (user)', 'hermes.service (user)'],
        commands: ['systemctl --user disable --now hermes.service'],
      },
    ]);
    await fixture.tools.play(
      'systemctl',
      users(
        unit(),
        unit({
          Id: 'hermes.service',
          ExecStart: '{ path=/usr/bin/hermes-mail ; argv[]=/usr/bin/hermes-mail --daemon ; }',
        }),
      ),
    );
    expect(await look()).toEqual([]);
  });

  it("finds a system's unit beside a user's", async () => {
    await fixture.tools.play('systemctl', [{ args: ' ?show ', stdout: unit() }]);
    expect(await look()).toMatchObject([
      { code: 'rival_units', commands: ['sudo systemctl disable --now hermes-gateway.service'] },
    ]);
  });

  it('says that it could not ask where a definition lies that nobody tells of', async () => {
    const folder = join(fixture.dir, '.config', 'systemd', 'user');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'hermes-gateway.service'), '');
    await fixture.tools.play('systemctl', [
      { args: '', code: 1, stderr: 'Failed to connect to bus: No medium found\n' },
    ]);
    expect(await look()).toMatchObject([
      { code: 'cannot_ask', problem: expect.stringContaining('No medium found') as string },
    ]);
  });

  it('asks for the unit that the configuration names', async () => {
    await fixture.tools.play('systemctl', [
      { args: '^--user show .* my-gateway.service', stdout: unit({ Id: 'my-gateway.service', Restart: 'no' }) },
      ...NO_UNITS,
    ]);
    expect(await look(', supervisor: systemd-user, unit: my-gateway.service')).toMatchObject([
      { code: 'unit_restart_no', unit: 'my-gateway.service', commands: ['systemctl --user edit my-gateway.service'] },
    ]);
  });
});

describe('nobody revives it', () => {
  test.each<[string, readonly string[]]>([
    ['', ['nobody_revives']],
    [', heal: off', ['nobody_revives']],
    [', supervisor: process', []],
    [', supervisor: process, heal: ask', ['nobody_revives']],
  ])('with no definition anywhere and "%s"', async (gateway, expected) => {
    await fixture.tools.play('systemctl', NO_UNITS);
    expect(codes(await look(gateway))).toEqual(expected);
  });

  it('finds a container without a restart policy, and says how it gets one', async () => {
    await fixture.tools.play('docker', [{ args: '^inspect', stdout: DOCKER.running }]);
    expect(await look(', supervisor: docker, unit: gateway')).toMatchObject([
      { code: 'nobody_revives', supervisor: 'docker', commands: ['docker update --restart unless-stopped gateway'] },
    ]);
    await fixture.tools.play('docker', [{ args: '^inspect', stdout: DOCKER.loop }]);
    expect(await look(', supervisor: docker, unit: gateway')).toEqual([]);
  });
});

describe('words', () => {
  it('has no ASCII comma, colon or bracket between Chinese characters', async () => {
    await fixture.tools.play('launchctl', NOT_LOADED);
    await fixture.plist(
      `${LABEL}.plist`,
      plistText({ args: [...GATEWAY, '--replace'], exitTimeout: null, keepAlive: '<dict/>' }),
    );
    const found = await look();
    expect(found.length).toBeGreaterThan(3);
    for (const finding of found) {
      expect(findingText(finding, 'zh-CN', { hint: true })).not.toMatch(
        /\p{Script=Han}[,:;()?!]|[,:;()?!]\p{Script=Han}/u,
      );
      expect(findingText(finding, 'en', { hint: true })).not.toMatch(/\p{Script=Han}/u);
    }
  });
});
