/**
 * The real OpenClaw as the unit that it installs for itself, with QQ and Feishu of a sandbox, and Lifeline beside it.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRpc, type Rpc } from '../../../src/gateways/openclaw/rpc.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import type { TelegramServer } from '../fixtures/telegram-server.ts';
import { until, watchPhones, type Phones } from '../phones.ts';
import { startLifeline, type LifelineUnit } from '../systemd/lifeline-unit.ts';
import { startUserSystemd, type UserSystemd } from '../systemd/user-systemd.ts';
import { freePort } from './free-port.ts';
import { QQ_VARIABLE, type OpenClawInstalled } from './install.ts';
import { sceneLogs } from './lines.ts';
import { openTlsFront } from './tls-front.ts';
import { UNIT, unitText } from './unit.ts';

export interface OpenClawScene extends Phones {
  readonly sandbox: Sandbox;
  readonly systemd: UserSystemd;
  readonly lifeline: LifelineUnit;
  readonly unit: string;
  readonly port: number;
  /** `openclaw.json`. */
  readonly configFile: string;
  /** Its own log, of JSON lines. */
  readonly logFile: string;
  /** The unit's main process, once it is another one than `not`, ready, and logged in on all platforms. */
  main(not?: number): Promise<number>;
  /** What systemd says of the unit. */
  readonly show: (property: string) => Promise<string>;
  /** Somebody else speaks with the gateway. */
  call(method: string, params?: object): Promise<unknown>;
  until(what: string, holds: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  end(): Promise<void>;
}

export interface OpenClawSceneOptions {
  /**
   * What is done to the world before the gateway is started for the first time; the scene then does not wait for its
   * links.
   */
  readonly before?: (sandbox: Sandbox) => void;
  /** It has a bot there, too. */
  readonly telegram?: TelegramServer;
  /** More of `openclaw.json`. */
  readonly openclaw?: Readonly<Record<string, unknown>>;
}

const TOKEN = 'the-token-of-this-test';
/** Real times: it takes 25 s to start with two plugins, on a machine that does nothing else. */
export const START_MS = 420_000;
const GRACES = { start: '180s', gone: '60s', frozen: '65s', network: '20s' };
/**
 * Lifeline waits for OpenClaw's own healing for three minutes, and its start takes its time; a Telegram that answers 502
 * counts as lost after three minutes without a poll, and is waited for as long again.
 */
const PATIENCE_MS = 600_000;

