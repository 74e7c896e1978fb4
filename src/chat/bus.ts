/**
 * The command bus: recognise → dedupe → limit → freshness → parse → authorise → run → reply. A command runs only when
 * every stage before it said yes; a stage that throws is a no. Operators are served each in a turn of their own;
 * strangers stand in a queue that ends.
 */
import type { Clock } from '../base/clock.ts';
import { errorText, UserError } from '../base/errors.ts';
import { event } from '../base/events.ts';
import type { Logger } from '../base/logger.ts';
import { redact } from '../base/redact.ts';
import type { Buttons } from './buttons.ts';
import type { Audit } from '../store/audit.ts';
import type { Quotes } from '../store/quotes.ts';
import type { Seen } from '../store/seen.ts';
import { chatText } from '../text/chat.ts';
import type { Locale } from '../text/locale.ts';
import type { Access } from './access.ts';
import { acknowledging } from './acknowledging.ts';
import { describeAttempt } from './audit.ts';
import { ArgumentError } from './argument-error.ts';
import { argumentErrorReply, whichGatewayReply } from './argument-replies.ts';
import { authorise } from './authorise.ts';
import type { Command, CommandContext, ReloadAsked } from './command.ts';
import { askerOf, confirmingText, notConfirmedReply, withConfirmation, type Confirmations } from './confirm.ts';
import type { Operator } from '../config/config.ts';
import { createDoor } from './door.ts';
import { freshness } from './freshness.ts';
import type { Inbound } from './inbound.ts';
import { withNotes, type Message } from './message.ts';
import { pairingText, type Pairing } from './pairing.ts';
import { parse, type Parsed } from './parse.ts';
import { createRateLimit } from './rate.ts';
import { readArguments } from './read-arguments.ts';
import { createRecent } from './recent.ts';
import { alreadyPairedReply, deadButtonReply, failedReply, hintReply, roleReply, staleReply, tooFastReply, usedButtonReply, userErrorReply } from './replies.ts';
import type { Answer } from '../healing/decision.ts';
import { createTurns, type Turns } from './turns.ts';

export interface BusOptions {
  readonly commands: readonly Command[];
  readonly access: Access;
  /** Lets strangers in who send the code; absent: nobody is let in. */
  readonly pairing?: Pick<Pairing, 'state' | 'attempt'>;
  /** Tells which incidents a quoted message tells of. */
  readonly quotes: Pick<Quotes, 'incidentsOf'>;
  /** Remembers message ids durably; `first` is true exactly once for an id. */
  readonly seen: Pick<Seen, 'first' | 'done'>;
  /** Tells what a tap stands for. */
  readonly buttons: Pick<Buttons, 'press'>;
  /** What was asked once more, and tells what a word confirms. */
  readonly confirmations: Confirmations;
  readonly audit: Pick<Audit, 'record' | 'finish'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly locale: Locale;
  /** What commands may use. */
  readonly context: Pick<CommandContext, 'gateways' | 'lifeline' | 'incidents' | 'silences' | 'audit' | 'settings' | 'examineSelf'> & {
    /** `origin` is who asked. Absent: there is no file to read. */
    readonly reload?: (origin: Answer) => ReloadAsked;
  };
  /** Sends the n-th answer (from 0) to a message. */
  readonly send: (inbound: Inbound, message: Message, n: number) => Promise<void>;
}

export type Bus = Turns;

