import { describe, expect, it } from 'vitest';
import type { KeeperWord } from '../../src/supervisors/supervisor.ts';
import {
  neededUnits,
  outlookOf,
  parseTimeSpan,
  type OutlookInput,
  type UnitProperties,
} from '../../src/supervisors/systemd-outlook.ts';

/** A unit that has run, has `Restart=always`, and is down without a failure. */
const DOWN: UnitProperties = {
  ActiveState: 'inactive',
  SubState: 'dead',
  LoadState: 'loaded',
  UnitFileState: 'enabled',
  Result: 'success',
  ConditionResult: 'yes',
  ConditionTimestampMonotonic: '100',
  ExecMainStartTimestampMonotonic: '100',
  ExecMainExitTimestampMonotonic: '200',
  ExecMainCode: '1',
  ExecMainStatus: '0',
  Restart: 'always',
  RestartUSec: '5s',
  RestartPreventExitStatus: '',
};
const FAILED = { ActiveState: 'failed', SubState: 'failed', Result: 'exit-code', ExecMainStatus: '1' };
const KILLED = { ActiveState: 'failed', SubState: 'failed', Result: 'signal', ExecMainCode: '2', ExecMainStatus: '9' };

const look = (unit: UnitProperties, rest: Partial<OutlookInput> = {}): KeeperWord =>
  outlookOf({ unit: { ...DOWN, ...unit }, job: null, latched: false, missingUnits: [], ...rest });

