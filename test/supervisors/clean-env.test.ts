import { expect, it } from 'vitest';
import { cleanEnv } from '../../src/supervisors/clean-env.ts';

it.each([
  ['PATH', true],
  ['HOME', true],
  ['XDG_RUNTIME_DIR', true],
  ['HERMES_HOME', true],
  ['HERMES_GATEWAY_LOCK_DIR', true],
  ['LIFELINE_CLOCK', true],
  ['INVOCATION_ID', false],
  ['JOURNAL_STREAM', false],
  ['XPC_SERVICE_NAME', false],
  ['NOTIFY_SOCKET', false],
  ['WATCHDOG_USEC', false],
  ['WATCHDOG_PID', false],
  ['LISTEN_FDS', false],
  ['LISTEN_PID', false],
  ['_HERMES_GATEWAY', false],
  ['HERMES_SUPERVISED_CHILD', false],
  ['HERMES_S6_SUPERVISED_CHILD', false],
  ['HERMES_GATEWAY_EXTERNAL_SUPERVISOR', false],
  ['OPENCLAW_STATE_DIR', true],
  ['OPENCLAW_SERVICE_MARKER', false],
  ['OPENCLAW_SYSTEMD_UNIT', false],
  ['LIFELINE_FEISHU_SECRET', false],
  ['LIFELINE_', false],
])('%s reaches the gateway: %s', (name, passed) => {
  expect(cleanEnv({ [name]: 'value', OTHER: 'stays', UNSET: undefined })).toEqual(
    passed ? { [name]: 'value', OTHER: 'stays' } : { OTHER: 'stays' },
  );
});
