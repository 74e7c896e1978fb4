/** The gateways to be watched: those that have a home on this machine, and those that somebody names by theirs. */
import { UserError } from '../base/errors.ts';
import { findHomes, kindOfHome, KINDS, type FoundHome } from '../gateways/index.ts';
import type { KindName } from '../gateways/names.ts';
import type { SetupText } from '../text/setup/setup.ts';
import { userHomeOf, type Variables } from './paths.ts';

export type FoundGateway = FoundHome;

/** The gateways of the configuration. */
type Watched = readonly { readonly name: string; readonly home: string }[];

/** Finds gateways of all kinds that are not watched yet. */
export const findGateways = (env: Variables, watched: Watched): readonly FoundGateway[] =>
  withNames(
    findHomes(env, userHomeOf(env))
      .filter(({ home }) => !watched.some((other) => other.home === home))
      .map(({ kind, home }) => ({ name: null, kind, home })),
    watched,
  );

/** A home as somebody names it; `name` null: it gets the name that its kind gives it. */
export interface NamedHome {
  readonly name: string | null;
  readonly home: string;
}

/** @throws UserError `USAGE_GATEWAY` for a folder that is no gateway's home. */
export const recogniseHomes = (
  homes: readonly NamedHome[],
  watched: Watched,
  text: Pick<SetupText, 'noHome'>,
): readonly FoundGateway[] =>
  withNames(
    homes.map(({ name, home }) => {
      const kind = kindOfHome(home);
      if (kind === null) throw new UserError('USAGE_GATEWAY', `--gateway ${home}: ${text.noHome()}`);
      return { name, kind, home };
    }),
    watched,
  );

interface Unnamed {
  readonly name: string | null;
  readonly kind: KindName;
  readonly home: string;
}

/**
 * Two names that somebody gave may be the same, which the configuration then refuses; all others differ from each other
 * and from those.
 */
const withNames = (gateways: readonly Unnamed[], watched: Watched): readonly FoundGateway[] => {
  const taken = new Set([...watched, ...gateways].flatMap(({ name }) => (name === null ? [] : [folded(name)])));
  return gateways.map(({ name: given, kind, home }) => {
    const name = given ?? freeName(KINDS[kind].nameOf(home), kind, taken);
    taken.add(folded(name));
    return { name, kind, home };
  });
};

/** As people tell names apart. */
const folded = (name: string): string => name.normalize('NFKC').toLowerCase();

/** Room for what is added: a name has at most 64 letters. */
const LONGEST = 50;

/** `main`, else with its kind before it, else with a number behind it. */
const freeName = (usual: string, kind: KindName, taken: ReadonlySet<string>): string => {
  const short = usual.slice(0, LONGEST);
  const others = short.startsWith(kind) ? [] : [`${kind}-${short}`];
  const free = [usual, ...others].find((name) => !taken.has(folded(name)));
  if (free !== undefined) return free;
  for (let number = 2; ; number += 1) if (!taken.has(folded(`${short}-${number}`))) return `${short}-${number}`;
};
