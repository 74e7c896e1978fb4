/** Pairs a phone where that is wanted, and tries the way to it. */
import type { Channel } from '../channels/channel.ts';
import { isRole } from '../chat/access/authorise.ts';
import type { ChannelAnswer } from './changes.ts';
import type { SetupSession } from './setup-session.ts';
import type { ChannelChoice } from './flags.ts';
import { sendOnly } from './line.ts';
import { pairPhone, type Person } from './pair-phone.ts';
import type { Reception } from './reception.ts';
import type { Setup } from './setup.ts';
import { testAlert } from './test-alert.ts';

export interface Meeting {
  readonly session: SetupSession;
  /** What answers the phone; null: the bot that runs does. */
  readonly reception: Reception | null;
  /** The connection of this set-up; null: there is none. */
  readonly line: Channel | null;
}

/**
 * @param person to be paired, whoever is known already; null: whoever sets Lifeline up, unless that one is known here.
 */
export const meet = async (
  setup: Setup,
  meeting: Meeting,
  choice: ChannelChoice,
  answer: ChannelAnswer,
  person: Person | null,
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
  // On QQ what answers the pairing would get through although an alert might not.
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

/** Whoever sets Lifeline up is an admin; the same person on each channel. */
const firstPerson = ({ flags }: Setup, { configured, paired }: SetupSession): Person => {
  const all = [...configured, ...paired.list()];
  const mine =
    flags.operator.name === null
      ? (all.find(({ role }) => role === 'admin') ?? all[0])
      : all.find(({ name }) => name === flags.operator.name);
  return {
    name: mine?.name ?? flags.operator.name ?? 'admin',
    role: isRole(mine?.role) ? mine.role : all.length === 0 ? 'admin' : 'operator',
  };
};
