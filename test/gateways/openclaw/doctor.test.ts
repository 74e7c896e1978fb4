/** The doctor with a home of OpenClaw: its settings, who reads them, and what its log asks of people. */
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { readSecretFile } from '../../../src/config/secret.ts';
import { asking } from '../../../src/doctor/checks/process.ts';
import { logSymptoms } from '../../../src/doctor/checks/logs.ts';
import {
  disk,
  home as homeCheck,
  logFolders,
  logSizes,
  oneEachDisk,
  secretFiles,
} from '../../../src/doctor/checks/files.ts';
import { settings } from '../../../src/doctor/checks/settings.ts';
import { createContext, type DoctorContext } from '../../../src/doctor/context.ts';
import { findLogSymptoms } from '../../../src/doctor/log-findings.ts';
import { createLinkNames } from '../../../src/gateways/openclaw/accounts.ts';
import { openClawSymptom } from '../../../src/gateways/openclaw/symptoms.ts';
import { createKind } from '../../../src/gateways/index.ts';
import { readProcess } from '../../../src/sensors/process/proc.ts';
import { json } from './lines.ts';
import { json as page, listen, ok, refuse } from './listener.ts';

let dir: string;
let home: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lifeline-oc-doctor-'));
  home = join(dir, '.openclaw');
  await mkdir(home, { mode: 0o755 });
});
afterEach(() => rm(dir, { recursive: true }));

const context = (): DoctorContext => {
  const [gateway] = parseConfig(`gateways: [{ name: main, kind: openclaw, home: ${home} }]`, {
    file: 'config.yaml',
    env: {},
    home: dir,
    readSecret: readSecretFile,
  }).gateways;
  if (!gateway) throw new Error('no gateway in the configuration');
  return createContext(gateway, createKind(gateway), {
    userHome: dir,
    user: 'me',
    uid: process.getuid?.() ?? 0,
    run: () => Promise.reject(new Error('nothing is run here')),
    clock: scaledClock(0, 1),
  });
};

it('finds what is wrong in openclaw.json, says where to mend it, and leaves it as it is', async () => {
  const text =
    "{ gateway: { mode: 'local', auth: { mode: 'none' } }, channels: { qqbot: { appId: '102030405', appSecret: 'kR8mZq2vTn5wYx7u' } }, plugins: { entries: { qqbot: { enabled: true } } } }";
  await writeFile(join(home, 'openclaw.json'), text);
  const found = await settings.run(context());
  expect(found).toMatchObject([
    { code: 'setting_auth', severity: 'warning', gateway: 'main' },
    { code: 'setting_missing', severity: 'error', name: 'channels.qqbot.clientSecret' },
  ]);
  expect(JSON.stringify(found)).toContain(`nano ${join(home, 'openclaw.json')}`);
  expect(JSON.stringify(found)).not.toContain('kR8mZq2vTn5wYx7u');
  expect(await readFile(join(home, 'openclaw.json'), 'utf8')).toBe(text);
});

it('finds that the running one refuses to be asked, and why; while it starts it takes nobody', async () => {
  const gateway = await listen();
  onTestFinished(() => gateway.stop());
  const token = 'kR8mZq2vTn5wYx7u';
  await writeFile(
    join(home, 'openclaw.json'),
    JSON.stringify({ gateway: { port: gateway.port, auth: { mode: 'token', token } } }),
  );
  const seen = await readProcess(process.pid);
  const look = (): ReturnType<typeof asking.run> =>
    asking.run({ ...context(), processes: () => Promise.resolve(seen ? [seen] : []) });
  gateway.methods.set('channels.status', () => ok({ channelAccounts: {} }));
  expect(await look()).toEqual([]);
  gateway.methods.set('connect', () => refuse(`unauthorized: token ${token} mismatch`));
  expect(await look()).toMatchObject([
    {
      code: 'not_asked',
      severity: 'warning',
      said: 'unauthorized: token *** mismatch',
      commands: ['openclaw gateway restart'],
    },
  ]);
  gateway.pages.set('/startup', page({ ok: false, status: 'starting' }, 503));
  expect(await look()).toEqual([]);
  expect(await asking.run({ ...context(), processes: () => Promise.resolve([]) })).toEqual({ skip: 'no_process' });
});

it('sees when others may read its secrets', async () => {
  await writeFile(join(home, 'openclaw.json'), '{}');
  await chmod(join(home, 'openclaw.json'), 0o644);
  expect(await secretFiles.run(context())).toMatchObject([{ code: 'env_readable', path: join(home, 'openclaw.json') }]);
  await chmod(join(home, 'openclaw.json'), 0o600);
  expect(await secretFiles.run(context())).toEqual([]);
});

