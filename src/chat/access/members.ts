/**
 * How an operator becomes known in a QQ group, where QQ gives people other ids: `/bind` in private shows a random word,
 * and the person who writes it in the group, mentioning the bot, is that operator (docs/security.md#who-may-do-what).
 * Nothing else that is written there counts.
 */
import { createHash, randomInt } from 'node:crypto';
import type { Group } from '../../config/config.ts';
import type { GroupMembers } from '../../store/group-members.ts';
import { normalise } from '../bus/parse-command.ts';
import type { BoundMember, MemberEffects, MembersPort, SeenMember } from '../command/command.ts';

/** A message that mentions the bot in a group, of a person who is nobody there. */
export interface Mention {
  readonly channel: string;
  /** The platform's id of the group. */
  readonly group: string;
  /** The platform's id of the person in this group. */
  readonly member: string;
  readonly text: string;
  readonly at: number;
}

export interface Mentions {
  note(mention: Mention): void;
}

export interface MembersOptions {
  readonly groups: readonly Group[];
  readonly store: GroupMembers;
  /** Whether the person is known there already. */
  readonly isKnown: (mention: Mention) => boolean;
  readonly onChange: () => void;
}

/** A platform on which a person has another id in each group. */
export const hasIdsOfItsOwn = ({ channel }: Pick<Group, 'channel'>): boolean => channel === 'qq';

/** Without letters that are taken for one another; no word of a language has eight of these. */
const ALPHABET = '23456789ACDEFGHJKMNPQRTVWXY';
const LENGTH = 8;
const VALID_MS = 10 * 60_000;

interface Word {
  readonly word: string;
  readonly until: number;
  /** Who has written it; two are enough to make it void. */
  readonly claims: readonly Mention[];
}

/** Names a person of a group in a button; short enough for one. */
const keyOf = ({ channel, group, member }: Pick<Mention, 'channel' | 'group' | 'member'>): string =>
  createHash('sha256')
    .update(JSON.stringify([channel, group, member]))
    .digest('hex')
    .slice(0, 16);

export const createMembers = ({ groups, store, isKnown, onChange }: MembersOptions) => {
  const own = groups.filter(hasIdsOfItsOwn);
  const groupOf = ({ channel, group }: Pick<Mention, 'channel' | 'group'>): Group | undefined =>
    own.find((each) => each.channel === channel && each.id === group);
  /** By operator; in memory only: after a restart `/bind` shows a new one. */
  const words = new Map<string, Word>();
  const ownerKey = ({ channel, user }: { readonly channel: string; readonly user: string }): string =>
    JSON.stringify([channel, user]);
  const wordOf = (owner: { readonly channel: string; readonly user: string }, now: number): Word | null => {
    const found = words.get(ownerKey(owner));
    return found && now < found.until && now >= found.until - VALID_MS ? found : null;
  };

  const claim: MembersPort['claim'] = (owner, now) => {
    const claims = wordOf(owner, now)?.claims.filter((mention) => !isKnown(mention)) ?? [];
    const [mention, ...others] = claims;
    const group = mention && groupOf(mention);
    if (!mention || !group) return null;
    return others.length > 0
      ? 'several'
      : ({ key: keyOf(mention), group: group.name, id: mention.member, at: mention.at } satisfies SeenMember);
  };

  const port: MembersPort = {
    groups: own.map(({ name }) => name),
    word: (owner, now) => {
      const valid = wordOf(owner, now);
      if (valid && valid.claims.length < 2) return valid;
      const word = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
      const issued = { word, until: now + VALID_MS, claims: [] };
      words.set(ownerKey(owner), issued);
      return issued;
    },
    claim,
    of: ({ channel, user }) =>
      store.list().flatMap((bound): BoundMember[] => {
        const group = groupOf(bound);
        if (!group || bound.ownerChannel !== channel || bound.owner !== user) return [];
        return [{ key: keyOf(bound), group: group.name, id: bound.member, boundAt: bound.boundAt }];
      }),
  };

  const effects: MemberEffects = {
    bind: (key, owner, now) => {
      const found = claim(owner, now);
      const mention = wordOf(owner, now)?.claims.find((each) => keyOf(each) === key);
      if (found === null || found === 'several' || found.key !== key || !mention) return false;
      store.bind({
        channel: mention.channel,
        group: mention.group,
        member: mention.member,
        ownerChannel: owner.channel,
        owner: owner.user,
        boundAt: now,
      });
      words.delete(ownerKey(owner));
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

  /** Only the word itself counts, as the whole message. */
  const note = (mention: Mention): void => {
    const said = normalise(mention.text).trim().toUpperCase();
    if (said.length !== LENGTH || groupOf(mention) === undefined) return;
    for (const [owner, word] of words) {
      const isNew = word.claims.every((each) => keyOf(each) !== keyOf(mention));
      if (word.word === said && mention.at < word.until && isNew && word.claims.length < 2)
        words.set(owner, { ...word, claims: [...word.claims, mention] });
    }
  };
  return { port, effects, note };
};
