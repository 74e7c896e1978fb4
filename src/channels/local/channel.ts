/**
 * The commands of this machine as a channel: `lifeline restart main` speaks to the bot over a socket in the data folder.
 * Who may reach the socket is decided by the system: the folder is its owner's alone, and so is the socket.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Logger } from '../../base/logger.ts';
import { isPrivateFolder } from '../../base/own-folder.ts';
import type { Inbound } from '../../chat/inbound/inbound-message.ts';
import type { Channel } from '../channel.ts';
import { lineOf, LOCAL_CHANNEL, MAX_LINE, requestIn, socketPath } from './wire.ts';

export interface LocalChannelOptions {
  readonly dataDir: string;
  /** The account whose process this is: nobody else but root gets in. */
  readonly user: string;
  readonly now: () => number;
  readonly logger: Logger;
}

/** `sockaddr_un` has 108 bytes on Linux and 104 elsewhere, of which one ends the path. */
const MOST_PATH_BYTES = process.platform === 'linux' ? 107 : 103;
/** A script that runs wild must not use up the bot's open files. */
const MOST_CONNECTIONS = 32;

export const createLocalChannel = ({ dataDir, user, now, logger }: LocalChannelOptions): Channel => {
  const startedAt = now();
  const path = socketPath(dataDir);
  const connections = new Set<Socket>();
  /** Who waits for an answer, by the id of the request. */
  const waiting = new Map<string, Socket>();
  let server: Server | null = null;
  let lastInboundAt: number | null = null;
  let problem: string | null = null;

  const serve = (socket: Socket, receive: (inbound: Inbound) => void): void => {
    connections.add(socket);
    const mine = new Set<string>();
    let length = 0;
    socket.on('data', (piece) => {
      const end = piece.lastIndexOf('\n');
      length = end < 0 ? length + piece.length : piece.length - end;
      if (length > MAX_LINE) socket.destroy();
    });
    const reader = createInterface({ input: socket });
    reader.on('line', (line) => {
      const request = line.length > MAX_LINE ? null : requestIn(line);
      if (request === null) return void socket.destroy();
      const id = randomUUID();
      mine.add(id);
      waiting.set(id, socket);
      lastInboundAt = now();
      receive({
        channel: LOCAL_CHANNEL,
        id,
        sender: user,
        chat: { kind: 'direct' },
        text: request.text,
        sentAt: lastInboundAt,
      });
    });
    // Whoever asked may leave at any time.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      reader.close();
      connections.delete(socket);
      for (const id of mine) waiting.delete(id);
    });
  };

  const listen = (receive: (inbound: Inbound) => void): Promise<void> => {
    // Between the making of the socket and its rights anybody who can enter the folder could connect.
    if (!isPrivateFolder(dataDir)) throw new Error('others can enter the data folder');
    // Node 22 would cut it short without a word, and make the socket elsewhere.
    if (Buffer.byteLength(path) > MOST_PATH_BYTES) throw new Error('the path of the socket is too long');
    // The lock of the folder is ours, so nobody listens on what an earlier Lifeline has left.
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
    const opened = createServer((socket) => serve(socket, receive));
    opened.maxConnections = MOST_CONNECTIONS;
    server = opened;
    return new Promise((resolve, reject) => {
      opened.once('error', reject);
      opened.listen(path, () => {
        opened.off('error', reject);
        opened.on('error', (err) => logger.error({ err }, 'the socket for commands of this machine has failed'));
        chmodSync(path, 0o600);
        resolve();
      });
    });
  };

  return {
    name: LOCAL_CHANNEL,
    start: async (receive) => {
      try {
        await listen(receive);
      } catch (err) {
        // A path that is too long, for one; the phones still work.
        problem = err instanceof Error ? err.message : String(err);
        server = null;
        logger.warn({ path, problem }, '`lifeline restart` and the like cannot reach this bot');
      }
    },
    stop: async () => {
      const closing = server;
      server = null;
      if (closing === null) return;
      await new Promise<void>((resolve) => {
        closing.close(() => resolve());
        for (const socket of connections) socket.end();
        // A program that does not read must not hold up the end.
        for (const socket of connections) socket.destroySoon();
      });
    },
    send: async ({ replyTo }, message, { key, more = false }) => {
      const socket = replyTo === undefined ? undefined : waiting.get(replyTo);
      // Whoever has left wants no answer; it is in the audit.
      if (socket?.writable) socket.write(lineOf({ message, more }));
      if (replyTo !== undefined && !more) waiting.delete(replyTo);
      return { outcome: 'ok', messageId: key };
    },
    status: () => ({ link: server ? 'connected' : 'stopped', since: startedAt, lastInboundAt, problem }),
  };
};
