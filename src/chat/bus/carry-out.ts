/**
 * What a command may do for the request it serves. Each step is stored together with the note of how far the request
 * has come.
 */
import type { Clock } from '../../base/clock.ts';
import type { ReplyAddress } from '../../healing/treatment.ts';
import type { Locale } from '../../text/locale.ts';
import type { CommandEffects, CommandContext, ReloadAsked } from '../command/command.ts';
import { requesterOf, CONFIRM_MS, withConfirmation, type Confirmations } from '../interaction/confirmation.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import type { Message } from '../message/message.ts';
import { originOf, type Request } from './request.ts';

export type RequestActions = Pick<CommandContext, 'carryOut' | 'actOutside' | 'confirm' | 'reload'>;

/** Reading the configuration anew ends this app: the next one tells how that went. */
export interface ReloadPort {
  /** From now on whoever asked is told by the app that starts next, whatever ends this one. */
  promise(to: ReplyAddress): void;
  /** They are not: they get their answer at once. */
  withdraw(to: ReplyAddress): void;
  begin(): ReloadAsked;
}

export interface RequestActionsOptions {
  readonly atomically: <Result>(work: () => Result) => Result;
  readonly confirmations: Pick<Confirmations, 'ask'>;
  readonly reload: ReloadPort | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly locale: Locale;
}

export interface Finishing {
  /** Adds what belongs below every answer to the request. */
  readonly finished: (message: Message) => Message;
  /** What whoever asked may change. */
  readonly changes: CommandEffects;
  /** Called in the transaction that carries it out, or that asks once more. */
  readonly onCarriedOut: (outcome: 'asked' | 'done') => void;
}

export const createRequestActions = ({
  atomically,
  confirmations,
  reload: port,
  clock,
  locale,
}: RequestActionsOptions) => {
  const reload = (to: ReplyAddress, request: Request, onCarriedOut: Finishing['onCarriedOut']): ReloadAsked => {
    if (!port) return { kind: 'no_file' };
    // Promised before it begins: the new start reads the file anew even where this process is killed at once.
    atomically(() => {
      port.promise(to);
      request.done();
      onCarriedOut('done');
    });
    const asked = port.begin();
    if (asked.kind !== 'begun') {
      atomically(() => {
        port.withdraw(to);
        request.reach({ is: 'answering' });
      });
    }
    return asked;
  };

  return {
    actionsOf: (
      request: Request,
      inbound: Inbound,
      { finished, changes, onCarriedOut }: Finishing,
    ): RequestActions => ({
      carryOut: (work) =>
        atomically(() => {
          const answer = finished(work(changes));
          request.reach({ is: 'carried_out', answer });
          onCarriedOut('done');
          return answer;
        }),
      actOutside: () => request.reach({ is: 'outside' }),
      confirm: (question, command, label) =>
        atomically(() => {
          const nonce = confirmations.ask(requesterOf(inbound), command, clock.now());
          request.reach({ is: 'asked', question, nonce, label });
          onCarriedOut('asked');
          return withConfirmation(question, nonce, label, locale, CONFIRM_MS);
        }),
      reload: () => reload(originOf(inbound), request, onCarriedOut),
    }),

    /**
     * Writes that the answer is about to go out: one that was delivered must not be denied later.
     * @param answer null: there is none, or somebody else gives it.
     */
    end: (request: Request, answer: Message | null): void => {
      const { is } = request.stage();
      if (answer === null) request.done();
      else if (is === 'outside') request.reach({ is: 'carried_out', answer });
      else if (is === 'begun') request.reach({ is: 'answering' });
    },
  };
};
