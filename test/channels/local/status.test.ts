/** `lifeline status` and the bot that it asks, over a real socket: whatever is there, there is an answer or none. */
import { chmodSync, chownSync, lstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { askStatus } from '../../../src/channels/local/ask-status.ts';
import { createLocalChannel, type LocalChannelOptions } from '../../../src/channels/local/channel.ts';
import {
  MAX_REPLY,
  requestIn,
  socketPath,
  statusAnswerIn,
  type StatusAnswer,
  type StatusRequest,
} from '../../../src/channels/local/wire.ts';
import { ownFolder } from '../../store/helpers.ts';

const REQUEST: StatusRequest = {
  version: '1.2.3',
  file: '/home/me/config.yaml',
  home: '/home/me',
  zone: null,
  offset: -480,
  gateway: null,
  json: false,
  colour: false,
};
const ANSWER: StatusAnswer = { version: '1.2.3', text: '🟢 main：运行正常\n', exitCode: 0 };

/** A bot of which only the socket is there. */
const bot = async (status?: LocalChannelOptions['status'], folder = ownFolder()): Promise<string> => {
  const channel = createLocalChannel({
    dataDir: folder,
    user: 'ann',
    ...(status ? { status } : {}),
    now: () => 0,
    logger: silentLogger(),
  });
  await channel.start(() => undefined);
  onTestFinished(() => channel.stop());
  return folder;
};

/** Something else that listens there. */
const stranger = async (serve: (socket: Socket) => void, mode = 0o600): Promise<string> => {
  const folder = ownFolder();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(socketPath(folder), resolve));
  chmodSync(socketPath(folder), mode);
  onTestFinished(() => void server.close());
  return folder;
};

const sends =
  (text: string | Buffer) =>
  (socket: Socket): void =>
    void socket.once('data', () => socket.end(text));

const lineWith = (status: unknown): string => `${JSON.stringify({ status })}\n`;

