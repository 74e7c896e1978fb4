/**
 * One channel of the fake: its account as `channels.status` shows it, and the lines that its plugin writes
 * (docs/facts/openclaw.md 2.2, 5.4, 5.5).
 */
import type { Clock } from '../../../../src/base/clock.ts';
import type { Log } from './log.ts';
import type { ChannelId, Platform } from './world.ts';

export interface Account {
  readonly running: boolean;
  /** Absent for as long as it never was. */
  readonly connected?: boolean;
  /** Feishu only. */
  readonly lifecycle?: 'starting' | 'ready' | 'recovering' | 'stopped';
  readonly lastStartAt?: number;
  readonly lastConnectedAt?: number;
  readonly lastError: string | null;
}

export interface Channel {
  readonly id: ChannelId;
  account(): Account;
  /** @returns false where it runs already: then nothing is done, as with the real one. */
  start(): boolean;
  stop(): void;
  /** The brake keeps it off. */
  hold(message: string): void;
  drop(): void;
}

export interface ChannelOptions {
  readonly id: ChannelId;
  readonly platform: () => Platform;
  readonly onLogin: () => void;
  readonly log: Log;
  readonly clock: Clock;
}

/** As measured; Feishu tries again after some seconds, as its platform tells it. */
const CONNECT_MS: Readonly<Record<ChannelId, number>> = { feishu: 3_100, qqbot: 1_000 };
const AGAIN_MS = 5_000;

export const createChannel = ({ id, platform, onLogin, log, clock }: ChannelOptions): Channel => {
  const feishu = id === 'feishu';
  const subsystem = `channels/${id}`;
  let account: Account = { running: false, lastError: null };
  let cancel = (): void => undefined;

  const login = (): void => {
    account = {
      ...account,
      connected: true,
      lastConnectedAt: clock.now(),
      lastError: null,
      ...(feishu ? { lifecycle: 'ready' } : {}),
    };
    if (!feishu) log('INFO', subsystem, '[qqbot:default] Gateway ready');
    onLogin();
  };

  const refused = (): void => {
    if (!feishu) return log('ERROR', subsystem, '[default] Connection failed: Failed to get access_token: ***');
    log('INFO', null, "[error]: [ '[ws]', 'code: 514, app is not available' ]");
    log(
      'ERROR',
      subsystem,
      'feishu[default]: WebSocket SDK reported recoverable error: pullConnectConfig failed: code=514, msg=app is not available',
    );
  };

  /** What the platform does is decided when the connection is opened; one that it does not answer hangs on. */
  const connect = (afterMs: number): void => {
    const met = platform();
    if (met !== 'silent') cancel = clock.timer(afterMs, met === 'answers' ? login : refused);
  };

  /** Says the same whether it connects or not, and of a connection that came back it says nothing. */
  const beginFeishu = (): void => {
    log('INFO', subsystem, 'starting feishu[default] (mode: websocket)');
    log('INFO', subsystem, 'feishu[default]: bot open_id resolved: ou_2e9069b6279886dbcef1b9e7119abd13');
    log('INFO', subsystem, 'feishu[default]: starting WebSocket connection...');
    log('INFO', subsystem, 'feishu[default]: WebSocket client started');
    connect(CONNECT_MS.feishu);
    log('INFO', null, "[info]: [ '[ws]', 'ws client ready' ]");
  };

  const beginQq = (): void => {
    log('INFO', subsystem, '[qqbot:default] Starting gateway — appId=102000001, enabled=true, name=default');
    log('INFO', subsystem, '[default] ✅ Access token obtained successfully');
    log('INFO', subsystem, '[default] Connecting to wss://api.sgroup.qq.com/websocket');
    log('INFO', subsystem, '[default] WebSocket connected');
    connect(CONNECT_MS.qqbot);
  };

  return {
    id,
    account: () => account,
    start: () => {
      if (account.running) return false;
      const { connected } = account;
      account = {
        running: true,
        lastError: null,
        lastStartAt: clock.now(),
        ...(connected === undefined ? {} : { connected: false }),
        ...(feishu ? { lifecycle: 'starting' } : {}),
      };
      if (feishu) beginFeishu();
      else beginQq();
      return true;
    },
    stop: () => {
      cancel();
      if (account.running && feishu) {
        log('INFO', subsystem, 'feishu[default]: abort signal received, stopping');
        log('INFO', null, "[info]: [ '[ws]', 'ws client closed manually' ]");
      }
      account = { running: false, connected: false, lastError: null };
    },
    hold: (message) => {
      account = { running: false, lastError: message, ...(feishu ? { lifecycle: 'stopped' } : { connected: false }) };
      log('WARN', subsystem, `channel autostart suppressed by crash-loop breaker; refusing automatic start for ${id}.`);
    },
    drop: () => {
      cancel();
      account = { ...account, connected: false, ...(feishu ? { lifecycle: 'recovering' } : {}) };
      if (feishu) {
        log('INFO', null, "[info]: [ '[ws]', 'reconnect' ]");
        return connect(AGAIN_MS);
      }
      log('INFO', subsystem, '[default] WebSocket closed: 1000 ');
      log('INFO', subsystem, '[qqbot:default] Gateway disconnected: close code 1000');
    },
  };
};
