import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homeFiles } from '../../../sandbox/gateway/home.ts';
import { claimInstance, liveInstance, ownRecord, takePlannedStop } from '../../../sandbox/gateway/instance.ts';
import { readSettings, sandboxHome } from '../../../sandbox/gateway/settings.ts';
import { closeSandboxes, homeFile, homeJson, launch, messages, openSandbox, records, startReady } from './harness.ts';

afterEach(closeSandboxes);

describe('a second sandbox gateway in the same home', () => {
  it('is refused with exit code 1 and leaves the first alone', async () => {
    const sandbox = await openSandbox();
    const first = await startReady(sandbox);
    const { code, stderr } = await launch(sandbox).exit;
    expect(code).toBe(1);
    const wanted = `Another gateway instance is already running (PID ${first.pid}, HERMES_HOME=${sandbox.gateway.home}).`;
    expect(messages(sandbox).at(-1)).toContain(wanted);
    expect(records(sandbox).at(-1)).toMatchObject({ level: 'ERROR', logger: 'gateway.run' });
    expect(stderr).toContain(wanted);
    expect(sandbox.gateway.current()).toEqual(first);
    expect(sandbox.gateway.pids()).toEqual([first]);
    expect(homeJson(sandbox, 'gateway.pid')['pid']).toBe(first.pid);
  });

  it('is let in when the pid in the file has been reused', async () => {
    const sandbox = await openSandbox();
    writeFileSync(homeFile(sandbox, 'gateway.pid'), JSON.stringify({ pid: process.pid, start_time: 1 }));
    const started = await startReady(sandbox);
    expect(homeJson(sandbox, 'gateway.pid')['pid']).toBe(started.pid);
  });
});

describe('the home of a sandbox gateway', () => {
  it('is never guessed: without HERMES_HOME it does not start', async () => {
    const sandbox = await openSandbox();
    const { code, stderr } = await launch(sandbox, {}).exit;
    expect(code).toBe(2);
    expect(stderr).toContain('set HERMES_HOME');
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ["a real Hermes's", join(homedir(), '.hermes')],
    ["a real Hermes's, written in another way", join(homedir(), 'x', '..', '.hermes') + '/'],
  ])('is refused when it is %s', (_name, home) => {
    expect(() => sandboxHome({ HERMES_HOME: home })).toThrow(/HERMES_HOME|real Hermes/);
  });

  it('is refused when the sandbox did not make it', () => {
    expect(() => readSettings(tmpdir())).toThrow("not a sandbox gateway's home");
  });
});

describe('the marker of a planned stop', () => {
  let home: string;
  beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'll-home-'))));
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const now = Date.parse('2026-11-21T10:00:00Z');
  const self = ownRecord('/nowhere', []);

  it.each([
    [
      'names this process',
      { target_pid: self.pid, target_start_time: self.start_time, written_at: '2026-11-21T09:59:01+00:00' },
      true,
    ],
    [
      'does not know the start time',
      { target_pid: self.pid, target_start_time: null, written_at: '2026-11-21T09:59:01+00:00' },
      true,
    ],
    [
      'names an earlier process with this pid',
      { target_pid: self.pid, target_start_time: 1, written_at: '2026-11-21T09:59:01+00:00' },
      false,
    ],
    [
      'names another process',
      { target_pid: 1, target_start_time: null, written_at: '2026-11-21T09:59:01+00:00' },
      false,
    ],
    [
      'is older than a minute',
      { target_pid: self.pid, target_start_time: null, written_at: '2026-11-21T09:58:59+00:00' },
      false,
    ],
    ['has no time', { target_pid: self.pid }, false],
    ['is no object', 7, false],
  ])('that %s', (_name, marker, planned) => {
    const files = homeFiles(home);
    writeFileSync(files.plannedStop, JSON.stringify(marker));
    expect(takePlannedStop(files, self, now)).toBe(planned);
  });

  it('counts once', () => {
    const files = homeFiles(home);
    writeFileSync(files.plannedStop, JSON.stringify({ target_pid: self.pid, written_at: '2026-11-21T10:00:00Z' }));
    expect([takePlannedStop(files, self, now), takePlannedStop(files, self, now)]).toEqual([true, false]);
  });

  it('claims a home once it is free', () => {
    const files = homeFiles(home);
    expect(liveInstance(files)).toBeNull();
    expect(claimInstance(files, self)).toBe(true);
    expect(liveInstance(files)).toEqual({ pid: self.pid, startTime: self.start_time });
  });
});
