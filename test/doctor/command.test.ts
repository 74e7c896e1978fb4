import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lifeline, type Ran } from '../acceptance/command-line.ts';
import { NOT_FOUND, printed } from '../supervisors/launchd-outputs.ts';
import { createFixtureHome, LABEL, plistText, type FixtureHome } from './home.ts';

const LIMIT = { timeout: 240_000 };
const { uid } = userInfo();
const TARGET = `gui/${uid}/${LABEL}`;
const BAD = plistText({ args: [process.execPath, '-m', 'hermes_cli.main', 'gateway', 'run', '--replace'], keepAlive: '<dict>\n\t\t<key>SuccessfulExit</key>\n\t\t<false/>\n\t</dict>', exitTimeout: null });

describe('lifeline doctor', () => {
  let fixture: FixtureHome;
  let plist: string;
  beforeEach(async () => {
    fixture = await createFixtureHome();
    plist = await fixture.plist(`${LABEL}.plist`, BAD);
  });
  afterEach(() => fixture.remove());

  const doctor = (...args: string[]): Promise<Ran> => lifeline(['doctor', ...args], { env: { HOME: fixture.dir, PATH: fixture.tools.path } });
  const launchd = (state: 'loaded' | 'unloaded'): Promise<void> =>
    fixture.tools.play(
      'launchctl',
      [
        { args: `^print ${TARGET}$`, when: 'loaded', stdout: printed(TARGET, { state: 'running', pid: 4_194_999 }) },
        { args: '^print ', ...NOT_FOUND },
        { args: '^print-disabled ', stdout: 'disabled services = {\n}\n' },
        { args: `^bootout ${TARGET}$`, when: 'loaded', then: 'unloaded' },
        { args: `^bootstrap gui/${uid} `, when: 'unloaded', then: 'loaded' },
      ],
      state,
    );
  const changes = async (): Promise<readonly string[]> => (await fixture.tools.calls()).filter((call) => /^launchctl (?!print)/.test(call));

  it('finds and explains, and changes nothing by itself', LIMIT, async () => {
    await launchd('unloaded');
    const { code, out, err } = await doctor();
    expect([code, err]).toEqual([1, '']);
    expect(out.split('\n').filter((line) => /^\p{Emoji_Presentation}/u.test(line))).toEqual([
      `🔴 main：${plist} 在，但 launchd 没有加载 ${LABEL}`,
      `🔴 main：${plist} 同时有 --replace 和 KeepAlive`,
      `🟠 main：${plist} 的 KeepAlive 只在部分退出时生效`,
      `🟠 main：${plist} 的 ExitTimeOut 没有设置`,
    ]);
    expect(out).toContain(`launchctl bootstrap gui/${uid} ${plist}`);
    expect(out).toContain('lifeline doctor --fix');
    expect(await readFile(plist, 'utf8')).toBe(BAD);
    expect(await readdir(fixture.agents)).toEqual([`${LABEL}.plist`]);
    expect(await changes()).toEqual([]);
  });

  it('--fix shows each change, keeps a copy, mends an unloaded job, and the next run is clean', LIMIT, async () => {
    await launchd('unloaded');
    const { code, out, err } = await doctor('--fix');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^ {2}- \t\t<string>--replace<\/string>$/m);
    expect(out).toMatch(/^ {2}\+ \t<true\/>$/m);
    expect(out).toMatch(/^ {2}\+ \t<integer>25<\/integer>$/m);
    expect(await changes()).toEqual([`launchctl bootstrap gui/${uid} ${plist}`]);
    const names = await readdir(fixture.agents);
    expect(names).toHaveLength(2);
    const copy = join(fixture.agents, names.find((name) => name.includes('.bak-')) ?? '');
    expect(out).toContain(copy);
    expect(await readFile(copy, 'utf8')).toBe(BAD);
    expect(await doctor()).toEqual({ code: 0, out: '', err: '' });
  });

  it('--fix reloads a loaded job once, after all changes of its plist', LIMIT, async () => {
    await launchd('loaded');
    expect((await doctor('--fix')).code).toBe(0);
    expect(await changes()).toEqual([`launchctl bootout ${TARGET}`, `launchctl bootstrap gui/${uid} ${plist}`]);
    expect(await doctor('--fix')).toEqual({ code: 0, out: '', err: '' });
    expect(await changes()).toHaveLength(2);
  });

  it('--fix tells what it could not mend, and ends with 1', LIMIT, async () => {
    await fixture.tools.play('launchctl', [{ args: '^print ', ...NOT_FOUND }, { args: '^print-disabled' }, { args: '^bootstrap', code: 125, stderr: 'Bootstrap failed: 125: Domain does not support specified action\n' }]);
    const { code, out } = await doctor('--fix');
    expect(code).toBe(1);
    expect(out).toMatch(/没有修好：.*logged in at the screen/);
    expect(out.slice(out.indexOf('处理后仍有以下问题'))).toContain(`没有加载 ${LABEL}`);
  });

  it('--json prints one object a line, with --fix what is left, and the changes beside it', LIMIT, async () => {
    await launchd('unloaded');
    const { code, out } = await doctor('--json');
    expect(code).toBe(1);
    const found = out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(found).toHaveLength(4);
    expect(found[0]).toEqual({ code: 'launchd_unloaded', gateway: 'main', severity: 'error', plist, label: LABEL, what: expect.any(String) as string, why: expect.any(String) as string, commands: [`launchctl bootstrap gui/${uid} ${plist}`], fixable: true });
    const fixed = await doctor('--json', '--fix');
    expect(fixed).toMatchObject({ code: 0, out: '' });
    expect(fixed.err).toMatch(/--replace/);
  });

  it('speaks English when the configuration does, and ends with 2 when that is wrong', LIMIT, async () => {
    await launchd('loaded');
    const config = join(fixture.dir, 'config.yaml');
    await writeFile(config, 'locale: en\ngateways: [{ name: bot, kind: hermes }]\n');
    expect((await doctor('--config', config)).out).toMatch(/^🔴 bot: .* has --replace together with KeepAlive\n {3}each start/m);
    await writeFile(config, 'gateways: 7\n');
    expect(await doctor('--config', config)).toMatchObject({ code: 2, out: '' });
    expect((await doctor('--fixx')).code).toBe(2);
  });
});
