/** How a try to connect can end, and what follows from it. */
import { reactions, reactionToClose, type Reaction } from './close-codes.ts';

export type Ending =
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  /** Op 7. */
  | { readonly kind: 'reconnect_asked' }
  /** Op 9. */
  | { readonly kind: 'invalid_session'; readonly resumable: boolean }
  | { readonly kind: 'overdue'; readonly what: 'hello' | 'login' | 'ack' | 'frame' }
  /** It never came to a connection: no token, no address, no network. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly cure: 'retry' | 'human' }
  /** The platform says elsewhere that the bot is not on line. */
  | { readonly kind: 'said_offline' }
  /** It lasted longer than QQ's own half hour: it may be deaf without our knowing. */
  | { readonly kind: 'worn_out' }
  /** We ended it. */
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
