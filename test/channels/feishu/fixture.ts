/** Lifeline's Feishu channel against the loopback platform, with short waits. */
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { createLogger, silentLogger, type Logger } from '../../../src/base/logger.ts';
import { createFeishuChannel, type FeishuOptions } from '../../../src/channels/feishu/channel.ts';
import type { Channel } from '../../../src/channels/channel.ts';
import type { Inbound } from '../../../src/chat/inbound/inbound-message.ts';
import type { FeishuPlatform } from '../../../sandbox/feishu/platform.ts';
import type { BotAccount } from '../../../sandbox/phone.ts';
import { connected } from '../../sandbox/feishu/fixture.ts';

export { addBot, connected, eventually, newUser, startPlatform } from '../../sandbox/feishu/fixture.ts';

export const makeChannel = (
  platform: FeishuPlatform,
  bot: BotAccount,
  options: Partial<FeishuOptions> = {},
): Required<Omit<Channel, 'takesEach'>> => {
  const channel = createFeishuChannel({
    appId: bot.appId,
    appSecret: bot.secret,
    domain: platform.url,
    logger: silentLogger(),
    minBackoffMs: 20,
    maxBackoffMs: 100,
    ...options,
  });
  onTestFinished(() => channel.stop());
  return channel;
};

/** A channel that is connected, and what it received. */
export const startChannel = async (
  platform: FeishuPlatform,
  bot: BotAccount,
  options: Partial<FeishuOptions> = {},
): Promise<{ channel: Required<Omit<Channel, 'takesEach'>>; inbox: Inbound[] }> => {
  const channel = makeChannel(platform, bot, options);
  const inbox: Inbound[] = [];
  await channel.start(({ taken, ...inbound }) => {
    inbox.push(inbound);
    taken?.(true);
  });
  await connected(platform, bot);
  return { channel, inbox };
};

/** A logger that keeps everything it is told. */
export const recordingLogger = (): { logger: Logger; text: () => string } => {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  return { logger: createLogger('trace', destination), text: () => lines.join('') };
};

/** TCP connections of this process, both ends of the loopback. */
export const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP') && name !== 'TCPServerWrap').length;

export const openTimers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