export const openOpenClawScene = async (
  { home, entry, reset }: OpenClawInstalled,
  { before, telegram, openclaw }: OpenClawSceneOptions = {},
): Promise<OpenClawScene> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-openclaw-scene-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const end = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const sandbox = await createSandbox({ dir: join(dir, 'sandbox') });
    undo.push(() => sandbox.stop());
    const front = await openTlsFront(sandbox.feishu.url, dir);
    undo.push(() => front.stop());
    const systemd = await startUserSystemd();
    undo.push(() => systemd.stop());

    const { qq, feishu } = sandbox.cast.gateway;
    // The real platform lets a client wait two minutes between its tries.
    sandbox.feishu.faults(feishu.appId).clientConfig = { PingInterval: 5, ReconnectInterval: 2, ReconnectNonce: 1 };
    before?.(sandbox);
    const port = await freePort();
    const logFile = join(dir, 'openclaw.log');
    await reset({
      gateway: { mode: 'local', port, bind: 'loopback', auth: { mode: 'token', token: TOKEN } },
      logging: { file: logFile },
      ...openclaw,
      channels: {
        feishu: {
          enabled: true,
          appId: feishu.appId,
          appSecret: feishu.secret,
          domain: front.url,
          connectionMode: 'websocket',
          dmPolicy: 'open',
          allowFrom: ['*'],
        },
        // Its schema wants a list, and takes no `*` in it.
        qqbot: {
          enabled: true,
          appId: qq.appId,
          clientSecret: qq.secret,
          dmPolicy: 'allowlist',
          allowFrom: [sandbox.cast.operator.qq],
        },
        ...(telegram
          ? {
              telegram: {
                enabled: true,
                botToken: telegram.token,
                apiRoot: telegram.url,
                network: { dangerouslyAllowPrivateNetwork: true },
                dmPolicy: 'open',
                allowFrom: ['*'],
              },
            }
          : {}),
      },
    });
    const temporary = join(dir, 'tmp');
    await mkdir(temporary);
    const output = join(systemd.dir, 'openclaw.out');
    const variables = {
      HOME: home,
      TMPDIR: temporary,
      NODE_EXTRA_CA_CERTS: front.certificate,
      [QQ_VARIABLE]: sandbox.qq.url,
    };
    await systemd.writeUnit(UNIT, unitText({ entry, port, variables, output }));
    await systemd.systemctl('start', UNIT);

    let rpc: Rpc | null = null;
    undo.push(async () => rpc?.close());
    let lifeline: LifelineUnit | null = null;
    let seen = '';
    const details = (): string => `Lifeline:\n${lifeline?.log() ?? ''}\nOpenClaw:\n${seen}`;
    const waitUntil = (what: string, holds: () => boolean | Promise<boolean>, limitMs = START_MS): Promise<void> =>
      until(
        what,
        async () => {
          seen = await readFile(output, 'utf8').then(
            (text) => text.split('\n').slice(-40).join('\n'),
            () => '',
          );
          const held = await holds();
          if (!held) await sleep(200);
          return held;
        },
        details,
        limitMs,
      );
    const show = async (property: string): Promise<string> =>
      (await systemd.systemctl('show', `--property=${property}`, '--value', UNIT)).stdout.trim();
    const isLoggedIn = (): boolean =>
      sandbox.qq.connections(qq.appId) > 0 &&
      sandbox.feishu.connections(feishu.appId) > 0 &&
      (telegram === undefined || telegram.polls() > 0);
    const isReady = async (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/startup`, { signal: AbortSignal.timeout(2_000) }).then(
        (answer) => answer.ok,
        () => false,
      );
    const main = async (not?: number): Promise<number> => {
      let pid = 0;
      await waitUntil('OpenClaw to run, logged in', async () => {
        pid = Number(await show('MainPID'));
        return pid > 0 && pid !== not && isLoggedIn() && (await isReady());
      });
      return pid;
    };
    if (before) await waitUntil('OpenClaw to answer', isReady);
    else await main();
    const phones = watchPhones(sandbox, details, PATIENCE_MS);
    const state = join(home, '.openclaw');
    const hosts = {
      feishu: [new URL(front.url).host, new URL(sandbox.feishu.url).host],
      qqbot: [new URL(sandbox.qq.url).host],
      ...(telegram ? { telegram: [telegram.host] } : {}),
    };
    // Each test's outage is an incident of its own.
    const file = sandbox.writeConfig({
      gateways: [{ name: 'main', kind: 'openclaw', home: state, command: [process.execPath, entry, 'gateway'], hosts }],
      watch: { grace: GRACES, again: '0s' },
    });
    lifeline = await startLifeline(systemd, sandbox, file);
    return {
      ...phones,
      sandbox,
      systemd,
      lifeline,
      unit: UNIT,
      port,
      configFile: join(state, 'openclaw.json'),
      logFile,
      main,
      show,
      call: (method, params = {}) => {
        rpc ??= createRpc({ url: `ws://127.0.0.1:${port}`, token: TOKEN, version: 'test', timeoutMs: 15_000 });
        return rpc.call(method, params);
      },
      until: waitUntil,
      end: async () => {
        sceneLogs.push({
          name: basename(dir),
          text: await readFile(logFile, 'utf8').catch(() => ''),
          home: state,
          names: [[dir, '<dir>']],
        });
        await end();
        phones.check();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
};
