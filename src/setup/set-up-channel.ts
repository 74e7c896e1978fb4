/** Sets up one channel: credentials, connection, console, pairing, test alert. */
import { guideText } from '../text/setup/guides.ts';
import type { PairedOperator } from '../store/operators.ts';
import { askCredentials } from './credentials.ts';
import type { ChannelAnswer } from './answers.ts';
import { createTemporarySession } from './setup-session.ts';
import type { ChannelChoice } from './flags.ts';
import { withNamed, withoutIds } from './known-operators.ts';
import { connect } from './own-connection.ts';
import { pairAndTest, type Meeting } from './pair-and-test.ts';
import type { PersonToPair } from './pair-phone.ts';
import { createSetupBus } from './setup-bus.ts';
import type { SetupContext } from './setup-context.ts';

export interface ChannelDone {
  readonly answer: ChannelAnswer;
  /** Who has paired in this set-up. */
  readonly paired: readonly PairedOperator[];
}

/** @returns null when the channel is to be left out. */
export const setUpChannel = async (
  setup: SetupContext,
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
    setup.step(text.steps.console(text.channel(choice)));
    if (meeting.line !== null || meeting.reception === null) {
      ask.guide(text.consoleTitle(choice), guideText(locale).listen(choice));
      if (ask.interactive)
        await ask.choose({
          message: text.consoleDone(choice),
          flag: '--yes',
          options: [{ value: 'done', label: text.done() }],
        });
    }
    setup.step(text.steps.phone(text.channel(choice)));
    await pairAndTest(setup, meeting, choice, answer, null);
  });
};

/** Pairs one more phone on a channel that is set up. */
export const pairOnChannel = (
  setup: SetupContext,
  choice: ChannelChoice,
  answer: ChannelAnswer,
  whom: (meeting: Meeting) => Promise<PersonToPair>,
): Promise<ChannelDone | null> =>
  withMeeting(setup, choice, answer, async (meeting) =>
    pairAndTest(setup, meeting, choice, answer, await whom(meeting)),
  );

/** Uses the bot that runs with this app, or else a connection that this set-up opens. */
const withMeeting = async (
  setup: SetupContext,
  choice: ChannelChoice,
  answer: ChannelAnswer,
  hold: (meeting: Meeting) => Promise<void>,
): Promise<ChannelDone | null> => {
  const { ask, flags, running, before, locale, clock, logger, version } = setup;
  if (running !== null && before?.config.channels[answer.channel]?.appId === answer.appId) {
    // A second connection of this app would get a part of its messages. The running bot stores whom it pairs.
    await hold({ session: running, reception: null, line: null });
    return { answer, paired: [] };
  }
  const session = createTemporarySession(setup.known);
  const reception = createSetupBus(session, { locale, clock, logger, version });
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
