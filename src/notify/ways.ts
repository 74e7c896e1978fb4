/** The ways to somebody who asked for something. */
import type { ReplyAddress } from '../healing/treatment.ts';
import type { Addressee, AddresseeWay } from './notification.ts';

/**
 * Where it was asked first, then the asker's other channels.
 * @param key of the same message where it was asked, should it have been sent there before.
 */
export const waysOf = (asked: ReplyAddress, addressees: readonly Addressee[], key?: string): Addressee => {
  const { person, origin, others } = split(asked, addressees, key);
  return { person, ways: [origin, ...others] };
};

/** The asker's other channels first: where it was asked it was not taken. */
export const elsewhereOf = (asked: ReplyAddress, addressees: readonly Addressee[], key: string): Addressee => {
  const { person, origin, others } = split(asked, addressees, key);
  return { person, ways: [...others, origin] };
};

const split = (
  { channel, user, group, replyTo }: ReplyAddress,
  addressees: readonly Addressee[],
  key: string | undefined,
): { readonly person: string; readonly origin: AddresseeWay; readonly others: readonly AddresseeWay[] } => {
  const place = { ...(group === undefined ? {} : { group }), ...(replyTo === undefined ? {} : { replyTo }) };
  const known = addressees.find(({ ways }) => ways.some((way) => way.channel === channel && way.user === user));
  return {
    person: known?.person ?? `${channel}:${user}`,
    origin: { channel, user, ...(Object.keys(place).length ? { place } : {}), ...(key === undefined ? {} : { key }) },
    // A webhook speaks to a whole group.
    others: known?.ways.filter((way) => way.channel !== channel && way.channel !== 'webhook') ?? [],
  };
};
