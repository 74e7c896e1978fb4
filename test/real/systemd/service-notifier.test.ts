/**
 * What Lifeline's notifier says reaches a real systemd, as root and as anybody else, and what it does not say kills.
 */
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../phones.ts';
import { quoted } from './unit-text.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from './user-systemd.ts';

const PROGRAM = fileURLToPath(new URL('./notifying.ts', import.meta.url));
const SOMEBODY = 23_457;
let count = 0;

interface Service {
  readonly unit: string;
  readonly stuckFile: string;
  readonly show: (...names: readonly string[]) => Promise<readonly string[]>;
  readonly log: () => string;
}

const start = async (
  systemd: UserSystemd,
  { watchdog = '3s', wrapper = false }: { readonly watchdog?: string; readonly wrapper?: boolean } = {},
): Promise<Service> => {
  const unit = `notifying-${process.pid}-${++count}.service`;
  const folder = join(systemd.dir, unit);
  mkdirSync(folder);
  chownSync(folder, systemd.uid, systemd.uid);
  // Somebody else comes to their folder by the path.
  chmodSync(systemd.dir, 0o755);
  const command = [process.execPath, PROGRAM, folder].map(quoted).join(' ');
  const lines = [
    '[Unit]',
    'StartLimitIntervalSec=0',
    '[Service]',
    'Type=notify',
    'NotifyAccess=all',
    `WatchdogSec=${watchdog}`,
    'WatchdogSignal=SIGKILL',
    // The shell stays the main process, to which the watchdog is then addressed.
    `ExecStart=${wrapper ? `/bin/sh -c ${quoted(`'${process.execPath}' '${PROGRAM}' '${folder}'; :`)}` : command}`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    'Restart=always',
    'RestartSec=100ms',
    // As in Lifeline's own unit. Otherwise a stop takes along the very program that is to tell of it.
    'KillMode=process',
    `StandardOutput=append:${folder}/out`,
    `StandardError=append:${folder}/out`,
  ];
  await systemd.writeUnit(unit, `${lines.join('\n')}\n`);
  const { exitCode, stderr } = await systemd.systemctl('start', unit);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return {
    unit,
    stuckFile: join(folder, 'stuck'),
    show: async (...names) => {
      const { stdout } = await systemd.systemctl('show', `--property=${names.join(',')}`, unit);
      return names.map((name) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '');
    },
    log: () => readFileSync(join(folder, 'out'), 'utf8'),
  };
};

describe.skipIf(skipped('the notifier under systemd', whyNoUserSystemd())).concurrent.each([
  ['root', 0],
  ['anybody else', SOMEBODY],
])('the notifier of %s', (_who, uid) => {
  let systemd: UserSystemd;
  beforeAll(async () => {
    systemd = await startUserSystemd(uid);
  });
  afterAll(() => systemd.stop());

  test('says ready, feeds the watchdog, says that it reloads and that it ends', async () => {
    const { unit, stuckFile, show, log } = await start(systemd);
    expect(await show('ActiveState', 'NRestarts', 'StatusText')).toEqual(['active', '0', 'watching']);
    const [pid = '', fed = ''] = await show('MainPID', 'WatchdogTimestampMonotonic');
    await until(
      'the watchdog to be fed for twice its limit',
      async () => Number((await show('WatchdogTimestampMonotonic'))[0]) > Number(fed) + 6e6,
    );
    await systemd.systemctl('reload', unit);
    await until('it to reload', async () => (await show('ActiveState'))[0] === 'reloading');
    await until('it to be ready again', async () => (await show('ActiveState'))[0] === 'active');
    const stopped = systemd.systemctl('stop', unit);
    await until('it to say that it ends', async () => (await show('StatusText'))[0] === 'ending', log);
    expect(await show('NRestarts', 'MainPID')).toEqual(['0', pid]);
    writeFileSync(`${stuckFile}.end`, '');
    await stopped;
    expect(await show('ActiveState', 'Result')).toEqual(['inactive', 'success']);
  });

  test('says once what is stuck and lets the watchdog end it, while the event loop turns', async () => {
    const { unit, stuckFile, show, log } = await start(systemd);
    const [pid] = await show('MainPID');
    writeFileSync(stuckFile, '');
    await until(
      'systemd to start it anew',
      async () => (await show('NRestarts'))[0] === '1' && (await show('MainPID'))[0] !== pid,
    );
    rmSync(stuckFile);
    await until('it to be well', async () => (await show('ActiveState', 'StatusText')).join() === 'active,watching');
    const said = log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly stuck?: string })
      .filter(({ stuck }) => stuck !== undefined);
    // The second process may have seen the file, too.
    expect(said.length).toBeLessThanOrEqual(2);
    expect(said[0]).toMatchObject({ level: 50, stuck: 'outbox, round' });
    writeFileSync(`${stuckFile}.end`, '');
    await systemd.systemctl('stop', unit);
  });
});

describe.skipIf(skipped('the notifier behind a wrapper', whyNoUserSystemd()))('the notifier behind a wrapper', () => {
  test('does not feed a watchdog that is meant for another process, and says so', async () => {
    const systemd = await startUserSystemd();
    try {
      const { show, log, unit } = await start(systemd, { wrapper: true });
      await until('systemd to miss a sign of life', async () => Number((await show('NRestarts'))[0]) >= 1);
      expect(log()).toContain('the watchdog of the service manager is meant for another process');
      await systemd.systemctl('kill', '--signal=KILL', unit);
    } finally {
      await systemd.stop();
    }
  });
});
