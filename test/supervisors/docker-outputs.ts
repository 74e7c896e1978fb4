/**
 * What `inspect --type container` prints, cut to what matters. The values of `State`, count and policy are recorded
 * from docker's engine 20.10 through its client 28.2 and from podman 4.3; `clean`, `dead` and `five` are made after the
 * engines' documented fields.
 */

interface Recorded {
  readonly state: Readonly<Record<string, unknown>>;
  readonly restarts?: number;
  readonly policy?: { readonly Name: string; readonly MaximumRetryCount: number };
}

export const ID = '4595a9f139ded8804ff24c581402ba5fcc1d8f78fa92b4076ac126b75de40e01';

export const inspected = ({ state, restarts = 0, policy = { Name: 'no', MaximumRetryCount: 0 } }: Recorded): string =>
  `${JSON.stringify([{ Id: ID, Created: '2026-11-21T12:34:24Z', Path: 'sh', State: state, Name: '/gateway', RestartCount: restarts, HostConfig: { NetworkMode: 'none', RestartPolicy: policy }, Config: { Env: ['QQ_CLIENT_SECRET=hunter2hunter2'] } }], null, 4)}\n`;

const NEVER = '0001-01-01T00:00:00Z';
const docker = {
  Dead: false,
  Error: '',
  ExitCode: 0,
  FinishedAt: NEVER,
  OOMKilled: false,
  Paused: false,
  Pid: 0,
  Restarting: false,
  Running: false,
  StartedAt: NEVER,
};
const podman = {
  OciVersion: '1.0.2-dev',
  ...docker,
  Health: { Status: '', FailingStreak: 0, Log: null },
  CheckpointedAt: NEVER,
  RestoredAt: NEVER,
};
const always = { Name: 'always', MaximumRetryCount: 0 };

export const DOCKER = {
  running: inspected({
    state: { ...docker, Status: 'running', Running: true, Pid: 905, StartedAt: '2026-11-21T12:34:24.988114374Z' },
  }),
  loop: inspected({
    state: {
      ...docker,
      Status: 'restarting',
      Running: true,
      Restarting: true,
      ExitCode: 78,
      StartedAt: '2026-11-21T12:35:07.952068633Z',
      FinishedAt: '2026-11-21T12:35:07.972651692Z',
    },
    restarts: 6,
    policy: always,
  }),
  paused: inspected({
    state: {
      ...docker,
      Status: 'paused',
      Running: true,
      Paused: true,
      Pid: 1182,
      StartedAt: '2026-11-21T12:35:03.984091261Z',
    },
  }),
  gaveUp: inspected({
    state: {
      ...docker,
      Status: 'exited',
      ExitCode: 3,
      StartedAt: '2026-11-21T12:35:04.979375174Z',
      FinishedAt: '2026-11-21T12:35:04.978921812Z',
    },
    restarts: 2,
    policy: { Name: 'on-failure', MaximumRetryCount: 2 },
  }),
  created: inspected({ state: { ...docker, Status: 'created' } }),
  badProgram: inspected({
    state: {
      ...docker,
      Status: 'created',
      ExitCode: 127,
      Error: 'failed to create shim task: OCI runtime create failed',
    },
  }),
  outOfMemory: inspected({
    state: {
      ...docker,
      Status: 'exited',
      ExitCode: 137,
      OOMKilled: true,
      StartedAt: '2026-11-21T12:35:04.71488576Z',
      FinishedAt: '2026-11-21T12:35:04.732698376Z',
    },
  }),
  stoppedByHand: inspected({
    state: {
      ...docker,
      Status: 'exited',
      ExitCode: 137,
      StartedAt: '2026-11-21T12:35:04.463364313Z',
      FinishedAt: '2026-11-21T12:35:12.265245943Z',
    },
    policy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
  }),
  clean: inspected({
    state: {
      ...docker,
      Status: 'exited',
      StartedAt: '2026-11-21T12:35:04.463364313Z',
      FinishedAt: '2026-11-21T12:35:12.265245943Z',
    },
  }),
  dead: inspected({
    state: {
      ...docker,
      Status: 'dead',
      Dead: true,
      ExitCode: 1,
      StartedAt: '2026-11-21T12:35:04Z',
      FinishedAt: '2026-11-21T12:35:12Z',
    },
  }),
};