export const createBus = (options: BusOptions): Bus => {
  const { commands, access, pairing, quotes, seen, buttons, confirmations, audit, clock, logger, locale, context } = options;
  const { gateways } = context;
  const door = createDoor({ commands, ...(pairing ? { pairing } : {}), onPaired: () => access.changed(), seen, audit, logger, locale });
  const cameBefore = createRecent();
  const limit = createRateLimit();

  /** Answers to one message, numbered; an answer that cannot be sent does not undo what was done. */
  const answering = (inbound: Inbound) => {
    let n = 0;
    return async (message: Message): Promise<void> => {
      try {
        await options.send(inbound, message, n++);
      } catch (err) {
        logger.error({ err, channel: inbound.channel }, 'an answer could not be sent');
      }
    };
  };

  /** @returns the answer of a command that was allowed; what it throws becomes one. */
  const run = async ({ command, args, quoted }: Extract<Parsed, { kind: 'command' }>, base: Asking): Promise<{ message: Message | null; failure: string | null }> => {
    try {
      const read = readArguments(command, args, { gateways, commands, locale, quoted });
      if (read.kind === 'choose') return { message: whichGatewayReply(command, read, locale), failure: null };
      const { incidents, silences, audit: entries } = context;
      const here = { ...base, locale, gateways, commands, incidents, silences, audit: entries, lifeline: () => context.lifeline(), settings: () => context.settings(), reload: (): ReloadAsked => context.reload?.(base.origin) ?? { kind: 'no_file' }, ...(context.examineSelf ? { examineSelf: context.examineSelf } : {}) };
      return { message: await command.run(here, read.values), failure: null };
    } catch (err) {
      if (err instanceof ArgumentError) return { message: argumentErrorReply(err, command), failure: err.code };
      if (err instanceof UserError) return { message: userErrorReply(err.message), failure: err.code };
      logger.error({ err, command: command.id }, 'a command failed');
      return { message: failedReply(locale), failure: errorText(err) };
    }
  };

  const serve = async (inbound: Inbound, operator: Operator, now: number, reply: (message: Message) => Promise<void>): Promise<void> => {
    // A code may be good yet, so it is written nowhere.
    const text = pairingText(inbound.text) === null ? inbound.text : '/pair';
    if (!seen.first(inbound.channel, inbound.id, now, JSON.stringify({ origin: originOf(inbound), text } satisfies Unfinished))) {
      logger.debug({ channel: inbound.channel, id: inbound.id }, 'the message came again and was dropped');
      return;
    }
    try {
      await serveFirst(inbound, operator, now, reply);
    } finally {
      seen.done(inbound.channel, inbound.id);
    }
  };

  const serveFirst = async (inbound: Inbound, operator: Operator, now: number, reply: (message: Message) => Promise<void>): Promise<void> => {
    const age = freshness(inbound.sentAt, now);
    const isTap = inbound.pressed !== undefined;
    // A tap that comes too late uses no button up.
    const tap = inbound.pressed === undefined || age.kind === 'stale' ? null : buttons.press(inbound.pressed, { channel: inbound.channel, user: inbound.sender }, now);
    const typed = tap?.kind === 'command' ? tap.command : (acknowledging(inbound, commands, quotes) ?? typedText(inbound));
    const word = confirmingText(typed);
    // A word that comes too late is not used up either.
    const taken = word === null || age.kind === 'stale' ? null : confirmations.take(word, askerOf(inbound), now);
    const parsed = parse(taken?.kind === 'command' ? taken.command : typed, commands);
    const isPairing = !isTap && pairingText(inbound.text) !== null;
    const isAttempt = isTap || isPairing || word !== null || parsed.kind !== 'talk';
    const attempt = { ...describeAttempt(inbound, parsed, now), operator: operator.name };
    const refuse = async (why: string, message: Message): Promise<void> => {
      // Talk is no attempt at anything.
      if (isAttempt) audit.record({ ...attempt, outcome: 'refused', detail: why });
      await reply(message);
    };

    if (age.kind === 'stale') {
      // Talk from before an outage needs no answer.
      if (isAttempt) await refuse('stale', staleReply(age.ageMs, locale));
      return;
    }
    if (age.kind === 'ahead') logger.warn({ channel: inbound.channel, aheadMs: age.aheadMs }, "the platform's clock is ahead of this machine's");

    if (tap !== null && tap.kind !== 'command') return refuse(`button_${tap.kind}`, deadButtonReply(locale));
    if (isPairing) return refuse('already_paired', alreadyPairedReply(operator, locale));
    if (taken !== null && taken.kind !== 'command') return refuse(`confirm_${taken.kind}`, notConfirmedReply(taken.kind, locale));
    if (parsed.kind !== 'command') return refuse(parsed.kind === 'rejected' ? parsed.why : 'unknown_command', hintReply(parsed, commands, locale));
    const answer = authorise(operator, parsed.command);
    if (!answer.allowed) return refuse(answer.why, roleReply(parsed.command, locale));

    // What interrupts the gateway is done once for each button, however often it is tapped or delivered.
    if (tap?.again && taken === null && parsed.command.effects === 'interrupts') return refuse('button_pressed', usedButtonReply(parsed.command, locale));

    // Before it runs, so that even a crash in the middle leaves a trace of who asked for what.
    const entry = audit.record({ ...attempt, outcome: 'allowed', detail: null });
    const what = { channel: inbound.channel, operator: operator.name, command: parsed.command.id };
    logger.info({ ...event('command.run'), ...what }, 'command');
    const { message, failure } = await run(parsed, {
      now,
      operator,
      say: reply,
      origin: originOf(inbound),
      by: taken !== null ? 'confirmed' : isTap ? 'tapped' : 'typed',
      confirm: (question, command, label) => withConfirmation(question, confirmations.ask(askerOf(inbound), command, clock.now()), label, locale),
    });
    logger.info({ ...event('command.ended'), ...what, outcome: failure === null ? 'done' : 'failed', lastedMs: clock.now() - now }, 'command ended');
    try {
      audit.finish(entry, { outcome: failure === null ? 'done' : 'failed', detail: failure === null ? null : redact(failure), durationMs: clock.now() - now });
    } catch (err) {
      logger.error({ err }, 'the end of a command is missing in the audit');
    }
    if (message !== null) await reply(parsed.more ? withNotes(message, [chatText(locale).firstLineOnly()]) : message);
  };

  /** @returns whether there is room for one more message of this operator; says so once when there is none. */
  const hasRoom = async (inbound: Inbound, operator: Operator, now: number, reply: (message: Message) => Promise<void>): Promise<boolean> => {
    const room = limit.take(inbound.channel, operator, now);
    if (room === 'say') {
      audit.record({ ...describeAttempt(inbound, parse(typedText(inbound), commands), now), operator: operator.name, outcome: 'refused', detail: 'too_fast' });
      await reply(tooFastReply(locale));
    }
    return room === 'serve';
  };

  const handle = async (inbound: Inbound): Promise<void> => {
    const now = clock.now();
    const reply = answering(inbound);
    let operator: Operator | null = null;
    try {
      operator = access.recognise(inbound);
    } catch (err) {
      logger.error({ err, channel: inbound.channel }, 'who sent a message cannot be looked up; it is refused');
      return reply(failedReply(locale));
    }
    if (!operator) {
      const answer = door.answer(inbound, now);
      return answer === null ? undefined : reply(answer);
    }
    try {
      if (cameBefore(inbound)) logger.debug({ channel: inbound.channel, id: inbound.id }, 'the message came again and was dropped');
      else if (await hasRoom(inbound, operator, now, reply)) await serve(inbound, operator, now, reply);
    } catch (err) {
      logger.error({ err, channel: inbound.channel }, 'a message could not be handled');
      await reply(failedReply(locale));
    }
  };

  return createTurns({
    isKnown: (inbound) => access.knows(inbound),
    matters: ({ text }) => pairing !== undefined && pairingText(text) !== null,
    handle,
    logger,
  });
};

/** What a command may know of the message that asked for it. */
type Asking = Pick<CommandContext, 'now' | 'operator' | 'say' | 'origin' | 'by' | 'confirm'>;

/** What else a platform says of a tap is not trusted. */
const typedText = ({ pressed, text }: Inbound): string => (pressed === undefined ? text : '');

/** What is known of a message until it has had its answer. */
export interface Unfinished {
  readonly origin: Answer;
  /** Empty for a tap. */
  readonly text: string;
}

/** A tap has no message of its own that could be answered. */
export const originOf = ({ channel, sender, chat, id, pressed }: Inbound): Answer => ({
  channel,
  id,
  user: sender,
  ...(chat.kind === 'group' ? { group: chat.id } : {}),
  ...(pressed === undefined ? { replyTo: id } : {}),
});
