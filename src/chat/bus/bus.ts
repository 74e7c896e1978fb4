/**
 * The command bus: recognise → dedupe → limit → freshness → parse → authorise → run → reply. A command runs only when
 * every stage before it allowed it; a stage that throws refuses. Operators are served at once; the messages of strangers
 * wait in a queue of limited length.
 */
import type { Clock } from '../../base/clock.ts';
import { errorText, UserError } from '../../base/errors.ts';
import { event } from '../../base/events.ts';
import type { Logger } from '../../base/logger.ts';
import { redact } from '../../base/redact/redact.ts';
import type { Buttons } from '../interaction/buttons.ts';
import type { Audit } from '../../store/audit.ts';
import type { Quotes } from '../../store/quotes.ts';
import type { ProcessedMessages } from '../../store/processed-messages.ts';
import { chatText } from '../../text/chat/bus.ts';
import type { Locale } from '../../text/locale.ts';
import { errorHead } from '../../text/chat/user-errors.ts';
import type { Access } from '../access/access.ts';
import type { Mentions } from '../access/members.ts';
import { commandOfQuote } from '../interaction/quoted-alert.ts';
import { describeAttempt, auditText } from './audit-attempt.ts';
import { ArgumentError } from '../arguments/argument-error.ts';
import { argumentErrorReply, whichGatewayReply } from '../arguments/argument-replies.ts';
import { authorise } from '../access/authorise.ts';
import { changesWithinBounds, isBounded, reaches, withinBounds } from '../access/bounds.ts';
import { createRequestActions, type ReloadPort, type RequestActions } from './carry-out.ts';
import type { CommandEffects, Command, CommandContext } from '../command/command.ts';
import { requesterOf, confirmingText, notConfirmedReply, type Confirmations } from '../interaction/confirmation.ts';
import type { Operator } from '../../config/config.ts';
import { createUnknownSenders } from '../access/unknown-sender.ts';
import { freshness, isSurelyNew } from './freshness.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import { withNotes, type Message } from '../message/message.ts';
import { pairingText, type Pairing } from '../pairing/pairing.ts';
import { parseCommand, type ParsedCommand } from './parse-command.ts';
import { createRateLimit } from './rate-limit.ts';
import { readArguments } from '../arguments/read-arguments.ts';
import { createRecentIds } from './recent-ids.ts';
import {
  alreadyPairedReply,
  deadButtonReply,
  failedReply,
  hintReply,
  notNewReply,
  deniedReply,
  tooFastReply,
  usedButtonReply,
  userErrorReply,
} from './replies.ts';
import { apart, isPrivate, noted } from './reply-place.ts';
import { answerKey, originOf, takeRequest, type Request } from './request.ts';
import { offerReply } from '../understand/offer-reply.ts';
import { maySay, understand } from '../understand/understand.ts';
import { createInboundQueue, type InboundQueue } from './inbound-queue.ts';

