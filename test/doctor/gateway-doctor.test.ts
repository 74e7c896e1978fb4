/** What the gateway's own doctor says, by stand-ins that print what the real ones printed (Hermes 0.19.0, OpenClaw). */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examineAll, findingsOf, type DoctorFinding } from '../../src/doctor/check.ts';
import { gatewayDoctor } from '../../src/doctor/checks/gateway-doctor.ts';
import type { DoctorContext } from '../../src/doctor/context.ts';
import { doctorKindOf } from '../../src/gateways/doctor-kinds.ts';
import { runCommand } from '../../src/supervisors/run-command.ts';
import { playPython } from '../sensors/process/python.ts';
import { createFixtureHome, NO_UNITS, type FixtureHome } from './home.ts';

const REPORT = `
│                 🩺 Hermes Doctor                        │
◆ Configuration Files
  \u001b[32m✓\u001b[0m /h/.env file exists
  ⚠ No API key found in /h/.env
  \u001b[31m✗\u001b[0m /h/config.yaml missing
    → Run 'hermes setup' to create one
  ✗ Cannot read token=abcdef123456ghij
────────────────────
  Found 2 issue(s) to address:

  1. Run 'hermes setup' to configure API keys
  2. Reinstall entry point

  Tip: run 'hermes doctor --fix' to auto-fix what's possible.
`;
const FINDINGS = JSON.stringify({
  schemaVersion: 1,
  ok: false,
  findings: [
    {
      checkId: 'core/doctor/gateway-config',
      severity: 'warning',
      message: 'gateway.mode is unset; gateway start will be blocked.',
      path: 'gateway.mode',
      fixHint: 'Run `openclaw configure`.',
    },
    { checkId: 'x', severity: 'error', message: 'Unrecognized key: "channelHealthCheckMinutes"', path: 'gateway' },
    { checkId: 'y', severity: 'info', message: 'nothing to do' },
  ],
});

let fixture: FixtureHome;
beforeEach(async () => {
  fixture = await createFixtureHome();
});
afterEach(() => fixture.remove());

const context = (kind = 'hermes', more: Partial<DoctorContext> = {}): DoctorContext => ({
  ...fixture.context('', kind),
  uid: userInfo().uid,
  ...more,
});
const look = async (of = context()): Promise<readonly DoctorFinding[]> =>
  findingsOf(await examineAll(of, [gatewayDoctor], { name: 'main' }));
const brief = (found: readonly DoctorFinding[]): readonly string[] =>
  found.map(({ severity, words }) => `${severity} ${words.en.join(' | ')}`);

