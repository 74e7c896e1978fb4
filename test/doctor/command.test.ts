import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { lifeline, type Ran } from '../acceptance/command-line.ts';
import { NOT_FOUND, printed } from '../supervisors/launchd-outputs.ts';
import { playPython, PYTHON } from '../sensors/process/python.ts';
import { createFixtureHome, LABEL, plistText, type FixtureHome } from './home.ts';

const LIMIT = { timeout: 240_000 };
const { uid } = userInfo();
const TARGET = `gui/${uid}/${LABEL}`;
const BAD = plistText({
  args: [PYTHON, '-m', 'hermes_cli.main', 'gateway', 'run', '--replace'],
  keepAlive: '<dict>\n\t\t<key>SuccessfulExit</key>\n\t\t<false/>\n\t</dict>',
  exitTimeout: null,
});

describe('lifeline doctor', () => {
  let fixture: FixtureHome;
  let plist: string;
  beforeEach(async () => {
    fixture = await createFixtureHome();
    plist = await fixture.plist(`${LABEL}.plist`, BAD);
  });
  afterEach(() => fixture.remove());

  const doctor = (...args: string[]): Promise<Ran> =>
    lifeline(['doctor', ...args], { env: { HOME: fixture.dir, PATH: fixture.tools.path, LANG: 'zh_CN.UTF-8' } });
  /** What only looks like one. */
  const gateway = () => playPython(['-m', 'hermes_cli.main', 'gateway', 'run'], { HERMES_HOME: fixture.home });
  const dots = (out: string): readonly string[] => out.split('\n').filter((line) => /^[🔴🟠]/u.test(line));
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
  const changes = async (): Promise<readonly string[]> =>
    (await fixture.tools.calls()).filter((call) => /^launchctl (?!print)/.test(call));

  it('finds and explains, and changes nothing by itself', LIMIT, async () => {
    await launchd('unloaded');
    const { code, out, err } = await doctor();
    expect([code, err]).toEqual([1, '']);
    expect(dots(out)).toEqual([
      '🔴 网关没有运行',
      `🔴 ${plist} 在，但 launchd 没有加载 ${LABEL}`,
      `🔴 ${plist} 同时有 --replace 和 KeepAlive`,
      `🟠 ${plist} 的 KeepAlive 只在部分退出时生效`,
      `🟠 ${plist} 的 ExitTimeOut 没有设置`,
    ]);
    expect(out).toMatch(/^main\n🔴[^]*\n\nLifeline 自己\n🔵 Lifeline 没有配置文件/);
    expect(out).toContain(`launchctl bootstrap gui/${uid} ${plist}`);
    expect(out).toContain('lifeline doctor --fix');
    expect(await readFile(plist, 'utf8')).toBe(BAD);
    expect(await readdir(fixture.agents)).toEqual([`${LABEL}.plist`]);
    expect(await changes()).toEqual([]);
  });

  it('--fix shows each change, keeps a copy, mends an unloaded job, and the next run is clean', LIMIT, async () => {
    await launchd('unloaded');
    const { code, out, err } = await doctor('--fix');
    expect([code, err]).toEqual([1, '']);
    expect(dots(out.slice(out.indexOf('处理后仍有以下问题')))).toEqual(['🔴 网关没有运行']);
    expect(out).toMatch(/^ {2}- \t\t<string>--replace<\/string>$/m);
    expect(out).toMatch(/^ {2}\+ \t<true\/>$/m);
    expect(out).toMatch(/^ {2}\+ \t<integer>25<\/integer>$/m);
    expect(await changes()).toEqual([`launchctl bootstrap gui/${uid} ${plist}`]);
    const names = await readdir(fixture.agents);
    expect(names).toHaveLength(2);
    const copy = join(fixture.agents, names.find((name) => name.includes('.bak-')) ?? '');
    expect(out).toContain(copy);
    expect(await readFile(copy, 'utf8')).toBe(BAD);
    await gateway();
    const again = await doctor();
    expect([again.code, dots(again.out), again.err]).toEqual([0, [], '']);
  });

  it.runIf(IN_DEPTH)('--fix reloads a loaded job once, after all changes of its plist', LIMIT, async () => {
    await launchd('loaded');
    await gateway();
    expect((await doctor('--fix')).code).toBe(0);
    expect(await changes()).toEqual([`launchctl bootout ${TARGET}`, `launchctl bootstrap gui/${uid} ${plist}`]);
  });

  it('--fix tells what it could not mend, and ends with 1', LIMIT, async () => {
    await fixture.tools.play('launchctl', [
      { args: '^print ', ...NOT_FOUND },
      { args: '^print-disabled' },
      { args: '^bootstrap', code: 125, stderr: 'Bootstrap failed: 125: Domain does not support specified action\n' },
    ]);
    const { code, out } = await doctor('--fix');
    expect(code).toBe(1);
    expect(out).toMatch(/没有修好：.*logged in at the screen/);
    expect(out.slice(out.indexOf('处理后仍有以下问题'))).toContain(`没有加载 ${LABEL}`);
  });

  it('--json prints one object a line, with --fix what is left, and the changes beside it', LIMIT, async () => {
    await launchd('unloaded');
    const { code, out } = await doctor('--json');
    expect(code).toBe(1);
    const found = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(found.map(({ code: each, gateway: of }) => [each, of])).toEqual([
      ['not_running', 'main'],
      ['launchd_unloaded', 'main'],
      ['launchd_replace', 'main'],
      ['launchd_keep_alive', 'main'],
      ['launchd_exit_timeout', 'main'],
      // What the plist runs only looks like a gateway.
      ['gateway_doctor_not_asked', 'main'],
      ['own_no_config', null],
    ]);
    expect(found[1]).toEqual({
      code: 'launchd_unloaded',
      gateway: 'main',
      severity: 'error',
      plist,
      label: LABEL,
      what: expect.any(String) as string,
      why: expect.any(String) as string,
      commands: [`launchctl bootstrap gui/${uid} ${plist}`],
      fixable: true,
    });
    const fixed = await doctor('--json', '--fix');
    expect(
      fixed.out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { code: string }).code),
    ).toEqual(['not_running', 'gateway_doctor_not_asked', 'own_no_config']);
    expect(fixed.err).toMatch(/--replace/);
  });

  it.runIf(IN_DEPTH)(
    'speaks English when the configuration does, and ends with 2 when that is wrong',
    LIMIT,
    async () => {
      await launchd('loaded');
      const config = join(fixture.dir, 'config.yaml');
      await writeFile(config, 'locale: en\ngateways: [{ name: bot, kind: hermes }]\n');
      expect((await doctor('--config', config)).out).toMatch(
        /^bot\n🔴[^]*^🔴 .* has --replace together with KeepAlive\n {3}each start/m,
      );
      await writeFile(config, 'gateways: 7\n');
      expect(await doctor('--config', config)).toMatchObject({ code: 2, out: '' });
      expect((await doctor('--fixx')).code).toBe(2);
    },
  );

  it(
    '--verbose lists every check, also those that do not apply; --fix takes secrets from the eyes of others',
    LIMIT,
    async () => {
      await fixture.tools.play('launchctl', [
        { args: '', code: 1, stderr: 'Could not print service: 1: Operation not permitted\n' },
      ]);
      const secret = join(fixture.dir, 'qq.secret');
      await writeFile(secret, '0123456789abcdef', { mode: 0o644 });
      const config = join(fixture.dir, 'config.yaml');
      await writeFile(
        config,
        `gateways: [{ name: main, kind: hermes }]\nchannels: { qq: { app_id: "102030405", client_secret: "file:${secret}", api_base: "http://127.0.0.1:1", token_url: "http://127.0.0.1:1/t" } }\n`,
      );
      await chmod(secret, 0o644);
      const { out } = await doctor('--config', config, '--verbose', '--offline');
      expect(out).toContain('  ⚪ 只有一个网关进程：不适用：网关没有运行');
      expect(out).toContain('  ⚪ Lifeline 的 QQ 机器人：不适用：加了 --offline，不访问网络');
      expect(out).toContain('  🟢 Node.js 的版本：正常');
      expect(out).toContain('  🔴 操作员：1 处');
      expect(out).toContain('🟠 有些检查做不了：');
      const fixed = await doctor('--config', config, '--fix', '--offline');
      expect(fixed.out).toContain(`将运行：\n  chmod 600 ${secret}\n已处理`);
      expect((await stat(secret)).mode & 0o777).toBe(0o600);
      const tried = await doctor('--config', config);
      expect(tried.out).toContain('🔴 Lifeline 连不上 QQ');
    },
  );
});
