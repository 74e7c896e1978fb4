/**
 * Opens Lifeline's own connection to a platform for the set-up: the platform's console saves some settings only while a
 * connection is there.
 */
import { errorText, UserError } from '../base/errors.ts';
import type { Channel } from '../channels/channel.ts';
import { openCheckedChannels } from '../channels/open.ts';
import { openDatabase } from '../store/database.ts';
import type { ChannelAnswer } from './answers.ts';
import { channelConfig } from './channel-config.ts';
import type { ChannelChoice } from './flags.ts';
import type { SetupSession } from './setup-session.ts';
import type { SetupBus } from './setup-bus.ts';
import type { SetupContext } from './setup-context.ts';

const CONNECT_MS = 40_000;
const CHECK_MS = 100;

/** @returns the connected channel; null when it cannot be connected and is to be left out. */
export const connect = async (
  setup: SetupContext,
  { session, reception }: { readonly session: SetupSession; readonly reception: SetupBus },
  choice: ChannelChoice,
  answer: ChannelAnswer,
): Promise<Channel | null> => {
  const { ask, text } = setup;
  for (;;) {
    const opened = await ask.busy(text.connecting(choice), async (signal) => {
      const channel = await make(setup, answer, session.db, (user) =>
        reception.access.knows({ channel: answer.channel, sender: user }),
      );
      if (typeof channel === 'string') return channel;
      try {
        await reception.open(channel);
        const problem = await untilConnected(channel, signal);
        if (problem === null) return channel;
        await reception.close(channel);
        return problem;
      } catch (error) {
        await reception.close(channel);
        if (error instanceof UserError) return error.message;
        throw error;
      }
    });
    if (typeof opened !== 'string') {
      ask.good(text.connected(choice));
      return opened;
    }
    const problem = `${text.notConnected(choice)}\n${text.platformSays(opened)}`;
    if (!ask.interactive) throw new UserError('SETUP_REFUSED', problem);
    ask.bad(problem);
    const next = await ask.choose({
      message: text.whatNow(),
      flag: '--channels',
      options: [
        { value: 'again', label: text.tryAgain() },
        { value: 'leave', label: text.leaveOut(choice) },
      ],
    });
    if (next === 'leave') return null;
  }
};

/** Returns a channel without a connection and without stored messages, so that it sends as an alert is sent. */
export const sendOnly = (setup: SetupContext, answer: ChannelAnswer): Promise<Channel | string> =>
  make(setup, answer, openDatabase(':memory:'), () => true);

/** @returns why not, in words. */
const make = async (
  { locale, env, foreign, logger }: SetupContext,
  answer: ChannelAnswer,
  db: SetupSession['db'],
  isKnown: (user: string) => boolean,
): Promise<Channel | string> => {
  try {
    const apps = foreign.map(({ appId }) => ({ link: answer.channel === 'qq' ? 'qqbot' : 'feishu', appId }));
    const [channel] = await openCheckedChannels(channelConfig(answer, locale, env), {
      db,
      apps,
      logger,
      onMayPush: () => undefined,
      isKnown: (_channel, user) => isKnown(user),
    });
    return channel ?? 'there is no such channel';
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
};

/** @returns null once it is connected; else why not. */
const untilConnected = async (channel: Channel, signal: AbortSignal): Promise<string | null> => {
  for (const end = performance.now() + CONNECT_MS; performance.now() < end && !signal.aborted;) {
    const { link, problem } = channel.status();
    if (link === 'connected') return null;
    // The channel tries again by itself. What a person must mend shows at the first try.
    if (link === 'waiting' && problem !== null) return problem;
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
  return errorText(channel.status().problem ?? 'no answer');
};
