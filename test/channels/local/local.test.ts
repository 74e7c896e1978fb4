/** The commands of this machine, over a real socket. */
import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { createLocalChannel } from '../../../src/channels/local/channel.ts';
import { NotUnderstood, reachBot, type LocalBot } from '../../../src/channels/local/client.ts';
import { MAX_LINE, socketPath } from '../../../src/channels/local/wire.ts';
import type { Channel } from '../../../src/channels/channel.ts';
import type { Inbound } from '../../../src/chat/inbound/inbound-message.ts';
import { ownFolder } from '../../store/helpers.ts';

const NOW = 1_000_000;

interface Scene {
  readonly folder: string;
  readonly channel: Channel;
  readonly came: Inbound[];
}

/** @param onInbound stands for the bus. */
const scene = async (onInbound: (inbound: Inbound, channel: Channel) => void = () => undefined): Promise<Scene> => {
  const folder = ownFolder();
  const channel = createLocalChannel({ dataDir: folder, user: 'ann', now: () => NOW, logger: silentLogger() });
  const came: Inbound[] = [];
  await channel.start((inbound) => {
    came.push(inbound);
    onInbound(inbound, channel);
  });
  onTestFinished(() => channel.stop());
  return { folder, channel, came };
};

const reached = async (folder: string): Promise<LocalBot> => {
  const bot = await reachBot(folder);
  if ('kind' in bot) throw new Error(bot.kind);
  onTestFinished(() => bot.close());
  return bot;
};

const answer =
  (...titles: readonly string[]) =>
  (inbound: Inbound, channel: Channel): void => {
    for (const [index, title] of titles.entries())
      void channel.send(
        { user: inbound.sender, replyTo: inbound.id },
        { tone: 'info', title: `${title} ${inbound.text}` },
        { key: `${index}`, ...(index + 1 < titles.length ? { more: true } : {}) },
      );
  };

describe('the socket of the bot', () => {
  it("is its owner's alone, and so is its folder", async () => {
    const { folder, channel } = await scene();
    expect(lstatSync(socketPath(folder)).mode & 0o777).toBe(0o600);
    expect(lstatSync(folder).mode & 0o077).toBe(0);
    expect(channel.status()).toMatchObject({ link: 'connected', problem: null });
  });

  it('is not made in a folder that others may enter', async () => {
    const folder = ownFolder();
    chmodSync(folder, 0o711);
    const channel = createLocalChannel({ dataDir: folder, user: 'ann', now: () => NOW, logger: silentLogger() });
    await channel.start(() => undefined);
    expect(existsSync(socketPath(folder))).toBe(false);
    expect(channel.status()).toMatchObject({ link: 'stopped', problem: expect.stringMatching(/others/) as string });
    await channel.stop();
  });

  it('takes the place of one that a killed Lifeline has left, and of nothing else', async () => {
    const { folder, channel } = await scene(answer('first'));
    await channel.stop();
    expect(existsSync(socketPath(folder))).toBe(false);
    writeFileSync(socketPath(folder), 'mine');
    await channel.start(() => undefined);
    expect(channel.status().link).toBe('stopped');
    expect(lstatSync(socketPath(folder)).isFile()).toBe(true);
  });

  it('can be reached below a folder whose path is longer than the name of a socket may be', async () => {
    const folder = join(ownFolder(), 'x'.repeat(120));
    mkdirSync(folder, { mode: 0o700 });
    const channel = createLocalChannel({ dataDir: folder, user: 'ann', now: () => NOW, logger: silentLogger() });
    await channel.start((inbound) => answer('to')(inbound, channel));
    onTestFinished(() => channel.stop());
    if (process.platform !== 'linux') {
      expect(channel.status()).toMatchObject({ link: 'stopped', problem: expect.any(String) as string });
      return;
    }
    const bot = await reached(folder);
    expect((await bot.ask('/ack', () => undefined))?.message.title).toBe('to /ack');
    await channel.stop();
    expect(existsSync(socketPath(folder))).toBe(false);
  });

  it('is made anew when it was taken away, and once nothing is in its place; who is connected goes on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { folder, channel } = await scene(answer('to'));
    const early = await reached(folder);
    await early.ask('/ack 1', () => undefined);
    rmSync(socketPath(folder));
    expect(await reachBot(folder)).toEqual({ kind: 'no_bot' });
    await vi.advanceTimersByTimeAsync(5_000);
    const bot = await reached(folder);
    expect((await bot.ask('/ack 2', () => undefined))?.message.title).toBe('to /ack 2');
    expect((await early.ask('/ack 3', () => undefined))?.message.title).toBe('to /ack 3');
    expect(lstatSync(socketPath(folder)).mode & 0o777).toBe(0o600);

    rmSync(socketPath(folder));
    writeFileSync(socketPath(folder), 'mine');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lstatSync(socketPath(folder)).isFile()).toBe(true);
    expect(channel.status().problem).toBe('something else lies in the place of its socket');
    rmSync(socketPath(folder));
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await (await reached(folder)).ask('/ack 4', () => undefined))?.message.title).toBe('to /ack 4');
    expect(channel.status()).toMatchObject({ link: 'connected', problem: null });
  });
});

