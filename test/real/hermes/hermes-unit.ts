/**
 * The real Hermes as the unit that it makes for itself, with QQ and Feishu of a sandbox, Telegram and Mattermost on the
 * loopback, and Lifeline beside it.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { runCommand, type CommandOutput } from '../../../src/supervisors/run-command.ts';
import { openMattermost, type MattermostServer } from '../fixtures/mattermost-server.ts';
import { openTelegram, type TelegramServer } from '../fixtures/telegram-server.ts';
import { until, watchPhones, type Phones } from '../phones.ts';
import { startLifeline, type LifelineUnit } from '../systemd/lifeline-unit.ts';
import { startUserSystemd, type UserSystemd } from '../systemd/user-systemd.ts';
import { FEISHU_VARIABLE, installHermes, QQ_VARIABLE } from './install.ts';

export interface HermesScene extends Phones {
  readonly version: string;
  readonly systemd: UserSystemd;
  readonly lifeline: LifelineUnit;
  readonly unit: string;
  readonly sandbox: Sandbox;
  readonly telegram: TelegramServer;
  readonly mattermost: MattermostServer;
  readonly home: string;
  /** Where it is installed. */
  readonly site: string;
  /** `hermes …`, as its user. */
  hermes(...args: readonly string[]): Promise<CommandOutput>;
  /** The unit's main process, once it is another one than `not` and logged in on all platforms. */
  main(not?: number): Promise<number>;
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** How often it was started, by its own count. */
  starts(): Promise<number>;
  log(): Promise<string>;
  end(): Promise<void>;
}

const UNIT = 'hermes-gateway.service';
/** Silence proves a login of Telegram after 100 s. */
const PATIENCE_MS = 240_000;
/** Real times: its heartbeat comes every 30 s, its unit waits 5 s, and Python takes its time to start. */
const GRACES = {
  qqbot: '20s',
  feishu: '60s',
  default: '30s',
  start: '120s',
  frozen: '45s',
  gone: '20s',
  stop: '90s',
  network: '20s',
};

