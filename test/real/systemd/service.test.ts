/**
 * Lifeline as the service that `lifeline service install` makes, under a real `systemd --user`, beside a gateway that
 * is another unit: hanged, killed again and again, rebooted, taken away; the gateway unharmed all the while.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hermesServices } from '../../../src/gateways/hermes/services.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { isAlive, readProcess } from '../../../src/sensors/process/proc.ts';
import type { ServiceSpec } from '../../../src/service/spec.ts';
import { unitText } from '../../../src/service/unit.ts';
import { cleanEnv } from '../../../src/supervisors/clean-env.ts';
import { LOOP } from '../../../src/monitor/alive-mark.ts';
import { BOTH, until, watchPhones, type Phones } from '../phones.ts';
import { installSandboxUnit } from './sandbox-unit.ts';
import { quoted } from './unit-text.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from './user-systemd.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const UNIT = 'lifeline.service';
const LIMIT = { timeout: 240_000 };
const KILLS = 20;
/** So many abnormal ends in ten minutes are told. */
const TOLD_AFTER = LOOP.count;
/** The gateway writes its log in the zone of the test; a time from the future would be no evidence. */
const ZONE: Readonly<Record<string, string>> = process.env['TZ'] === undefined ? {} : { TZ: process.env['TZ'] };
/** Long enough for whatever would be said or restarted wrongly. */
const AFTERMATH_MS = 3_000;

