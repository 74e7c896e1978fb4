/**
 * The way from the gateway to one platform, which can be pulled: TCP on the loopback, handed on as it comes. A pulled
 * one refuses connections, so that the platform is out of reach for whoever tries this way, and for nobody else.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Cable {
  /** The platform's, by this way. */
  readonly url: string;
  /** Cuts what is connected; nothing listens from here on. */
  pull(): void;
  isPulled(): boolean;
  /** Lets connections through again, at the same address. */
  plug(): Promise<void>;
  stop(): Promise<void>;
}

/** While it was pulled somebody may have been given its port for a moment. */
const PLUG_TRIES = 100;
const PLUG_PAUSE_MS = 50;

export const openCable = async (platform: string): Promise<Cable> => {
  const target = Number(new URL(platform).port);
  const sockets = new Set<Socket>();
  let server: Server | null = null;

  const handOn = (near: Socket): void => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', (broken) => {
        sockets.delete(socket);
        if (broken) other.destroy();
        else other.destroySoon();
      });
      socket.pipe(other);
    }
  };

  const listen = async (at: number): Promise<number> => {
    const opened = createServer({ allowHalfOpen: true }, handOn);
    opened.listen(at, '127.0.0.1');
    await once(opened, 'listening');
    server = opened;
    return (opened.address() as AddressInfo).port;
  };

  const pull = (): void => {
    server?.close();
    server = null;
    for (const socket of sockets) socket.destroy();
  };

  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    pull,
    isPulled: () => server === null,
    plug: async () => {
      for (let tries = 1; server === null; tries += 1) {
        try {
          await listen(port);
        } catch (error) {
          if (tries === PLUG_TRIES) throw error;
          await delay(PLUG_PAUSE_MS);
        }
      }
    },
    stop: async () => {
      const closed = server === null ? null : once(server, 'close');
      pull();
      await closed;
    },
  };
};
