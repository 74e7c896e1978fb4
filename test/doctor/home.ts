/** A user's home with a gateway and launchd definitions, and fake tools beside it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scaledClock } from '../../src/base/clock.ts';
import { parseConfig } from '../../src/config/load.ts';
import { readSecretFile } from '../../src/config/secret.ts';
import { createContext, type DoctorContext } from '../../src/doctor/context.ts';
import { createKind } from '../../src/gateways/index.ts';
import { PYTHON } from '../sensors/process/python.ts';
import { createFakeTools, type Answer, type FakeTools } from '../supervisors/fake-tools.ts';

export const LABEL = 'ai.hermes.gateway';

export interface PlistOptions {
  readonly label?: string;
  readonly args?: readonly string[];
  /** XML of the value; null: no such key. */
  readonly keepAlive?: string | null;
  readonly exitTimeout?: number | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly indent?: string;
}

/** As Hermes writes it today unless told otherwise (docs/facts/hermes.md 5.2), but without the wrapper's long way. */
export const plistText = ({
  label = LABEL,
  args = [PYTHON, '-m', 'hermes_cli.main', 'gateway', 'run', '--external-supervisor'],
  keepAlive = '<true/>',
  exitTimeout = 25,
  env = {},
  indent = '\t',
}: PlistOptions = {}): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    `${indent}<key>Label</key>`,
    `${indent}<string>${label}</string>`,
    `${indent}<!-- what is run -->`,
    `${indent}<key>ProgramArguments</key>`,
    `${indent}<array>`,
    ...args.map((word) => `${indent}${indent}<string>${word}</string>`),
    `${indent}</array>`,
    `${indent}<key>EnvironmentVariables</key>`,
    `${indent}<dict>`,
    ...Object.entries({ PATH: '/usr/bin:/bin', ...env }).flatMap(([name, value]) => [
      `${indent}${indent}<key>${name}</key>`,
      `${indent}${indent}<string>${value}</string>`,
    ]),
    `${indent}</dict>`,
    ...(keepAlive === null ? [] : [`${indent}<key>KeepAlive</key>`, `${indent}${keepAlive}`]),
    ...(exitTimeout === null ? [] : [`${indent}<key>ExitTimeOut</key>`, `${indent}<integer>${exitTimeout}</integer>`]),
    `${indent}<key>RunAtLoad</key>`,
    `${indent}<true/>`,
    '</dict>',
    '</plist>',
    '',
  ].join('\n');

export interface FixtureHome {
  /** The user's. */
  readonly dir: string;
  /** The gateway's. */
  readonly home: string;
  readonly tools: FakeTools;
  readonly agents: string;
  /** Writes a plist and returns its path. */
  readonly plist: (name: string, content: string | Buffer) => Promise<string>;
  readonly context: (gateway?: string, kind?: string) => DoctorContext;
  readonly remove: () => Promise<void>;
}

/** No unit is known to this one. */
export const NO_UNITS: readonly Answer[] = [
  { args: ' show ', stdout: 'Id=hermes-gateway.service\nLoadState=not-found\nActiveState=inactive\n' },
  { args: '^show ', stdout: '' },
];

export const createFixtureHome = async (): Promise<FixtureHome> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-doctor-'));
  const home = join(dir, '.hermes');
  const agents = join(dir, 'Library', 'LaunchAgents');
  await mkdir(join(home, 'logs'), { recursive: true });
  await mkdir(agents, { recursive: true });
  const tools = await createFakeTools();
  await tools.play('systemctl', NO_UNITS);
  // Nothing of this machine's own.
  await tools.play('crontab', [{ args: '', code: 1, stderr: 'no crontab for me\n' }]);
  await tools.play('journalctl', [
    { args: '--disk-usage', stdout: 'Archived and active journals take up 96.0M in the file system.\n' },
  ]);
  await tools.play('hermes', [{ args: '^doctor$', stdout: '◆ Required Packages\n  All checks passed! 🎉\n' }]);
  return {
    dir,
    home,
    tools,
    agents,
    plist: async (name, content) => {
      const path = join(agents, name);
      await writeFile(path, content);
      return path;
    },
    context: (gateway = '', kind = 'hermes') => {
      const { gateways } = parseConfig(`gateways: [{ name: main, kind: ${kind}${gateway} }]`, {
        file: 'config.yaml',
        env: {},
        home: dir,
        readSecret: readSecretFile,
      });
      if (!gateways[0]) throw new Error('no gateway in the configuration');
      return createContext(gateways[0], createKind(gateways[0]), {
        userHome: dir,
        user: 'me',
        uid: 501,
        run: tools.run,
        clock: scaledClock(Date.now(), 100),
      });
    },
    remove: async () => {
      await tools.remove();
      await rm(dir, { recursive: true });
    },
  };
};
