import type { Operator } from '../config/config.ts';
import type { Addressee } from './entry.ts';

/** Everybody who may command, or look, gets the alerts, on the channels where they have an id. */
export const addressees = (operators: readonly Operator[], order: readonly string[]): readonly Addressee[] =>
  operators.flatMap(({ ids }) => {
    const ways = order.flatMap((channel) => {
      const user = ids[channel];
      return user ? [{ channel, user }] : [];
    });
    const [first] = ways;
    // Names may change or repeat; the platform's id tells a person for certain.
    return first ? [{ person: `${first.channel}:${first.user}`, ways }] : [];
  });