export interface BusOptions {
  readonly commands: readonly Command[];
  readonly access: Access;
  /** Pairs a stranger who sends the pairing code; absent: nobody can be paired. */
  readonly pairing?: Pick<Pairing, 'state' | 'attempt'>;
  /** Whether the configuration lists this group; absent: it is so for each. */
  readonly isListed?: (channel: string, group: string) => boolean;
  /** Hears who mentions the bot in a listed group and is nobody there. */
  readonly mentions?: Pick<Mentions, 'note'>;
  /** Tells which incidents a quoted message tells of. */
  readonly quotes: Pick<Quotes, 'incidentsOf'>;
  /** The command that a reply stands for by what it quotes; absent: that of a Lifeline which watches gateways. */
  readonly commandOfQuote?: (inbound: Inbound, names: readonly string[]) => string | null;
  /** Remembers message ids durably; `first` is true exactly once for an id. */
  readonly seen: Pick<ProcessedMessages, 'has' | 'first' | 'note' | 'done' | 'forget'>;
  /** Since when `seen` knows what was done, milliseconds since the epoch; null: for as long as need be. */
  readonly knowsSince: number | null;
  /** Runs it in one transaction: an effect and the note of it are on the disk together, or neither is. */
  readonly atomically: <Result>(work: () => Result) => Result;
  /** Tells what a tap stands for. */
  readonly buttons: Pick<Buttons, 'press'>;
  /** What was asked once more, and tells what a word confirms. */
  readonly confirmations: Confirmations;
  readonly audit: Pick<Audit, 'record' | 'finish'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly locale: Locale;
  /** What commands may use. */
  readonly context: Pick<
    CommandContext,
    'gateways' | 'lifeline' | 'incidents' | 'audit' | 'settings' | 'examineSelf' | 'members'
  >;
  /** What commands may change. */
  readonly changes: CommandEffects;
  /** Absent: there is no file to read. */
  readonly reload?: ReloadPort;
  /**
   * Resolves once what was noted of a command is where the next Lifeline finds it; absent: it is so at once. @throws when
   * that fails: the command is not begun.
   */
  readonly noted?: () => Promise<void>;
  /** Sends a message without retrying: the n-th (from 0) before an answer, or the answer to a stranger. */
  readonly send: (inbound: Inbound, message: Message, n: number) => Promise<void>;
  /**
   * Gives an operator the answer: resolves once it has arrived, or is on the disk for sending; then `settled` was
   * called in that transaction.
   */
  readonly answer: (inbound: Inbound, message: Message, about: Answered) => Promise<void>;
}

/** What an answer is about, should it come late or elsewhere. */
export interface Answered {
  /** The same for the same answer, also when it is sent again after a restart of Lifeline. */
  readonly key: string;
  /** What was asked for; empty: a tap that stands for nothing. */
  readonly text: string;
  readonly at: number;
  readonly settled: () => void;
}

export type Bus = InboundQueue;

