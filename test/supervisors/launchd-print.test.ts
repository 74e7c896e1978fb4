import { describe, expect, it, test } from 'vitest';
import { isDisabled, parseLaunchdJob, stateOf } from '../../src/supervisors/launchd-print.ts';
import { launchdRefusalOf } from '../../src/supervisors/launchd-refusals.ts';
import {
  NO_DOMAIN,
  NOT_FOUND,
  NOT_FOUND_OLD,
  printed,
  PRINTED_OLD,
  refused,
  type JobOutput,
} from './launchd-outputs.ts';

const TARGET = 'gui/501/ai.hermes.gateway';

describe('launchctl print', () => {
  test.each<[JobOutput, { readonly state: string; readonly pid: number | null; readonly exit: unknown }]>([
    [
      { state: 'running', pid: 4242 },
      { state: 'active', pid: 4242, exit: null },
    ],
    // macOS 26 keeps the line of an earlier life while the next one runs.
    [
      { state: 'running', pid: 4242, exit: 'last terminating signal = Terminated: 15' },
      { state: 'active', pid: 4242, exit: { signal: 'SIGTERM' } },
    ],
    [
      { state: 'xpcproxy', pid: 4243 },
      { state: 'activating', pid: 4243, exit: null },
    ],
    [
      { state: 'spawn scheduled', exit: 'last exit code = 78: EX_CONFIG' },
      { state: 'activating', pid: null, exit: { code: 78 } },
    ],
    [
      { state: 'not running', exit: 'last exit code = 0' },
      { state: 'inactive', pid: null, exit: { code: 0 } },
    ],
    [{ state: 'not running' }, { state: 'inactive', pid: null, exit: null }],
    [
      { state: 'not running', exit: 'last exit code = 1' },
      { state: 'failed', pid: null, exit: { code: 1 } },
    ],
    [
      { state: 'not running', exit: 'last terminating signal = Killed: 9' },
      { state: 'failed', pid: null, exit: { signal: 'SIGKILL' } },
    ],
    [
      { state: 'not running', exit: 'last terminating signal = Bus error: 10' },
      { state: 'failed', pid: null, exit: { signal: 'SIGBUS' } },
    ],
    [
      { state: 'SIGTERMed', pid: 4242 },
      { state: 'deactivating', pid: 4242, exit: null },
    ],
    [
      { state: 'spawn failed', exit: 'last exit code = 78: EX_CONFIG' },
      { state: 'failed', pid: null, exit: { code: 78 } },
    ],
    [
      { state: 'a word of macOS 40', pid: 4242 },
      { state: 'active', pid: 4242, exit: null },
    ],
  ])('%o means %o', (output, expected) => {
    const job = parseLaunchdJob(printed(TARGET, output));
    expect(job && { state: stateOf(job), pid: job.pid, exit: job.exit }).toEqual(expected);
  });

  it("reads the form of old versions, and only what is the job's own", () => {
    const job = parseLaunchdJob(PRINTED_OLD);
    expect(job).toEqual({
      state: 'waiting',
      pid: null,
      runs: 7,
      exit: { code: 1 },
      path: '/Users/me/Library/LaunchAgents/com.example.old.plist',
      arguments: ['/usr/local/bin/hermes', 'gateway', 'run', '--replace'],
    });
    expect(job && stateOf(job)).toBe('failed');
  });

  test.each(['', 'usage: launchctl …', `${TARGET} = {\n}\n`, '\t\tstate = active\n'])('%j is no job', (text) =>
    expect(parseLaunchdJob(text)).toBeNull(),
  );
});

test.each([
  ['disabled services = {\n\t"ai.hermes.gateway" => true\n}\n', true],
  ['disabled services = {\n\t"ai.hermes.gateway" => false\n}\n', false],
  ['\tdisabled services = {\n\t\t"ai.hermes.gateway" => disabled\n\t}\n', true],
  ['\tdisabled services = {\n\t\t"ai.hermes.gateway" => enabled\n\t\t"com.apple.Siri.agent" => disabled\n\t}\n', false],
  ['disabled services = {\n\t"ai.hermes.gateway-ops" => disabled\n}\n', false],
  ['', false],
])('print-disabled %j: %s', (text, disabled) => expect(isDisabled(text, 'ai.hermes.gateway')).toBe(disabled));

test.each([
  [NOT_FOUND, 'no_service'],
  [NOT_FOUND_OLD, 'no_service'],
  [NO_DOMAIN, 'no_domain'],
  [refused(125, 'Domain does not support specified action'), 'no_domain'],
  [refused(5, 'Input/output error'), 'input_output'],
  [refused(37, 'Operation already in progress'), 'in_progress'],
  [refused(36, 'Operation now in progress', 'Boot-out'), 'in_progress'],
  [refused(3, 'No such process', 'Boot-out'), 'no_service'],
  [refused(119, 'Service is disabled'), 'disabled'],
  [refused(134, 'Service cannot load in requested session'), 'wrong_session'],
  [{ code: 133, stderr: '/x.plist: service already bootstrapped\n' }, 'loaded'],
  [{ code: 3, stderr: 'No process to signal.\n' }, 'no_service'],
  [{ code: 1, stderr: 'Could not kickstart service "x": 1: Operation not permitted\n' }, 'not_allowed'],
  [{ code: 125, stderr: '' }, 'no_domain'],
  [{ code: 42, stderr: 'something new\n' }, 'other'],
])('%o is %s', ({ code, stderr }, refusal) =>
  expect(launchdRefusalOf({ exitCode: code, stdout: '', stderr })).toBe(refusal),
);
