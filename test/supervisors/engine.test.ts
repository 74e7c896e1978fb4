/** An engine that hangs holds nobody up for long, and is not asked again before it has answered. */
import { expect, it } from 'vitest';
import { createEngine, EngineError } from '../../src/supervisors/engine.ts';
import type { CommandOutput } from '../../src/supervisors/run-command.ts';
import { DOCKER } from './docker-outputs.ts';

it('is given up after its patience, named, and asked again once it has answered', async () => {
  const answers: ((output: CommandOutput) => void)[] = [];
  const engine = createEngine({
    tool: 'podman',
    run: () => new Promise((resolve) => answers.push(resolve)),
    patienceMs: 20,
  });
  const refusal = {
    name: 'UserError',
    code: 'SUPERVISOR_UNREACHABLE',
    message: expect.stringMatching(/^podman cannot be asked about gateway: /) as string,
  };
  await expect(engine.inspect('gateway')).rejects.toMatchObject(refusal);
  await expect(engine.inspect('gateway')).rejects.toBeInstanceOf(EngineError);
  // Of a daemon that hangs no second question is made: each would be a process that hangs, too.
  expect(answers).toHaveLength(1);
  answers[0]?.({ exitCode: 0, stdout: DOCKER.clean, stderr: '', failure: null });
  await new Promise((resolve) => setImmediate(resolve));
  const again = engine.inspect('gateway');
  answers[1]?.({ exitCode: 0, stdout: DOCKER.clean, stderr: '', failure: null });
  expect((await again)?.status).toBe('exited');
});

it('whose record of events cannot be had has none, and that is no error', async () => {
  const engine = createEngine({
    tool: 'docker',
    run: async () => ({ exitCode: 125, stdout: '', stderr: 'unknown flag', failure: null }),
  });
  expect(
    await engine.events({
      id: 'a',
      name: 'gateway',
      engine: 'docker',
      status: 'exited',
      pid: null,
      exitCode: 0,
      oomKilled: false,
      startedAt: 0,
      finishedAt: 0,
      restarts: 0,
      restartPolicy: { name: 'no', maxRetries: 0 },
      stoppedByUser: null,
    }),
  ).toBeNull();
});
