import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { examineAll, findingsOf, type DoctorCheck, type DoctorFinding } from '../../src/doctor/check.ts';

const finding: DoctorFinding = {
  code: 'home_missing',
  home: '/h',
  gateway: 'main',
  severity: 'error',
  words: { 'zh-CN': ['w', 'w'], en: ['w', 'w'] },
  commands: [],
  fix: null,
};
const TITLE = { 'zh-CN': '检查', en: 'check' };
const check = (name: string, run: DoctorCheck<null>['run']): DoctorCheck<null> => ({ name, title: TITLE, run });
const MAIN = { name: 'main' };
const refuses =
  (message: string): DoctorCheck<null>['run'] =>
  () =>
    Promise.reject(new UserError('SUPERVISOR_UNREACHABLE', message));

describe('an examination', () => {
  it('tells of each check what became of it, in their order', async () => {
    const checks = [
      check('a', () => Promise.resolve([])),
      check('b', () => Promise.resolve([finding])),
      check('c', () => Promise.resolve({ skip: 'offline' })),
    ];
    expect(await examineAll(null, checks, MAIN)).toEqual([
      { check: 'a', title: TITLE, result: 'ok', findings: [] },
      { check: 'b', title: TITLE, result: 'found', findings: [finding] },
      { check: 'c', title: TITLE, result: { skip: 'offline' }, findings: [] },
    ]);
  });

  it('takes a check that throws for a finding of its own, and goes on', async () => {
    const checks = [
      check('a', () => Promise.reject(new Error('token=abcdef123456 is odd'))),
      check('b', () => Promise.resolve([finding])),
    ];
    const found = findingsOf(await examineAll(null, checks, null));
    expect(found).toMatchObject([finding, { code: 'check_failed', check: 'a', gateway: null, severity: 'warning' }]);
    expect(JSON.stringify(found)).not.toContain('abcdef123456');
  });

  it('does not wait for a check that hangs', async () => {
    const checks = [check('a', () => new Promise(() => undefined)), check('b', () => Promise.resolve([finding]))];
    expect(findingsOf(await examineAll(null, checks, MAIN, 50))).toMatchObject([
      finding,
      { code: 'check_failed', check: 'a', problem: null },
    ]);
  });

  it('tells once what several could not ask, and last', async () => {
    const checks = [
      check('a', refuses('no bus')),
      check('b', refuses('no bus')),
      check('c', refuses('no launchd')),
      check('d', () => Promise.resolve([finding])),
    ];
    const examined = await examineAll(null, checks, MAIN);
    expect(findingsOf(examined)).toMatchObject([
      finding,
      { code: 'cannot_ask', problem: 'no bus' },
      { code: 'cannot_ask', problem: 'no launchd' },
    ]);
    expect(examined.map(({ result }) => result)).toEqual(['found', 'found', 'found', 'found']);
  });

  it('runs them side by side', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const checks = [
      check('waits', () => promise.then(() => [])),
      check('releases', () => Promise.resolve([]).then((none) => (resolve(), none))),
    ];
    expect((await examineAll(null, checks, MAIN, 60_000)).map(({ result }) => result)).toEqual(['ok', 'ok']);
  });
});