describe('systemd', () => {
  it.each<[string, UnitProperties, Partial<OutlookInput>, KeeperWord]>([
    [
      'starts it after its pause',
      { ActiveState: 'activating', SubState: 'auto-restart' },
      {},
      { next: 'starts', withinMs: 5_000 },
    ],
    [
      'says when, since 254',
      { ActiveState: 'activating', SubState: 'auto-restart', RestartUSecNext: '1min 30s' },
      {},
      { next: 'starts', withinMs: 90_000 },
    ],
    [
      'starts it, though it shows it as failed before its pause',
      { ActiveState: 'failed', SubState: 'failed-before-auto-restart' },
      {},
      { next: 'starts', withinMs: 5_000 },
    ],
    ['has a start queued', {}, { job: 'start' }, { next: 'starts', withinMs: 0 }],
    [
      'is at its commands before the start',
      { ActiveState: 'activating', SubState: 'start-pre' },
      {},
      { next: 'starts', withinMs: 0 },
    ],
    ['is stopping it', { ActiveState: 'deactivating', SubState: 'stop-sigterm' }, {}, { next: 'settling' }],
    ['has a stop queued', {}, { job: 'stop' }, { next: 'settling' }],
    ['has not noticed its death yet', { ActiveState: 'active', SubState: 'running' }, {}, { next: 'settling' }],
    ['was told to stop it', {}, {}, { next: 'stopped' }],
    ['was told to stop it, and it ended with 1', FAILED, {}, { next: 'stopped' }],
    [
      'was told to stop it, and killed it for its time-out',
      { ActiveState: 'failed', Result: 'timeout' },
      {},
      { next: 'stopped' },
    ],
    [
      'was told to stop it after a failure, which it would have mended',
      { ...FAILED, Restart: 'on-failure' },
      {},
      { next: 'stopped' },
    ],
    [
      'starts it no more: it ended with 0, and only failures are mended',
      { Restart: 'on-failure' },
      {},
      { next: 'nothing', enabled: true },
    ],
    ['starts it no more: nothing is mended', { ...KILLED, Restart: 'no' }, {}, { next: 'nothing', enabled: true }],
    [
      'starts it no more: only aborts are mended',
      { ...FAILED, Restart: 'on-abort' },
      {},
      { next: 'nothing', enabled: true },
    ],
    ['would have started it after a kill', { ...KILLED, Restart: 'on-abort' }, {}, { next: 'stopped' }],
    ['starts it no more: too many starts', FAILED, { latched: true }, { next: 'nothing', enabled: true }],
    [
      'starts it no more: the start limit',
      { ...FAILED, Result: 'start-limit-hit' },
      {},
      { next: 'nothing', enabled: true },
    ],
    [
      'starts it no more: this exit code is not to be mended',
      { ...FAILED, ExecMainStatus: '78', RestartPreventExitStatus: '78' },
      {},
      { next: 'nothing', enabled: true, ended: 'config_refused' },
    ],
    [
      'starts it no more: this signal is not to be mended',
      { ...KILLED, RestartPreventExitStatus: '78 9' },
      {},
      { next: 'nothing', enabled: true },
    ],
    [
      'lost what it needs',
      {},
      { missingUnits: ['db.service'] },
      { next: 'blocked', reason: 'its unit needs db.service, which is not active' },
    ],
    // systemctl stop: it leaves `active` before its process ends; a kill: after it.
    [
      'was told to stop it, which nothing would have mended',
      { Restart: 'no', ActiveExitTimestampMonotonic: '150' },
      {},
      { next: 'stopped' },
    ],
    [
      'was told to stop it, and only failures are mended',
      { Restart: 'on-failure', ActiveExitTimestampMonotonic: '150' },
      {},
      { next: 'stopped' },
    ],
    [
      'was told to stop it, and a Java program ended with 143',
      { ...FAILED, Restart: 'no', ExecMainStatus: '143', ActiveExitTimestampMonotonic: '150' },
      {},
      { next: 'stopped' },
    ],
    [
      'starts it no more: it ended by itself',
      { Restart: 'no', ActiveExitTimestampMonotonic: '201' },
      {},
      { next: 'nothing', enabled: true },
    ],
    [
      'starts it no more: somebody killed it',
      { ...KILLED, Restart: 'no', ActiveExitTimestampMonotonic: '201' },
      {},
      { next: 'nothing', enabled: true },
    ],
    [
      'starts it no more: its watchdog ended it',
      { ActiveState: 'failed', Result: 'watchdog', Restart: 'no', ActiveExitTimestampMonotonic: '150' },
      {},
      { next: 'nothing', enabled: true },
    ],
    [
      'starts it no more: it has run for as long as it may',
      { ActiveState: 'failed', Result: 'timeout', Restart: 'no', ActiveExitTimestampMonotonic: '150' },
      {},
      { next: 'nothing', enabled: true },
    ],
    [
      'lost what it needs, and so stopped it',
      { Restart: 'no', ActiveExitTimestampMonotonic: '150' },
      { missingUnits: ['db.service'] },
      { next: 'blocked', reason: 'its unit needs db.service, which is not active' },
    ],
    [
      'shows it as if it had never run, and is meant to run it',
      { ExecMainStartTimestampMonotonic: '0' },
      {},
      { next: 'forgotten', enabled: true, always: true },
    ],
    [
      'shows it as if it had never run, and is not meant to',
      { ExecMainStartTimestampMonotonic: '0', UnitFileState: 'disabled', Restart: 'no' },
      {},
      { next: 'forgotten', enabled: false, always: false },
    ],
    [
      'is not meant to run what nothing enables',
      { ExecMainStartTimestampMonotonic: '0', UnitFileState: 'static', Restart: 'no' },
      {},
      { next: 'forgotten', enabled: false, always: false },
    ],
    [
      'did not run it for a condition',
      { ExecMainStartTimestampMonotonic: '0', ConditionResult: 'no' },
      {},
      { next: 'blocked', reason: 'a condition of its unit is not met' },
    ],
    [
      'is forbidden to start it, which whoever is to start it finds out',
      { LoadState: 'masked' },
      {},
      { next: 'nothing', enabled: true },
    ],
    [
      'cannot read its definition',
      { LoadState: 'bad-setting' },
      {},
      { next: 'blocked', reason: 'the definition of its unit has an error' },
    ],
    ['does not know it', { LoadState: 'not-found' }, {}, { next: 'unknown' }],
  ])('%s', (_what, unit, rest, expected) => expect(look(unit, rest)).toEqual(expected));
});

it.each<[string, number | null]>([
  ['5s', 5_000],
  ['100ms', 100],
  ['1min 30s', 90_000],
  ['2h', 7_200_000],
  ['0', 0],
  ['1.5s', 1_500],
  ['infinity', null],
  ['', null],
  ['soon', null],
])('a time span of %j is %j ms', (text, expected) => {
  expect(parseTimeSpan(text)).toBe(expected);
});

it('needs what its definition names, and not what every unit has', () => {
  expect(
    neededUnits({
      Requires: 'app.slice basic.target db.service',
      BindsTo: 'db.service',
      PartOf: 'graphical-session.target',
      Requisite: '',
    }),
  ).toEqual(['db.service', 'graphical-session.target']);
});
