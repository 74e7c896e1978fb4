/**
 * Runs a command that came through a fleet's hub: the person was recognised there, the role counts here too. Everything
 * that the bus asks of a typed command is asked here as well, but for what the hub has asked already (repeats, rate,
 * age, the confirmation).
 */
import type { Clock } from '../../base/clock.ts';
import { errorText, UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { redact } from '../../base/redact/redact.ts';
import type { Operator } from '../../config/config.ts';
import type { ReplyAddress } from '../../healing/treatment.ts';
import type { Audit } from '../../store/audit.ts';
import { errorHead } from '../../text/chat/user-errors.ts';
import type { Locale } from '../../text/locale.ts';
import { authorise } from '../access/authorise.ts';
import { changesWithinBounds, isBounded, withinBounds } from '../access/bounds.ts';
import { ArgumentError } from '../arguments/argument-error.ts';
import { argumentErrorReply, whichGatewayReply } from '../arguments/argument-replies.ts';
import { readArguments } from '../arguments/read-arguments.ts';
import type { Command, CommandContext, CommandEffects } from '../command/command.ts';
import type { Message } from '../message/message.ts';
import { describeAttempt } from './audit-attempt.ts';
import { parseCommand } from './parse-command.ts';
import { deniedReply, failedReply, hintReply, userErrorReply } from './replies.ts';

export interface RemoteRequest {
  /** Of this request, for the audit and the ledger. */
  readonly id: string;
  readonly text: string;
  readonly by: CommandContext['by'];
  readonly operator: Operator;
  readonly origin: ReplyAddress;
  readonly say: (message: Message) => Promise<void>;
  /** Called in the transaction that carries it out. */
  readonly onCarriedOut: (answer: Message) => void;
}

export type RemoteAnswer =
  /** `message` null: somebody else gives it later. */
  | { readonly is: 'final'; readonly message: Message | null }
  | { readonly is: 'ask'; readonly message: Message; readonly command: string; readonly label: string };

export interface RemoteRunnerOptions {
  readonly commands: readonly Command[];
  readonly context: Pick<CommandContext, 'gateways' | 'lifeline' | 'incidents' | 'audit' | 'settings' | 'examineSelf'>;
  readonly changes: CommandEffects;
  readonly atomically: <Result>(work: () => Result) => Result;
  readonly audit: Pick<Audit, 'record' | 'finish'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly locale: Locale;
}

export type RunRemote = (request: RemoteRequest) => Promise<RemoteAnswer>;

export const createRemoteRunner = ({
  commands,
  context,
  changes,
  atomically,
  audit,
  clock,
  logger,
  locale,
}: RemoteRunnerOptions): RunRemote => {
  return async ({ id, text, by, operator, origin, say, onCarriedOut }) => {
    const now = clock.now();
    const parsed = parseCommand(text, commands);
    const attempt = {
      ...describeAttempt(
        { channel: origin.channel, id, sender: operator.name, chat: { kind: 'direct' }, text, sentAt: null },
        parsed,
        now,
      ),
      operator: operator.name,
    };
    const refuse = (why: string, message: Message): RemoteAnswer => {
      audit.record({ ...attempt, outcome: 'refused', detail: why });
      return { is: 'final', message };
    };
    if (parsed.kind !== 'command') return refuse('unknown_command', hintReply(parsed, commands, locale));
    const { command, args, quoted } = parsed;
    const allowed = authorise(operator, command);
    if (!allowed.allowed) return refuse(allowed.why, deniedReply(operator, command, locale));

    const entry = audit.record({ ...attempt, outcome: 'allowed', detail: null });
    const end = (failure: string | null, answered: 'asked' | 'done' = 'done'): void =>
      audit.finish(entry, {
        outcome: failure === null ? answered : 'failed',
        detail: failure === null ? null : redact(failure),
        durationMs: clock.now() - now,
      });
    let asked: { readonly command: string; readonly label: string } | null = null;
    try {
      const seen = withinBounds({ ...context, silences: changes.silences, plans: changes.plans }, operator);
      const own = changesWithinBounds(changes, context.incidents, operator);
      const { gateways } = seen;
      const read = readArguments(command, args, { gateways, commands, locale, quoted, isBounded: isBounded(operator) });
      if (read.kind === 'choose') {
        end(null, 'asked');
        return { is: 'final', message: whichGatewayReply(command, read, locale) };
      }
      const message = await command.run(
        {
          ...seen,
          locale,
          now,
          operator,
          commands,
          carryOut: (work) =>
            atomically(() => {
              const answer = work(own);
              end(null);
              onCarriedOut(answer);
              return answer;
            }),
          actOutside: () => undefined,
          // The hub's own file is not this one's, and this one is changed at this machine.
          reload: () => ({ kind: 'no_file' }),
          say,
          origin,
          by,
          confirm: (question, words, label) => {
            asked = { command: words, label };
            return question;
          },
        },
        read.values,
      );
      end(null, asked === null ? 'done' : 'asked');
      return asked === null || message === null
        ? { is: 'final', message }
        : { is: 'ask', message, ...(asked as { readonly command: string; readonly label: string }) };
    } catch (err) {
      if (err instanceof ArgumentError) {
        end(err.code);
        return { is: 'final', message: argumentErrorReply(err, command) };
      }
      if (err instanceof UserError) {
        end(err.code);
        return { is: 'final', message: userErrorReply(err.message, errorHead(err.code, err.message, locale)) };
      }
      logger.error({ err, command: command.id }, 'a command failed');
      end(errorText(err));
      return { is: 'final', message: failedReply(locale) };
    }
  };
};
