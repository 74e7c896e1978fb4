/**
 * The sandbox gateway as a unit of a private `systemd --user`, the real Lifeline as another one beside it, and the
 * operator's phones. Several scenes may share one systemd: each has its own sandbox, home, units and Lifeline.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { scaledClock } from '../../../src/base/clock.ts';
import { hermesServices } from '../../../src/gateways/hermes/services.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox/sandbox.ts';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import type { Supervisor } from '../../../src/supervisors/supervisor.ts';
import { createSystemdSupervisor } from '../../../src/supervisors/systemd.ts';
import { until, watchPhones, type Phones } from '../phones.ts';
import { startLifeline, type LifelineUnit } from './lifeline-unit.ts';
import { installSandboxUnit, type SandboxUnitOptions } from './sandbox-unit.ts';
import type { UserSystemd } from './user-systemd.ts';

export interface UnitSceneOptions extends Pick<
  SandboxUnitOptions,
  'version' | 'restartSec' | 'timeoutStopSec' | 'extra' | 'needs'
> {
  /** The gateway's unit; unless told the name that Hermes's installer gives to this home. */
  readonly unit?: string;
  /** Who starts the gateway: the unit, or a shell beside it. */
  readonly startedBy?: 'unit' | 'shell';
  /** Added to the gateway's configuration; the supervisor is `auto`. */
  readonly gateway?: Readonly<Record<string, unknown>>;
  /** Added to the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly sandbox?: Pick<SandboxOptions, 'gateway' | 'speed'>;
}

export interface UnitScene extends Phones {
  readonly sandbox: Sandbox;
  readonly systemd: UserSystemd;
  readonly unit: string;
  /** The name that Hermes's installer gives to this home's unit. */
  readonly installed: string;
  /** The unit through Lifeline's own eyes, to look at and for the admin's hand. */
  readonly supervisor: Supervisor;
  readonly lifeline: LifelineUnit;
  /** Waits on any condition of the world. */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** The unit's main process, once it is another one than `not` and logged in on both platforms. */
  main(not?: number): Promise<number>;
  /** How often the gateway was started, by its own count. */
  starts(): Promise<number>;
  /** One process, the unit's, and the one that `/status` names. */
  expectOne(pid: number): Promise<void>;
  /** Ends all of it. @throws when something rang that nobody declared */
  end(): Promise<void>;
}

/** Nothing may be said after the last declared message, nor may anything be started. */
export const AFTERMATH_MS = 3_000;

export const playUnitScene = async (
  systemd: UserSystemd,
  options: UnitSceneOptions,
  play: (scene: UnitScene) => Promise<void>,
): Promise<void> => {
  const scene = await openUnitScene(systemd, options);
  try {
    await play(scene);
  } finally {
    await scene.end();
  }
};

const openUnitScene = async (systemd: UserSystemd, options: UnitSceneOptions = {}): Promise<UnitScene> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-unit-'));
  const sandbox = await createSandbox({ dir, ...options.sandbox });
  const { home, command } = sandbox.gateway;
  const installed = hermesServices(home, systemd.home)[0]?.unit ?? '';
  const { version, restartSec, timeoutStopSec, extra, needs } = options;
  const unit = await installSandboxUnit(systemd, {
    home,
    command,
    env: sandbox.env,
    unit: options.unit ?? installed,
    ...(version === undefined ? {} : { version }),
    ...(restartSec === undefined ? {} : { restartSec }),
    ...(timeoutStopSec === undefined ? {} : { timeoutStopSec }),
    ...(extra === undefined ? {} : { extra }),
    ...(needs === undefined ? {} : { needs }),
  });
  const supervisor = createSystemdSupervisor({
    scope: 'user',
    unit,
    run: runCommand,
    clock: scaledClock(0, 1),
    env: systemd.env,
  });
  const config = sandbox.writeConfig(options.config);
  await changeGateway(config, { supervisor: 'auto', ...options.gateway });
  let lifeline: LifelineUnit | null = null;
  const details = (): string =>
    `Lifeline:\n${lifeline?.log() ?? ''}\nthe gateway:\n${sandbox.gateway.tail(20).join('\n')}`;
  const phones = watchPhones(sandbox, details);
  const waitUntil = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> =>
    until(what, holds, details);

  const close = async (): Promise<void> => {
    await lifeline?.stop();
    await systemd.systemctl('stop', '--no-block', unit);
    await systemd.systemctl('kill', '--signal=KILL', unit);
    await sandbox.stop();
    await systemd.systemctl('reset-failed', unit);
    await rm(dir, { recursive: true, force: true });
  };

  const isLoggedIn = (): boolean =>
    (['feishu', 'qq'] as const).every((phone) => sandbox[phone].connections(sandbox.cast.gateway[phone].appId) > 0);
  const main = async (not?: number): Promise<number> => {
    let pid = 0;
    await waitUntil('the unit to run, logged in', async () => {
      const status = await supervisor.status();
      pid = status.main?.pid ?? 0;
      return (
        status.state === 'active' && pid !== 0 && pid !== not && sandbox.gateway.current()?.pid === pid && isLoggedIn()
      );
    });
    return pid;
  };

  try {
    if (options.startedBy === 'shell') await sandbox.gateway.start();
    else await systemd.systemctl('start', unit);
    await waitUntil(
      'the gateway to be ready',
      () => isLoggedIn() && sandbox.gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
    );
    const started = await startLifeline(systemd, sandbox, config);
    lifeline = started;
    return {
      ...phones,
      sandbox,
      systemd,
      unit,
      installed,
      supervisor,
      lifeline: started,
      until: waitUntil,
      main,
      starts: async () => (await readFile(join(home, 'gateway-starts.log'), 'utf8')).trim().split('\n').length,
      expectOne: async (pid) => {
        const named = phones.want(['qq'], new RegExp(`^🟢 main[\\s\\S]*进程 ${pid}，`));
        phones.say('qq', '/status main');
        await named;
        expect(sandbox.gateway.pids().map((found) => found.pid)).toEqual([pid]);
      },
      end: async () => {
        await close();
        phones.check();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** The sandbox's configuration names a supervisor and much that is to stay. */
const changeGateway = async (file: string, change: Readonly<Record<string, unknown>>): Promise<void> => {
  const config = parse(await readFile(file, 'utf8')) as { readonly gateways: readonly object[] };
  await writeFile(
    file,
    stringify({ ...config, gateways: config.gateways.map((gateway) => ({ ...gateway, ...change })) }),
  );
};