export const PODMAN = {
  running: inspected({
    state: {
      ...podman,
      Status: 'running',
      Running: true,
      Pid: 3334,
      ConmonPid: 3324,
      StartedAt: '2026-11-21T12:36:09.202201044Z',
    },
    policy: { Name: '', MaximumRetryCount: 0 },
  }),
  loop: inspected({
    state: {
      ...podman,
      Status: 'running',
      Running: true,
      Pid: 5014,
      StartedAt: '2026-11-21T12:36:12.96459321Z',
      FinishedAt: '2026-11-21T12:36:12.87374066Z',
    },
    restarts: 41,
    policy: always,
  }),
  paused: inspected({
    state: { ...podman, Status: 'paused', Paused: true, Pid: 3566, StartedAt: '2026-11-21T12:36:09.653658384Z' },
    policy: { Name: '', MaximumRetryCount: 0 },
  }),
  gaveUp: inspected({
    state: {
      ...podman,
      Status: 'exited',
      ExitCode: 3,
      StartedAt: '2026-11-21T12:36:09.76871671Z',
      FinishedAt: '2026-11-21T12:36:09.765740728Z',
    },
    restarts: 2,
    policy: { Name: 'on-failure', MaximumRetryCount: 2 },
  }),
  stopped: inspected({
    state: {
      ...podman,
      Status: 'stopped',
      ExitCode: 78,
      StartedAt: '2026-11-21T12:36:14.760558953Z',
      FinishedAt: '2026-11-21T12:36:14.757740619Z',
    },
    restarts: 59,
    policy: always,
  }),
  /** Podman 5 writes local time with its offset. */
  five: inspected({
    state: {
      ...podman,
      OciVersion: '1.2.1',
      Status: 'running',
      Running: true,
      Pid: 3516,
      StartedAt: '2026-07-24T07:25:22.823804726+02:00',
    },
    policy: { Name: '', MaximumRetryCount: 0 },
  }),
};

/** What the tools say when they refuse; docker 28 and podman 4.3 recorded, the older and newer docker's not. */
export const REFUSALS = {
  dockerMissing: { code: 1, stdout: '[]\n', stderr: 'Error response from daemon: No such container: gateway\n' },
  dockerNoObject: { code: 1, stdout: '[]\n', stderr: 'Error: No such object: gateway\n' },
  podmanMissing: { code: 125, stdout: '[]\n', stderr: 'Error: inspecting object: no such container gateway\n' },
  podmanMissingStart: { code: 125, stderr: 'Error: no container with name or ID "gateway" found: no such container\n' },
  dockerDown: {
    code: 1,
    stderr: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
  },
  dockerDownNewer: {
    code: 1,
    stderr:
      'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory\n',
  },
  dockerDenied: {
    code: 1,
    stderr:
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/containers/x/json": dial unix /var/run/docker.sock: connect: permission denied\n',
  },
  dockerDeniedOlder: {
    code: 1,
    stderr:
      'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission denied\n',
  },
  podmanDown: {
    code: 125,
    stderr:
      'Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`, or try `podman machine init` and `podman machine start` to manage a new Linux VM\nError: unable to connect to Podman socket: Get "http://d/v4.3.1/libpod/_ping": dial unix /nonexist.sock: connect: no such file or directory\n',
  },
  notRunning: {
    code: 1,
    stderr: 'Error response from daemon: Cannot kill container: gateway: Container 5f193d is not running\n',
  },
  podmanNotRunning: {
    code: 125,
    stderr: 'Error: can only kill running containers. a31af08f is in state exited: container state improper\n',
  },
};
