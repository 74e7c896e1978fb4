/**
 * redis or nginx, as a unit of a private `systemd --user` or as a bare process, watched as a generic gateway by the real
 * Lifeline, and the operator's phones. Several scenes may share one systemd.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readProcess } from '../../../src/sensors/proc.ts';
import { createSandbox, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import { until, watchPhones, type Phones } from '../phones.ts';
import { startLifeline, type LifelineUnit } from '../systemd/lifeline-unit.ts';
import type { UserSystemd } from '../systemd/user-systemd.ts';
import { answers, makeNginx, makeRedis, pidsOf, unitOf, type Service } from './services.ts';

export interface ServiceSceneOptions {
  readonly service: 'redis' | 'nginx';
  /** Lines for its unit; null: a bare process, which this test starts. */
  readonly unit: readonly string[] | null;
  /** Whether the unit is enabled. */
  readonly enabled?: boolean;
  /** Whether it runs by the time that Lifeline starts. */
  readonly running?: boolean;
  /** Added to the keys of the gateway. */
  readonly gateway?: Readonly<Record<string, unknown>>;
  /** Added to what stands under `generic`. */
  readonly generic?: Readonly<Record<string, unknown>>;
  readonly watch?: Readonly<Record<string, unknown>>;
  /** What is done to the world before Lifeline starts. */
  readonly before?: (service: Service) => Promise<void>;
}

export interface ServiceScene extends Phones {
  readonly service: Service;
  readonly systemd: UserSystemd;
  readonly unit: string;
  readonly lifeline: LifelineUnit;
  readonly sandbox: Sandbox;
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** The main process, once it is another one than `not` and answers. */
  main(not?: number): Promise<number>;
  /** What systemd says of the unit. */
  show(property: string): Promise<string>;
  end(): Promise<void>;
}

let count = 0;

/** Plays a story in a scene of its own; what goes wrong in it is told before what that leaves undone. */
export const inServiceScene = async (systemd: UserSystemd, options: ServiceSceneOptions, play: (scene: ServiceScene) => Promise<void>): Promise<void> => {
  const scene = await openServiceScene(systemd, options);
  try {
    await play(scene);
  } catch (error) {
    await scene.end().catch(() => undefined);
    throw error;
  }
  await scene.end();
};

const openServiceScene = async (systemd: UserSystemd, { service: which, unit: lines, enabled = true, running = true, gateway = {}, generic = {}, watch = {}, before }: ServiceSceneOptions): Promise<ServiceScene> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-service-'));
  const unit = `${which}-${process.pid}-${++count}.service`;
  const sandbox = await createSandbox({ dir: join(dir, 'sandbox') });
  const service = await (which === 'redis' ? makeRedis : makeNginx)(join(dir, which));
  let lifeline: LifelineUnit | null = null;
  let seen = '';
  const details = (): string => `Lifeline:\n${lifeline?.log() ?? ''}\nthe service:\n${seen}`;
  const waitUntil = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> =>
    until(what, async () => {
      seen = await readFile(join(service.home, which === 'redis' ? 'redis.log' : 'error.log'), 'utf8').then((text) => text.split('\n').slice(-15).join('\n'), () => '');
      return holds();
    }, details);
  const show = async (property: string): Promise<string> => (await systemd.systemctl('show', `--property=${property}`, '--value', unit)).stdout.trim();

  /** The main process of the unit, or the eldest of the bare ones. */
  const now = async (): Promise<number> => (lines === null ? (pidsOf(service)[0] ?? 0) : Number(await show('MainPID')));
  const main = async (not?: number): Promise<number> => {
    let pid = 0;
    await waitUntil(`${which} to run`, async () => {
      pid = await now();
      return pid > 0 && pid !== not && (await answers(service));
    });
    return pid;
  };

  const close = async (): Promise<void> => {
    await lifeline?.stop();
    if (lines !== null) {
      await systemd.systemctl('stop', '--no-block', unit);
      await systemd.systemctl('kill', '--signal=KILL', unit);
      await systemd.systemctl('reset-failed', unit);
    }
    for (const pid of pidsOf(service)) {
      if ((await readProcess(pid)) !== null) process.kill(pid, 'SIGKILL');
    }
    await sandbox.stop();
    await rm(dir, { recursive: true, force: true });
  };

  try {
    if (lines === null) {
      if (running) startBare(service);
    } else {
      await systemd.writeUnit(unit, unitOf(service, lines));
      if (enabled) await systemd.systemctl('enable', unit);
      if (running) await systemd.systemctl('start', unit);
    }
    if (running) await main();
    await before?.(service);
    const phones = watchPhones(sandbox, details);
    const keptBy = lines === null ? { supervisor: 'process', command: service.command } : { supervisor: 'systemd-user', unit };
    const config = sandbox.writeConfig({
      gateways: [{ name: 'main', kind: 'generic', home: service.home, ...keptBy, stop_timeout: '3s', ...gateway, generic: { ...service.generic, ...generic } }],
      // Each outage is an incident of its own, and over as soon as it is well.
      watch: { settle: '1s', again: '0s', ...watch },
    });
    lifeline = await startLifeline(systemd, sandbox, config);
    const started = lifeline;
    return {
      ...phones,
      service,
      systemd,
      unit,
      lifeline: started,
      sandbox,
      until: waitUntil,
      main,
      show,
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

/** As from a shell that is closed: in a session of its own. */
export const startBare = ({ command: [program, ...args], home }: Service): void => {
  spawn(program, args, { cwd: home, detached: true, stdio: 'ignore' }).unref();
};

/** For messages of a test that fails. */
export const asYaml = (value: unknown): string => stringify(value);
