/** Who is an operator now: those of the configuration, and those who were paired, as the disk knows them. */
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Group, Operator } from '../../config/config.ts';
import type { GroupMembers } from '../../store/group-members.ts';
import type { PairedOperator, PairedOperators } from '../../store/operators.ts';
import { isRole, recognise } from './authorise.ts';
import { narrowed } from './bounds.ts';
import type { Inbound } from '../inbound/inbound-message.ts';

type Sender = Pick<Inbound, 'channel' | 'sender'> & Partial<Pick<Inbound, 'chat'>>;

export interface Access {
  /**
   * Whether this may be an operator, without reading the disk for each message. The answer decides who waits, not who may
   * command.
   */
  knows(sender: Sender): boolean;
  /**
   * @returns the operator, or null for a stranger. Somebody who was paired is looked up each time, so that a
   * revocation counts at once, whoever made it.
   * @throws when somebody who was paired cannot be looked up; that is a refusal.
   */
  recognise(sender: Sender): Operator | null;
  /**
   * Everybody, each person once with all ids: for alerts. Those who were paired as they were last known, should the
   * store be lost.
   */
  everybody(): readonly Operator[];
  /** Somebody was paired just now. */
  changed(): void;
}

export interface AccessOptions {
  readonly configured: readonly Operator[];
  /** The groups of the configuration, with the ids that operators have there. */
  readonly groups?: readonly Group[];
  /** Who may command at this machine, and gets no alerts there. */
  readonly local?: Operator;
  /** Absent: nobody can be paired. */
  readonly paired?: Pick<PairedOperators, 'find' | 'list'>;
  /** Who has said privately which member of a group they are; absent: nobody can. */
  readonly bound?: Pick<GroupMembers, 'find' | 'list'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

/** How often the list of paired people is read from the disk because of strangers' messages, all together. */
const REFRESH_EVERY_MS = 1_000;

const keyOf = ({ channel, sender }: Sender): string => JSON.stringify([channel, sender]);

export const createAccess = ({
  configured,
  groups = [],
  local,
  paired,
  bound,
  clock,
  logger,
}: AccessOptions): Access => {
  let last: readonly PairedOperator[] = [];
  let keys: ReadonlySet<string> = new Set();
  let refreshedAt = -Infinity;
  let failing = false;

  const refresh = (): void => {
    if (!paired) return;
    refreshedAt = clock.now();
    try {
      last = paired.list();
      const members = bound?.list().map(({ channel, member }) => keyOf({ channel, sender: member })) ?? [];
      keys = new Set([...last.map(({ channel, user }) => keyOf({ channel, sender: user })), ...members]);
      failing = false;
    } catch (err) {
      if (!failing)
        logger.error(
          { err: errorText(err) },
          'who was paired cannot be read; only the operators of the configuration may command',
        );
      failing = true;
    }
  };

  /** Whether somebody who was paired or bound has this id, wherever it counts. */
  const maybeStored = (sender: Sender): boolean => {
    if (!paired) return false;
    if (keys.has(keyOf(sender))) return true;
    // Also when the clock was set back.
    if (Math.abs(clock.now() - refreshedAt) < REFRESH_EVERY_MS) return false;
    refresh();
    return keys.has(keyOf(sender));
  };

  const lookUp = ({ channel, sender }: Sender): Operator | null => {
    const found = paired?.find(channel, sender) ?? null;
    if (found?.channel !== channel || found.user !== sender || !isRole(found.role)) return null;
    return { name: found.name, role: found.role, ids: { [channel]: sender }, ...boundsOf(configured, found.name) };
  };

  const fixed = local ? [...configured, local] : configured;

  const everybody = (): readonly Operator[] => {
    refresh();
    return withPaired(configured, last);
  };

  const isMember = ({ channel, sender }: Sender): boolean =>
    groups.some((group) => group.channel === channel && Object.values(group.members).includes(sender));

  const groupOf = ({ channel, chat }: Sender): Group | undefined =>
    chat?.kind === 'group' ? groups.find((group) => group.channel === channel && group.id === chat.id) : undefined;

  /** Whoever has bound this id, if that is an operator to this day. */
  const boundMember = (group: Group, { channel, sender }: Sender): Operator | null => {
    const found = bound?.find(channel, group.id, sender) ?? null;
    if (found?.channel !== channel || found.group !== group.id || found.member !== sender) return null;
    const owner = { channel: found.ownerChannel, sender: found.owner };
    return recognise(configured, owner) ?? lookUp(owner);
  };

  /**
   * Whom the configuration knows by an id that counts in this one group. The role is the person's: who was revoked is
   * nobody there, too.
   */
  const member = (sender: Sender): Operator | null => {
    const group = groupOf(sender);
    const name = Object.entries(group?.members ?? {}).find(([, id]) => id === sender.sender)?.[0];
    if (name === undefined) return group && maybeStored(sender) ? boundMember(group, sender) : null;
    const known = everybody().find((person) => person.name === name) ?? null;
    // The list may be an old one; whether the person still is an operator is asked of the disk.
    if (known === null || configured.some((person) => person.name === name)) return known;
    const [first] = Object.entries(known.ids);
    return first ? lookUp({ channel: first[0], sender: first[1] }) : null;
  };

  const whole = (sender: Sender): Operator | null =>
    recognise(fixed, sender) ?? (maybeStored(sender) ? lookUp(sender) : null) ?? member(sender);

  return {
    knows: (sender) => recognise(fixed, sender) !== null || isMember(sender) || maybeStored(sender),
    recognise: (sender) => {
      const operator = whole(sender);
      return operator && narrowed(operator, groupOf(sender)?.gateways);
    },
    everybody,
    changed: refresh,
  };
};

/** The bounds of the configuration hold for the person, by whichever id the person comes. */
const boundsOf = (configured: readonly Operator[], name: string): Pick<Operator, 'gateways'> => {
  const gateways = configured.find((person) => person.name === name)?.gateways;
  return gateways === undefined ? {} : { gateways };
};

/** Everybody of both lists, each person once. */
export const withPaired = (configured: readonly Operator[], paired: readonly PairedOperator[]): readonly Operator[] =>
  paired.reduce(joined, configured);

/** Somebody who is on the list already gets the id; somebody new is put at its end. */
const joined = (people: readonly Operator[], { name, role, channel, user }: PairedOperator): readonly Operator[] => {
  if (!isRole(role) || recognise(people, { channel, sender: user })) return people;
  const ids = { [channel]: user };
  const known = people.find((person) => person.name === name && !Object.hasOwn(person.ids, channel));
  return known
    ? people.map((person) => (person === known ? { ...person, ids: { ...person.ids, ...ids } } : person))
    : [...people, { name, role, ids, ...boundsOf(people, name) }];
};