describe('the doctor of Hermes', () => {
  it('tells its failed rows and its list of what is to be done, and no secret', async () => {
    await fixture.tools.play('hermes', [{ args: '^doctor$', stdout: REPORT }]);
    const found = await look();
    expect(brief(found)).toEqual([
      'warning Hermes itself says: /h/config.yaml missing | run it to see all that it says',
      expect.stringContaining('warning Hermes itself says: Cannot read token='),
      "info Hermes itself says: Run 'hermes setup' to configure API keys | run it to see all that it says",
      'info Hermes itself says: Reinstall entry point | run it to see all that it says',
    ]);
    expect(found[0]).toMatchObject({ code: 'gateway_doctor', gateway: 'main', commands: ['hermes doctor'], fix: null });
    expect(found[0]?.words['zh-CN'][0]).toBe('Hermes 自己的体检说：/h/config.yaml missing');
    expect(JSON.stringify(found)).not.toContain('abcdef123456');
    expect((await fixture.tools.calls()).filter((call) => call.startsWith('hermes'))).toEqual(['hermes doctor']);
  });

  it('is silent where all is well', async () => {
    await fixture.tools.play('hermes', [
      { args: '^doctor$', stdout: '◆ Required Packages\n  All checks passed! 🎉\n' },
    ]);
    expect(await look()).toEqual([]);
  });

  it.each([
    ['prints something else', { args: '', stdout: 'usage: hermes [-h]\n' }],
    ['fails', { args: '', code: 3, stderr: 'Traceback: no module named x\n' }],
  ])('is a hint where it %s', async (_name, answer) => {
    await fixture.tools.play('hermes', [answer]);
    expect(await look()).toMatchObject([
      { code: 'gateway_doctor_not_asked', severity: 'info', commands: ['hermes doctor'] },
    ]);
  });

  it('is a hint where it is not installed', async () => {
    const run: DoctorContext['run'] = (argv, options) =>
      argv[0] === 'hermes'
        ? Promise.resolve({ exitCode: null, stdout: '', stderr: '', failure: 'not_found' })
        : fixture.tools.run(argv, options);
    expect(await look(context('hermes', { run }))).toMatchObject([
      { code: 'gateway_doctor_not_asked', problem: 'the program was not found' },
    ]);
  });

  it("is called as the unit calls the gateway, for this home and with its profile, and not by a wrapper's shell", async () => {
    const program = join(fixture.dir, 'hermes');
    await writeFile(program, `#!/bin/sh\nprintf '◆ x\\n  ✗ %s in %s\\n' "$*" "$HERMES_HOME"\n`);
    await chmod(program, 0o755);
    await fixture.tools.play('systemctl', [
      {
        args: '^--user show ',
        stdout: `Id=hermes-gateway.service\nLoadState=loaded\nActiveState=inactive\nExecStart={ path=/usr/bin/env ; argv[]=/usr/bin/env ${program} -p ops gateway run ; ignore_errors=no }\n`,
      },
      ...NO_UNITS,
    ]);
    const run: DoctorContext['run'] = (argv, options) =>
      argv[0] === program ? runCommand(argv, options) : fixture.tools.run(argv, options);
    expect(await look(context('hermes', { run }))).toMatchObject([
      { said: `-p ops doctor in ${fixture.home}`, commands: [`${program} -p ops doctor`] },
    ]);
  });

  it('is called as the running process was', async () => {
    await playPython(['-m', 'hermes_cli.main', 'gateway', 'run'], { HERMES_HOME: fixture.home });
    const called: (readonly string[])[] = [];
    const run: DoctorContext['run'] = (argv, options) => {
      if (argv.at(-1) !== 'doctor') return fixture.tools.run(argv, options);
      called.push(argv);
      return Promise.resolve({ exitCode: 0, stdout: '◆ x\n', stderr: '', failure: null });
    };
    expect(await look(context('hermes', { run }))).toEqual([]);
    expect(called).toEqual([[expect.stringMatching(/^\/.*python/), '-m', 'hermes_cli.main', 'doctor']]);
  });

  it("is not run as another user than the home's, nor offline", async () => {
    await fixture.tools.play('hermes', [{ args: '', stdout: REPORT }]);
    expect(await look(context('hermes', { uid: 4_242 }))).toMatchObject([
      { code: 'gateway_doctor_not_asked', problem: 'it belongs to another user' },
    ]);
    expect(await look(context('hermes', { network: false }))).toEqual([]);
    expect((await fixture.tools.calls()).filter((call) => call.startsWith('hermes'))).toEqual([]);
  });
});

describe('the doctor of OpenClaw', () => {
  beforeEach(() => mkdir(join(fixture.dir, '.openclaw')));

  it('is asked read-only, and its findings are told with what it advises', async () => {
    await fixture.tools.play('openclaw', [{ args: '^doctor --lint --json$', code: 1, stdout: FINDINGS }]);
    expect(brief(await look(context('openclaw')))).toEqual([
      'warning OpenClaw itself says: gateway.mode is unset; gateway start will be blocked. (gateway.mode) | Run `openclaw configure`.',
      'error OpenClaw itself says: Unrecognized key: "channelHealthCheckMinutes" (gateway) | run it to see all that it says',
    ]);
  });

  it('is a hint where it is too old to know the option', async () => {
    await fixture.tools.play('openclaw', [{ args: '', code: 1, stderr: "error: unknown option '--lint'\n" }]);
    expect(await look(context('openclaw'))).toMatchObject([
      { code: 'gateway_doctor_not_asked', severity: 'info', problem: "error: unknown option '--lint'" },
    ]);
  });
});

it('is not looked for with a service of which nothing more is known', async () => {
  const [examined] = await examineAll(
    { ...context(), doctor: doctorKindOf('generic', fixture.home) },
    [gatewayDoctor],
    { name: 'main' },
  );
  expect(examined?.result).toEqual({ skip: 'no_doctor' });
});
