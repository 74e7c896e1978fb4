/** The definitions of Lifeline's service as text: what must stand in them, and for whom it must not. */
import { parse } from 'plist';
import { describe, expect, it, test } from 'vitest';
import { plistText } from '../../src/service/plist.ts';
import { readPlist } from '../../src/service/read-plist.ts';
import { readUnit } from '../../src/service/read-unit.ts';
import { isIntact } from '../../src/service/seal.ts';
import { NODE_FLAGS, type ServiceSpec } from '../../src/service/spec.ts';
import { unitText } from '../../src/service/unit.ts';

const SPEC: ServiceSpec = {
  scope: 'user',
  node: '/usr/bin/node',
  entry: '/opt/lifeline/bin.js',
  configFile: '/home/me/.config/lifeline/config.yaml',
  account: { name: 'me', uid: 1000, home: '/home/me' },
  path: '/usr/bin:/bin',
  envFile: null,
  notify: true,
  guard: 'rights',
  defaultOomScore: 200,
};
const linesOf = (change: Partial<ServiceSpec> = {}): readonly string[] => unitText({ ...SPEC, ...change }).split('\n');
const settings = (change: Partial<ServiceSpec> = {}): readonly string[] =>
  linesOf(change).filter((line) => /^[A-Z]/.test(line));

describe('a unit of systemd', () => {
  it("is never given up on, does not end what it started, and has nothing to do with the gateway's unit", () => {
    for (const guard of ['none', 'size', 'rights'] as const) {
      const lines = settings({ guard });
      expect(lines).toEqual(
        expect.arrayContaining(['Restart=always', 'StartLimitIntervalSec=0', 'KillMode=process', 'OOMPolicy=continue']),
      );
      expect(
        lines.filter((line) => /^(?:PartOf|Requires|BindsTo|Wants|After|StartLimitBurst|RestartPrevent)/.test(line)),
      ).toEqual([]);
    }
  });

  const LIMITS = /^(?:Memory|TasksMax|Limit|OOMScore)/;
  const RIGHTS = /^(?:NoNew|Restrict|Protect|Lock|SystemCall|Private)/;
  test.each<[ServiceSpec['guard'], ServiceSpec['scope'], boolean, boolean]>([
    ['none', 'user', false, false],
    ['none', 'system', false, false],
    ['size', 'user', true, false],
    ['size', 'system', true, false],
    ['rights', 'user', true, true],
    ['rights', 'system', true, true],
  ])('that lets Lifeline start "%s" (%s) has limits: %s, and takes rights: %s', (guard, scope, limits, rights) => {
    const lines = settings({ guard, scope });
    expect(lines.some((line) => LIMITS.test(line))).toBe(limits);
    expect(lines.some((line) => RIGHTS.test(line))).toBe(rights);
    // What would keep it from its work, whatever the guard.
    expect(
      lines.filter((line) =>
        /^(?:PrivateTmp|PrivateUsers|ProtectHome|ProtectProc|MemoryDeny|PrivateNetwork|ProcSubset)/.test(line),
      ),
    ).toEqual([]);
    // A user's unit has no namespaces: in one of its own, the gateway's environment would be hidden.
    if (scope === 'user') expect(lines.filter((line) => line.startsWith('Protect'))).toEqual([]);
  });

  test.each<[ServiceSpec['scope'], number, string | undefined]>([
    ['user', 200, 'OOMScoreAdjust=100'],
    ['user', 100, undefined],
    ['user', 0, undefined],
    ['system', 0, 'OOMScoreAdjust=-900'],
  ])(
    'of the scope %s, where others have %d, is ended later when memory is short: %s',
    (scope, defaultOomScore, line) => {
      expect(settings({ scope, defaultOomScore }).find((each) => each.startsWith('OOMScore'))).toBe(line);
    },
  );

  it('asks for signs of life only where they can be given', () => {
    expect(settings()).toEqual(
      expect.arrayContaining(['Type=notify', 'NotifyAccess=all', 'WatchdogSec=90', 'WatchdogSignal=SIGKILL']),
    );
    const without = settings({ notify: false });
    expect(without).toContain('Type=exec');
    expect(without.filter((line) => /^(?:Watchdog|NotifyAccess)/.test(line))).toEqual([]);
  });

  it('of the system names its account and starts with the machine, one of a user with their manager', () => {
    expect(settings({ scope: 'system' })).toEqual(expect.arrayContaining(['User=me', 'WantedBy=multi-user.target']));
    expect(settings()).toContain('WantedBy=default.target');
    expect(settings().filter((line) => line.startsWith('User='))).toEqual([]);
  });

  it('has a file for secrets only where the configuration needs one, and never a secret itself', () => {
    expect(settings().filter((line) => line.startsWith('EnvironmentFile'))).toEqual([]);
    expect(settings({ envFile: '/home/me/50%/lifeline.env' })).toContain('EnvironmentFile=-/home/me/50%%/lifeline.env');
  });

  test.each([
    '/plain/config.yaml',
    '/with blank/a "quoted" one',
    '/100%/$HOME/${x}',
    '/back\\slash',
    '/配置/config.yaml',
  ])('says of %s what it is read as', (configFile) => {
    const text = unitText({ ...SPEC, configFile, path: `${configFile}/bin:/bin`, scope: 'system' });
    expect(readUnit(text)).toEqual({ configFile, path: `${configFile}/bin:/bin`, user: 'me' });
  });

  it('is told from one that a person has changed', () => {
    const text = unitText(SPEC);
    expect(isIntact(text)).toBe(true);
    expect(isIntact(text.replace('WatchdogSec=90', 'WatchdogSec=900'))).toBe(false);
    expect(isIntact(`${text}# mine\n`)).toBe(false);
    expect(isIntact('[Service]\nExecStart=/bin/true\n')).toBe(false);
    expect(readUnit('[Service]\nExecStart=/bin/true\n')).toEqual({ configFile: null, path: null, user: null });
  });
});

describe('an agent of launchd', () => {
  const text = plistText({
    ...SPEC,
    configFile: '/Users/me/a & b/config.yaml',
    account: { name: 'me', uid: 501, home: '/Users/me' },
  });

  it('is what launchd reads, starts with the login and again after each end, and does not end what it started', () => {
    expect(parse(text)).toEqual({
      Label: 'gateway-lifeline',
      ProgramArguments: [
        '/usr/bin/node',
        ...NODE_FLAGS,
        '/opt/lifeline/bin.js',
        'run',
        '--config',
        '/Users/me/a & b/config.yaml',
      ],
      EnvironmentVariables: { PATH: '/usr/bin:/bin' },
      WorkingDirectory: '/Users/me',
      RunAtLoad: true,
      KeepAlive: true,
      ThrottleInterval: 5,
      ExitTimeOut: 30,
      AbandonProcessGroup: true,
      StandardOutPath: '/Users/me/Library/Logs/lifeline/lifeline.log',
      StandardErrorPath: '/Users/me/Library/Logs/lifeline/lifeline.log',
    });
    expect(text.startsWith('<?xml')).toBe(true);
  });

  it('says which configuration it runs with, and is told from one that a person has changed', () => {
    expect(readPlist(text)).toEqual({ configFile: '/Users/me/a & b/config.yaml', path: '/usr/bin:/bin', user: null });
    expect(isIntact(text)).toBe(true);
    expect(isIntact(text.replace('<true/>', '<false/>'))).toBe(false);
    expect(readPlist(text.slice(0, 300))).toEqual({ configFile: null, path: null, user: null });
  });
});
