/** Who is told, and on which channels, in which order. */
import type { Operator } from '../../config/config.ts';
import type { ReplyAddress } from '../../healing/treatment.ts';

/** A person and their ids, in the order in which the channels are tried. */
export interface Addressee {
  readonly person: string;
  readonly ways: readonly AddresseeWay[];
}

export interface AddresseeWay {
  readonly channel: string;
  readonly user: string;
  readonly place?: ReplyPlace;
  /** The delivery key of the same message, if it may have been sent on this channel already: the platform drops a repeat. */
  readonly key?: string;
}

/** Where an answer belongs: the group, the message that asked. */
export interface ReplyPlace {
  readonly group?: string;
  readonly replyTo?: string;
}

/** A group's bot knows no persons; all who read there are one. */
const WEBHOOK = { channel: 'webhook', user: 'webhook' } as const;

/**
 * Everybody who may command or read gets the alerts, on the channels where they have an id. A webhook speaks to a whole
 * group, so it is a channel of one person and not of each.
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

/**
 * The hub of a fleet tells everybody. Where it cannot be reached, one person is told by this host itself: the first who
 * has an id here, and the webhook.
 */
export const throughHub = (hub: AddresseeWay, [first]: readonly Addressee[]): Addressee => ({
  person: `${hub.channel}:${hub.user}`,
  ways: [hub, ...(first?.ways ?? [])],
});

/**
 * The way to somebody who asked for something: where it was asked first, then the asker's other channels.
 * @param key the delivery key of the same message, should it have been sent there before.
 */
export const waysOf = (asked: ReplyAddress, everybody: readonly Addressee[], key?: string): Addressee => {
  const { person, origin, others } = split(asked, everybody, key);
  return { person, ways: [origin, ...others] };
};

/** The same with the asker's other channels first: where it was asked, the answer was not taken. */
export const elsewhereOf = (asked: ReplyAddress, everybody: readonly Addressee[], key: string): Addressee => {
  const { person, origin, others } = split(asked, everybody, key);
  return { person, ways: [...others, origin] };
};

const split = (
  { channel, user, group, replyTo }: ReplyAddress,
  everybody: readonly Addressee[],
  key: string | undefined,
): { readonly person: string; readonly origin: AddresseeWay; readonly others: readonly AddresseeWay[] } => {
  const place = { ...(group === undefined ? {} : { group }), ...(replyTo === undefined ? {} : { replyTo }) };
  const known = everybody.find(({ ways }) => ways.some((way) => way.channel === channel && way.user === user));
  return {
    person: known?.person ?? `${channel}:${user}`,
    origin: { channel, user, ...(Object.keys(place).length ? { place } : {}), ...(key === undefined ? {} : { key }) },
    // A webhook speaks to a whole group.
    others: known?.ways.filter((way) => way.channel !== channel && way.channel !== 'webhook') ?? [],
  };
};