describe('the bot', () => {
  it('gets what its answer depends on, and its answer comes whole', async () => {
    const came: StatusRequest[] = [];
    const long = { ...ANSWER, text: 'x€'.repeat(300_000), exitCode: 1 } as const;
    const folder = await bot((asked) => {
      came.push(asked);
      return Promise.resolve(long);
    });
    expect(await askStatus(folder, { ...REQUEST, gateway: 'main', json: true })).toEqual(long);
    expect(came).toEqual([{ ...REQUEST, gateway: 'main', json: true }]);
  });

  it.each([
    ['has no such answers', undefined],
    ['has none to this', () => Promise.resolve(null)],
    ['fails', () => Promise.reject(new Error('broken'))],
  ])('that %s lets the asker look', async (_what, status) => {
    const folder = await bot(status);
    expect(await askStatus(folder, REQUEST)).toBeNull();
  });

  it('answers four at a time, and whoever comes beyond that looks itself', async () => {
    const { promise, resolve } = Promise.withResolvers<StatusAnswer>();
    let asked = 0;
    const folder = await bot(() => {
      asked += 1;
      return promise;
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const four = Array.from({ length: 4 }, () => askStatus(folder, REQUEST));
    await vi.waitUntil(() => asked === 4);
    expect(await askStatus(folder, REQUEST)).toBeNull();
    resolve(ANSWER);
    expect(await Promise.all(four)).toEqual([ANSWER, ANSWER, ANSWER, ANSWER]);
    expect(await askStatus(folder, REQUEST)).toEqual(ANSWER);
    expect(asked).toBe(5);
  });

  it.each([
    ['no object', 1],
    ['null', null],
    ['empty', {}],
    ['without a version', { ...REQUEST, version: undefined }],
    ['with a file that is none', { ...REQUEST, file: 7 }],
    ['with a zone that is none', { ...REQUEST, zone: false }],
    ['with half a minute', { ...REQUEST, offset: 0.5 }],
    ['with a gateway that is none', { ...REQUEST, gateway: ['main'] }],
    ['with a form that is none', { ...REQUEST, json: 'yes' }],
    ['with a colour that is none', { ...REQUEST, colour: undefined }],
  ])('ends the connection of whoever asks with a request that is %s', async (_what, status) => {
    const line = JSON.stringify({ status });
    expect(requestIn(line)).toBeNull();
    let asked = 0;
    const folder = await bot(() => {
      asked += 1;
      return Promise.resolve(ANSWER);
    });
    const socket = connect(socketPath(folder));
    const { promise: closed, resolve } = Promise.withResolvers<unknown>();
    socket.on('error', () => undefined).on('close', resolve);
    socket.write(`${line}\n`);
    await closed;
    expect(asked).toBe(0);
  });

  it('below a folder whose path is longer than the name of a socket may be is reached as well', async () => {
    const folder = join(ownFolder(), 'x'.repeat(120));
    mkdirSync(folder, { mode: 0o700 });
    await bot(() => Promise.resolve(ANSWER), folder);
    expect(await askStatus(folder, REQUEST)).toEqual(process.platform === 'linux' ? ANSWER : null);
  });
});

describe('whoever answers', () => {
  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['no JSON', 'hello\n'],
    ['bytes of no text', Buffer.from([0xff, 0xfe, 0x00, 0x0a])],
    ['null', 'null\n'],
    ['what an earlier Lifeline says', '{"message":{"title":"no"},"more":false}\n'],
    ['that it has none', lineWith(null)],
    ['a line that is cut off', lineWith(ANSWER).slice(0, -2)],
    ['a line without its end', lineWith(ANSWER).slice(0, -1)],
    ['another version', lineWith({ ...ANSWER, version: '1.2.4' })],
    ['no version', lineWith({ ...ANSWER, version: undefined })],
    ['a text that is none', lineWith({ ...ANSWER, text: ['x'] })],
    ['an exit code of its own', lineWith({ ...ANSWER, exitCode: 2 })],
    ['an exit code that is none', lineWith({ ...ANSWER, exitCode: '0' })],
    ['too much', 'x'.repeat(MAX_REPLY + 65_536)],
  ])('%s is not heard', async (_what, sent) => {
    expect(await askStatus(await stranger(sends(sent)), REQUEST)).toBeNull();
  });

  it('in pieces is heard, up to the end of the line', async () => {
    const line = Buffer.from(`${lineWith(ANSWER)}and more\n`);
    const folder = await stranger((socket) => {
      socket.once('data', () => {
        for (const byte of line) socket.write(Buffer.of(byte));
      });
    });
    expect(await askStatus(folder, REQUEST)).toEqual(ANSWER);
  });

  it('too late is not waited for', async () => {
    let closed = false;
    const { promise: asked, resolve } = Promise.withResolvers<unknown>();
    const folder = await stranger((socket) => {
      socket.once('data', resolve).on('close', () => (closed = true));
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let answer: StatusAnswer | null | undefined;
    const asking = askStatus(folder, REQUEST).then((came) => (answer = came));
    await asked;
    await vi.advanceTimersByTimeAsync(999);
    expect(answer).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await asking;
    expect(answer).toBeNull();
    await vi.waitUntil(() => closed);
  });

  it.each([
    '{"status":{"__proto__":{"version":"1.2.3","text":"x","exitCode":0}}}',
    '{"status":[]}',
    '[]',
    '"status"',
    '',
  ])('with %s says nothing', (line) => {
    expect(statusAnswerIn(line)).toBeNull();
  });
});

describe('nobody is asked', () => {
  const never = (): never => {
    throw new Error('somebody has connected');
  };

  it('where there is no folder, no socket, or one that nobody listens on', async () => {
    const folder = ownFolder();
    expect(await askStatus(join(folder, 'missing'), REQUEST)).toBeNull();
    expect(await askStatus(folder, REQUEST)).toBeNull();
    // As a killed Lifeline leaves it.
    const [elsewhere, dead] = [join(folder, 'elsewhere'), ownFolder()];
    const server = createServer(never);
    await new Promise<void>((resolve) => server.listen(elsewhere, resolve));
    renameSync(elsewhere, socketPath(dead));
    chmodSync(socketPath(dead), 0o600);
    await new Promise((resolve) => server.close(resolve));
    expect(lstatSync(socketPath(dead)).isSocket()).toBe(true);
    expect(await askStatus(dead, REQUEST)).toBeNull();
  });

  it('where others may enter the folder, or connect', async () => {
    const entered = await stranger(never);
    chmodSync(entered, 0o711);
    expect(await askStatus(entered, REQUEST)).toBeNull();
    expect(await askStatus(await stranger(never, 0o620), REQUEST)).toBeNull();
  });

  it('where the socket or its folder is somebody else’s, also by root', async () => {
    const folder = await stranger(never);
    const { uid } = lstatSync(folder);
    expect(await askStatus(folder, REQUEST, uid + 1)).toBeNull();
    if (uid !== 0) expect(await askStatus(folder, REQUEST, 0)).toBeNull();
    else {
      chownSync(socketPath(folder), 12_345, 0);
      expect(await askStatus(folder, REQUEST)).toBeNull();
    }
  });

  it('where the system has no owners', async () => {
    const folder = await stranger(never);
    vi.spyOn(process, 'getuid').mockImplementation(() => undefined as never);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(await askStatus(folder, REQUEST)).toBeNull();
  });

  it('by way of a link, to the folder or to the socket, nor where a file is', async () => {
    const folder = await stranger(never);
    const linked = join(ownFolder(), 'linked');
    symlinkSync(folder, linked);
    expect(await askStatus(linked, REQUEST)).toBeNull();
    const other = ownFolder();
    symlinkSync(socketPath(folder), socketPath(other));
    expect(await askStatus(other, REQUEST)).toBeNull();
    const file = ownFolder();
    writeFileSync(socketPath(file), lineWith(ANSWER), { mode: 0o600 });
    expect(await askStatus(file, REQUEST)).toBeNull();
  });
});
