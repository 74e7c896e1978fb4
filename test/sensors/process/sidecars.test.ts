/** The processes beside a gateway: found by what they run, whoever is their parent, and never taken for the gateway. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import type { LinkName } from '../../../src/diagnosis/evidence.ts';
import { servedByHermes } from '../../../src/gateways/hermes/process-rule.ts';
import { createSidecarsSensor, sidecarsIn } from '../../../src/sensors/process/sidecars.ts';
import type { ProcessSnapshot } from '../../../src/sensors/process/process-table.ts';
import { readProcess } from '../../../src/sensors/process/proc.ts';
import { instant } from '../../instant.ts';

const HOME = '/home/me/.hermes';
const BRIDGE = ['/usr/bin/node', '/opt/hermes/scripts/whatsapp-bridge/bridge.js', '--port', '3000', '--session'];

const shot = (pid: number, ppid: number, ...argv: readonly string[]): ProcessSnapshot => ({
  pid,
  ppid,
  startTime: pid,
  startedAt: instant(pid * 1_000),
  state: 'S',
  group: 0,
  session: 0,
  uid: 1_000,
  argv,
});
const GATEWAY = shot(100, 1, 'python', '-m', 'hermes_cli.main', 'gateway', 'run');

test.each<[string, readonly ProcessSnapshot[], readonly LinkName[], readonly [LinkName, number | null][]]>([
  ['none is wanted', [shot(101, 100, ...BRIDGE)], ['telegram', 'qqbot'], []],
  ['a child', [shot(101, 100, ...BRIDGE, '/elsewhere')], ['whatsapp'], [['whatsapp', 101]]],
  [
    'one that has outlived the gateway of before',
    [shot(101, 1, ...BRIDGE, `${HOME}/platforms/whatsapp/session`)],
    ['whatsapp'],
    [['whatsapp', 101]],
  ],
  [
    "another gateway's",
    [shot(101, 1, ...BRIDGE, '/home/you/.hermes/platforms/whatsapp/session')],
    ['whatsapp'],
    [['whatsapp', null]],
  ],
  ['not there', [], ['whatsapp', 'signal'], [['whatsapp', null]]],
  [
    'a file of that name in an editor',
    [shot(101, 100, 'vim', '/opt/notes', 'bridge.js')],
    ['whatsapp'],
    [['whatsapp', null]],
  ],
  [
    "signal-cli as somebody's own service",
    [shot(101, 1, '/usr/bin/signal-cli', '-a', '+491', 'daemon', '--http')],
    ['signal'],
    [['signal', 101]],
  ],
  [
    'signal-cli in Java',
    [shot(101, 1, '/usr/bin/java', '-cp', '/opt/signal-cli/lib/x.jar', 'org.asamk.signal.Main', 'daemon')],
    ['signal'],
    [['signal', 101]],
  ],
  ['signal-cli at another work', [shot(101, 1, '/usr/bin/signal-cli', '-a', '+491', 'receive')], ['signal'], []],
])('%s', (_, others, links, expected) => {
  const seen = sidecarsIn([GATEWAY, ...others], { home: HOME, gateway: GATEWAY, links });
  expect(seen.map(({ link, process }) => [link, process?.pid ?? null])).toEqual(expected);
});

it('is never a gateway itself', () => {
  expect(servedByHermes([...BRIDGE, `${HOME}/whatsapp/session`], {})).toBeNull();
  expect(servedByHermes(['/usr/bin/signal-cli', '-a', '+491', 'daemon'], {})).toBeNull();
});

it('sees a real one', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-sidecar-'));
  const script = join(dir, 'bridge.js');
  writeFileSync(script, 'setInterval(() => {}, 1000);\n');
  const child = spawn(process.execPath, [script, '--session', join(dir, 'session')], { stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    const gateway = await readProcess(process.pid);
    if (gateway === null) throw new Error('this process is not there');
    const look = () =>
      createSidecarsSensor({ home: dir, process: () => gateway, links: () => ['whatsapp'], maxAgeMs: 0 }).look(
        instant(Date.now()),
      );
    const [seen] = await look();
    expect(seen?.fact).toMatchObject({ kind: 'sidecars', seen: [{ link: 'whatsapp', process: { pid: child.pid } }] });
  } finally {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
});
