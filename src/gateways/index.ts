import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewaySpec, KindEntry } from './entry.ts';
import type { GatewayKind } from './gateway-kind.ts';
import { genericEntry } from './generic/entry.ts';
import { hermesEntry } from './hermes/entry.ts';
import { KIND_NAMES, type KindName } from './names.ts';
import { openClawEntry } from './openclaw/entry.ts';

/** Every kind of gateway that Lifeline knows, by its name in the configuration. */
export const KINDS: Readonly<Record<KindName, KindEntry>> = {
  hermes: hermesEntry,
  openclaw: openClawEntry,
  generic: genericEntry,
};

/** @returns what is to be known of this gateway by its kind. */
export const createKind = (gateway: GatewaySpec): GatewayKind => KINDS[gateway.kind].create(gateway);

/** A home that is not in the configuration: another profile's, or one that was found. */
export const kindAt = (kind: KindName, home: string): GatewayKind =>
  createKind({
    name: 'main',
    kind,
    home,
    command: KINDS[kind].commandFor(home),
    unit: null,
    supervisor: 'auto',
    generic: null,
  });

/**
 * @returns which kind has its home there, by the most telling sign: several have a folder `logs`; null: none that is
 * known.
 */
export const kindOfHome = (home: string): KindName | null => {
  const signs = KIND_NAMES.map((name) => ({
    name,
    at: KINDS[name].homeSigns.findIndex((sign) => existsSync(join(home, sign))),
  })).filter(({ at }) => at >= 0);
  return signs.toSorted((one, other) => one.at - other.at)[0]?.name ?? null;
};

export interface FoundHome {
  readonly name: string;
  readonly kind: KindName;
  readonly home: string;
}

/** The homes of all kinds on this machine, those of one kind together. @param userHome for `~` */
export const findHomes = (env: Readonly<Record<string, string | undefined>>, userHome: string): readonly FoundHome[] =>
  KIND_NAMES.flatMap((kind) => KINDS[kind].findHomes(env, userHome).map((found) => ({ ...found, kind })));
