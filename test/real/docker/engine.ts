/** A container engine that answers here, with a tiny image of its own; or the reason why there is none. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync, copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineTool } from '../../../src/supervisors/docker-refusals.ts';

export interface Engine {
  readonly name: EngineTool;
  /** Runs the tool; throws with its words when it fails. */
  readonly tool: (...args: readonly string[]) => string;
  /** Runs a shell line as a container's first process. */
  readonly container: (name: string, flags: readonly string[], script: string) => void;
  /** Runs a program of this machine as a container's first process, with this machine's network. */
  readonly program: (name: string, flags: readonly string[], argv: readonly string[]) => void;
  /** Takes a container away, whatever it does. */
  readonly remove: (name: string) => void;
  /** The daemon of our own, which may be made to hang; null where there is none. */
  readonly daemon: number | null;
  readonly end: () => Promise<void>;
}

const IMAGE = 'lifeline-real-test:1';

/** Removes what it made when it fails. */
export const openEngine = async (tool: EngineTool): Promise<Engine | string> => {
  if (spawnSync(tool, ['--version']).error) return `${tool} is not installed`;
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
  if (busybox === undefined)
    return 'there is no busybox for a container to run (Debian: apt-get install busybox-static)';
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-engine-'));
  const ends: (() => Promise<void> | void)[] = [
    () => rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }),
  ];
  const end = async (): Promise<void> => {
    for (const one of ends.splice(0).reverse()) await one();
  };
  const call = (...args: readonly string[]): string => {
    // conmon leaves a file `oom` in the folder where it was started.
    const { status, stdout, stderr } = spawnSync(tool, args, { cwd: dir, encoding: 'utf8', timeout: 60_000 });
    if (status !== 0) throw new Error(`${tool} ${args[0] ?? ''}: ${stderr.trim()}`);
    return stdout;
  };
  const container: Engine['container'] = (name, flags, script) =>
    void call('run', '--detach', '--network', 'none', '--name', name, ...flags, IMAGE, 'sh', '-c', script);
  // Its programs and libraries are this machine's: no registry is needed.
  const program: Engine['program'] = (name, flags, argv) =>
    void call(
      'run',
      '--detach',
      '--network',
      'host',
      '--name',
      name,
      '--volume',
      '/usr:/usr:ro',
      ...flags,
      IMAGE,
      ...argv,
    );
  const remove = (name: string): void => {
    spawnSync(tool, ['kill', name]);
    spawnSync(tool, ['rm', '--force', name]);
  };
  try {
    const daemon = tool === 'docker' ? await reachDocker(dir, ends, call) : null;
    importImage(dir, busybox, call);
    ends.push(() => void spawnSync(tool, ['rmi', '--force', IMAGE]));
    if (tool === 'podman') limitPodman(dir, ends, call);
    return { name: tool, tool: call, container, program, remove, daemon, end };
  } catch (error) {
    await end();
    return error instanceof Error ? error.message : String(error);
  }
};

/** The machine's own engine, or one of our own with all its files in a temporary folder. */
const reachDocker = async (
  dir: string,
  ends: (() => Promise<void> | void)[],
  call: Engine['tool'],
): Promise<number | null> => {
  if (spawnSync('docker', ['version']).status === 0) return null;
  if (process.getuid?.() !== 0 || spawnSync('dockerd', ['--version']).error)
    throw new Error(
      'no docker daemon answers, and none can be started here (Debian, as root: apt-get install docker.io)',
    );
  const host = `unix://${dir}/docker.sock`;
  const daemon = spawn(
    'dockerd',
    [
      '--iptables=false',
      '--bridge=none',
      '--storage-driver=vfs',
      '--host',
      host,
      '--data-root',
      join(dir, 'data'),
      '--exec-root',
      join(dir, 'exec'),
      '--pidfile',
      join(dir, 'pid'),
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  const before = process.env['DOCKER_HOST'];
  process.env['DOCKER_HOST'] = host;
  ends.push(async () => {
    daemon.kill('SIGCONT');
    daemon.kill('SIGTERM');
    await ended;
    // The namespace of `--network host` stays mounted.
    spawnSync('umount', [join(dir, 'exec/netns/default')]);
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
  });
  for (
    const deadline = Date.now() + 60_000;
    spawnSync('docker', ['version']).status !== 0;
    await new Promise((resolve) => setTimeout(resolve, 200))
  ) {
    if (Date.now() > deadline || daemon.exitCode !== null)
      throw new Error(
        `a docker daemon of our own does not come up here: ${spawnSync('docker', ['version'], { encoding: 'utf8' }).stderr.trim()}`,
      );
  }
  call('info');
  return daemon.pid ?? null;
};

const importImage = (dir: string, busybox: string, call: Engine['tool']): void => {
  const bin = join(dir, 'root', 'bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(busybox, join(bin, 'busybox'));
  for (const applet of ['sh', 'sleep', 'true']) symlinkSync('busybox', join(bin, applet));
  for (const folder of ['usr', 'tmp', 'etc', 'proc']) mkdirSync(join(dir, 'root', folder));
  for (const library of ['lib', 'lib64']) symlinkSync(`usr/${library}`, join(dir, 'root', library));
  const archive = join(dir, 'image.tar');
  spawnSync('tar', ['-C', join(dir, 'root'), '-cf', archive, '.']);
  call('import', archive, IMAGE);
};

/** Where the machine itself may not raise limits, or crun not use its control groups, podman still works with less. */
const limitPodman = (dir: string, ends: (() => Promise<void> | void)[], call: Engine['tool']): void => {
  const works = (): string | null => {
    try {
      call('run', '--rm', '--network', 'none', IMAGE, 'true');
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  if (works() === null) return;
  const config = join(dir, 'containers.conf');
  writeFileSync(
    config,
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n[engine]\nruntime = "runc"\n',
  );
  const before = process.env['CONTAINERS_CONF'];
  process.env['CONTAINERS_CONF'] = config;
  ends.push(() => {
    if (before === undefined) delete process.env['CONTAINERS_CONF'];
    else process.env['CONTAINERS_CONF'] = before;
  });
  const problem = works();
  if (problem !== null) throw new Error(`podman runs no container here: ${problem}`);
};
