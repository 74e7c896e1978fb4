import { describe, expect, it, test } from 'vitest';
import { parseContainer, stateOf } from '../../src/supervisors/docker-inspect.ts';
import { engineAdvice, engineRefusalOf } from '../../src/supervisors/docker-refusals.ts';
import { DOCKER, ID, inspected, PODMAN, REFUSALS } from './docker-outputs.ts';

describe('inspect', () => {
  test.each([
    ['docker: running', DOCKER.running, { state: 'active', pid: 905, exitCode: null, restarts: 0, policy: 'no' }],
    [
      'docker: between two starts of a loop',
      DOCKER.loop,
      { state: 'activating', pid: null, exitCode: 78, restarts: 6, policy: 'always' },
    ],
    ['docker: paused', DOCKER.paused, { state: 'inactive', pid: 1182, exitCode: null, restarts: 0, policy: 'no' }],
    [
      'docker: given up after too many tries',
      DOCKER.gaveUp,
      { state: 'latched', pid: null, exitCode: 3, restarts: 2, policy: 'on-failure' },
    ],
    [
      'docker: never started',
      DOCKER.created,
      { state: 'inactive', pid: null, exitCode: null, restarts: 0, policy: 'no' },
    ],
    [
      'docker: a program that is not there',
      DOCKER.badProgram,
      { state: 'failed', pid: null, exitCode: 127, restarts: 0, policy: 'no' },
    ],
    [
      'docker: out of memory',
      DOCKER.outOfMemory,
      { state: 'failed', pid: null, exitCode: 137, restarts: 0, policy: 'no' },
    ],
    [
      'docker: stopped by hand, though it would be revived',
      DOCKER.stoppedByHand,
      { state: 'inactive', pid: null, exitCode: 137, restarts: 0, policy: 'unless-stopped' },
    ],
    ['docker: ended well', DOCKER.clean, { state: 'inactive', pid: null, exitCode: 0, restarts: 0, policy: 'no' }],
    ['docker: dead', DOCKER.dead, { state: 'failed', pid: null, exitCode: 1, restarts: 0, policy: 'no' }],
    ['podman 4: running', PODMAN.running, { state: 'active', pid: 3334, exitCode: null, restarts: 0, policy: 'no' }],
    [
      'podman 4: in a loop, which it does not slow down',
      PODMAN.loop,
      { state: 'active', pid: 5014, exitCode: null, restarts: 41, policy: 'always' },
    ],
    ['podman 4: paused', PODMAN.paused, { state: 'inactive', pid: 3566, exitCode: null, restarts: 0, policy: 'no' }],
    [
      'podman 4: given up',
      PODMAN.gaveUp,
      { state: 'latched', pid: null, exitCode: 3, restarts: 2, policy: 'on-failure' },
    ],
    [
      'podman 4: stopped out of a loop',
      PODMAN.stopped,
      { state: 'inactive', pid: null, exitCode: 78, restarts: 59, policy: 'always' },
    ],
    ['podman 5: running', PODMAN.five, { state: 'active', pid: 3516, exitCode: null, restarts: 0, policy: 'no' }],
  ])('%s', (_name, text, expected) => {
    const container = parseContainer(text);
    expect(
      container && {
        state: stateOf(container),
        pid: container.pid,
        exitCode: container.exitCode,
        restarts: container.restarts,
        policy: container.restartPolicy.name,
      },
    ).toEqual(expected);
  });

  it('reads times with any offset, and the year 1 as never', () => {
    expect(parseContainer(PODMAN.five)).toMatchObject({
      id: ID,
      startedAt: Date.parse('2026-07-24T05:25:22.823Z'),
      finishedAt: null,
    });
    expect(parseContainer(DOCKER.outOfMemory)).toMatchObject({
      oomKilled: true,
      finishedAt: Date.parse('2026-11-21T12:35:04.732Z'),
    });
  });

  it('does without a restart policy, as of a container of a pod', () => {
    const [whole] = JSON.parse(
      inspected({ state: { Status: 'running', Pid: 5, StartedAt: '2026-11-21T12:35:04Z' } }),
    ) as [Record<string, unknown>];
    expect(parseContainer(JSON.stringify([{ ...whole, HostConfig: null, RestartCount: undefined }]))).toMatchObject({
      restarts: 0,
      restartPolicy: { name: 'no', maxRetries: 0 },
    });
  });

  it('tells whose engine it is, and the name as people know it', () => {
    expect(parseContainer(DOCKER.running)).toMatchObject({ name: 'gateway', engine: 'docker', stoppedByUser: null });
    expect(parseContainer(PODMAN.running)).toMatchObject({ name: 'gateway', engine: 'podman', stoppedByUser: null });
    expect(parseContainer(PODMAN.running.replace('"OciVersion"', '"StoppedByUser": true, "OciVersion"'))).toMatchObject(
      { stoppedByUser: true },
    );
  });

  test.each(['', '[]', '{}', 'Emulate Docker CLI using podman', '[{"Id":"x"}]', '[{"Id":"x","State":"running"}]'])(
    '%j is no container',
    (text) => expect(parseContainer(text)).toBeNull(),
  );
});

test.each<[keyof typeof REFUSALS, string]>([
  ['dockerMissing', 'no_container'],
  ['dockerNoObject', 'no_container'],
  ['podmanMissing', 'no_container'],
  ['podmanMissingStart', 'no_container'],
  ['dockerDown', 'no_engine'],
  ['dockerDownNewer', 'no_engine'],
  ['dockerDenied', 'not_allowed'],
  ['dockerDeniedOlder', 'not_allowed'],
  ['podmanDown', 'no_engine'],
  ['notRunning', 'not_running'],
  ['podmanNotRunning', 'not_running'],
])('%s is understood', (name, refusal) => expect(engineRefusalOf({ stdout: '', ...REFUSALS[name] })).toBe(refusal));

test.each([
  ['docker', 'not_allowed', 'linux', /sudo usermod -aG docker me .* log in again/],
  ['docker', 'no_engine', 'linux', /sudo systemctl enable --now docker.*DOCKER_HOST/],
  ['docker', 'no_engine', 'darwin', /Docker Desktop/],
  ['docker', 'not_found', 'linux', /not on the PATH/],
  ['docker', 'silent', 'linux', /the docker daemon hangs.*docker ps/],
  ['podman', 'silent', 'linux', /podman hangs.*podman ps/],
  ['podman', 'no_engine', 'linux', /podman info/],
  ['podman', 'no_engine', 'darwin', /podman machine start/],
] as const)('%s, %s on %s: one command to run', (tool, refusal, platform, words) =>
  expect(engineAdvice(tool, refusal, { user: 'me', platform })).toMatch(words),
);
