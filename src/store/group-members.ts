/** Who is who in a group where people have other ids than one-to-one, as operators have said of themselves. */
import type { DatabaseSync } from 'node:sqlite';

export interface GroupMember {
  readonly channel: string;
  /** The platform's id of the group. */
  readonly group: string;
  /** The platform's id of the person in this group. */
  readonly member: string;
  /** The same person one-to-one. The role is looked up by this each time. */
  readonly ownerChannel: string;
  readonly owner: string;
  readonly boundAt: number;
}

export interface GroupMembers {
  /** A person has one id in a group: the one before counts no more. */
  bind(member: GroupMember): void;
  find(channel: string, group: string, member: string): GroupMember | null;
  list(): readonly GroupMember[];
  /** @returns whether there was one. */
  forget(member: Pick<GroupMember, 'channel' | 'group' | 'member'>): boolean;
}

export const createGroupMembers = (db: DatabaseSync): GroupMembers => {
  const columns = 'channel, group_id AS "group", member, owner_channel AS ownerChannel, owner, bound_at AS boundAt';
  const replace = db.prepare(
    'DELETE FROM group_members WHERE channel = ? AND group_id = ? AND owner_channel = ? AND owner = ?',
  );
  const insert = db.prepare(
    `INSERT INTO group_members (channel, group_id, member, owner_channel, owner, bound_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (channel, group_id, member) DO UPDATE SET owner_channel = excluded.owner_channel, owner = excluded.owner, bound_at = excluded.bound_at`,
  );
  const find = db.prepare(`SELECT ${columns} FROM group_members WHERE channel = ? AND group_id = ? AND member = ?`);
  const list = db.prepare(`SELECT ${columns} FROM group_members ORDER BY bound_at, channel, group_id, member`);
  const remove = db.prepare('DELETE FROM group_members WHERE channel = ? AND group_id = ? AND member = ?');
  const read = (row: object): GroupMember => ({ ...row }) as GroupMember;
  return {
    bind: ({ channel, group, member, ownerChannel, owner, boundAt }) => {
      replace.run(channel, group, ownerChannel, owner);
      insert.run(channel, group, member, ownerChannel, owner, boundAt);
    },
    find: (channel, group, member) => {
      const row = find.get(channel, group, member);
      return row ? read(row) : null;
    },
    list: () => list.all().map(read),
    forget: ({ channel, group, member }) => remove.run(channel, group, member).changes > 0,
  };
};
