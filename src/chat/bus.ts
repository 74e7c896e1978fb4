/**
 * The command bus: recognise → dedupe → freshness → parse → authorise → run → reply. A command runs only when
 * every stage before it said yes; a stage that throws is a no.
 */
import type { Clock } from '../base/clock.ts';
import { errorText, UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { redact } from '../base/redact.ts';
import type { Buttons } from './buttons.ts';
import type { Audit } from '../store/audit.ts';
import type { Seen } from '../store/seen.ts';
import type { Locale } from '../text/locale.ts';
import { describeAttempt } from './audit.ts';
import { authorise, recognise } from './authorise.ts';
import type { Command, CommandContext, GatewayPort, LifelineReport } from './command.ts';
import type { Operator } from '../config/config.ts';
import { freshness } from './freshness.ts';
import type { Inbound } from './inbound.ts';
import type { Message } from './message.ts';
import { parse, type Parsed } from './parse.ts';
import { deadButtonReply, failedReply, hintReply, roleReply, staleReply, strangerReply, usedButtonReply, userErrorReply } from './replies.ts';
import type { Answer } from '../healing/decision.ts';
import { createStrangerLimit } from './strangers.ts';

export interface BusOptions {
  readonly commands: readonly Command[];
  readonly operators: readonly Operator[];
  /** Remembers message ids durably; `first` is true exactly once for an id. */
  readonly seen: Pick<Seen, 'first' | 'done'>;
  /** Tells what a tap stands for. */
  readonly buttons: Pick<Buttons, 'press'>;
  readonly audit: Pick<Audit, 'record'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly locale: Locale;
  /** What commands may use. */
  readonly context: { readonly gateways: readonly GatewayPort[]; lifeline(): LifelineReport };
  /** Sends the n-th answer (from 0) to a message. */
  readonly send: (inbound: Inbound, message: Message, n: number) => Promise<void>;
}

export interface Bus {
  /** Takes a message and returns at once; never throws. */
  receive(inbound: Inbound): void;
  /** Resolves when no message is being worked on. */
  idle(): Promise<void>;
}

export const createBus = (options: BusOptions): Bus => {
  const { commands, operators, seen, buttons, audit, clock, logger, locale, context } = options;
  const { gateways } = context;
  const refusals = createStrangerLimit();
  const strangersInAudit = createStrangerLimit();
  const working = new Set<Promise<void>>();

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

  /** A stranger costs no write and no answer beyond the limits, and learns nothing of the commands. */
  const turnAway = async (inbound: Inbound, now: number): Promise<void> => {
    const parsed = parse(inbound.text, commands);
    const isTap = inbound.pressed !== undefined;
    const tried = isTap || parsed.kind === 'command' || parsed.kind === 'unknown';
    if (tried && strangersInAudit.allow(inbound.channel, inbound.sender, now)) {
      audit.record({ ...describeAttempt(inbound, parsed, now), ...(isTap ? { command: TAP } : {}), operator: null, outcome: 'refused', detail: 'stranger' });
    }
    // Others in a group need not read who may not command.
    if (inbound.chat.kind === 'direct' && refusals.allow(inbound.channel, inbound.sender, now)) {
      await answering(inbound)(strangerReply(inbound, locale));
    }
  };

  /** @returns the answer of a command that was allowed; what it throws becomes one. */
  const run = async (parsed: Extract<Parsed, { kind: 'command' }>, base: Omit<CommandContext, 'lifeline'>): Promise<{ message: Message | null; failure: string | null }> => {
    try {
      return { message: await parsed.command.run({ ...base, lifeline: () => context.lifeline() }, parsed.args), failure: null };
    } catch (err) {
      if (err instanceof UserError) return { message: userErrorReply(err.message), failure: err.code };
      logger.error({ err, command: parsed.command.id }, 'a command failed');
      return { message: failedReply(locale), failure: errorText(err) };
    }
  };

  const serve = async (inbound: Inbound, operator: Operator, now: number, reply: (message: Message) => Promise<void>): Promise<void> => {
    if (!seen.first(inbound.channel, inbound.id, now, JSON.stringify({ origin: originOf(inbound), text: inbound.text } satisfies Unfinished))) {
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
    const parsed = parse(tap?.kind === 'command' ? tap.command : inbound.text, commands);
    const attempt = { ...describeAttempt(inbound, parsed, now), ...(isTap && tap?.kind !== 'command' ? { command: TAP } : {}), operator: operator.name };
    const refuse = async (why: string, message: Message): Promise<void> => {
      // Talk is no attempt at anything.
      if (isTap || parsed.kind !== 'talk') audit.record({ ...attempt, outcome: 'refused', detail: why });
      await reply(message);
    };

    if (age.kind === 'stale') {
      // Talk from before an outage needs no answer.
      if (isTap || parsed.kind !== 'talk') await refuse('stale', staleReply(age.ageMs, locale));
      return;
    }
    if (age.kind === 'ahead') logger.warn({ channel: inbound.channel, aheadMs: age.aheadMs }, "the platform's clock is ahead of this machine's");

    if (tap !== null && tap.kind !== 'command') return refuse(`button_${tap.kind}`, deadButtonReply(locale));
    if (parsed.kind !== 'command') return refuse(parsed.kind === 'rejected' ? parsed.why : 'unknown_command', hintReply(parsed, commands, locale));
    const answer = authorise(operators, inbound, parsed.command);
    if (!answer.allowed) return refuse(answer.why, roleReply(parsed.command, locale));

    // What interrupts the gateway is done once for each button, however often it is tapped or delivered.
    if (tap?.again && parsed.command.effects === 'interrupts') return refuse('button_pressed', usedButtonReply(parsed.command, locale));

    // Before it runs, so that even a crash in the middle leaves a trace of who asked for what.
    audit.record({ ...attempt, outcome: 'allowed', detail: null });
    logger.info({ channel: inbound.channel, operator: operator.name, command: parsed.command.id }, 'command');
    const { message, failure } = await run(parsed, { locale, now, operator, gateways, commands, say: reply, origin: originOf(inbound) });
    if (message !== null) await reply(message);
    if (failure === null) return;
    try {
      audit.record({ ...attempt, at: clock.now(), outcome: 'failed', detail: redact(failure) });
    } catch (err) {
      logger.error({ err }, 'a failed command is missing in the audit');
    }
  };

  const handle = async (inbound: Inbound): Promise<void> => {
    const now = clock.now();
    const operator = recognise(operators, inbound);
    if (!operator) return turnAway(inbound, now);
    const reply = answering(inbound);
    try {
      await serve(inbound, operator, now, reply);
    } catch (err) {
      logger.error({ err, channel: inbound.channel }, 'a message could not be handled');
      await reply(failedReply(locale));
    }
  };

  return {
    receive(inbound) {
      const work = new Promise<void>((resolve) => setImmediate(resolve))
        .then(() => handle(inbound))
        .catch((err: unknown) => logger.error({ err }, 'a message could not be handled'))
        .finally(() => working.delete(work));
      working.add(work);
    },
    idle: async () => {
      while (working.size > 0) await Promise.all(working);
    },
  };
};

/** What the audit has of a tap that stands for nothing. */
const TAP = '(button)';

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
