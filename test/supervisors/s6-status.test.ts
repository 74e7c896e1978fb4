import { tmpdir } from 'node:os';
import { expect, it, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { createS6Supervisor } from '../../src/supervisors/s6.ts';
import { outlookOf, parseS6, stateOf } from '../../src/supervisors/s6-status.ts';

// Recorded from s6 2.11.
test.each([
  ['up', 'true true false 27627 -1 NA 2', { state: 'active', pid: 27627, exit: null, outlook: { next: 'settling' } }],
  [
    'ended with 78, and its finish script with 125',
    'false false false -1 78 NA 2',
    {
      state: 'failed',
      pid: null,
      exit: { code: 78 },
      outlook: { next: 'nothing', enabled: false, ended: 'config_refused' },
    },
  ],
  [
    'ended with 0, and its finish script with 125',
    'false false false -1 0 NA 2',
    { state: 'inactive', pid: null, exit: { code: 0 }, outlook: { next: 'stopped' } },
  ],
  [
    'told to stay down',
    'false false false -1 -1 SIGTERM 1',
    { state: 'inactive', pid: null, exit: { signal: 'SIGTERM' }, outlook: { next: 'stopped' } },
  ],
  [
    'killed, and about to start again',
    'false true false -1 -1 SIGKILL 0',
    { state: 'activating', pid: null, exit: { signal: 'SIGKILL' }, outlook: { next: 'starts', withinMs: 1_000 } },
  ],
  [
    'told to end, and still at it',
    'true false false 27627 -1 NA 2',
    { state: 'deactivating', pid: 27627, exit: null, outlook: { next: 'settling' } },
  ],
])('%s', (_name, text, expected) => {
  const service = parseS6(`${text}\n`);
  expect(
    service && { state: stateOf(service), pid: service.pid, exit: service.exit, outlook: outlookOf(service) },
  ).toEqual(expected);
});

test.each(['', 'up (pid 27627) 2 seconds', 'true true false 27627 -1 NA', 'true true false x -1 NA 2'])(
  '%j is not what was asked for',
  (text) => expect(parseS6(text)).toBeNull(),
);

test.each([
  ['s6-svstat: fatal: : unable to read status for SLOT: s6-supervise not running', 'missing'],
  ['s6-svstat: fatal: unable to read status for SLOT: No such file or directory', 'missing'],
  ['s6-svstat: fatal: unable to check SLOT: Permission denied', /only root or the user of/],
  ['s6-svstat: fatal: invalid option field: updownfor', /invalid option field/],
] as const)('%s', async (stderr, expected) => {
  // The folder itself must be there.
  const status = createS6Supervisor({
    slot: tmpdir(),
    run: async () => ({ exitCode: 1, stdout: '', stderr: `${stderr}\n`, failure: null }),
    clock: scaledClock(0, 1),
    toolFolder: null,
  }).status();
  if (typeof expected === 'string') expect((await status).state).toBe(expected);
  else await expect(status).rejects.toThrow(expected);
});

it("uses the programs of Hermes's image, and tells people the same commands", () => {
  const supervisor = createS6Supervisor({
    slot: '/run/service/gateway-default',
    run: async () => ({ exitCode: 0, stdout: '', stderr: '', failure: null }),
    clock: scaledClock(0, 1),
    stopTimeoutMs: 20_000,
    toolFolder: '/command',
  });
  expect([supervisor.name, supervisor.unit]).toEqual(['s6', '/run/service/gateway-default']);
  expect(supervisor.command('start')).toBe('/command/s6-svc -u /run/service/gateway-default');
  expect(supervisor.command('restart')).toBe(
    '/command/s6-svc -wD -T 20000 -t /run/service/gateway-default; /command/s6-svc -u /run/service/gateway-default',
  );
  expect(supervisor.command('kill')).toBe('/command/s6-svc -k /run/service/gateway-default');
});