/** @throws NotToBeHad when Hermes cannot be had here. */
export const openHermesScene = async (): Promise<HermesScene> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-hermes-'));
  const undo: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  const end = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const { folder, version, python, program } = await installHermes(join(dir, 'hermes'));
    const sandbox = await createSandbox({ dir: join(dir, 'sandbox') });
    undo.push(() => sandbox.stop());
    const [telegram, mattermost] = [await openTelegram(), await openMattermost()];
    undo.push(
      () => telegram.stop(),
      () => mattermost.stop(),
    );
    const systemd = await startUserSystemd();
    undo.push(() => systemd.stop());

    const home = join(systemd.home, '.hermes');
    const { qq, feishu } = sandbox.cast.gateway;
    await mkdir(home);
    await writeFile(
      join(home, '.env'),
      `QQ_APP_ID=${qq.appId}\nQQ_CLIENT_SECRET=${qq.secret}\nFEISHU_APP_ID=${feishu.appId}\nFEISHU_APP_SECRET=${feishu.secret}\nFEISHU_CONNECTION_MODE=websocket\nTELEGRAM_BOT_TOKEN=${telegram.token}\nMATTERMOST_URL=${mattermost.url}\nMATTERMOST_TOKEN=${mattermost.token}\nGATEWAY_ALLOW_ALL_USERS=true\n`,
      { mode: 0o600 },
    );
    // In life the SDK waits for half a minute before it tries again, then for two minutes between its tries, and events
    // come after its next ping, which is two minutes off.
    await writeFile(
      join(home, 'config.yaml'),
      stringify({
        platforms: {
          qqbot: { enabled: true },
          feishu: { enabled: true, extra: { ws_reconnect_nonce: 3, ws_reconnect_interval: 15 } },
          // The addresses that stand here keep it from asking public resolvers for more; they are not used.
          telegram: {
            enabled: true,
            extra: { base_url: `${telegram.url}/bot`, fallback_ips: ['149.154.167.220'] },
          },
          mattermost: { enabled: true },
        },
      }),
    );
    sandbox.feishu.faults(feishu.appId).clientConfig = { PingInterval: 5 };
    // TIRITH_ENABLED: it would be downloaded from GitHub. MAX_STARTS: this test starts it more often than people do.
    const variables = {
      TZ: process.env['TZ'] ?? 'UTC',
      TIRITH_ENABLED: 'false',
      HERMES_TELEGRAM_DISABLE_FALLBACK_IPS: 'true',
      HERMES_GATEWAY_MAX_STARTS: '100',
      [QQ_VARIABLE]: sandbox.qq.url,
      [FEISHU_VARIABLE]: sandbox.feishu.url,
    };
    const env = { ...systemd.env, ...variables, HOME: systemd.home };
    await systemd.systemctl('set-environment', ...Object.entries(variables).map(([name, value]) => `${name}=${value}`));
    const generated = await runCommand(
      [python, '-c', 'from hermes_cli.gateway import generate_systemd_unit; print(generate_systemd_unit(), end="")'],
      { env, cwd: home, timeoutMs: 120_000 },
    );
    if (generated.exitCode !== 0)
      throw new Error(`Hermes makes no unit: ${generated.failure ?? generated.stderr.slice(-500)}`);
    await systemd.writeUnit(UNIT, generated.stdout);
    await systemd.systemctl('start', UNIT);

    const text = (): Promise<string> => readFile(join(home, 'logs', 'agent.log'), 'utf8').catch(() => '');
    let seen = '';
    let lifeline: LifelineUnit | null = null;
    const details = (): string => `Lifeline:\n${lifeline?.log() ?? ''}\nHermes:\n${seen}`;
    const waitUntil = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> =>
      until(
        what,
        async () => {
          seen = (await text()).split('\n').slice(-30).join('\n');
          return holds();
        },
        details,
        PATIENCE_MS,
      );
    const isLoggedIn = (): boolean =>
      sandbox.qq.connections(qq.appId) > 0 &&
      sandbox.feishu.connections(feishu.appId) > 0 &&
      telegram.polls() > 0 &&
      mattermost.connections() > 0;
    const main = async (not?: number): Promise<number> => {
      let pid = 0;
      await waitUntil('Hermes to run, logged in', async () => {
        pid = Number((await systemd.systemctl('show', '--property=MainPID', '--value', UNIT)).stdout);
        const claim = await readFile(join(home, 'gateway_state.json'), 'utf8').then(
          (json) => JSON.parse(json) as { readonly pid?: number; readonly gateway_state?: string },
          () => null,
        );
        return pid > 0 && pid !== not && claim?.pid === pid && claim.gateway_state === 'running' && isLoggedIn();
      });
      return pid;
    };
    await main();
    const phones = watchPhones(sandbox, details, PATIENCE_MS);
    // Each test's outage is an incident of its own.
    const config = sandbox.writeConfig({
      gateways: [
        {
          name: 'main',
          kind: 'hermes',
          home,
          command: [program, 'gateway', 'run'],
          grace: { links: { telegram: '20s', mattermost: '20s' } },
          hosts: {
            qqbot: [new URL(sandbox.qq.url).host],
            feishu: [new URL(sandbox.feishu.url).host],
            telegram: [telegram.host],
            mattermost: [mattermost.host],
          },
        },
      ],
      watch: { grace: GRACES, again: '0s' },
    });
    lifeline = await startLifeline(systemd, sandbox, config);
    return {
      ...phones,
      version,
      systemd,
      lifeline,
      unit: UNIT,
      sandbox,
      telegram,
      mattermost,
      home,
      site: folder,
      hermes: (...args) => runCommand([program, ...args], { env, cwd: home, timeoutMs: 120_000 }),
      main,
      until: waitUntil,
      starts: async () => (await readFile(join(home, 'gateway-starts.log'), 'utf8')).trim().split('\n').length,
      log: text,
      end: async () => {
        await end();
        phones.check();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
};
