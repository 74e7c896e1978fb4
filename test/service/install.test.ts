/**
 * What an installation demands, refuses, writes and runs; on a played service manager. The real one is in
 * test/real/systemd.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { carryOut, installService } from '../../src/service/install.ts';
import { envFileOf, envNamesIn } from '../../src/service/env-file.ts';
import { pathOfService } from '../../src/service/make-spec.ts';
import { shortLine } from '../../src/service/last-lines.ts';
import { uninstalledText } from '../../src/text/cli/service.ts';
import { fleetingPaths, type ServiceMachine } from '../../src/service/machine.ts';
import { planInstall, type InstallRequest } from '../../src/service/install-plan.ts';
import { serviceState } from '../../src/service/state.ts';
import { uninstall } from '../../src/service/uninstall.ts';
import { lockFolder } from '../../src/store/locks.ts';
import { playMachine, type PlayedMachine } from './machine.ts';

const request = (configFile: string, more: Partial<InstallRequest> = {}): InstallRequest => ({
  configFile,
  scope: 'user',
  locale: 'en',
  ...more,
});
const install = async ({ machine }: PlayedMachine, configFile: string) =>
  carryOut(await planInstall(request(configFile), machine), machine);
const refusal = (code: string, words: string): Error =>
  expect.objectContaining({ name: 'UserError', code, message: expect.stringContaining(words) as string }) as Error;
const QQ = { channels: { qq: { app_id: '1', client_secret: '${BOT_SECRET}' } } };

describe('an installation', () => {
  it('writes the unit, enables and restarts it; done again it does nothing; after an edit it keeps a copy', async () => {
    const played = playMachine();
    const file = played.writeConfig();
    const unit = join(played.machine.self.home, '.config/systemd/user/lifeline.service');
    expect(await install(played, file)).toMatchObject({
      outcome: 'installed',
      path: unit,
      guard: 'rights',
      watchdog: true,
      copy: null,
    });
    const steps = ['daemon-reload', 'enable lifeline.service', 'restart lifeline.service'].map(
      (words) => `systemctl --user ${words}`,
    );
    expect(played.ran).toEqual(steps);
    played.answer('show --property=NeedDaemonReload', { stdout: 'no' });
    played.answer('show --property=ActiveState', { stdout: 'active' });
    played.answer('show --property=UnitFileState', { stdout: 'enabled' });
    expect((await install(played, file)).outcome).toBe('already');
    expect(played.ran).toEqual(steps);
    // Its program was written anew since: an upgrade.
    const entry = join(played.dir, 'bin.js');
    writeFileSync(entry, '');
    const upgraded = { ...played, machine: { ...played.machine, entry } };
    await install(upgraded, file);
    const before = played.ran.length;
    played.answer('show --property=MainPID', { stdout: String(process.pid) });
    expect((await install(upgraded, file)).outcome).toBe('changed');
    expect(played.ran.slice(before)).toEqual(steps);
    played.answer('show --property=MainPID', { stdout: '0' });
    await install(played, file);
    played.ran.splice(0, played.ran.length, ...steps);
    appendFileSync(unit, '# mine\n');
    const { outcome, copy } = await install(played, file);
    expect(outcome).toBe('changed');
    expect(readFileSync(copy ?? '', 'utf8')).toMatch(/# mine\n$/);
    expect(readFileSync(unit, 'utf8')).not.toContain('# mine');
    expect(played.ran).toEqual([...steps, ...steps]);
  });

  it('that only another Lifeline would write otherwise is told as outdated, and brought up to date without a copy', async () => {
    const played = playMachine();
    const file = played.writeConfig();
    await install(played, file);
    const newer = { ...played, machine: { ...played.machine, node: '/usr/local/bin/node' } };
    expect(await serviceState(played.machine)).toMatchObject({
      kind: 'systemd',
      definition: 'current',
      active: 'active',
      configFile: file,
    });
    expect(await serviceState(newer.machine)).toMatchObject({ definition: 'outdated' });
    expect(await install(newer, file)).toMatchObject({ outcome: 'changed', copy: null });
    expect(await serviceState(newer.machine)).toMatchObject({ definition: 'current' });
  });

  it('that does not come up says why, with the end of the log', async () => {
    const played = playMachine();
    played.answer('restart lifeline.service', { exitCode: 1, stderr: 'Job for lifeline.service failed.' });
    played.answer('journalctl', {
      stdout:
        'config.yaml:3:1: unknown key\n{"level":50,"time":"2026-11-21T10:31:05.000Z","msg":"no way","reason":"because"}\n',
    });
    const { ok, text } = await installService(
      { configFile: played.writeConfig(), scope: 'user', locale: 'en' },
      played.machine,
    );
    expect(ok).toBe(false);
    expect(text).toMatch(
      /^🔴 [^\n]*did not come up\.\nJob for lifeline.service failed\.\nThe end of its log:\n  config.yaml:3:1: unknown key\n  \d\d:31:05 error: no way \(because\)/,
    );
  });

  it('that does not come up shows the journal rather than what its log file had before, and that file where there is no journal', async () => {
    const played = playMachine();
    const log = join(played.dir, 'own.log');
    writeFileSync(log, 'old news\n');
    played.answer('restart lifeline.service', { exitCode: 1, stderr: 'failed' });
    const file = played.writeConfig({ log_file: log });
    expect((await install(played, file)).log).toEqual(['old news']);
    played.answer('journalctl', { stdout: 'the news\n' });
    expect((await install(played, file)).log).toEqual(['the news']);
  });

  it('that does not come up leaves nothing behind, so that there is nothing to be taken away', async () => {
    const played = playMachine();
    const file = played.writeConfig();
    const unit = join(played.machine.self.home, '.config/systemd/user/lifeline.service');
    played.answer('restart lifeline.service', { exitCode: 1, stderr: 'Job for lifeline.service failed.' });
    expect(await install(played, file)).toMatchObject({ outcome: 'not_ready', takenBack: 'removed' });
    expect(existsSync(unit)).toBe(false);
    expect(played.ran.slice(-3)).toEqual(
      ['disable --now lifeline.service', 'daemon-reload', 'reset-failed lifeline.service'].map(
        (words) => `systemctl --user ${words}`,
      ),
    );
    expect(await uninstall({ locale: 'en' }, played.machine)).toBeNull();
  });

  it.each(['daemon-reload', 'enable lifeline.service', 'restart lifeline.service'])(
    'whose manager is gone at "%s" leaves nothing behind',
    async (words) => {
      const played = playMachine();
      const { run } = played.machine;
      let isGone = false;
      const machine: ServiceMachine = {
        ...played.machine,
        run: (argv, options) => {
          isGone ||= argv.join(' ').endsWith(words);
          return isGone && argv.includes('systemctl')
            ? Promise.resolve({
                exitCode: 1,
                stdout: '',
                stderr: 'Failed to connect to bus: Connection refused',
                failure: null,
              })
            : run(argv, options);
        },
      };
      const links = join(played.machine.self.home, '.config/systemd/user/default.target.wants');
      mkdirSync(links, { recursive: true });
      symlinkSync('../lifeline.service', join(links, 'lifeline.service'));
      expect(await install({ ...played, machine }, played.writeConfig())).toMatchObject({
        outcome: 'not_ready',
        takenBack: 'removed',
        problem: expect.stringContaining('Connection refused') as string,
      });
      expect(readdirSync(dirname(links))).toEqual(['default.target.wants']);
      expect(readdirSync(links)).toEqual([]);
    },
  );

  it('that does not come up puts the earlier definition back, as a person had changed it, and starts it', async () => {
    const played = playMachine();
    const file = played.writeConfig();
    const { path } = await install(played, file);
    appendFileSync(path, '# mine\n');
    const earlier = readFileSync(path, 'utf8');
    played.answer('show --property=ActiveState', { stdout: 'active' });
    played.answer('show --property=UnitFileState', { stdout: 'enabled' });
    played.answer('restart lifeline.service', { exitCode: 1, stderr: 'failed' });
    const newer = { ...played, machine: { ...played.machine, node: '/usr/local/bin/node' } };
    expect(await install(newer, file)).toMatchObject({ outcome: 'not_ready', takenBack: 'restored', copy: null });
    expect(readFileSync(path, 'utf8')).toBe(earlier);
    expect(readdirSync(dirname(path))).toEqual(['lifeline.service']);
    expect(played.ran.slice(-4)).toEqual(
      [
        'stop lifeline.service',
        'daemon-reload',
        'reset-failed lifeline.service',
        'start --no-block lifeline.service',
      ].map((words) => `systemctl --user ${words}`),
    );
  });

  it('that systemd reads from somewhere else has failed', async () => {
    const played = playMachine();
    played.answer('show --property=FragmentPath', { stdout: '/etc/systemd/user/lifeline.service' });
    expect(await install(played, played.writeConfig())).toMatchObject({
      outcome: 'not_ready',
      problem: expect.stringContaining('/etc/systemd/user/lifeline.service') as string,
    });
  });

  test.each<[string, object, string]>([
    ['a bare process', { gateways: [{ name: 'main', kind: 'hermes', home: '/', supervisor: 'process' }] }, 'none'],
    ['own commands', { commands: [{ name: 'disk', run: ['df'], role: 'viewer' }] }, 'size'],
    ['neither', {}, 'rights'],
  ])('beside %s has the guard that goes with it', async (_what, keys, guard) => {
    const { machine, writeConfig } = playMachine();
    expect((await planInstall(request(writeConfig(keys)), machine)).spec.guard).toBe(guard);
  });

  test.each([
    ['systemd 245 (245.4)', 0, false],
    ['systemd 246 (246.1)', 0, true],
    ['', 127, false],
  ])('with systemd-notify of "%s" (%d) has a watchdog: %s', async (stdout, exitCode, notify) => {
    const { machine, writeConfig, answer } = playMachine();
    answer('systemd-notify --version', { stdout, exitCode });
    expect((await planInstall(request(writeConfig()), machine)).spec.notify).toBe(notify);
  });

  it("of the system runs as the owner of the gateway's home, else as who is named", async () => {
    const { machine, writeConfig, answer } = playMachine();
    const root = { ...machine, self: { name: 'root', uid: 0, home: '/root' } };
    const file = writeConfig();
    answer(`getent passwd ${statSync(file).uid}`, { stdout: `owner:x:${statSync(file).uid}:1::/home/owner:/bin/sh` });
    answer('getent passwd bob', { stdout: 'bob:x:1234:1234::/home/bob:/bin/sh' });
    const owner = statSync(file).uid === 0 ? 'root' : 'owner';
    expect((await planInstall(request(file, { scope: 'system' }), root)).spec.account.name).toBe(owner);
    expect((await planInstall(request(file, { scope: 'system', runAs: 'bob' }), root)).text).toMatch(/^User=bob$/m);
    answer('getent passwd eve', { exitCode: 2 });
    await expect(planInstall(request(file, { scope: 'system', runAs: 'eve' }), root)).rejects.toThrow(
      refusal('SERVICE_NO_ACCOUNT', '"eve"'),
    );
  });
});

describe('an installation is refused', () => {
  const NOBODY = { name: 'me', uid: 12_345, home: '/nowhere' };
  test.each<[string, Parameters<typeof playMachine>[0], Partial<InstallRequest>, string, string]>([
    ['on Windows', { platform: 'win32' }, {}, 'SERVICE_NO_MANAGER', 'nothing to install a service with'],
    [
      'for the system by anybody but root',
      { self: NOBODY },
      { scope: 'system' },
      'SERVICE_NEEDS_ROOT',
      'sudo /usr/bin/node /opt/lifeline/dist/src/bin.js service install --system --run-as me --config /',
    ],
    ['for the system on a Mac', { platform: 'darwin' }, { scope: 'system' }, 'USAGE_SCOPE', '--system'],
    ['with an account for a user service', {}, { runAs: 'bob' }, 'USAGE_SCOPE', '--run-as'],
    ['without a configuration', {}, { configFile: '/nowhere/config.yaml' }, 'CONFIG_MISSING', 'lifeline init'],
  ])('%s', async (_when, change, more, code, words) => {
    const { machine, writeConfig } = playMachine(change);
    await expect(planInstall(request(writeConfig(), more), machine)).rejects.toThrow(refusal(code, words));
  });

  it('with a configuration that is wrong, and nothing is written', async () => {
    const { machine, writeConfig, ran } = playMachine();
    const file = writeConfig({ watch: { pulses: '1s' } });
    await expect(planInstall(request(file), machine)).rejects.toThrow(refusal('CONFIG_INVALID', 'pulses'));
    expect(await installService({ configFile: file, scope: 'user', locale: 'en' }, machine)).toMatchObject({
      ok: false,
      text: expect.stringContaining('pulses') as string,
    });
    expect(ran).toEqual([]);
  });

  it('beside a service of the other scope', async () => {
    const { machine, writeConfig } = playMachine();
    writeFileSync(join(machine.systemUnits, 'lifeline.service'), '');
    await expect(planInstall(request(writeConfig()), machine)).rejects.toThrow(
      refusal('SERVICE_OTHER_SCOPE', 'lifeline service uninstall'),
    );
  });

  it('while another Lifeline has the data folder, but not while the service itself has it', async () => {
    const { dir, machine, writeConfig, answer } = playMachine();
    const file = writeConfig();
    const lock = lockFolder(join(dir, 'data'));
    onTestFinished(lock.release);
    await expect(planInstall(request(file), machine)).rejects.toThrow(
      refusal('SERVICE_IN_USE', `(process ${process.pid})`),
    );
    answer('show --property=MainPID', { stdout: '7' });
    expect((await planInstall(request(file), machine)).config.file).toBe(file);
  });

  it('where systemd was not booted', async () => {
    const { machine, writeConfig } = playMachine();
    const { XDG_RUNTIME_DIR: _gone, ...env } = machine.env;
    const other = { ...machine, env, self: { ...machine.self, uid: 2 ** 31 } };
    await expect(planInstall(request(writeConfig()), other)).rejects.toThrow(
      expect.objectContaining({ code: expect.stringMatching(/SERVICE_NO_MANAGER|SYSTEMD_NO_USER_MANAGER/) as string }),
    );
  });

  it('until the secrets that the configuration takes from the environment stand in the file of the service', async () => {
    const { machine, writeConfig } = playMachine();
    const file = writeConfig(QQ);
    const secrets = envFileOf(file);
    await expect(planInstall(request(file, { dryRun: true }), machine)).rejects.toThrow(
      refusal('CONFIG_SECRETS', 'BOT_SECRET'),
    );
    expect(existsSync(secrets)).toBe(false);
    await expect(planInstall(request(file), machine)).rejects.toThrow(
      refusal('CONFIG_SECRETS', `${secrets} is made (mode 0600)`),
    );
    expect(statSync(secrets).mode & 0o777).toBe(0o600);
    expect(readFileSync(secrets, 'utf8')).toMatch(/^BOT_SECRET=$/m);
    writeFileSync(secrets, 'BOT_SECRET="s3cret"\n');
    const plan = await planInstall(request(file), machine);
    expect(plan.config.channels.qq?.clientSecret.reveal()).toBe('s3cret');
    expect(plan.text).toContain(`EnvironmentFile=-${secrets}`);
    expect(plan.text).not.toContain('s3cret');
  });

  it('not when the shell knows the secrets: they go into that file', async () => {
    const played = playMachine();
    const machine = { ...played.machine, env: { ...played.machine.env, BOT_SECRET: "o'hara#1" } };
    const plan = await planInstall(request(played.writeConfig(QQ)), machine);
    expect(plan.config.channels.qq?.clientSecret.reveal()).toBe("o'hara#1");
    expect(plan.text).not.toContain('hara');
  });
});

describe('taking it away', () => {
  it('stops and removes it, and says what stays', async () => {
    const played = playMachine();
    const file = played.writeConfig();
    const { path } = await install(played, file);
    mkdirSync(`${path}.d`);
    played.ran.length = 0;
    expect(await uninstall({ locale: 'en' }, played.machine)).toEqual({
      path,
      configFile: file,
      dataDir: join(played.dir, 'data'),
      beside: [`${path}.d`],
      unreached: null,
    });
    expect(played.ran).toEqual(
      ['disable --now', 'daemon-reload', 'reset-failed'].map(
        (words) => `systemctl --user ${words}${words === 'daemon-reload' ? '' : ' lifeline.service'}`,
      ),
    );
    expect(readdirSync(dirname(path))).toEqual(['lifeline.service.d']);
    expect(await uninstall({ locale: 'en' }, played.machine)).toBeNull();
    expect(await serviceState(played.machine)).toEqual({ kind: 'none' });
  });

  it.each([
    [
      'systemd was not booted',
      { exitCode: 1, stderr: 'System has not been booted with systemd as init system (PID 1).' },
    ],
    ['its bus is gone', { exitCode: 1, stderr: 'Failed to connect to bus: No medium found' }],
    ['there is no systemctl', { exitCode: null, failure: 'not_found' as const }],
  ])('removes it although %s, and says so', async (_why, output) => {
    const played = playMachine();
    const { path } = await install(played, played.writeConfig());
    const links = join(dirname(path), 'default.target.wants');
    mkdirSync(links);
    symlinkSync('../lifeline.service', join(links, 'lifeline.service'));
    const lock = lockFolder(join(played.dir, 'data'));
    onTestFinished(lock.release);
    played.answer('systemctl', output);
    const gone = await uninstall({ locale: 'en' }, played.machine);
    expect(gone).toMatchObject({ path, unreached: { pid: process.pid } });
    expect(readdirSync(dirname(path))).toEqual(['default.target.wants']);
    expect(readdirSync(links)).toEqual([]);
    expect(uninstalledText(gone, 'en')).toMatch(
      new RegExp(`^🟠 .* could not be asked to stop it: .*\nLifeline still runs \\(process ${process.pid}\\)`),
    );
  });

  it('leaves it where it is when it cannot be stopped', async () => {
    const played = playMachine();
    const { path } = await install(played, played.writeConfig());
    played.answer('disable --now', { exitCode: 1, stderr: 'Access denied' });
    await expect(uninstall({ locale: 'en' }, played.machine)).rejects.toThrow(
      refusal('SERVICE_NOT_STOPPED', 'Access denied'),
    );
    expect(existsSync(path)).toBe(true);
  });
});

test.each([
  ['a: "${ONE}"\nb: ${TWO} # not ${THREE}\n# nor ${FOUR}\nc: "${ONE}"', ['ONE', 'TWO']],
  ['a: file:/x', []],
])('of %j these are taken from the environment: %j', (yaml, names) => expect(envNamesIn(yaml)).toEqual(names));

test.each<[string | null, string, string]>([
  [
    null,
    '/home/me/.local/bin:/usr/bin',
    '/home/me/.local/bin:/usr/bin:/usr/local/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  ],
  [
    null,
    '/x/node_modules/.bin:/run/user/1/fnm_multishells/2/bin:/tmp/x:.:/usr/bin',
    '/usr/bin:/usr/local/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  ],
  [
    '/old/bin:/usr/bin:/usr/local/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
    '/bin',
    '/old/bin:/usr/bin:/usr/local/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  ],
])('after %s, from a shell with %s, the PATH is %s', (before, PATH, after) =>
  expect(pathOfService(before, { PATH })).toBe(after),
);

test.each<[string, string, readonly string[]]>([
  ['/usr/bin/node', '/usr/lib/node_modules/gateway-lifeline/dist/src/bin.js', []],
  [
    '/home/me/.nvm/versions/node/v24.1.0/bin/node',
    '/home/me/.nvm/versions/node/v24.1.0/lib/node_modules/gateway-lifeline/dist/src/bin.js',
    ['versioned', 'versioned'],
  ],
  [
    '/opt/homebrew/Cellar/node/24.1.0_1/bin/node',
    '/opt/homebrew/lib/node_modules/gateway-lifeline/dist/src/bin.js',
    ['versioned'],
  ],
  ['/usr/bin/node', '/home/me/.npm/_npx/abc/node_modules/gateway-lifeline/dist/src/bin.js', ['npx']],
  ['/run/user/1000/fnm_multishells/1_2/bin/node', '/srv/bin.js', ['temporary']],
])('of %s and %s it is told that they may be gone: %j', (node, entry, whys) =>
  expect(fleetingPaths({ node, entry }).map(({ why }) => why)).toEqual(whys),
);

test.each([
  ['plain words', 'plain words'],
  ['{"a":1}', '{"a":1}'],
  ['{"level":30,"time":"2026-11-21T10:00:05.000Z","msg":"fine"}', ':00:05 fine'],
  ['{"level":40,"time":"2026-11-21T10:00:05.000Z","msg":"hm","err":{"message":"why"}}', ':00:05 warning: hm (why)'],
])('the line %s is shown as … %s', (line, shown) => expect(shortLine(line).endsWith(shown)).toBe(true));
