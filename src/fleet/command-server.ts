/**
 * Takes the commands of the hub. In this order: the fence (an old hub is refused), the stored answer (a repeat gets it and
 * nothing is done again), the claim (the hub says that the command is still wanted, by its own clock), the note on the
 * disk, the act.
 */
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { RunRemote } from '../chat/bus/run-remote.ts';
import type { Message } from '../chat/message/message.ts';
import { roleAllows } from '../chat/access/authorise.ts';
import type { Role } from '../config/config.ts';
import type { ReplyAddress } from '../healing/treatment.ts';
import type { FleetCommands } from '../store/fleet-commands.ts';
import { chatText } from '../text/chat/bus.ts';
import type { Locale } from '../text/locale.ts';
import { formatTime } from '../text/common/time.ts';
import { askerWord, HUB_CHANNEL } from './hub-channel.ts';
import {
  answer as answerSchema,
  compareFences,
  PROTOCOL,
  redacted,
  type Answer,
  type Claim,
  type ClaimReply,
  type Command,
  type Fence,
} from './messages.ts';

export type Accept = 'none' | Role;

export interface CommandServerOptions {
  readonly taken: FleetCommands;
  readonly run: RunRemote;
  /** The highest role that a hub's operators have here. */
  readonly accept: Accept;
  /** The highest fence that this agent has seen; it survives a restart. */
  readonly fence: { readonly get: () => Fence | null; readonly raise: (fence: Fence) => void };
  /** Asks the hub whether the command is still wanted. @throws when no hub answers in time. */
  readonly claim: (claim: Claim) => Promise<ClaimReply>;
  /** Gives the hub an answer. @returns whether a hub took it. */
  readonly answer: (answer: Answer) => Promise<boolean>;
  /** Puts an answer that the hub did not take into the outbox. */
  readonly post: (to: ReplyAddress, message: Message, key: string) => void;
  readonly atomically: <Result>(work: () => Result) => Result;
  readonly now: () => number;
  readonly locale: Locale;
  readonly logger: Logger;
}

export interface CommandServer {
  receive(command: Command): Promise<void>;
  /** Tells of the commands that an earlier Lifeline has left without an answer. @param treated whether its treatment goes on, and has an end of its own. */
  answerInterrupted(treated: (channel: string, id: string) => boolean): void;
  /** Resolves when none is under way. */
  idle(): Promise<void>;
}

interface Note {
  readonly text: string;
  readonly to: ReplyAddress;
  /** null: none yet. */
  readonly answer: Answer | null;
}

export const createCommandServer = (options: CommandServerOptions): CommandServer => {
  const { taken, run, accept, fence, logger, locale, now } = options;
  const running = new Map<string, Promise<void>>();

  const noteOf = (note: Note): string => JSON.stringify(note);
  const readNote = (text: string): Note | null => {
    try {
      const { text: asked, to, answer } = JSON.parse(text) as Note;
      const read = answerSchema.nullable().safeParse(answer);
      return { text: asked, to, answer: read.success ? read.data : null };
    } catch {
      return null;
    }
  };

  const refuse = (id: string, why: 'old_fence' | 'not_accepted'): Promise<boolean> => {
    logger.warn({ command: id, why }, 'a command of the hub is refused');
    return options.answer({ v: PROTOCOL, id, is: 'refused', n: 0, message: null, confirm: null });
  };

  const deliver = async (answer: Answer, to: ReplyAddress): Promise<void> => {
    if (await options.answer(answer)) return;
    // A question that is asked late is not to be answered; what was done is to be known.
    if (answer.is === 'final' && answer.message !== null) options.post(to, answer.message, `${answer.id} answer`);
  };

  const act = async (command: Command): Promise<void> => {
    const { id, text, by, operator, answerTo } = command;
    let reply: ClaimReply;
    try {
      reply = await options.claim({ v: PROTOCOL, id, fence: command.fence });
    } catch (error) {
      logger.warn(
        { command: id, reason: errorText(error) },
        'no hub says that a command is still wanted; it is not begun',
      );
      return;
    }
    if (!reply.go || reply.id !== id || compareFences(reply.fence, command.fence) !== 0) return;
    const to: ReplyAddress = { channel: HUB_CHANNEL, id, user: askerWord({ to: answerTo, command: id }) };
    const begun: Note = { text, to, answer: null };
    if (!taken.take(id, now(), noteOf(begun))) return;
    let early = 0;
    const role = accept === 'none' || roleAllows(accept, operator.role) ? operator.role : accept;
    const final = (message: Message | null): Answer => ({
      v: PROTOCOL,
      id,
      is: 'final',
      n: 0,
      message: message === null ? null : redacted(message),
      confirm: null,
    });
    const result = await run({
      id,
      text,
      by,
      operator: { name: operator.name, role, ids: {} },
      origin: to,
      say: async (message) => {
        early += 1;
        await options.answer({ v: PROTOCOL, id, is: 'early', n: early, message: redacted(message), confirm: null });
      },
      onCarriedOut: (message) => taken.end(id, noteOf({ ...begun, answer: final(message) })),
    });
    const answer: Answer =
      result.is === 'final'
        ? final(result.message)
        : {
            ...final(result.message),
            is: 'ask',
            confirm: { command: result.command, label: result.label },
          };
    taken.end(id, noteOf({ ...begun, answer }));
    await deliver(answer, to);
  };

  return {
    receive: async (command) => {
      const { id } = command;
      const highest = fence.get();
      if (highest !== null && compareFences(command.fence, highest) < 0) return void (await refuse(id, 'old_fence'));
      fence.raise(command.fence);
      if (accept === 'none') return void (await refuse(id, 'not_accepted'));
      const before = taken.find(id);
      if (before !== null) {
        const note = readNote(before.note);
        if (before.ended && note?.answer) await options.answer(note.answer);
        return;
      }
      if (running.has(id)) return;
      const acting = act(command)
        .catch((err: unknown) => logger.error({ err, command: id }, 'a command of the hub failed'))
        .finally(() => running.delete(id));
      running.set(id, acting);
      await acting;
    },
    answerInterrupted: (treated) =>
      options.atomically(() => {
        for (const { id, at, note } of taken.unended()) {
          const read = readNote(note);
          taken.end(id, note);
          if (read === null || treated(HUB_CHANNEL, id)) continue;
          const text = chatText(locale);
          const message: Message = {
            tone: 'warning',
            title: text.perhapsCarriedOut(text.asked(read.text.slice(0, 40), formatTime(at, locale, now()))),
            note: text.restartedLookFirst(),
          };
          taken.end(id, noteOf({ ...read, answer: { v: PROTOCOL, id, is: 'final', n: 0, message, confirm: null } }));
          options.post(read.to, message, `${id} answer`);
        }
      }),
    idle: async () => {
      await Promise.all(running.values());
    },
  };
};
