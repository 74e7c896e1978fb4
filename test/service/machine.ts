/** A machine whose service manager is played: what is run is written down, and answered from a table. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { scaledClock } from '../../src/base/clock.ts';
import type { ServiceMachine } from '../../src/service/machine.ts';
import type { CommandOutput } from '../../src/supervisors/run-command.ts';

export interface PlayedMachine {
  readonly dir: string;
  readonly machine: ServiceMachine;
  /** What was run, without what only looks. */
  readonly ran: string[];
  /** From now on, what contains these words is answered so; the last one that fits counts. */
  readonly answer: (words: string, output: Partial<CommandOutput>) => void;
  readonly writeConfig: (keys?: object) => string;
}

export const playMachine = (change: Partial<ServiceMachine> = {}): PlayedMachine => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-service-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const home = join(dir, 'home');
  const gateway = join(home, '.hermes');
  for (const folder of [
    join(gateway, 'logs'),
    join(home, '.config', 'lifeline'),
    join(dir, 'run', 'systemd', 'private'),
    join(dir, 'system'),
  ])
    mkdirSync(folder, { recursive: true });
  const answers: { readonly words: string; readonly output: Partial<CommandOutput> }[] = [
    { words: 'systemd-notify --version', output: { stdout: 'systemd 252 (252.39)\n+PAM' } },
    { words: 'show --property=MainPID', output: { stdout: '0' } },
    { words: 'show --property=FragmentPath', output: { stdout: join(home, '.config/systemd/user/lifeline.service') } },
    { words: 'show --property=LoadState', output: { stdout: 'LoadState=loaded\nActiveState=active\nMainPID=7' } },
  ];
  const ran: string[] = [];
  const machine: ServiceMachine = {
    platform: 'linux',
    env: { HOME: home, PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: join(dir, 'run') },
    self: { name: 'me', uid: process.getuid?.() ?? 0, home },
    clock: scaledClock(0, 1),
    node: '/usr/bin/node',
    entry: '/opt/lifeline/dist/src/bin.js',
    systemUnits: join(dir, 'system'),
    run: async (argv) => {
      const line = argv.join(' ').replace(' --no-ask-password', '');
      if (!/ show |show-user|--version|journalctl|getent/.test(line)) ran.push(line);
      return {
        exitCode: 0,
        stdout: '',
        stderr: '',
        failure: null,
        ...answers.findLast(({ words }) => line.includes(words))?.output,
      };
    },
    ...change,
  };
  return {
    dir,
    machine,
    ran,
    answer: (words, output) => void answers.push({ words, output }),
    writeConfig: (keys = {}) => {
      const file = join(home, '.config', 'lifeline', 'config.yaml');
      const config = {
        locale: 'en',
        data_dir: join(dir, 'data'),
        gateways: [
          { name: 'main', kind: 'hermes', home: gateway, supervisor: 'systemd-user', unit: 'hermes-gateway.service' },
        ],
        ...keys,
      };
      writeFileSync(file, stringify(config), { mode: 0o600 });
      return file;
    },
  };
};
