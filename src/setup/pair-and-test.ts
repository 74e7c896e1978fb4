/** Pairs a phone where that is wanted, and sends it a test alert. */
import type { Channel } from '../channels/channel.ts';
import { isRole } from '../chat/access/authorise.ts';
import type { ChannelAnswer } from './answers.ts';
import type { SetupSession } from './setup-session.ts';
import type { ChannelChoice } from './flags.ts';
import { sendOnly } from './own-connection.ts';
import { pairPhone, type PersonToPair } from './pair-phone.ts';
import type { SetupBus } from './setup-bus.ts';
import type { SetupContext } from './setup-context.ts';
import { testAlert } from './test-alert.ts';

export interface Meeting {
  readonly session: SetupSession;
  /** The bus that answers the phone; null: the bot that runs answers it. */
  readonly reception: SetupBus | null;
  /** The connection that this set-up has opened; null: there is none. */
  readonly line: Channel | null;
}

/**
 * @param person to be paired, whoever is known already; null: whoever sets Lifeline up, unless that one is known here.
 */
export const pairAndTest = async (
  setup: SetupContext,
  meeting: Meeting,
  choice: ChannelChoice,
  answer: ChannelAnswer,
  person: PersonToPair | null,
): Promise<void> => {
  const { ask, flags, text } = setup;
  const { session, line } = meeting;
  const { channel } = answer;
  const hears = ask.interactive || flags.waitMs !== null;
  let user = person === null ? (flags.operator[channel] ?? idOn(session, channel)) : null;
  if (user === null && flags.pair && hears)
    user = (await pairPhone(setup, session, channel, person ?? firstPerson(setup, session)))?.user ?? null;
  if (user === null) {
    ask.warn(text.pairLater());
    return;
  }
  if (!flags.test) return;
  // On QQ an answer to the pairing message would get through although an alert might not.
  const sender = channel === 'feishu' && line !== null ? line : await sendOnly(setup, answer);
  if (typeof sender === 'string') {
    ask.bad(`${text.testFailed(choice)}\n${text.platformSays(sender)}`);
    return;
  }
  try {
    await testAlert(setup, meeting, sender, choice, user);
  } finally {
    if (sender !== line) await sender.stop();
  }
};

const idOn = ({ configured, paired }: SetupSession, channel: 'feishu' | 'qq'): string | null =>
  configured.map(({ ids }) => ids[channel]).find((id) => id !== undefined) ??
  paired.list().find((each) => each.channel === channel)?.user ??
  null;

/** Returns the person who sets Lifeline up: an admin, and the same person on each channel. */
const firstPerson = ({ flags }: SetupContext, { configured, paired }: SetupSession): PersonToPair => {
  const all = [...configured, ...paired.list()];
  const mine =
    flags.operator.name === null
      ? (all.find(({ role }) => role === 'admin') ?? all[0])
      : all.find(({ name }) => name === flags.operator.name);
  const usualRole = all.length === 0 ? 'admin' : 'operator';
  return {
    name: mine?.name ?? flags.operator.name ?? 'admin',
    role: isRole(mine?.role) ? mine.role : usualRole,
  };
};