it('reads the log of today, and takes a configuration that was taken since for mended', async () => {
  await writeFile(join(home, 'openclaw.json'), JSON.stringify({ logging: { file: join(dir, 'oc-YYYY-MM-DD.log') } }));
  const now = Date.now();
  const line = (agoMs: number, subsystem: string, text: string): string =>
    json(subsystem, text, { time: new Date(now - agoMs).toISOString() });
  const skipped = line(
    60_000,
    'gateway/reload',
    'config reload skipped (invalid config): gateway: Unrecognized key: "x"',
  );
  const held = line(50_000, 'gateway', 'gateway restart-loop breaker tripped: 3 unclean boot(s) within 300000ms');
  const log = join(dir, `oc-${new Date(now).toISOString().slice(0, 10)}.log`);
  await writeFile(join(dir, 'oc-2026-01-01.log'), `${skipped}\n`);
  await writeFile(log, `${skipped}\n${held}\n`);
  const codes = async (): Promise<unknown> => {
    const found = await logSymptoms.run(context());
    return 'skip' in found ? found : found.map(({ code }) => code);
  };
  expect(await codes()).toEqual(['log_config_skipped', 'log_brake']);
  await writeFile(
    log,
    `${skipped}\n${held}\n${line(1_000, 'gateway/reload', 'config hot reload applied (gateway)')}\n`,
  );
  expect(await codes()).toEqual(['log_brake']);
});

/** A log with a file for each day, in this folder. */
const dated = async (folder: string): Promise<(day: string) => string> => {
  await writeFile(
    join(home, 'openclaw.json'),
    JSON.stringify({ logging: { file: join(folder, 'openclaw-YYYY-MM-DD.log') } }),
  );
  return (day) => join(folder, `openclaw-${day}.log`);
};
const HUGE_BYTES = 201 * 1_048_576;

it('finds a dated log that has grown too large, of whatever day', async () => {
  const log = await dated(dir);
  expect(await logSizes.run(context())).toEqual({ skip: 'no_log' });
  for (const day of ['2026-11-20', '2026-11-21']) await writeFile(log(day), '');
  expect(await logSizes.run(context())).toEqual([]);
  await truncate(log('2026-11-20'), HUGE_BYTES);
  await truncate(log('2026-11-21'), HUGE_BYTES);
  expect(await logSizes.run(context())).toMatchObject(
    ['2026-11-21', '2026-11-20'].map((day) => ({ code: 'log_huge', path: log(day), bytes: HUGE_BYTES })),
  );
});

it.skipIf(process.getuid?.() === 0)('finds a dated log that it may not read', async () => {
  const log = await dated(dir);
  await writeFile(log('2026-11-21'), '', { mode: 0o000 });
  await mkdir(join(home, 'logs'));
  expect(await homeCheck.run(context())).toMatchObject([{ code: 'home_unreadable', path: log('2026-11-21') }]);
});

it('reads over midnight what is wrong since yesterday', async () => {
  const log = await dated(dir);
  const midnight = new Date(`${new Date().toISOString().slice(0, 10)}T00:00:30Z`).getTime();
  const line = (agoMs: number, text: string): string =>
    `${json('gateway', text, { time: new Date(midnight - agoMs).toISOString() })}\n`;
  await writeFile(
    log(new Date(midnight - 60_000).toISOString().slice(0, 10)),
    line(90_000, 'gateway restart-loop breaker tripped: 3 unclean boot(s) within 300000ms'),
  );
  await writeFile(log(new Date(midnight).toISOString().slice(0, 10)), line(1_000, 'one more day'));
  const { symptoms } = await findLogSymptoms(
    createKind(context().gateway),
    openClawSymptom(createLinkNames({})),
    home,
    midnight,
  );
  expect(symptoms.map(({ symptom }) => symptom.code)).toEqual(['log_brake']);
});

const SHARED = '/dev/shm';
const isOtherDisk = await Promise.all([stat(SHARED), stat(tmpdir())]).then(
  ([one, other]) => one.dev !== other.dev,
  () => false,
);

it.skipIf(!isOtherDisk)("measures the disk of the log beside the home's", async () => {
  const elsewhere = await mkdtemp(join(SHARED, 'lifeline-log-'));
  try {
    await symlink(elsewhere, join(dir, 'oc-logs'));
    const log = await dated(join(dir, 'oc-logs'));
    expect(await oneEachDisk([home, ...(await logFolders(context()))])).toEqual([home]);
    await writeFile(log('2026-11-21'), '');
    expect(await oneEachDisk([home, ...(await logFolders(context()))])).toEqual([home, elsewhere]);
    expect(Array.isArray(await disk.run(context()))).toBe(true);
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});
