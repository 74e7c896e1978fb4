/**
 * Asks the running bot for what `lifeline status` prints. The command loads this before anything else, so it needs
 * little; whoever gets no answer looks at the gateways itself, and no error is one here.
 */
import { lstatSync } from 'node:fs';
import { connect } from 'node:net';
import { socketPlace } from './socket-place.ts';
import { lineOf, MAX_REPLY, socketPath, statusAnswerIn, type StatusAnswer, type StatusRequest } from './wire.ts';

/** A bot that is held up for longer is not waited for. */
const PATIENCE_MS = 1_000;

const OTHERS = 0o077;
const LINE_END = 0x0a;

/**
 * Whether nobody but this user (and root) can have made the socket: it and its folder are this user's, a folder and a
 * socket and no links, and closed to everybody else.
 */
const isOursAlone = (dataDir: string, uid: number): boolean => {
  const folder = lstatSync(dataDir);
  const socket = lstatSync(socketPath(dataDir));
  return (
    folder.isDirectory() &&
    socket.isSocket() &&
    [folder, socket].every((each) => each.uid === uid && (each.mode & OTHERS) === 0)
  );
};

/** Never rejects. @returns null: there is no bot, or none that answers this in time. */
export const askStatus = async (
  dataDir: string,
  request: StatusRequest,
  uid: number | undefined = process.getuid?.(),
): Promise<StatusAnswer | null> => {
  try {
    if (uid === undefined || !isOursAlone(dataDir, uid)) return null;
    const line = await answerAt(dataDir, lineOf({ status: request }));
    const answer = line === null ? null : statusAnswerIn(line);
    return answer?.version === request.version ? answer : null;
  } catch {
    return null;
  }
};

/** @returns the first line; null: none came to its end. @throws the system's error where the place cannot be reached. */
const answerAt = async (dataDir: string, asked: string): Promise<string | null> => {
  const place = socketPlace(dataDir);
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const pieces: Buffer[] = [];
  let length = 0;
  const socket = connect(place.path, () => void socket.write(asked));
  const limit = setTimeout(() => resolve(null), PATIENCE_MS);
  socket.on('error', () => resolve(null));
  socket.on('close', () => resolve(null));
  socket.on('data', (piece: Buffer) => {
    pieces.push(piece);
    length += piece.length;
    const end = piece.indexOf(LINE_END);
    if (end >= 0) resolve(Buffer.concat(pieces, length - piece.length + end).toString('utf8'));
    else if (length > MAX_REPLY) resolve(null);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(limit);
    socket.destroy();
    place.close();
  }
};
