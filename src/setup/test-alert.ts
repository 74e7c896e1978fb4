/** Sends a test alert with a button, and waits for the tap on it. */
import { randomUUID } from 'node:crypto';
import type { Channel, SendResult } from '../channels/channel.ts';
import type { Message } from '../chat/message/message.ts';
import { fixText } from '../text/channels/fixes.ts';
import { formatTime } from '../text/common/time.ts';
import type { SetupSession } from './setup-session.ts';
import type { ChannelChoice } from './flags.ts';
import type { SetupBus } from './setup-bus.ts';
import { sendWithRetries } from './send-with-retries.ts';
import type { SetupContext } from './setup-context.ts';

const TAP_MS = 300_000;

/** `answered`: with a word, so that the button was not tried. `sent`: the alert arrived, and nobody answered. */
export type Tested = 'tapped' | 'answered' | 'sent' | 'failed';

/** @param reception receives the answers; null: the bot that runs receives them. */
export const testAlert = async (
  setup: SetupContext,
  { session, reception }: { readonly session: SetupSession; readonly reception: SetupBus | null },
  channel: Channel,
  choice: ChannelChoice,
  user: string,
): Promise<Tested> => {
  const { ask, text, flags, clock } = setup;
  const waits = ask.interactive || flags.waitMs !== null;
  for (;;) {
    const key = `init-${randomUUID()}`;
    const message = session.buttons.attachButtonTokens(
      waits ? withButton(setup, choice) : bare(setup),
      { key, channel: channel.name, user },
      clock.now(),
    );
    const token = message.buttons?.[0]?.token ?? '';
    let answered = false;
    // Where QQ shows no buttons, a word is as good.
    const stopListening = reception?.listen((inbound) => {
      // A tap is known by its button.
      if (
        choice === 'qq' &&
        inbound.pressed === undefined &&
        inbound.channel === channel.name &&
        inbound.sender === user &&
        inbound.chat.kind === 'direct'
      )
        answered = true;
    });
    try {
      const result = await ask.busy(text.sendingTest(choice), (signal) =>
        sendWithRetries(channel, { user }, message, key, signal),
      );
      if (result.outcome === 'ok') {
        ask.good(text.testSent(choice, waits));
        if (!waits) return 'sent';
        const ended = await ask.wait({
          message: text.waitingForTap(),
          limitMs: flags.waitMs ?? TAP_MS,
          until: () => answered || session.wasPressed(token),
        });
        if (ended === 'done') {
          const tapped = session.wasPressed(token);
          if (tapped) ask.good(text.tapped());
          else ask.warn(text.answered());
          return tapped ? 'tapped' : 'answered';
        }
        if (ended === 'late') ask.warn(text.noTap(choice));
        return 'sent';
      }
      ask.bad(`${text.testFailed(choice)}\n${cureOf(setup, result)}`);
    } finally {
      stopListening?.();
    }
    if (!ask.interactive) return 'failed';
    const next = await ask.choose({
      message: text.whatNow(),
      flag: '--no-test',
      options: [
        { value: 'again', label: text.tryAgain() },
        { value: 'on', label: text.goOn() },
      ],
    });
    if (next === 'on') return 'failed';
  }
};

const cureOf = ({ text, locale }: SetupContext, result: Exclude<SendResult, { outcome: 'ok' }>): string =>
  [
    ...(result.outcome === 'refused' && result.fix ? [fixText(result.fix, locale)] : []),
    text.platformSays(result.reason),
  ].join('\n');

const bare = ({ text, locale, clock }: SetupContext): Message => ({
  tone: 'warning',
  title: text.testTitle(),
  lines: [text.testLine(formatTime(clock.now(), locale, clock.now()))],
});

const withButton = (setup: SetupContext, choice: ChannelChoice): Message => ({
  ...bare(setup),
  note: setup.text.testNote(choice),
  // The answer to the tap says as whom Lifeline knows the person.
  buttons: [{ label: setup.text.testButton(), style: 'primary', command: '/whoami' }],
});
