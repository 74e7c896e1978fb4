/** What the doctor says of a gateway depends on its kind: its own commands, what its installer writes, its name. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { parseConfig } from '../../src/config/load.ts';
import { readSecretFile } from '../../src/config/secret.ts';
import { CHECKS } from '../../src/doctor/checks/index.ts';
import { meddling } from '../../src/doctor/checks/keeping.ts';
import { createContext } from '../../src/doctor/context.ts';
import { examineAll } from '../../src/doctor/check.ts';
import type { DoctorFinding } from '../../src/doctor/check.ts';
import { createKind } from '../../src/gateways/index.ts';
import { createFixtureHome, plistText, type FixtureHome } from './home.ts';

let fixture: FixtureHome;
beforeEach(async () => {
  fixture = await createFixtureHome();
  await mkdir(join(fixture.dir, '.openclaw'));
  await writeFile(join(fixture.dir, '.openclaw', 'openclaw.json'), '{ gateway: { mode: "local" } }');
});
afterEach(() => fixture.remove());

/** What one check finds of a gateway of that kind in its usual home. */
const found = async (check: string, kind: string, more = ''): Promise<readonly DoctorFinding[]> => {
  const { gateways } = parseConfig(`gateways: [{ name: main, kind: ${kind}${more} }]`, {
    file: 'config.yaml',
    env: {},
    home: fixture.dir,
    readSecret: readSecretFile,
  });
  const [gateway] = gateways;
  if (!gateway) throw new Error('no gateway in the configuration');
  const context = createContext(gateway, createKind(gateway), {
    userHome: fixture.dir,
    user: 'me',
    uid: 501,
    run: fixture.tools.run,
    clock: scaledClock(Date.now(), 100),
  });
  return (
    await examineAll(
      context,
      CHECKS.filter(({ name }) => name === check),
      { name: 'main' },
    )
  ).flatMap(({ findings }) => findings);
};

const START = {
  hermes: '/usr/bin/python3 -m hermes_cli.main gateway run',
  openclaw: '/usr/bin/node /opt/openclaw/dist/index.js gateway --port 18789',
} as const;
const unitOf = (kind: keyof typeof START, properties: Readonly<Record<string, string | number>>): string =>
  `${Object.entries({
    Id: `${kind}-gateway.service`,
    LoadState: 'loaded',
    ActiveState: 'active',
    Result: 'success',
    Restart: 'always',
    RestartUSec: '5s',
    TimeoutStopUSec: '5min 30s',
    StartLimitIntervalUSec: '0',
    StartLimitBurst: 10,
    UnitFileState: 'enabled',
    Environment: `HOME=${fixture.dir}`,
    ExecStart: `{ path=/usr/bin/x ; argv[]=${START[kind]} ; ignore_errors=no }`,
    ...properties,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;

describe('a unit is held against what the installer of its kind writes today', () => {
  test.each<[keyof typeof START, Readonly<Record<string, string | number>>, readonly string[], RegExp | null]>([
    ['openclaw', { StartLimitIntervalUSec: '5min' }, [], null],
    ['hermes', { StartLimitIntervalUSec: '5min' }, ['unit_start_limited'], /Hermes 的服务不设这个限制/],
    ['openclaw', { TimeoutStopUSec: '30s' }, ['unit_stop_timeout'], /新版 OpenClaw 用 330 秒以上/],
    ['hermes', { TimeoutStopUSec: '30s' }, [], null],
    ['hermes', { TimeoutStopUSec: '10s' }, ['unit_stop_timeout'], /新版 Hermes 用 60 秒以上/],
    ['openclaw', { RestartUSec: '5min' }, ['unit_slow_restart'], /新版 OpenClaw 用 5 秒/],
  ])('%s, %j', async (kind, properties, codes, says) => {
    await fixture.tools.play('systemctl', [
      { args: '^--user show ', stdout: unitOf(kind, properties) },
      { args: '', stdout: '' },
    ]);
    const findings = await found('unit-shape', kind);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    for (const finding of findings) {
      expect(finding.commands).toEqual([`${kind} gateway install --force`]);
      expect(finding.words['zh-CN'][1]).toMatch(says ?? /./);
    }
  });

  it('a job of launchd likewise, and is mended to that', async () => {
    await fixture.plist(
      'ai.openclaw.gateway.plist',
      plistText({ label: 'ai.openclaw.gateway', args: START.openclaw.split(' '), exitTimeout: 20 }),
    );
    expect(await found('launchd-exit-timeout', 'openclaw')).toEqual([]);
    await fixture.plist(
      'ai.openclaw.gateway.plist',
      plistText({ label: 'ai.openclaw.gateway', args: START.openclaw.split(' '), exitTimeout: 5 }),
    );
    const [finding] = await found('launchd-exit-timeout', 'openclaw');
    expect(finding?.fix?.edit?.change(finding.fix.edit.text)).toContain('<integer>20</integer>');
    expect(finding?.words.en[1]).toContain('OpenClaw itself uses 20 s');
    await fixture.plist('ai.hermes.gateway.plist', plistText({ exitTimeout: 20 }));
    expect((await found('launchd-exit-timeout', 'hermes')).map(({ code }) => code)).toEqual(['launchd_exit_timeout']);
  });
});

describe("a kind's own command line", () => {
  test.each([
    ['hermes', '', ['hermes gateway start']],
    ['openclaw', '', ['openclaw gateway start']],
    ['openclaw', ', command: [openclaw, --profile, ops, gateway, run]', ['openclaw --profile ops gateway start']],
    ['openclaw', ', command: [/opt/start-it]', ['openclaw gateway start']],
  ])('%s%s', async (kind, more, commands) => {
    expect(await found('running', kind, more)).toMatchObject([{ code: 'not_running', commands }]);
  });
});

test.each<[string, string, string | null, number]>([
  ['its own kind', '*/5 * * * * openclaw gateway restart', null, 1],
  ['its old name', '*/5 * * * * systemctl --user restart clawdbot-gateway', null, 1],
  ['another kind, which is not this gateway', '*/5 * * * * hermes gateway restart', null, 0],
  ['nothing but its unit', '*/5 * * * * systemctl restart my-bot', 'my-bot', 1],
])('a crontab is searched for the gateway by %s', async (_name, line, unit, count) => {
  expect(meddling(line, [/openclaw|clawdbot/i, unit])).toHaveLength(count);
  await fixture.tools.play('crontab', [{ args: '-l', stdout: `${line}\n` }]);
  expect(await found('other-watchdog', 'openclaw', unit === null ? '' : `, unit: ${unit}`)).toHaveLength(count);
});
