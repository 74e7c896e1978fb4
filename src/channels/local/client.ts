/** The other end of the socket: asks the bot with this data folder, and yields what it says until it has answered. */
import { lstatSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Message } from '../../chat/message/message.ts';
import { socketPlace } from './socket-place.ts';
import { lineOf, MAX_REPLY, replyIn, socketPath, type LocalReply, type LocalRequest } from './wire.ts';

export type Unreachable =
  { readonly kind: 'no_bot' } | { readonly kind: 'other_user' } | { readonly kind: 'failed'; readonly problem: string };

export interface LocalBot {
  /**
   * @returns the answer; null: the bot has ended before it gave one. @param onMore what comes before the answer.
   * @throws NotUnderstood when what answers speaks another language.
   */
  ask(text: string, onMore: (reply: LocalReply) => void): Promise<LocalReply | null>;
  /** How everything is by the last looks; null: the bot has ended. */
  glance(): Promise<Message | null>;
  close(): void;
}

/** What answers is no Lifeline, or one of another version. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

/** Whoever made the socket is to be the owner of the folder, and that is to be us, unless we may do anything anyway. */
const isOurs = (dataDir: string, uid: number | undefined): boolean => {
  const folder = lstatSync(dataDir);
  const socket = lstatSync(socketPath(dataDir));
  return socket.uid === folder.uid && (uid === undefined || uid === 0 || folder.uid === uid);
};

export const reachBot = async (
  dataDir: string,
  uid: number | undefined = process.getuid?.(),
): Promise<LocalBot | Unreachable> => {
  try {
    if (!isOurs(dataDir, uid)) return { kind: 'other_user' };
    const place = socketPlace(dataDir);
    return talking(await connected(place.path).finally(place.close));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return { kind: 'no_bot' };
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'other_user' };
    return { kind: 'failed', problem: message };
  }
};

const connected = (path: string): Promise<Socket> => {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect(path, () => resolve(socket));
  socket.once('error', reject);
  return promise;
};

const talking = (socket: Socket): LocalBot => {
  // That the bot has gone is seen by the end of the lines.
  socket.on('error', () => undefined);
  let length = 0;
  socket.on('data', (piece) => {
    const end = piece.lastIndexOf('\n');
    length = end < 0 ? length + piece.length : piece.length - end;
    if (length > MAX_REPLY) socket.destroy(new NotUnderstood());
  });
  const reader = createInterface({ input: socket });
  reader.on('error', () => undefined);
  // A connection that breaks has no end of its own.
  socket.on('close', () => reader.close());
  const lines = reader[Symbol.asyncIterator]();
  const answerTo = async (
    request: LocalRequest,
    onMore: (reply: LocalReply) => void = () => undefined,
  ): Promise<LocalReply | null> => {
    socket.write(lineOf(request));
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) return null;
      const reply = replyIn(value);
      if (reply === null) throw new NotUnderstood();
      if (!reply.more) return reply;
      onMore(reply);
    }
  };
  return {
    ask: (text, onMore) => answerTo({ text }, onMore),
    glance: async () => (await answerTo({ glance: true }))?.message ?? null,
    close: () => socket.destroy(),
  };
};
