/**
 * A conversation with the running gateway over one loopback WebSocket, as the backend client that OpenClaw's documents
 * reserve for internal control (docs/facts/openclaw.md 4.3): milliseconds, where its CLI costs seconds and 300 MB. It
 * may be refused by another version; who asks must have another way.
 */
import { WebSocket } from 'ws';
import { errorText } from '../../base/errors.ts';

export interface RpcOptions {
  /** `ws://127.0.0.1:18789`. */
  readonly url: string;
  readonly token: string | null;
  /** Where it wants that in place of a token. */
  readonly password?: string;
  readonly version: string;
  /** Of the handshake, and of each call. */
  readonly timeoutMs: number;
  /** Each event, `tick` every 30 s among them: the loop that sends it turns. */
  readonly onEvent?: (event: string) => void;
}

export interface Rpc {
  /**
   * Connects when that is not so yet.
   * @param limitMs for what takes longer than a question
   * @returns the payload.
   * @throws RpcError
   */
  call(method: string, params?: object, limitMs?: number): Promise<unknown>;
  close(): void;
}

/**
 * `unreachable`: nobody listens. `timeout`: somebody does and does not answer. `refused`: it does not take this client.
 * `rejected`: it takes it, and refuses the call.
 */
export type RpcFailure = 'unreachable' | 'timeout' | 'refused' | 'rejected' | 'closed';

export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly failure: RpcFailure;
  /** The gateway's own code, where it gave one. */
  readonly code: string | null;

  constructor(failure: RpcFailure, message: string, code: string | null = null) {
    super(message);
    this.failure = failure;
    this.code = code;
  }
}

const asRpcError = (error: unknown): RpcError =>
  error instanceof RpcError ? error : new RpcError('closed', errorText(error));

interface Frame {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly event?: unknown;
  readonly ok?: unknown;
  readonly payload?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

interface Waiting {
  readonly socket: WebSocket;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: RpcError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Asked for at the handshake; less would not let a channel be restarted. */
const SCOPES = ['operator.read', 'operator.write', 'operator.admin'];
const PROTOCOL = 4;
/** A connection that ended without a word has this code. */
const BROKEN = 1_006;
/** `channels.status` of many accounts is some ten kB. */
const MOST_BYTES = 16 * 1_048_576;

const parseFrame = (data: WebSocket.RawData): Frame => {
  try {
    const frame: unknown = JSON.parse((data as Buffer).toString('utf8'));
    return typeof frame === 'object' && frame !== null ? frame : {};
  } catch {
    return {};
  }
};

export const createRpc = ({ url, token, password, version, timeoutMs, onEvent }: RpcOptions): Rpc => {
  const passwordAuth = password !== undefined ? { password } : null;
  const auth = token !== null ? { token } : passwordAuth;
  let link: Promise<WebSocket> | null = null;
  let open: WebSocket | null = null;
  let nextId = 1;
  const waiting = new Map<string, Waiting>();

  const send = (socket: WebSocket, method: string, params: object, limitMs = timeoutMs): Promise<unknown> => {
    const id = String(nextId++);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new RpcError('timeout', `no answer to ${method} within ${limitMs / 1_000} s`));
      }, limitMs);
      waiting.set(id, { socket, resolve, reject, timer });
      socket.send(JSON.stringify({ type: 'req', id, method, params }), (error) => {
        if (error) settle(id, (each) => each.reject(new RpcError('closed', errorText(error))));
      });
    });
  };

  const settle = (id: string, end: (each: Waiting) => void): void => {
    const found = waiting.get(id);
    if (!found) return;
    waiting.delete(id);
    clearTimeout(found.timer);
    end(found);
  };

  const take = ({ type, id, event, ok, payload, error }: Frame): void => {
    if (type === 'event' && typeof event === 'string') onEvent?.(event);
    if (type !== 'res' || typeof id !== 'string') return;
    settle(id, ({ resolve, reject }) => {
      if (ok === true) resolve(payload);
      else
        reject(
          new RpcError(
            'rejected',
            typeof error?.message === 'string' ? error.message : 'refused',
            typeof error?.code === 'string' ? error.code : null,
          ),
        );
    });
  };

  /** Resolves when the gateway has taken the handshake. */
  const connect = (): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, {
        handshakeTimeout: timeoutMs,
        maxPayload: MOST_BYTES,
        perMessageDeflate: false,
      });
      open = socket;
      let opened = false;
      const fail = (error: RpcError): void => {
        clearTimeout(limit);
        reject(error);
        socket.terminate();
      };
      const limit = setTimeout(
        () => fail(new RpcError('timeout', `the gateway does not greet within ${timeoutMs / 1_000} s`)),
        timeoutMs,
      );
      let greeted = false;
      const greet = (): void => {
        if (greeted) return;
        greeted = true;
        const client = { id: 'gateway-client', version, platform: process.platform, mode: 'backend' };
        send(socket, 'connect', {
          minProtocol: PROTOCOL,
          maxProtocol: PROTOCOL,
          client,
          role: 'operator',
          scopes: SCOPES,
          caps: [],
          ...(auth === null ? {} : { auth }),
        }).then(
          () => {
            clearTimeout(limit);
            resolve(socket);
          },
          (error: unknown) =>
            fail(
              error instanceof RpcError && error.failure === 'rejected'
                ? new RpcError('refused', error.message, error.code)
                : asRpcError(error),
            ),
        );
      };
      socket.on('open', () => (opened = true));
      socket.on('message', (data) => {
        const frame = parseFrame(data);
        if (frame.type === 'event' && frame.event === 'connect.challenge') greet();
        else take(frame);
      });
      socket.on('error', (error) => {
        const timedOut = /timed? ?out/i.test(error.message);
        const beforeOpening = timedOut ? 'timeout' : 'unreachable';
        fail(new RpcError(opened ? 'closed' : beforeOpening, errorText(error)));
      });
      socket.on('close', (code, reason) => {
        if (open === socket) link = null;
        const words = reason.toString('utf8');
        const said = `closed with ${code}${words ? ` ${words}` : ''}`;
        // Before the handshake is through that is its refusal, unless the connection only broke.
        const afterOpening = code === BROKEN ? 'closed' : 'refused';
        fail(new RpcError(opened ? afterOpening : 'unreachable', said));
        for (const [id, each] of waiting)
          if (each.socket === socket) settle(id, ({ reject }) => reject(new RpcError('closed', said)));
      });
    });

  return {
    call: async (method, params = {}, limitMs) => {
      link ??= connect();
      const current = link;
      try {
        return await send(await current, method, params, limitMs);
      } catch (error) {
        // A connection on which nothing comes back may be half open: the next call makes a new one.
        if (asRpcError(error).failure !== 'rejected' && link === current) {
          link = null;
          open?.terminate();
        }
        throw error;
      }
    },
    close: () => {
      link = null;
      open?.close();
      open?.terminate();
    },
  };
};
