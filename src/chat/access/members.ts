/**
 * How an operator becomes known in a QQ group: privately, by saying which of the messages that the bot has seen there is
 * the operator's own. Nothing that is written in the group binds anybody (docs/security.md#who-may-do-what).
 */
import { createHash } from 'node:crypto';
import type { Group } from '../../config/config.ts';
import type { GroupMembers } from '../../store/group-members.ts';
import type { BoundMember, MemberEffects, MembersPort, SeenMember } from '../command/command.ts';
import type { Mention, Mentions } from './mentions.ts';

export interface MembersOptions {
  readonly groups: readonly Group[];
  readonly mentions: Mentions;
  readonly store: GroupMembers;
  /** Whether somebody is known there already. */
  readonly isKnown: (mention: Mention) => boolean;
  readonly onChange: () => void;
}

/** A platform on which a person has another id in each group. */
export const hasIdsOfItsOwn = ({ channel }: Pick<Group, 'channel'>): boolean => channel === 'qq';

/** Names a person of a group in a button; short enough for one. */
const keyOf = ({ channel, group, member }: Pick<Mention, 'channel' | 'group' | 'member'>): string =>
  createHash('sha256')
    .update(JSON.stringify([channel, group, member]))
    .digest('hex')
    .slice(0, 16);

export const createMembers = ({ groups, mentions, store, isKnown, onChange }: MembersOptions) => {
  const own = groups.filter(hasIdsOfItsOwn);
  const groupOf = ({ channel, group }: Pick<Mention, 'channel' | 'group'>): Group | undefined =>
    own.find((each) => each.channel === channel && each.id === group);

  const strangers = (now: number) => mentions.recent(now).filter((mention) => !isKnown(mention));

  const port: MembersPort = {
    groups: own.map(({ name }) => name),
    seen: (now) =>
      strangers(now).flatMap((mention): SeenMember[] => {
        const group = groupOf(mention);
        const { member, text, at, alone } = mention;
        return group ? [{ key: keyOf(mention), group: group.name, id: member, text, at, alone }] : [];
      }),
    of: ({ channel, user }) =>
      store.list().flatMap((bound): BoundMember[] => {
        const group = groupOf(bound);
        if (!group || bound.ownerChannel !== channel || bound.owner !== user) return [];
        return [{ key: keyOf(bound), group: group.name, id: bound.member, boundAt: bound.boundAt }];
      }),
  };

  const effects: MemberEffects = {
    bind: (key, { channel, user }, now) => {
      const mention = strangers(now).find((each) => keyOf(each) === key && each.alone && groupOf(each) !== undefined);
      if (!mention) return false;
      store.bind({
        channel: mention.channel,
        group: mention.group,
        member: mention.member,
        ownerChannel: channel,
        owner: user,
        boundAt: now,
      });
      onChange();
      return true;
    },
    forget: (key, { channel, user }) => {
      const bound = store
        .list()
        .find((each) => keyOf(each) === key && each.ownerChannel === channel && each.owner === user);
      const gone = bound !== undefined && store.forget(bound);
      if (gone) onChange();
      return gone;
    },
  };
  /** Of other groups nobody needs to say who is who, so a crowd there keeps nobody out. */
  const note = (mention: Mention): void => {
    if (groupOf(mention) !== undefined) mentions.note(mention);
  };
  return { port, effects, note };
};