describe('a request', () => {
  it('comes as a message of the local user, now, and gets what comes before the answer and the answer', async () => {
    const { folder, came } = await scene(answer('restarting', 'done'));
    const bot = await reached(folder);
    const before: string[] = [];
    const last = await bot.ask('/restart main', ({ message }) => before.push(message.title));
    expect(before).toEqual(['restarting /restart main']);
    expect(last?.message.title).toBe('done /restart main');
    expect(came).toEqual([
      {
        channel: 'local',
        id: expect.any(String) as string,
        sender: 'ann',
        chat: { kind: 'direct' },
        text: '/restart main',
        sentAt: NOW,
      },
    ]);
  });

  it('may follow another on the same connection, as the word that confirms it does', async () => {
    const { folder, came } = await scene(answer('to'));
    const bot = await reached(folder);
    expect((await bot.ask('/stop main', () => undefined))?.message.title).toBe('to /stop main');
    expect((await bot.ask('/confirm K3M8', () => undefined))?.message.title).toBe('to /confirm K3M8');
    expect(new Set(came.map(({ id }) => id)).size).toBe(2);
  });

  it('is answered to whoever asked, and to nobody else', async () => {
    const { folder } = await scene(answer('to'));
    const [one, other] = [await reached(folder), await reached(folder)];
    const [first, second] = await Promise.all([
      one.ask('/ack 1', () => undefined),
      other.ask('/ack 2', () => undefined),
    ]);
    expect([first?.message.title, second?.message.title]).toEqual(['to /ack 1', 'to /ack 2']);
  });

  it('gets no answer from a bot that ends', async () => {
    const { folder, channel } = await scene((_inbound, bot) => void bot.stop());
    const bot = await reached(folder);
    expect(await bot.ask('/stop main', () => undefined)).toBeNull();
    expect(await reachBot(folder)).toEqual({ kind: 'no_bot' });
    expect(channel.status().link).toBe('stopped');
  });

  it.each([
    ['no JSON', 'restart main\n'],
    ['no text', '{"command":"/restart main"}\n'],
    ['a text that is none', '{"text":12}\n'],
    ['too long a line', `{"text":"${'a'.repeat(MAX_LINE)}"}\n`],
    ['a line without an end', 'a'.repeat(2 * MAX_LINE)],
  ])('that is %s ends the connection and reaches nothing', async (_what, sent) => {
    const { folder, came } = await scene();
    const socket = connect(socketPath(folder));
    const { promise: closed, resolve } = Promise.withResolvers<unknown>();
    socket.on('error', () => undefined).on('close', resolve);
    socket.write(sent);
    await closed;
    expect(came).toEqual([]);
  });

  it('whose asker has left takes its answer as told: nobody waits for it', async () => {
    const { folder, channel, came } = await scene();
    const bot = await reached(folder);
    const asked = bot.ask('/restart main', () => undefined);
    await expect.poll(() => came.length, { timeout: 20_000 }).toBe(1);
    bot.close();
    expect(await asked).toBeNull();
    expect(
      await channel.send({ user: 'ann', replyTo: came[0]?.id ?? '' }, { tone: 'good', title: 'late' }, { key: 'k' }),
    ).toEqual({ outcome: 'ok', messageId: 'k' });
  });
});

describe('whoever leaves before the answer', () => {
  it('ends nothing but the connection', async () => {
    const { folder, came } = await scene(answer('a', 'b', 'c'));
    for (let count = 0; count < 50; count += 1) {
      const socket = connect(socketPath(folder));
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write('{"text":"/status"}\n', () => void socket.destroy());
    }
    await expect.poll(() => came.length, { timeout: 20_000 }).toBe(50);
    const bot = await reached(folder);
    expect((await bot.ask('/status', () => undefined))?.message.title).toBe('c /status');
  });
});

describe('whoever asks', () => {
  it.each([
    ['no JSON', 'hello\n'],
    ['null', 'null\n'],
    ['no message', '{"more":false}\n'],
    ['a title that is none', '{"message":{"title":1},"more":false}\n'],
    ['endless', 'x'.repeat(5 * 1_024 * 1_024)],
  ])('is told when the answer is %s', async (_what, sent) => {
    const folder = ownFolder();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(sent);
    });
    await new Promise<void>((resolve) => server.listen(socketPath(folder), resolve));
    onTestFinished(() => void server.close());
    const bot = await reached(folder);
    await expect(bot.ask('/status', () => undefined)).rejects.toBeInstanceOf(NotUnderstood);
  });

  it('is told when there is no bot: no folder, no socket, and a socket that nobody listens on', async () => {
    const folder = ownFolder();
    expect(await reachBot(join(folder, 'missing'))).toEqual({ kind: 'no_bot' });
    expect(await reachBot(folder)).toEqual({ kind: 'no_bot' });
  });

  it('is told when the folder is somebody else’s; root may go on', async () => {
    const { folder } = await scene();
    const owner = lstatSync(folder).uid;
    expect(await reachBot(folder, owner + 1)).toEqual(owner + 1 === 0 ? expect.anything() : { kind: 'other_user' });
    const bot = await reachBot(folder, 0);
    expect('kind' in bot).toBe(false);
    if (!('kind' in bot)) bot.close();
  });
});
