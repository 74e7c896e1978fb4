/** Files that name the gateway's process, in a home where others may make some: what they wrote names nobody. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { createKind } from '../../../src/gateways/index.ts';
import { configuredPort } from '../../../src/gateways/openclaw/target.ts';
import { trustIn } from '../../../src/base/open-foreign.ts';
import { readHomeFacts } from '../../../src/sensors/process/home-facts.ts';
import { ownFolder } from '../../store/helpers.ts';

const MALLORY = 4_242;
const GATEWAY = 4_343;

/** As in /tmp: everybody may make files there. */
const sharedHome = (): string => {
  const folder = ownFolder();
  const home = join(folder, 'home');
  mkdirSync(join(home, 'state'), { recursive: true });
  chmodSync(folder, 0o755);
  chownSync(home, GATEWAY, GATEWAY);
  chmodSync(home, 0o1777);
  chmodSync(join(home, 'state'), 0o1777);
  return home;
};

const note = (path: string, uid: number, pid = 100): void => {
  writeFileSync(path, JSON.stringify({ pid, start_time: 7 }));
  chownSync(path, uid, uid);
};

const recordsIn = async (home: string, kind = hermes): Promise<readonly string[]> =>
  (await readHomeFacts(kind, home, [], [], { lockPid: null, owner: statSync(home).uid })).records.map(
    ({ name, pid, uid }) => `${name} ${pid} ${uid}`,
  );

describe.skipIf(process.getuid?.() !== 0)('what names the process of a home', () => {
  test('is believed of root and of the owner of the home, and of nobody else', async () => {
    const home = sharedHome();
    note(join(home, 'gateway.pid'), GATEWAY, 1);
    note(join(home, 'gateway.lock'), 0, 2);
    note(join(home, 'state/gateway.heartbeat'), MALLORY, 3);
    note(join(home, 'gateway_state.json'), MALLORY, 4);
    expect(await recordsIn(home)).toEqual([`pid_file 1 ${GATEWAY}`, 'lock_record 2 0']);
  });

  test('is believed of whom the configuration trusts, whose processes count then', async () => {
    const home = sharedHome();
    note(join(home, 'gateway.pid'), MALLORY);
    const kind = createKind({
      name: 'main',
      kind: 'hermes',
      home,
      command: ['hermes', 'gateway', 'run'],
      unit: null,
      supervisor: 'auto',
      generic: null,
      trustedUsers: [String(MALLORY)],
    });
    expect(await recordsIn(home, kind)).toEqual([`pid_file 100 ${MALLORY}`]);
    expect((await readHomeFacts(kind, home, [], [], { lockPid: null, owner: statSync(home).uid })).trusted).toContain(
      MALLORY,
    );
    expect(
      (await readHomeFacts(hermes, home, [], [], { lockPid: null, owner: statSync(home).uid })).trusted,
    ).not.toContain(MALLORY);
  });

  test("is neither a pipe, nor somebody else's link, nor a file that everybody may write", async () => {
    const home = sharedHome();
    const elsewhere = join(ownFolder(), 'record');
    note(elsewhere, 0);
    execFileSync('mkfifo', [join(home, 'gateway.pid')]);
    execFileSync('setpriv', [
      '--reuid',
      String(MALLORY),
      '--regid',
      String(MALLORY),
      '--clear-groups',
      'ln',
      '-s',
      elsewhere,
      join(home, 'gateway.lock'),
    ]);
    note(join(home, 'gateway_state.json'), GATEWAY);
    chmodSync(join(home, 'gateway_state.json'), 0o666);
    symlinkSync('gateway.heartbeat', join(home, 'state/gateway.heartbeat'));
    expect(await recordsIn(home)).toEqual([]);
  });

  test('is no port of a configuration that somebody else wrote', async () => {
    const home = sharedHome();
    const file = join(home, 'openclaw.json');
    writeFileSync(file, '{ gateway: { port: 4444 } }');
    expect(await configuredPort(home, trustIn(home))).toBe(4_444);
    chownSync(file, MALLORY, MALLORY);
    expect(await configuredPort(home, trustIn(home))).toBeNull();
  });
});
