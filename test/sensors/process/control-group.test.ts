import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findUnitOfPid, parseHolder, type ProcessHolder } from '../../../src/sensors/process/control-group.ts';

const ID = '8d0c9cbb1d3a4dd9b0fcf6b2c8e57b9e63c1b9a05b2d6fbe3f0a9f0a6f7c4e21';
const OTHER_ID = 'f'.repeat(64);
const gatewayOf = (uid: number): ProcessHolder => ({
  kind: 'service',
  scope: 'user',
  uid,
  unit: 'hermes-gateway.service',
});
const SYSTEM: ProcessHolder = { kind: 'service', scope: 'system', unit: 'hermes-gateway.service' };
const docker: ProcessHolder = { kind: 'container', id: ID, tool: 'docker' };
const podman: ProcessHolder = { kind: 'container', id: ID, tool: 'podman' };
const other: ProcessHolder = { kind: 'container', id: ID, tool: null };
const v2 = (path: string): string => `0::${path}\n`;

it.each<[string, string, ProcessHolder | null]>([
  [
    'v2: a unit of a user',
    v2('/user.slice/user-1000.slice/user@1000.service/app.slice/hermes-gateway.service'),
    gatewayOf(1000),
  ],
  [
    'v2: a unit of root as a user',
    v2('/user.slice/user-0.slice/user@0.service/app.slice/hermes-gateway.service'),
    gatewayOf(0),
  ],
  [
    'before systemd 247: no app.slice',
    v2('/user.slice/user-1000.slice/user@1000.service/hermes-gateway.service'),
    gatewayOf(1000),
  ],
  [
    'a unit in slices of its own',
    v2('/user.slice/user-1000.slice/user@1000.service/app.slice/app-bots.slice/hermes-gateway.service'),
    gatewayOf(1000),
  ],
  [
    'a profile',
    v2('/user.slice/user-1000.slice/user@1000.service/app.slice/hermes-gateway-ops.service'),
    { ...gatewayOf(1000), unit: 'hermes-gateway-ops.service' } as ProcessHolder,
  ],
  [
    'a template',
    v2('/system.slice/system-hermes.slice/hermes@ops.service'),
    { kind: 'service', scope: 'system', unit: 'hermes@ops.service' },
  ],
  ['v2: a unit of the system', v2('/system.slice/hermes-gateway.service'), SYSTEM],
  ['a unit that has groups of its own below', v2('/system.slice/hermes-gateway.service/worker/3'), SYSTEM],
  ['a group that was removed meanwhile', v2('/system.slice/hermes-gateway.service (deleted)'), SYSTEM],
  [
    'a name that systemd had to escape',
    v2('/system.slice/_cgroup.service'),
    { kind: 'service', scope: 'system', unit: 'cgroup.service' },
  ],
  [
    'v1: systemd names it in its own hierarchy',
    '12:memory:/user.slice/user-1000.slice\n1:name=systemd:/user.slice/user-1000.slice/user@1000.service/hermes-gateway.service\n',
    gatewayOf(1000),
  ],
  [
    'hybrid: in both',
    '9:name=systemd:/system.slice/hermes-gateway.service\n4:memory:/\n0::/system.slice/hermes-gateway.service\n',
    SYSTEM,
  ],
  ['hybrid: only in v2', '9:name=systemd:/\n0::/system.slice/hermes-gateway.service\n', SYSTEM],
  [
    "the user's manager itself",
    v2('/user.slice/user-1000.slice/user@1000.service/init.scope'),
    { kind: 'scope', unit: 'init.scope', uid: 1000 },
  ],
  [
    "the user's manager, before it had a scope",
    v2('/user.slice/user-1000.slice/user@1000.service'),
    { kind: 'service', scope: 'system', unit: 'user@1000.service' },
  ],
  [
    'a login session',
    v2('/user.slice/user-1000.slice/session-3.scope'),
    { kind: 'scope', unit: 'session-3.scope', uid: 1000 },
  ],
  [
    "a terminal's tab",
    v2('/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome.Terminal.slice/vte-spawn-1f.scope'),
    { kind: 'scope', unit: 'vte-spawn-1f.scope', uid: 1000 },
  ],
  [
    'systemd-run --scope of the system',
    v2('/system.slice/run-r1.scope'),
    { kind: 'scope', unit: 'run-r1.scope', uid: null },
  ],
  ['cron', v2('/system.slice/cron.service'), { kind: 'service', scope: 'system', unit: 'cron.service' }],
  ['docker, systemd driver', v2(`/system.slice/docker-${ID}.scope`), docker],
  ['docker, cgroupfs driver', v2(`/docker/${ID}`), docker],
  ['docker, rootless', v2(`/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope`), docker],
  ['docker, v1', `12:memory:/docker/${ID}\n1:name=systemd:/docker/${ID}\n`, docker],
  ['docker on a machine without systemd, v1', `3:cpu:/docker/${ID}\n2:memory:/docker/${ID}\n`, docker],
  ['docker in a group of its own choice', v2(`/bots/${ID}`), other],
  ['systemd in docker', v2(`/docker/${ID}/system.slice/hermes-gateway.service`), docker],
  ['podman', v2(`/machine.slice/libpod-${ID}.scope/container`), podman],
  [
    'podman, rootless',
    v2(`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container`),
    podman,
  ],
  ['podman, cgroupfs driver', v2(`/libpod_parent/libpod-${ID}`), podman],
  ['podman below a unit (quadlet)', v2(`/system.slice/hermes.service/libpod-payload-${ID}`), podman],
  [
    "podman's monitor, which is not in the container",
    v2(`/machine.slice/libpod-conmon-${ID}.scope`),
    { kind: 'scope', unit: `libpod-conmon-${ID}.scope`, uid: null },
  ],
  [
    'Kubernetes, containerd',
    v2(`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/cri-containerd-${ID}.scope`),
    other,
  ],
  ['Kubernetes, cgroupfs', v2(`/kubepods/burstable/pod5d/${ID}`), other],
  ['LXC', v2('/lxc.payload.web/system.slice/hermes-gateway.service'), { kind: 'container', id: 'web', tool: null }],
  [
    'nspawn',
    v2('/machine.slice/machine-web.scope/payload/system.slice/hermes-gateway.service'),
    { kind: 'container', id: 'web', tool: null },
  ],
  ["another world's systemd", v2('/somewhere/system.slice/hermes-gateway.service'), null],
  ['outside of what can be seen from here', v2('/../system.slice/hermes-gateway.service'), null],
  ['the root group', v2('/'), null],
  ['only a slice', v2('/user.slice'), null],
  ['a group that somebody made by hand', v2('/bots/hermes'), null],
  ['nothing', '', null],
  ['not what the kernel writes', 'no such process', null],
])('%s', (_what, text, holder) => {
  expect(parseHolder(text)).toEqual(holder);
});

