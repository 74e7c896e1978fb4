import type { Operator } from '../config/config.ts';
import type { Addressee } from './outbox/notification.ts';

/** A group's bot knows no persons; all who read there are one. */
const WEBHOOK = { channel: 'webhook', user: 'webhook' } as const;

/**
 * Everybody who may command, or look, gets the alerts, on the channels where they have an id. A webhook speaks to a
 * whole group, so it stands in one person's ladder and not in each.
 */
export const addressees = (operators: readonly Operator[], order: readonly string[]): readonly Addressee[] => {
  const people = operators.flatMap(({ ids }): Addressee[] => {
    const ways = order.flatMap((channel) => {
      const user = ids[channel];
      return user ? [{ channel, user }] : [];
    });
    const [first] = ways;
    // Names may change or repeat; the platform's id tells a person for certain.
    return first ? [{ person: `${first.channel}:${first.user}`, ways }] : [];
  });
  if (!order.includes(WEBHOOK.channel)) return people;
  const [first, ...others] = people;
  if (!first) return [{ person: WEBHOOK.channel, ways: [WEBHOOK] }];
  return [
    { ...first, ways: [...first.ways, WEBHOOK].sort((a, b) => order.indexOf(a.channel) - order.indexOf(b.channel)) },
    ...others,
  ];
};