describe.skipIf(skipped("Lifeline's own service", whyNoUserSystemd()))("Lifeline's own service", () => {
  let systemd: UserSystemd;
  let sandbox: Sandbox;
  let phones: Phones;
  let dir: string;
  let config: string;
  let gateway: string;
  let definition: string;
  let output: string;

  const log = (): string => (existsSync(output) ? readFileSync(output, 'utf8').split('\n').slice(-30).join('\n') : '');
  const lifeline = (...args: readonly string[]) =>
    execa(process.execPath, [MAIN, 'service', ...args], {
      env: { ...cleanEnv(process.env), ...systemd.env, ...sandbox.env, HOME: systemd.home },
      extendEnv: false,
      reject: false,
    });
  const show = async (unit: string, ...names: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await systemd.systemctl('show', `--property=${names.join(',')}`, unit);
    return names.map((name) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '');
  };
  const pidOf = async (unit: string): Promise<number> => Number((await show(unit, 'MainPID'))[0]);
  const isUp = async (): Promise<boolean> =>
    (await show(UNIT, 'ActiveState'))[0] === 'active' &&
    BOTH.every((phone) => sandbox[phone].connections(sandbox.cast.lifeline[phone].appId) > 0);
  const gatewayIsUp = (): boolean =>
    BOTH.every((phone) => sandbox[phone].connections(sandbox.cast.gateway[phone].appId) > 0);
  const answers = async (pid: number): Promise<void> => {
    const named = phones.want(['qq'], new RegExp(`^🟢 main[\\s\\S]*进程 ${pid}，`));
    phones.say('qq', '/status main');
    await named;
  };
  /** Whether all that there is to tell was told, and that was noted; false before it has a database. */
  const nothingToSend = (): boolean => {
    const file = join(dir, 'lifeline', 'lifeline.db');
    if (!existsSync(file)) return false;
    const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      return db.prepare("SELECT count(*) AS count FROM outbox WHERE state <> 'done'").get()?.['count'] === 0;
    } finally {
      db.close();
    }
  };
  /** A unit of the system cannot be started here; that systemd knows all its words can be asked. */
  const expectTaken = async (change: Partial<ServiceSpec>): Promise<void> => {
    const file = join(dir, UNIT);
    const account = { name: 'root', uid: 0, home: '/root' };
    writeFileSync(
      file,
      unitText({
        scope: 'user',
        node: process.execPath,
        entry: MAIN,
        configFile: config,
        account,
        path: '/usr/bin',
        envFile: null,
        notify: true,
        guard: 'rights',
        defaultOomScore: 0,
        ...change,
      }),
    );
    const { stderr } = await execa('systemd-analyze', ['verify', file], { reject: false });
    expect(stderr.split('\n').filter((line) => line.includes(file))).toEqual([]);
  };
  /** Settings of a person's own, beside the definition: there is no journal here, and tests cannot wait. */
  const dropIn = async (name: string, ...lines: readonly string[]): Promise<void> => {
    mkdirSync(`${definition}.d`, { recursive: true });
    writeFileSync(join(`${definition}.d`, `${name}.conf`), `[Service]\n${lines.join('\n')}\n`);
    await systemd.systemctl('daemon-reload');
  };

  beforeAll(async () => {
    systemd = await startUserSystemd();
    dir = await mkdtemp(join(tmpdir(), 'lifeline-service-'));
    sandbox = await createSandbox({ dir });
    const { home, command } = sandbox.gateway;
    // In ten minutes systemd would start it again by itself: within that time only Lifeline does.
    gateway = await installSandboxUnit(systemd, {
      home,
      command,
      env: sandbox.env,
      unit: hermesServices(home, systemd.home)[0]?.unit ?? '',
      restartSec: '600',
    });
    config = sandbox.writeConfig({
      gateways: [{ name: 'main', kind: 'hermes', home, supervisor: 'systemd-user', unit: gateway, command }],
    });
    definition = join(systemd.unitFolder, UNIT);
    output = join(systemd.dir, 'lifeline.out');
    phones = watchPhones(sandbox, log);
    await systemd.systemctl('start', gateway);
    await until('the gateway to be ready', gatewayIsUp);
    await dropIn(
      'here',
      `StandardOutput=append:${output}`,
      `StandardError=append:${output}`,
      'RestartSec=100ms',
      ...Object.entries({ ...sandbox.env, ...ZONE }).map(
        ([name, value]) => `Environment=${quoted(`${name}=${value}`)}`,
      ),
    );
  });
  afterAll(async () => {
    await sandbox.stop();
    await systemd.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test(
    'is installed by one command, which says how it will be, waits until it is ready, and changes nothing the second time',
    LIMIT,
    async () => {
      const dry = await lifeline('install', '--user', '--config', config, '--dry-run');
      expect(dry).toMatchObject({ exitCode: 0, stderr: '' });
      expect(dry.stdout).toContain('ExecStart=');
      expect(existsSync(definition)).toBe(false);

      const first = await lifeline('install', '--user', '--config', config);
      expect(first).toMatchObject({ exitCode: 0, stderr: '' });
      expect(first.stdout).toContain('🟢 已安装');
      expect(first.stdout).toContain('enable-linger');
      expect(
        await show(UNIT, 'ActiveState', 'Type', 'StatusText', 'WatchdogUSec', 'UnitFileState', 'KillMode'),
      ).toEqual(['active', 'notify', 'watching', '1min 30s', 'enabled', 'process']);
      const { stderr } = await execa('systemd-analyze', ['--user', 'verify', definition], {
        env: systemd.env,
        reject: false,
      });
      expect(stderr.split('\n').filter((line) => line.includes('lifeline.service'))).toEqual([]);
      await expectTaken({ scope: 'system', guard: 'rights' });
      await expectTaken({ scope: 'system', guard: 'none', notify: false });

      const pid = await pidOf(UNIT);
      const second = await lifeline('install', '--user', '--config', config);
      expect(second.stdout).toContain('已经装好');
      expect(await pidOf(UNIT)).toBe(pid);
      const status = await lifeline('status');
      expect(status.exitCode).toBe(0);
      expect(status.stdout).toMatch(new RegExp(`^🟢 lifeline.service（用户服务）正在运行[\\s\\S]*进程 ${pid}`));
      expect(JSON.parse((await lifeline('status', '--json')).stdout)).toMatchObject({
        kind: 'systemd',
        definition: 'current',
        enabled: true,
        pid,
      });
    },
  );

  test('heals the gateway with no more rights than it has been left', LIMIT, async () => {
    expect(await show(UNIT, 'NoNewPrivileges', 'RestrictNamespaces', 'TasksMax', 'LimitCORE')).toEqual([
      'yes',
      'yes',
      '256',
      '0',
    ]);
    await until('it to be connected', isUp, log);
    const before = await pidOf(gateway);
    const told = Promise.all([
      phones.want(BOTH, /^🔴 main 没有在运行[\s\S]*正在启动/),
      phones.want(BOTH, /^🟢 main 已恢复[\s\S]*启动 1 次/),
    ]);
    process.kill(before, 'SIGKILL');
    await told;
    const after = await pidOf(gateway);
    expect(after).not.toBe(before);
    await until('the gateway to be ready', gatewayIsUp);
    await answers(after);
  });

  test('is started anew by the watchdog when it hangs', LIMIT, async () => {
    await dropIn('quick', 'WatchdogSec=4');
    await systemd.systemctl('restart', UNIT);
    await until('it to be connected', isUp, log);
    const [monitored, pid] = [await pidOf(gateway), await pidOf(UNIT)];
    // It is fed: well after the limit it is the same.
    await sleep(AFTERMATH_MS * 2);
    expect(await pidOf(UNIT)).toBe(pid);
    process.kill(pid, 'SIGSTOP');
    await until('another process', async () => ![0, pid].includes(await pidOf(UNIT)), log);
    rmSync(join(`${definition}.d`, 'quick.conf'));
    await systemd.systemctl('daemon-reload');
    await until('it to be connected', isUp, log);
    expect(await pidOf(gateway)).toBe(monitored);
    await phones.quiet(AFTERMATH_MS);
  });

  test('is back after each kill, and says once that it keeps restarting', { timeout: 600_000 }, async () => {
    const monitored = await pidOf(gateway);
    // The watchdog's abort may count as one of them: it is told after one kill fewer then, and not once more.
    const told = phones.want(BOTH, /^🔴 我自己在反复重启：[^\n]*异常结束 \d+ 次/);
    for (let kills = 0; kills < TOLD_AFTER; kills += 1) {
      // Killed while a message is on its way, it would have to send that again.
      await until('it to be connected, with nothing left to send', async () => (await isUp()) && nothingToSend(), log);
      const last = await pidOf(UNIT);
      process.kill(last, 'SIGKILL');
      await until('another process', async () => ![0, last].includes(await pidOf(UNIT)), log);
    }
    await told;
    await until('that to be noted', nothingToSend, log);
    expect(await pidOf(gateway)).toBe(monitored);
  });

  test(
    `is back after each of ${KILLS} kills in a row; the gateway is unharmed, nothing is lost and nobody is disturbed more than that`,
    LIMIT,
    async () => {
      const monitored = await pidOf(gateway);
      const before = Number((await show(UNIT, 'NRestarts'))[0]);
      let last = 0;
      for (let kills = 0; kills < KILLS; kills += 1) {
        await until('another process', async () => ![0, last].includes(await pidOf(UNIT)), log);
        // At another moment of its start each time.
        await sleep((kills % 5) * 200);
        last = await pidOf(UNIT);
        if (last !== 0) process.kill(last, 'SIGKILL');
      }
      await until('it to be connected', async () => (await pidOf(UNIT)) !== last && (await isUp()), log);
      expect(Number((await show(UNIT, 'NRestarts'))[0]) - before).toBeGreaterThanOrEqual(KILLS - 1);
      expect(await pidOf(gateway)).toBe(monitored);
      const db = new DatabaseSync(join(dir, 'lifeline', 'lifeline.db'), { readOnly: true, timeout: 5_000 });
      expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
      // The one treatment of before.
      expect(db.prepare('SELECT count(*) AS count FROM restarts').get()).toEqual({ count: 1 });
      db.close();
      await phones.quiet(AFTERMATH_MS);
      await answers(monitored);
    },
  );

  test('comes back with the machine, as the gateway does', LIMIT, async () => {
    await systemd.reboot();
    await until('it to be connected', isUp, log);
    await until('the gateway to be ready', gatewayIsUp, log);
    await phones.quiet(AFTERMATH_MS);
    await answers(await pidOf(gateway));
  });

  test('is taken away without a trace but what is not its own', LIMIT, async () => {
    const [monitored, pid] = [await pidOf(gateway), await pidOf(UNIT)];
    rmSync(`${definition}.d`, { recursive: true });
    const { exitCode, stdout, stderr } = await lifeline('uninstall');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(config);
    expect(stdout).toContain(join(dir, 'lifeline'));
    expect(await show(UNIT, 'LoadState', 'ActiveState')).toEqual(['not-found', 'inactive']);
    expect(isAlive(await readProcess(pid))).toBe(false);
    expect(
      readdirSync(systemd.unitFolder, { recursive: true }).filter((name) => String(name).includes('lifeline')),
    ).toEqual([]);
    expect(existsSync(config) && existsSync(join(dir, 'lifeline', 'lifeline.db'))).toBe(true);
    expect(await pidOf(gateway)).toBe(monitored);
    const status = await lifeline('status');
    expect(status.exitCode).toBe(1);
    phones.check();
  });
});