it.each<[string, string, string, ProcessHolder | null]>([
  [
    'in the same container',
    v2(`/docker/${ID}/system.slice/lifeline.service`),
    v2(`/docker/${ID}/system.slice/hermes-gateway.service`),
    SYSTEM,
  ],
  ['in the same container without systemd', v2(`/docker/${ID}`), v2(`/docker/${ID}`), null],
  [
    'in the same container, systemd driver',
    v2(`/system.slice/docker-${ID}.scope/init.scope`),
    v2(`/system.slice/docker-${ID}.scope/system.slice/hermes-gateway.service`),
    SYSTEM,
  ],
  ['in another container', v2(`/docker/${OTHER_ID}`), v2(`/docker/${ID}/system.slice/hermes-gateway.service`), docker],
  [
    'in a container within the same container',
    v2(`/docker/${OTHER_ID}`),
    v2(`/docker/${OTHER_ID}/docker/${ID}`),
    docker,
  ],
  ['outside of it', v2('/system.slice/lifeline.service'), v2(`/docker/${ID}`), docker],
  [
    'in the same LXC, seen from inside',
    v2('/lxc.payload.web/system.slice/lifeline.service'),
    v2('/lxc.payload.web/system.slice/hermes-gateway.service'),
    SYSTEM,
  ],
  [
    'in the same odd root',
    v2('/odd/user.slice/user-1000.slice/session-1.scope'),
    v2('/odd/user.slice/user-1000.slice/user@1000.service/app.slice/hermes-gateway.service'),
    gatewayOf(1000),
  ],
  [
    'a service of the same user',
    v2('/user.slice/user-1000.slice/user@1000.service/app.slice/lifeline.service'),
    v2('/user.slice/user-1000.slice/user@1000.service/app.slice/hermes-gateway.service'),
    gatewayOf(1000),
  ],
])('with Lifeline %s', (_where, own, text, holder) => {
  expect(parseHolder(text, own)).toEqual(holder);
});

it('reads the group of a process, and tells nothing of one that is gone', async () => {
  const proc = await mkdtemp(join(tmpdir(), 'lifeline-proc-'));
  try {
    await mkdir(join(proc, '7'));
    await mkdir(join(proc, 'self'));
    await writeFile(join(proc, '7', 'cgroup'), v2(`/docker/${ID}/system.slice/hermes-gateway.service`));
    expect(await findUnitOfPid(7, proc)).toEqual(docker);
    await writeFile(join(proc, 'self', 'cgroup'), v2(`/docker/${ID}/system.slice/lifeline.service`));
    expect(await findUnitOfPid(7, proc)).toEqual(SYSTEM);
    expect(await findUnitOfPid(8, proc)).toBeNull();
  } finally {
    await rm(proc, { recursive: true });
  }
});
