/** What Hermes's Feishu adapter and the Lark SDK log (docs/facts/hermes.md 2.2). */
import type { Level, Recorder } from './recorder.ts';

const NTH = ['1st', '2nd', '3rd'];

export const KEEPALIVE_1011 = 'sent 1011 (internal error) keepalive ping timeout; no close frame received';
export const NO_CLOSE_FRAME = 'no close frame received or sent';
export const LARK_DNS =
  "HTTPSConnectionPool(host='open.feishu.cn', port=443): Max retries exceeded with url: /callback/ws/endpoint (Caused by NameResolutionError(\"Failed to resolve 'open.feishu.cn' ([Errno -3] Temporary failure in name resolution)\"))";

export interface FeishuOptions {
  readonly logger?: string;
  readonly domain?: 'feishu' | 'lark';
}

export const feishuAdapter = (
  home: Recorder,
  { logger = 'plugins.platforms.feishu.adapter', domain = 'feishu' }: FeishuOptions = {},
) => {
  const host = domain === 'feishu' ? 'msg-frontier.feishu.cn' : 'msg-frontier.larksuite.com';
  let conn = '';
  const url = `wss://${host}/ws/v2?fpid=493&aid=552564&device_id=7571${Math.floor(home.random() * 1e15)}&access_key=***&service_id=33554678&ticket=***`;
  const say = (level: Level, message: string, below?: readonly string[]): void =>
    home.say(level, logger, `[Feishu] ${message}`, below ? { below } : {});
  const lark = (level: Level, message: string): void =>
    home.say(level, 'Lark', conn ? `${message} [conn_id=${conn}]` : message);

  return {
    say,
    lark,
    /** The SDK's proof of a link. */
    connectedTo: () => {
      home.pass('240ms');
      conn = '';
      lark('INFO', `connected to ${url}`);
      conn = `7571${Math.floor(home.random() * 1e15)}`;
    },
    loopExit: (error: string) => lark('ERROR', `receive message loop exit, err: ${error}`),
    disconnectedTo: () => {
      lark('INFO', `disconnected to ${url}`);
      conn = '';
    },
    trying: (nth: number) => lark('INFO', `trying to reconnect for the ${NTH[nth - 1] ?? `${nth}th`} time`),
    connectFailed: (error: string) => lark('ERROR', `connect failed, err: ${error}`),
    clientStarted: () => say('INFO', `Connected in websocket mode (${domain})`),
    disconnected: () => say('INFO', 'Disconnected'),
    threadExited: (inSeconds: number) =>
      say('ERROR', `WebSocket client thread exited unexpectedly; restarting in ${inSeconds}s`),
  };
};

export type Feishu = ReturnType<typeof feishuAdapter>;
