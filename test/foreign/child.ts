/**
 * One foreign client in a process of its own, so that its timers, loggers and swallowed exceptions end with it.
 * Talks to its parent by IPC; arguments: the package, and the address of the loopback platform.
 */
import { createRequire } from 'node:module';
import type { FromChild, ToChild } from './protocol.ts';

interface Request {
  url?: string;
  baseURL?: string | undefined;
  proxy?: false;
}
type Adapter = (request: Request) => Promise<unknown>;
interface Axios {
  readonly defaults: { adapter: Adapter };
  getAdapter(name: 'http'): Adapter;
}
interface Incoming {
  readonly message_id: string;
  readonly raw_message: string;
  reply(text: string): Promise<unknown>;
}
interface Bot {
  start(): Promise<unknown>;
  sendPrivateMessage(user: string, text: string): Promise<unknown>;
  on(event: string, listener: (incoming: Incoming) => void): void;
}

/** What differs between the two, and nothing else. */
const INTENTS: Readonly<Record<string, readonly string[]>> = {
  'qq-official-bot': ['GROUP_AND_C2C_EVENT', 'INTERACTION'],
  'qq-group-bot': ['C2C_MESSAGE_CREATE', 'INTERACTION'],
};

const [name = '', platform = '', appid = '', secret = ''] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const say = (message: FromChild): void => void process.send?.(message);

/**
 * Both name Tencent's hosts in their code; nothing may leave for anywhere but the loopback. npm may nest two copies of
 * axios: each client gets its own patched.
 */
const stayOnLoopback = (client: string): void => {
  const axios = createRequire(require.resolve(client))('axios') as Axios;
  const send = axios.getAdapter('http');
  axios.defaults.adapter = (request) => {
    const wanted = new URL(request.url ?? '', request.baseURL);
    if (!wanted.hostname.endsWith('.qq.com'))
      throw new Error(`A client asked for ${wanted.href}, which is not a host of the platform.`);
    return send(
      Object.assign(request, {
        url: `${platform}${wanted.pathname}${wanted.search}`,
        baseURL: undefined,
        proxy: false,
      }),
    );
  };
};

const create = (client: string): Bot => {
  const { Bot } = require(client) as { readonly Bot: new (config: object) => Bot };
  return new Bot({ appid, secret, sandbox: false, logLevel: 'info', mode: 'websocket', intents: INTENTS[client] });
};

const outcome = async (key: string, sending: Promise<unknown>): Promise<void> => {
  try {
    await sending;
    say({ kind: 'sent', key, error: null });
  } catch (error) {
    say({ kind: 'sent', key, error: String(error) });
  }
};

stayOnLoopback(name);
const bot = create(name);
bot.on('message.private', (incoming) => {
  say({ kind: 'message', id: incoming.message_id, text: incoming.raw_message });
  if (incoming.raw_message.startsWith('echo '))
    void outcome(incoming.message_id, incoming.reply(incoming.raw_message.slice(5)));
});
process.on('message', ({ key, user, text }: ToChild) => void outcome(key, bot.sendPrivateMessage(user, text)));
// An orphan would go on reconnecting for ever.
process.on('disconnect', () => process.exit(0));
void bot.start();
say({ kind: 'started' });