export const createBus = (options: BusOptions): Bus => {
  const {
    commands,
    access,
    pairing,
    isListed = () => true,
    quotes,
    commandOfQuote: ofQuote = (inbound, names) => commandOfQuote(inbound, commands, names, quotes),
    seen,
    knowsSince,
    atomically,
    buttons,
    confirmations,
    audit,
    clock,
    logger,
    locale,
    context,
  } = options;
  const { actionsOf: stepsOf, end } = createRequestActions({
    atomically,
    confirmations,
    reload: options.reload,
    clock,
    locale,
  });
  const unknownSenders = createUnknownSenders({
    commands,
    ...(pairing ? { pairing } : {}),
    onPaired: () => access.changed(),
    seen,
    atomically,
    audit,
    logger,
    locale,
  });
  const cameBefore = createRecentIds();
  /** Messages that were left to their platform to send again. */
  const sentAgain = new Set<string>();
  const limit = createRateLimit();

  /** Sends messages before the answer, numbered; one that cannot be sent is logged and changes nothing else. */
  const saying = (inbound: Inbound) => {
    let n = 0;
    return async (message: Message): Promise<void> => {
      try {
        await options.send(inbound, message, n++);
      } catch (err) {
        logger.error({ err, channel: inbound.channel }, 'an answer could not be sent');
      }
    };
  };

  const answer = async (inbound: Inbound, message: Message, about: Answered): Promise<void> => {
    try {
      await options.answer(inbound, message, about);
    } catch (err) {
      logger.error(
        { err, channel: inbound.channel },
        'an answer could neither be sent nor stored; the next start of Lifeline tells of it',
      );
    }
  };

  /** @returns the answer of a command that was allowed; what it throws becomes one. */
  const run = async (
    { command, args, quoted }: Extract<ParsedCommand, { kind: 'command' }>,
    base: Asking,
  ): Promise<{ message: Message | null; failure: string | null; asksWhich?: true }> => {
    try {
      const { operator } = base;
      const seen = withinBounds(
        { ...context, silences: options.changes.silences, plans: options.changes.plans },
        operator,
      );
      const { gateways } = seen;
      const read = readArguments(command, args, { gateways, commands, locale, quoted, isBounded: isBounded(operator) });
      if (read.kind === 'choose')
        return { message: whichGatewayReply(command, read, locale), failure: null, asksWhich: true };
      const { incidents, audit: entries, silences, plans } = seen;
      const here = {
        ...base,
        locale,
        gateways,
        commands,
        incidents,
        silences,
        plans,
        audit: entries,
        lifeline: () => context.lifeline(),
        settings: () => context.settings(),
        ...(context.members ? { members: context.members } : {}),
        ...(seen.examineSelf ? { examineSelf: seen.examineSelf } : {}),
      };
      return { message: await command.run(here, read.values), failure: null };
    } catch (err) {
      if (err instanceof ArgumentError) return { message: argumentErrorReply(err, command), failure: err.code };
      if (err instanceof UserError)
        return { message: userErrorReply(err.message, errorHead(err.code, err.message, locale)), failure: err.code };
      logger.error({ err, command: command.id }, 'a command failed');
      return { message: failedReply(locale), failure: errorText(err) };
    }
  };

  const isOlder = ({ sentAt }: Inbound, now: number): boolean =>
    freshness(sentAt, now, knowsSince).kind === 'before_store';

  const serve = async (inbound: Inbound, given: Inbound, operator: Operator, now: number): Promise<void> => {
    // A code may be good yet, so it is written nowhere.
    const text = pairingText(inbound.text) === null ? auditText(inbound.text) : '/pair';
    const request = takeRequest(seen, noted(inbound, given), inbound.pressed === undefined ? text : '', now);
    if (request === null) {
      logger.debug({ channel: inbound.channel, id: inbound.id }, 'the message came again and was dropped');
      return;
    }
    if (inbound.taken !== undefined) {
      try {
        await options.noted?.();
      } catch (error) {
        logger.warn(
          { channel: inbound.channel, reason: errorText(error) },
          'a message could not be noted; it comes again',
        );
        request.forget();
        sentAgain.add(inbound.id);
        return inbound.taken(false);
      }
      inbound.taken(true);
    }
    let message: Message | null;
    /** Where the answer goes; a command may have one that is not for the group. */
    const place = { reply: given };
    try {
      message = await serveFirst(inbound, place, operator, request, now);
    } catch (err) {
      logger.error({ err, channel: inbound.channel }, 'a message could not be handled');
      message = failedReply(locale);
    }
    if (message === null) request.done();
    // The platform may have an answer from before this store under the plain key, and would drop this one as a repeat.
    else
      await answer(place.reply, message, {
        key: `${answerKey(inbound.id)}${isOlder(inbound, now) ? ` ${knowsSince}` : ''}`,
        text: request.text(),
        at: now,
        settled: () => request.done(),
      });
  };

  /** @returns the answer; null: there is none, or somebody else gives it. */
  const serveFirst = async (
    inbound: Inbound,
    place: { reply: Inbound },
    operator: Operator,
    request: Request,
    now: number,
  ): Promise<Message | null> => {
    const age = freshness(inbound.sentAt, now, knowsSince);
    const isNew = isSurelyNew(age);
    const isTap = inbound.pressed !== undefined;
    // A tap that comes too late uses no button up.
    const tap =
      inbound.pressed === undefined || !isNew ? null : buttons.press(inbound.pressed, pressedBy(inbound), now);
    const names = context.gateways.map(({ name }) => name).filter((name) => reaches(operator, name));
    const typed = tap?.kind === 'command' ? tap.command : (ofQuote(inbound, names) ?? typedText(inbound));
    const word = confirmingText(typed);
    // A word that comes too late is not used up either.
    const taken = word === null || !isNew ? null : confirmations.take(word, requesterOf(inbound), now);
    const first = parseCommand(taken?.kind === 'command' ? taken.command : typed, commands);
    const meant = word === null && tap === null && maySay(first, typed) ? understand(typed, commands, names) : null;
    const parsed = meant?.kind === 'run' ? parseCommand(meant.command, commands) : first;
    const isPairing = !isTap && pairingText(inbound.text) !== null;
    const isAttempt = isTap || isPairing || word !== null || parsed.kind !== 'talk';
    const attempt = { ...describeAttempt(inbound, parsed, now), operator: operator.name };
    const refuse = (why: string, message: Message): Message => {
      atomically(() => {
        // A message that is no command is not an attempt, so the audit has no entry for it.
        if (isAttempt) audit.record({ ...attempt, outcome: 'refused', detail: why });
        end(request, isAttempt ? message : null);
      });
      return message;
    };

    if (age.kind === 'ahead')
      logger.warn(
        { channel: inbound.channel, aheadMs: age.aheadMs },
        "the platform's clock is ahead of this machine's",
      );
    else if (age.kind !== 'fresh') {
      // Talk from before an outage needs no answer.
      if (!isAttempt) return null;
      // Of a tap and of a word nobody has looked up what they stand for.
      const mayBeOld =
        age.kind !== 'stale' &&
        !isTap &&
        word === null &&
        (parsed.kind !== 'command' || parsed.command.effects === 'reads');
      if (!mayBeOld) return refuse(age.kind, notNewReply(age, locale));
    }

    if (tap !== null && tap.kind !== 'command') return refuse(`button_${tap.kind}`, deadButtonReply(locale));
    if (isPairing) return refuse('already_paired', alreadyPairedReply(operator, locale));
    if (taken !== null && taken.kind !== 'command')
      return refuse(`confirm_${taken.kind}`, notConfirmedReply(taken.kind, locale));
    if (meant?.kind === 'offer') {
      const offers = meant.offers.filter(({ command }) => authorise(operator, command).allowed);
      const [first] = meant.offers;
      return refuse(
        'unknown_command',
        offers.length > 0 || !first ? offerReply(offers, locale) : deniedReply(operator, first.command, locale),
      );
    }
    if (parsed.kind !== 'command')
      return refuse(parsed.kind === 'rejected' ? parsed.why : 'unknown_command', hintReply(parsed, commands, locale));
    const allowed = authorise(operator, parsed.command);
    if (!allowed.allowed) return refuse(allowed.why, deniedReply(operator, parsed.command, locale));

    // What interrupts the gateway is done once for each button, however often it is tapped or delivered.
    if (tap?.again && taken === null && parsed.command.effects === 'interrupts')
      return refuse('button_pressed', usedButtonReply(parsed.command, locale));

    // Before it runs, so that even a crash in the middle leaves a trace of who asked for what.
    const entry = atomically(() => {
      const number = audit.record({ ...attempt, outcome: 'allowed', detail: null });
      request.allowed(isTap || taken !== null ? attempt.command : request.text(), number);
      return number;
    });
    if (place.reply.chat.kind === 'group' && isPrivate(parsed.command)) {
      await saying(inbound)({ tone: 'info', title: chatText(locale).answeredApart(operator.name) });
      place.reply = apart(inbound, operator);
    }
    const { reply } = place;
    const what = { channel: inbound.channel, operator: operator.name, command: parsed.command.id };
    logger.info({ ...event('command.run'), ...what }, 'command');
    const finished = (message: Message): Message =>
      parsed.more ? withNotes(message, [chatText(locale).firstLineOnly()]) : message;
    await options.noted?.();
    const howGiven = isTap ? 'tapped' : 'typed';
    const { message, failure, asksWhich } = await run(parsed, {
      now,
      operator,
      say: saying(reply),
      origin: originOf(reply),
      by: taken !== null ? 'confirmed' : howGiven,
      ...stepsOf(request, reply, {
        finished,
        changes: changesWithinBounds(options.changes, context.incidents, operator),
        onCarriedOut: (carried) =>
          audit.finish(entry, { outcome: carried, detail: null, durationMs: clock.now() - now }),
      }),
    });
    const answered = asksWhich || request.stage().is === 'asked' ? 'asked' : 'done';
    const outcome = failure === null ? answered : 'failed';
    logger.info(
      {
        ...event('command.ended'),
        ...what,
        outcome,
        lastedMs: clock.now() - now,
      },
      'command ended',
    );
    // What was carried out has its whole answer.
    const whole = message === null || request.stage().is === 'carried_out' ? message : finished(message);
    try {
      atomically(() => {
        audit.finish(entry, {
          outcome,
          detail: failure === null ? null : redact(failure),
          durationMs: clock.now() - now,
        });
        end(request, whole);
      });
    } catch (err) {
      logger.error({ err }, 'the end of a command is missing in the audit');
    }
    return whole;
  };

  /**
   * @returns whether there is room for one more message of this operator; what is dropped is in the audit, and is told
   * once a minute.
   */
  const hasRoom = async (
    inbound: Inbound,
    operator: Operator,
    now: number,
    say: (message: Message) => Promise<void>,
  ): Promise<boolean> => {
    const { serve, tell, audit: dropped } = limit.take(inbound.channel, operator, now);
    if (dropped > 0) {
      const attempt = describeAttempt(inbound, parseCommand(typedText(inbound), commands), now);
      const lastDropped = dropped === 1 ? attempt.command : `${attempt.command} ${severalDropped(dropped - 1)}`;
      // A message that is served has a line of its own; this line stands for those before it.
      const command = serve ? severalDropped(dropped) : lastDropped;
      try {
        audit.record({ ...attempt, command, operator: operator.name, outcome: 'refused', detail: 'too_fast' });
      } catch (err) {
        // What is dropped in a flood gets no answer for that.
        logger.error({ err, channel: inbound.channel, dropped }, 'what came too fast is missing in the audit');
      }
    }
    if (tell > 0) await say(tooFastReply(tell, serve, locale));
    return serve;
  };

  const handle = async (inbound: Inbound): Promise<void> => {
    const now = clock.now();
    let say = saying(inbound);
    let operator: Operator | null = null;
    try {
      operator = access.recognise(inbound);
    } catch (err) {
      logger.error({ err, channel: inbound.channel }, 'who sent a message cannot be looked up; it is refused');
      return say(failedReply(locale));
    }
    if (!operator) {
      const { channel, chat, sender, text, pressed } = inbound;
      if (chat.kind === 'group' && pressed === undefined && isListed(channel, chat.id))
        options.mentions?.note({ channel, group: chat.id, member: sender, text, at: now });
      const reply = unknownSenders.answer(inbound, now);
      if (reply === null) return undefined;
      // Who was paired just now is owed the answer, as every operator is.
      return reply.request === null
        ? say(reply.message)
        : answer(inbound, reply.message, {
            key: answerKey(inbound.id),
            text: '/pair',
            at: now,
            settled: () => reply.request?.done(),
          });
    }
    const isOpen = inbound.chat.kind === 'direct' || isListed(inbound.channel, inbound.chat.id);
    const reply = isOpen ? inbound : apart(inbound, operator);
    say = saying(reply);
    try {
      // Before the limit: what a platform delivers again must not use up its operator's room.
      const isRepeat = cameBefore(inbound) && !sentAgain.delete(inbound.id);
      if (isRepeat || seen.has(inbound.channel, inbound.id))
        logger.debug({ channel: inbound.channel, id: inbound.id }, 'the message came again and was dropped');
      else if (await hasRoom(inbound, operator, now, say)) await serve(inbound, reply, operator, now);
    } catch (err) {
      logger.error({ err, channel: inbound.channel }, 'a message could not be handled');
      await say(failedReply(locale));
    }
  };

  return createInboundQueue({
    isKnown: (inbound) => access.knows(inbound),
    matters: ({ text }) => pairing !== undefined && pairingText(text) !== null,
    handle,
    logger,
  });
};

/** What a command may know of the message that asked for it, and do for it. */
type Asking = RequestActions & Pick<CommandContext, 'now' | 'operator' | 'say' | 'origin' | 'by'>;

/** A tap counts for who tapped, whoever the message with the button was for. */
const pressedBy = ({ channel, sender, chat }: Inbound) => ({
  channel,
  user: sender,
  ...(chat.kind === 'group' ? { group: chat.id } : {}),
});

/** In a flood, what a line of the audit has for those that got none of their own. */
const severalDropped = (count: number): string => `(+${count})`;

/** What else a platform says of a tap is not trusted. */
const typedText = ({ pressed, text }: Inbound): string => (pressed === undefined ? text : '');
