/** The ways in which a try to connect can end, and the reaction to each. */
import { reactions, reactionToClose, type Reaction } from './close-codes.ts';

export type Ending =
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  /** Op 7. */
  | { readonly kind: 'reconnect_asked' }
  /** Op 9. */
  | { readonly kind: 'invalid_session'; readonly resumable: boolean }
  | { readonly kind: 'overdue'; readonly what: 'hello' | 'login' | 'ack' | 'frame' }
  /** There was no connection: no token, no address, no network. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly cure: 'retry' | 'human' }
  /** The platform says elsewhere that the bot is not on line. */
  | { readonly kind: 'said_offline' }
  /** The connection lasted longer than QQ's own half hour, and may be deaf without a sign. */
  | { readonly kind: 'worn_out' }
  /** Lifeline ended the connection. */
  | { readonly kind: 'stopped' };

const OVERDUE = {
  hello: 'QQ did not greet the connection in time',
  login: 'QQ did not answer the login in time',
  ack: 'QQ stopped answering heartbeats',
  frame: 'QQ went silent',
} as const;

export const reactTo = (ending: Ending): Reaction => {
  switch (ending.kind) {
    case 'closed': {
      const reaction = reactionToClose(ending.code);
      return {
        ...reaction,
        meaning: `${reaction.meaning} (code ${ending.code}${ending.reason ? `, ${ending.reason}` : ''})`,
      };
    }
    case 'reconnect_asked':
      return reactions.reaction('QQ asked us to reconnect');
    case 'invalid_session':
      return ending.resumable
        ? reactions.reaction('QQ asked for another Resume')
        : reactions.identify('QQ did not accept the session');
    case 'overdue':
      return reactions.reaction(OVERDUE[ending.what]);
    case 'unreachable':
      return ending.cure === 'human' ? reactions.fatal(ending.reason) : reactions.reaction(ending.reason);
    case 'said_offline':
      return reactions.identify('QQ says that the bot is off line');
    case 'worn_out':
      return reactions.reaction('the connection was old and is being replaced');
    case 'stopped':
      return reactions.reaction('stopped');
  }
};
