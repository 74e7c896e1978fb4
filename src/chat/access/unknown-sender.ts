/**
 * What somebody gets who is no operator: the way in with a pairing code while there is one, else one short refusal an
 * hour, else silence. Costs neither a write nor a read of the disk beyond these limits, however many they are.
 */
import type { Logger } from '../../base/logger.ts';
import type { Audit } from '../../store/audit.ts';
import type { ProcessedMessages } from '../../store/processed-messages.ts';
import type { Locale } from '../../text/locale.ts';
import { describeAttempt } from '../bus/audit-attempt.ts';
import type { Command } from '../command/command.ts';
import { freshness } from '../bus/freshness.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import type { Message } from '../message/message.ts';
import { pairingText, readCode, type PairingAttempt, type Pairing } from '../pairing/pairing.ts';
import { parseCommand } from '../bus/parse-command.ts';
import { createRecentIds } from '../bus/recent-ids.ts';
import { attemptReply, malformedCodeReply, notNewReply, strangerReply } from '../bus/replies.ts';
import { originOf, takeRequest, type Request } from '../bus/request.ts';
import { createSenderLimit } from './sender-limit.ts';

export interface UnknownSendersOptions {
  readonly commands: readonly Command[];
  /** Absent: nobody can be paired. */
  readonly pairing?: Pick<Pairing, 'state' | 'attempt'>;
  /** Told when somebody was paired. */
  readonly onPaired: () => void;
  readonly seen: Pick<ProcessedMessages, 'first' | 'note' | 'done' | 'forget'>;
  readonly atomically: <Result>(work: () => Result) => Result;
  readonly audit: Pick<Audit, 'record'>;
  readonly logger: Logger;
  readonly locale: Locale;
}

export interface UnknownSenders {
  /** @returns the answer; null: silence. */
  answer(inbound: Inbound, now: number): UnknownSenderAnswer | null;
}

export interface UnknownSenderAnswer {
  readonly message: Message;
  /** Of somebody who was paired just now: done once they have the answer. */
  readonly request: Request | null;
}

/** How long it is taken for granted that there is no code, or that there is one. */
const LOOK_EVERY_MS = 1_000;
/** A mistyped code is told so once a minute. */
const HINT_EVERY_MS = 60_000;

export const createUnknownSenders = ({
  commands,
  pairing,
  onPaired,
  seen,
  atomically,
  audit,
  logger,
  locale,
}: UnknownSendersOptions): UnknownSenders => {
  const refusals = createSenderLimit();
  const audited = createSenderLimit();
  const hints = createSenderLimit({ everyMs: HINT_EVERY_MS });
  const again = createRecentIds(20);
  let looked = { at: -Infinity, open: false };

  const isOpen = (now: number): boolean => {
    if (!pairing) return false;
    if (Math.abs(now - looked.at) >= LOOK_EVERY_MS) {
      // Set first: when the read throws, it is not repeated at once.
      looked = { at: now, open: false };
      looked = { at: now, open: pairing.state(now)?.is === 'open' };
    }
    return looked.open;
  };

  /**
   * The code that was tried, its trial and what to say of it are on the disk together. @returns null for a message that
   * came before.
   */
  const attemptOnce = (
    inbound: Inbound,
    code: string,
    { attempt }: Pick<Pairing, 'attempt'>,
    now: number,
  ): { readonly tried: PairingAttempt; readonly reply: UnknownSenderAnswer } | null => {
    const { channel, sender } = inbound;
    const note = (tried: PairingAttempt): void => {
      const { operator, outcome, detail } =
        tried.kind === 'paired'
          ? ({ operator: tried.operator.name, outcome: 'done', detail: tried.operator.role } as const)
          : ({
              operator: null,
              outcome: 'refused',
              detail: tried.kind === 'wrong' ? 'wrong_code' : 'stranger',
            } as const);
      audit.record({ ...describeAttempt(inbound, parseCommand('', commands), now), operator, outcome, detail });
    };
    return atomically(() => {
      const request = takeRequest(seen, originOf(inbound), '/pair', now);
      if (request === null) return null;
      const tried = attempt(code, { channel, user: sender }, now, note);
      const message = attemptReply(tried, locale);
      if (tried.kind === 'paired') request.reach({ is: 'carried_out', answer: message });
      // A person who was not paired gets no answer after a crash.
      else request.done();
      return { tried, reply: { message, request: tried.kind === 'paired' ? request : null } };
    });
  };

  const tryCode = (inbound: Inbound, typed: string, now: number): UnknownSenderAnswer | null => {
    const { channel, sender } = inbound;
    const hint = (message: Message): UnknownSenderAnswer | null =>
      hints.allow(channel, sender, now) ? { message, request: null } : null;
    // The code itself proves that it is not from before this store.
    const age = freshness(inbound.sentAt, now, null);
    if (age.kind !== 'fresh' && age.kind !== 'ahead') return hint(notNewReply(age, locale));
    const code = readCode(typed);
    // What cannot be a code gives nothing away and costs no try.
    if (code === null) return hint(malformedCodeReply(locale));
    if (!pairing || again(inbound)) return null;
    const before = looked;
    // Set first: when the read throws, it is not repeated at once.
    looked = { at: now, open: false };
    const attempted = attemptOnce(inbound, code, pairing, now);
    if (attempted === null) {
      looked = before;
      return null;
    }
    const { tried, reply } = attempted;
    // Whatever the result, the next check reads again whether there is a code.
    looked = { at: -Infinity, open: false };
    if (tried.kind === 'paired') {
      logger.info({ channel, operator: tried.operator.name, role: tried.operator.role }, 'somebody was paired');
      onPaired();
    } else {
      logger.warn({ channel, kind: tried.kind }, 'a pairing code was refused');
    }
    // This is the answer of the hour: no refusal follows it.
    refusals.allow(channel, sender, now);
    return reply;
  };

  const refuse = (inbound: Inbound, typed: string | null, now: number): UnknownSenderAnswer | null => {
    const { channel, sender } = inbound;
    const isTap = inbound.pressed !== undefined;
    if (audited.room(channel, sender, now)) {
      // A stranger's tap stands for nothing, whatever it says.
      const parsed = parseCommand(isTap ? '' : inbound.text, commands);
      const tried = isTap || typed !== null || parsed.kind === 'command' || parsed.kind === 'unknown';
      if (tried && audited.allow(channel, sender, now))
        audit.record({
          ...describeAttempt(inbound, parsed, now),
          operator: null,
          outcome: 'refused',
          detail: 'stranger',
        });
    }
    // A tap is no message that could be answered: what went out for it would come off the operators' quota of messages
    // that nobody asked for. And others in a group need not read who may not command.
    if (isTap || inbound.chat.kind !== 'direct' || !refusals.allow(channel, sender, now)) return null;
    return {
      message: typed === null || !pairing ? strangerReply(inbound, locale) : attemptReply({ kind: 'closed' }, locale),
      request: null,
    };
  };

  return {
    answer: (inbound, now) => {
      // Where others read along, a code would be anybody's.
      const typed = inbound.chat.kind === 'direct' && inbound.pressed === undefined ? pairingText(inbound.text) : null;
      return typed !== null && isOpen(now) ? tryCode(inbound, typed, now) : refuse(inbound, typed, now);
    },
  };
};
