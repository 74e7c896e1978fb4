/** The list of a fleet's members, and of those whose rights were taken. Pure. Times are seconds, as JWTs have them. */
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { HOST_NAME } from '../../config/fleet-schema.ts';

/** `host:port`. */
export const ADDRESS = /^[A-Za-z0-9.-]{1,253}:\d{1,5}$/;

export const PUBLIC_KEY = /^U[A-Z2-7]{55}$/;

const MOST_MEMBERS = 20_000;
/** The account's JWT names each of them, and must fit into one message of 1 MB. */
const MOST_REMOVED = 8_000;

const name = z.string().regex(HOST_NAME);
const key = z.string().regex(PUBLIC_KEY);
const seconds = z.number().int().nonnegative();

export const members = z.object({
  /** 1 had the rights of the members in the server's configuration. */
  v: z.literal(2),
  /** `host:port` on which the server listens, as the hosts reach it. */
  address: z.string().regex(ADDRESS),
  /** The other servers of a cluster. */
  more: z.array(z.string().regex(ADDRESS)).max(4).optional(),
  begun: seconds,
  members: z
    .array(
      z.object({
        name,
        role: z.enum(['hub', 'agent']),
        /** The public part of its nkey. */
        key,
        /** When its rights were signed last. */
        issued: seconds,
      }),
    )
    .max(MOST_MEMBERS),
  /** What was signed for these keys until `at` is refused. */
  removed: z.array(z.object({ name, key, at: seconds })),
  /** When the account's JWT, which names the removed, was signed. */
  issued: seconds,
  /** Whether a server has taken that JWT. */
  isTold: z.boolean(),
});

export type Members = z.infer<typeof members>;
export type Member = Members['members'][number];

export const serversOf = ({ address, more = [] }: Pick<Members, 'address' | 'more'>): readonly string[] => [
  address,
  ...more,
];

/** @param now in seconds. @throws UserError when the name is taken. */
export const withMember = (fleet: Members, member: Omit<Member, 'issued'>, now: number): Members => {
  if (fleet.members.some((each) => each.name === member.name))
    throw new UserError(
      'FLEET_NAME_TAKEN',
      `${member.name} is a member already. Take its rights first (lifeline fleet remove ${member.name}), or choose another name.`,
    );
  // A key that was removed and comes again needs rights that are newer than its removal.
  const removedAt = fleet.removed.find((each) => each.key === member.key)?.at ?? -1;
  return { ...fleet, members: [...fleet.members, { ...member, issued: Math.max(now, removedAt + 1) }] };
};

/** @param now in seconds. @throws UserError when there is no such member. */
export const withoutMember = (fleet: Members, gone: string, now: number): Members => {
  const member = fleet.members.find((each) => each.name === gone);
  if (member === undefined)
    throw new UserError(
      'FLEET_NO_SUCH_MEMBER',
      `${gone} is no member. There are: ${fleet.members.map((each) => each.name).join(', ')}`,
    );
  if (fleet.removed.length >= MOST_REMOVED)
    throw new UserError(
      'FLEET_TOO_MANY_REMOVED',
      `${MOST_REMOVED} hosts were removed from this fleet, and no more can be. Begin another in a new folder: lifeline fleet init HOST:PORT --dir FOLDER`,
    );
  return {
    ...fleet,
    members: fleet.members.filter((each) => each !== member),
    removed: [
      ...fleet.removed.filter((each) => each.key !== member.key),
      // Whatever the clock says, what was signed for it is refused.
      { name: gone, key: member.key, at: Math.max(now, member.issued) },
    ],
    issued: Math.max(now, fleet.issued + 1),
    isTold: false,
  };
};

/** Whoever was let in with another copy of the folder has a name there alone. */
const NAME_ELSEWHERE = 'unknown';

/**
 * Returns the fleet without those whose rights the servers know to be taken: they were removed with another copy of the
 * folder, and a JWT that does not name them would give their rights back. The same object when all are known.
 * @param revoked public keys, each with the second until which what was signed for it is refused. @param now in seconds.
 */
export const withRevoked = (fleet: Members, revoked: ReadonlyMap<string, number>, now: number): Members => {
  const known = new Map(fleet.removed.map(({ key, at }) => [key, at]));
  const names = new Map([...fleet.removed, ...fleet.members].map((each) => [each.key, each.name]));
  const more = [...revoked]
    .filter(([key, at]) => PUBLIC_KEY.test(key) && (known.get(key) ?? -1) < at)
    .map(([key, at]) => ({ name: names.get(key) ?? NAME_ELSEWHERE, key, at }));
  if (more.length === 0) return fleet;
  const keys = new Map(more.map(({ key, at }) => [key, at]));
  return {
    ...fleet,
    members: fleet.members.filter(({ key, issued }) => (keys.get(key) ?? -1) < issued),
    removed: [...fleet.removed.filter(({ key }) => !keys.has(key)), ...more],
    issued: Math.max(now, fleet.issued + 1),
    isTold: false,
  };
};
