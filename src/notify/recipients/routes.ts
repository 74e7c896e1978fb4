/**
 * Who is told of an incident: whom the routes of the configuration name (`alerts.routes`), of those who may see its
 * gateway. Pure. Nobody is left without an alert by a route that names nobody: then everybody is told.
 */
import { isBounded, reaches } from '../../chat/access/bounds.ts';
import type { AlertRoute, Config, Group, Operator } from '../../config/config.ts';
import type { Severity } from '../../incidents/incident.ts';
import { addressees, type Addressee } from './addressees.ts';

/** What routes go by. */
export interface Told {
  readonly gateway: string;
  readonly severity: Severity;
}

export interface Recipients {
  readonly to: readonly Addressee[];
  /**
   * `routes`: whom they name; `no_route`: none fits; `nobody`: those whom the routes name cannot be told; `only_qq_group`:
   * it must not be the only way; `no_one_may_see`: all operators are for other gateways.
   */
  readonly why: 'routes' | 'no_route' | 'nobody' | 'only_qq_group' | 'no_one_may_see';
}

export interface People {
  /** Everybody, those who were paired included. */
  readonly operators: readonly Operator[];
  readonly groups: readonly Group[];
  readonly routes: readonly AlertRoute[];
  /** The channels in the order in which they are tried. */
  readonly order: readonly string[];
}

export const fits = (route: Pick<AlertRoute, 'gateways' | 'severity'>, { gateway, severity }: Told): boolean =>
  reaches(route, gateway) && (route.severity === undefined || route.severity === severity);

/** All who read in a group are one; what is sent there belongs to the group. */
export const groupAddressee = ({ name, channel, id }: Pick<Group, 'name' | 'channel' | 'id'>): Addressee => ({
  person: `group:${name}`,
  ways: [{ channel, user: id, place: { group: id } }],
});

export const recipientsOf = (told: Told, { operators, groups, routes, order }: People): Recipients => {
  const allowed = operators.filter((operator) => reaches(operator, told.gateway));
  if (allowed.length === 0 && operators.length > 0) return { to: addressees(operators, order), why: 'no_one_may_see' };
  const everybody = addressees(allowed, order);
  const fitting = routes.filter((route) => fits(route, told));
  if (fitting.length === 0) return { to: everybody, why: 'no_route' };
  const people = routed(allowed, fitting, order);
  const places = groups
    .filter((group) => reaches(group, told.gateway) && fitting.some(({ to }) => to.includes(group.name)))
    .filter(({ channel }) => order.includes(channel));
  if (people.length > 0 || places.some(({ channel }) => channel !== 'qq'))
    return { to: [...people, ...places.map(groupAddressee)], why: 'routes' };
  // Its owner lets the bot say little there, or nothing.
  if (places.length > 0) return { to: [...everybody, ...places.map(groupAddressee)], why: 'only_qq_group' };
  return { to: everybody, why: 'nobody' };
};

/** Each with the channels of the routes that name the person. */
const routed = (
  operators: readonly Operator[],
  routes: readonly AlertRoute[],
  order: readonly string[],
): readonly Addressee[] => {
  const named = operators.filter(({ name }) => routes.some(({ to }) => to.includes(name)));
  // Who a person is does not hang on the channels of a route: what is told later belongs to the same thread.
  const whole = named.flatMap((operator) =>
    addressees([operator], order).map((addressee) => ({ operator, addressee })),
  );
  const kept = whole.flatMap(({ operator, addressee }): Addressee[] => {
    const own = routes.filter(({ to }) => to.includes(operator.name));
    const ways = addressee.ways.filter(
      ({ channel }) =>
        channel !== WEBHOOK &&
        own.some(({ channels }) => channels === undefined || channels.some((one) => one === channel)),
    );
    return ways.length > 0 ? [{ ...addressee, ways }] : [];
  });
  const [first, ...others] = kept;
  if (!first || !order.includes(WEBHOOK) || !routes.some(({ channels }) => channels?.includes('webhook') ?? true))
    return kept;
  return [withWebhook(first, order), ...others];
};

const WEBHOOK = 'webhook';

const withWebhook = (addressee: Addressee, order: readonly string[]): Addressee => ({
  ...addressee,
  ways: [...addressee.ways, { channel: WEBHOOK, user: WEBHOOK }].sort(
    (a, b) => order.indexOf(a.channel) - order.indexOf(b.channel),
  ),
});

/** A matter of Lifeline itself is for those who have all gateways; where nobody has, for everybody. */
export const ownRecipients = ({ operators, order }: Pick<People, 'operators' | 'order'>): readonly Addressee[] => {
  const unbounded = operators.filter((operator) => !isBounded(operator));
  return addressees(unbounded.length > 0 ? unbounded : operators, order);
};

/** One line of the table of `lifeline config check`. */
export interface RoutedAlert extends Told {
  readonly to: readonly string[];
  readonly why: Recipients['why'];
}

/** @returns who is told of what, by name. */
export const routingTable = (
  { gateways, groups, alerts: { routes, order } }: Pick<Config, 'gateways' | 'groups' | 'alerts'>,
  operators: readonly Operator[],
): readonly RoutedAlert[] =>
  gateways.flatMap(({ name: gateway }) =>
    (['critical', 'warning'] as const).map((severity): RoutedAlert => {
      const { to, why } = recipientsOf({ gateway, severity }, { operators, groups, routes, order });
      return { gateway, severity, why, to: to.map((each) => nameOf(each, operators)) };
    }),
  );

const nameOf = ({ person, ways }: Addressee, operators: readonly Operator[]): string => {
  const name =
    operators.find(({ ids }) => ways.some(({ channel, user }) => ids[channel] === user))?.name ??
    person.replace(/^group:/, '');
  return `${name} (${ways.map(({ channel }) => channel).join(' → ')})`;
};
