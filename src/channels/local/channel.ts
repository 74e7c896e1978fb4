/**
 * The commands of this machine as a channel: `lifeline restart main` speaks to the bot over a socket in the data folder.
 * Who may reach the socket is decided by the system: the folder is its owner's alone, and so is the socket.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { isPrivateFolder } from '../../base/own-folder.ts';
import type { Inbound } from '../../chat/inbound/inbound-message.ts';
import type { Message } from '../../chat/message/message.ts';
import type { Channel } from '../channel.ts';
import { socketPlace } from './socket-place.ts';
import {
  lineOf,
  LOCAL_CHANNEL,
  MAX_LINE,
  requestIn,
  socketPath,
  type StatusAnswer,
  type StatusRequest,
} from './wire.ts';

export interface LocalChannelOptions {
  readonly dataDir: string;
  /** The account whose process this is: nobody else but root gets in. */
  readonly user: string;
  /** How everything is, by the last looks; null: that cannot be told yet. */
  readonly glance?: () => Message | null;
  /** What `lifeline status` prints, by a look; null: the asker is to look itself. Absent: it always is. */
  readonly status?: (request: StatusRequest) => Promise<StatusAnswer | null>;
  readonly now: () => number;
  readonly logger: Logger;
}

/** A script that runs wild must not use up the bot's open files. */
const MOST_CONNECTIONS = 32;

/** Each asks for a look at the gateways; whoever comes beyond that looks itself. */
const MOST_STATUS = 4;

/** Somebody who tidies up may take the socket away, and what stood in its place may go: it is looked after so often. */
const LOOKED_AFTER_MS = 5_000;

/** @returns null where there is nothing. */
const inodeOf = (path: string): number | null => lstatSync(path, { throwIfNoEntry: false })?.ino ?? null;

export const createLocalChannel = ({ dataDir, user, glance, status, now, logger }: LocalChannelOptions): Channel => {
  const startedAt = now();
  const path = socketPath(dataDir);
  const connections = new Set<Socket>();
  /** Who waits for an answer, by the id of the request. */
  const waiting = new Map<string, Socket>();
  let server: Server | null = null;
  /** The socket that was made, by its inode; null: there is none. */
  let made: number | null = null;
  let looking: NodeJS.Timeout | undefined;
  let lastInboundAt: number | null = null;
  let problem: string | null = null;
  let statusAsked = 0;

  const glanceNow = (): Message | null => {
    try {
      return glance?.() ?? null;
    } catch (err) {
      logger.error({ err }, 'a glance could not be taken');
      return null;
    }
  };

  const statusNow = async (request: StatusRequest): Promise<StatusAnswer | null> => {
    if (!status || statusAsked >= MOST_STATUS) return null;
    statusAsked += 1;
    try {
      return await status(request);
    } catch (err) {
      logger.error({ err }, '`lifeline status` could not be answered');
      return null;
    } finally {
      statusAsked -= 1;
    }
  };

  const serve = (socket: Socket, receive: (inbound: Inbound) => void): void => {
    connections.add(socket);
    const mine = new Set<string>();
    let length = 0;
    socket.on('data', (piece) => {
      const end = piece.lastIndexOf('\n');
      length = end < 0 ? length + piece.length : piece.length - end;
      if (length > MAX_LINE) socket.destroy();
    });
    // Loaded when somebody comes: at rest it would only take memory.
    const reader = process.getBuiltinModule('node:readline').createInterface({ input: socket });
    reader.on('line', (line) => {
      const request = line.length > MAX_LINE ? null : requestIn(line);
      if (request === null) return void socket.destroy();
      if ('glance' in request) {
        const message = glanceNow();
        return message === null ? void socket.end() : void socket.write(lineOf({ message, more: false }));
      }
      if ('status' in request)
        return void statusNow(request.status).then(
          (answer) => socket.writable && socket.end(lineOf({ status: answer })),
        );
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
    // Whoever asked may leave at any time. The reader throws what its socket says unless somebody listens to it, too.
    socket.on('error', () => undefined);
    reader.on('error', () => undefined);
    socket.on('close', () => {
      reader.close();
      connections.delete(socket);
      for (const id of mine) waiting.delete(id);
    });
  };

  const listen = async (receive: (inbound: Inbound) => void): Promise<void> => {
    // Between the making of the socket and its rights anybody who can enter the folder could connect.
    if (!isPrivateFolder(dataDir)) throw new Error('others can enter the data folder');
    // The lock of the folder is ours, so nobody listens on what an earlier Lifeline has left.
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
    const opened = createServer((socket) => serve(socket, receive));
    opened.maxConnections = MOST_CONNECTIONS;
    const place = socketPlace(dataDir);
    // A server that closes removes its socket by the same path.
    opened.once('close', place.close);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    opened.once('error', reject);
    opened.listen(place.path, resolve);
    try {
      await promise;
    } catch (error) {
      place.close();
      throw error;
    }
    opened.off('error', reject);
    opened.on('error', (err) => logger.error({ err }, 'the socket for commands of this machine has failed'));
    chmodSync(path, 0o600);
    made = inodeOf(path);
    server = opened;
  };

  /** The phones still work. */
  const cannotBeReached = (reason: string): void => {
    if (reason !== problem)
      logger.warn({ path, problem: reason }, '`lifeline restart` and the like cannot reach this bot');
    problem = reason;
  };

  const open = async (receive: (inbound: Inbound) => void): Promise<void> => {
    try {
      await listen(receive);
      problem = null;
    } catch (error) {
      cannotBeReached(errorText(error));
    }
  };

  /** Makes the socket anew once nothing is in its place any more. Those who are connected go on. */
  const lookAfter = async (receive: (inbound: Inbound) => void): Promise<void> => {
    if (server !== null) {
      const there = inodeOf(path);
      if (there === made) return;
      // Closing the server would remove what has taken the place of its socket.
      if (there !== null) return cannotBeReached('something else lies in the place of its socket');
      server.close();
      server = null;
    }
    await open(receive);
  };

  return {
    name: LOCAL_CHANNEL,
    start: async (receive) => {
      await open(receive);
      const look = (): void => {
        looking = setTimeout(() => void lookAfter(receive).then(() => looking && look()), LOOKED_AFTER_MS);
        looking.unref();
      };
      look();
    },
    stop: async () => {
      clearTimeout(looking);
      looking = undefined;
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
