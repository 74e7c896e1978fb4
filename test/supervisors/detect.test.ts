import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { createDetection } from '../../src/supervisors/detect.ts';
import type { Supervisor, SupervisorName, SupervisorStatus } from '../../src/supervisors/supervisor.ts';

const PROCESS: ProcessSeen = { pid: 123, startTime: 5_000, startedAt: 50_000 };
const WRAPPER: ProcessSeen = { pid: 100, startTime: 4_000, startedAt: 40_000 };

const supervisor = (name: SupervisorName, unit: string, status: Partial<SupervisorStatus> | Error): Supervisor =>
  ({
    name,
    unit,
    status: async () => {
      if (status instanceof Error) throw status;
      return { state: 'inactive', main: null, restarts: null, since: null, job: null, exit: null, ...status };
    },
  }) as Partial<Supervisor> as Supervisor;
const bare = supervisor('process', 'hermes', {});

/** @param answers what there is to ask, at one time after the other: the process, and who may hold it. */
const choosing = (
  answers: readonly { readonly running: ProcessSeen | null; readonly candidates: readonly Supervisor[] }[],
) => {
  let at = 0;
  const detection = createDetection({
    find: async () => answers[at]?.running ?? null,
    candidates: async () => answers[at]?.candidates ?? [],
    bare,
    ancestors: async () => [WRAPPER.pid, 1],
  });
  return async () => {
    const { supervisor: chosen, why, rivals } = await detection.choose();
    at += 1;
    return { unit: chosen.unit, why, rivals: rivals.map(({ unit }) => unit) };
  };
};

describe('the supervisor of a gateway', () => {
  const held = supervisor('systemd-user', 'grandmas-bot.service', { state: 'active', main: PROCESS });
  const idle = supervisor('systemd-user', 'hermes-gateway.service', {});
  const busy = supervisor('systemd-user', 'hermes.service', { state: 'activating' });
  const gone = supervisor('systemd-user', 'old.service', { state: 'missing' });
  const silent = supervisor(
    'systemd-user',
    'silent.service',
    new UserError('SYSTEMD_NO_USER_MANAGER', 'cannot be reached'),
  );
  const absent = supervisor('systemd-user', 'absent.service', new UserError('SYSTEMD_MISSING', 'no systemd'));

  it.each([
    [
      'the one with its process',
      PROCESS,
      [idle, held],
      { unit: 'grandmas-bot.service', why: 'holds_process', rivals: [] },
    ],
    [
      'the one with its parent',
      PROCESS,
      [supervisor('launchd', 'ai.hermes.gateway', { state: 'active', main: WRAPPER })],
      { unit: 'ai.hermes.gateway', why: 'holds_process', rivals: [] },
    ],
    [
      'nobody else, where a unit of its name holds nothing',
      PROCESS,
      [idle, gone],
      { unit: 'hermes', why: 'nobody_else', rivals: [] },
    ],
    [
      'the one with its process, and another that starts it too is a rival',
      PROCESS,
      [busy, held],
      { unit: 'grandmas-bot.service', why: 'holds_process', rivals: ['hermes.service'] },
    ],
    [
      'the one that is at it, of several definitions',
      null,
      [idle, busy],
      { unit: 'hermes.service', why: 'has_definition', rivals: [] },
    ],
    ['nobody else, where no systemd is', null, [absent], { unit: 'hermes', why: 'nobody_else', rivals: [] }],
  ])('is %s', async (_, running, candidates, expected) => {
    expect(await choosing([{ running, candidates }])()).toEqual(expected);
  });

  it('is not guessed where one that may be it does not answer', async () => {
    await expect(choosing([{ running: null, candidates: [silent] }])()).rejects.toThrow('cannot be reached');
    expect(await choosing([{ running: PROCESS, candidates: [silent, held] }])()).toMatchObject({
      unit: 'grandmas-bot.service',
    });
  });

  it('is remembered when the process is dead and nothing tells of it any more', async () => {
    const choose = choosing([
      { running: PROCESS, candidates: [held] },
      { running: null, candidates: [] },
      { running: null, candidates: [idle] },
    ]);
    expect(await choose()).toMatchObject({ why: 'holds_process' });
    expect(await choose()).toMatchObject({ unit: 'grandmas-bot.service', why: 'has_definition' });
    expect(await choose()).toMatchObject({ unit: 'grandmas-bot.service', why: 'has_definition' });
  });

  it('is not asked twice where memory and search agree, and one that held it before is forgotten for one that does now', async () => {
    const now = supervisor('systemd-user', 'new.service', { state: 'active', main: PROCESS });
    const choose = choosing([
      { running: PROCESS, candidates: [held] },
      {
        running: PROCESS,
        candidates: [supervisor('systemd-user', 'grandmas-bot.service', { state: 'active', main: PROCESS })],
      },
      { running: PROCESS, candidates: [now, supervisor('systemd-user', 'grandmas-bot.service', { state: 'missing' })] },
      { running: null, candidates: [] },
    ]);
    expect(await choose()).toMatchObject({ unit: 'grandmas-bot.service', rivals: [] });
    expect(await choose()).toMatchObject({ unit: 'grandmas-bot.service', rivals: [] });
    await choose();
  });
});
