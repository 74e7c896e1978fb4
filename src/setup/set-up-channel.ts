/** One channel from nothing to a tap on the phone: credentials, connection, console, pairing, test alert. */
import { guideText } from '../text/setup/guides.ts';
import type { PairedOperator } from '../store/operators.ts';
import { askCredentials } from './credentials.ts';
import type { ChannelAnswer } from './changes.ts';
import { createPassingSetupSession } from './setup-session.ts';
import type { ChannelChoice } from './flags.ts';
import { withNamed, withoutIds } from './known.ts';
import { connect } from './line.ts';
import { meet, type Meeting } from './meet.ts';
import type { Person } from './pair-phone.ts';
import { createReception } from './reception.ts';
import type { Setup } from './setup.ts';

export interface ChannelDone {
  readonly answer: ChannelAnswer;
  /** Who has paired in this set-up. */
  readonly paired: readonly PairedOperator[];
}

/** @returns null when the channel is to be left out. */
export const setUpChannel = async (
  setup: Setup,
  choice: ChannelChoice,
  current: ChannelAnswer | null,
): Promise<ChannelDone | null> => {
  const answer = await askCredentials(setup, choice, current);
  if (answer === null) return null;
  const before = setup.before?.config.channels[answer.channel];
  const stillGood =
    before === undefined || before.appId === answer.appId ? setup.known : withoutIds(setup.known, answer.channel);
  return withMeeting({ ...setup, known: withNamed(stillGood, setup.named) }, choice, answer, async (meeting) => {
    const { ask, text, locale } = setup;
    if (meeting.line !== null || meeting.reception === null) {
      ask.guide(text.consoleTitle(choice), guideText(locale).listen(choice));
      if (ask.interactive)
        await ask.choose({
          message: text.consoleDone(choice),
          flag: '--yes',
          options: [{ value: 'done', label: text.done() }],
        });
    }
    await meet(setup, meeting, choice, answer, null);
  });
};

/** Pairs one more phone on a channel that is set up. */
export const pairOnChannel = (
  setup: Setup,
  choice: ChannelChoice,
  answer: ChannelAnswer,
  whom: (meeting: Meeting) => Promise<Person>,
): Promise<ChannelDone | null> =>
  withMeeting(setup, choice, answer, async (meeting) => meet(setup, meeting, choice, answer, await whom(meeting)));

/** Through the bot that runs with this app, or over a connection of this set-up's own where one is needed. */
const withMeeting = async (
  setup: Setup,
  choice: ChannelChoice,
  answer: ChannelAnswer,
  hold: (meeting: Meeting) => Promise<void>,
): Promise<ChannelDone | null> => {
  const { ask, flags, running, before, locale, clock, logger, version } = setup;
  if (running !== null && before?.config.channels[answer.channel]?.appId === answer.appId) {
    // A second connection of this app would take a part of its messages. Whom it pairs it writes down itself.
    await hold({ session: running, reception: null, line: null });
    return { answer, paired: [] };
  }
  const session = createPassingSetupSession(setup.known);
  const reception = createReception(session, { locale, clock, logger, version });
  try {
    const hears = ask.interactive || (flags.waitMs !== null && (flags.pair || flags.test));
    const line = hears ? await connect(setup, { session, reception }, choice, answer) : null;
    if (hears && line === null) return null;
    try {
      await hold({ session, reception, line });
    } finally {
      if (line) await reception.close(line);
    }
    const isNew = ({ channel, user }: PairedOperator): boolean =>
      !setup.known.paired.some((each) => each.channel === channel && each.user === user);
    return { answer, paired: session.paired.list().filter(isNew) };
  } finally {
    session.db.close();
  }
};
