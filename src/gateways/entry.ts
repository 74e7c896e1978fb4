/** What is known of a kind of gateway before it is known which gateway. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayKind } from './gateway-kind.ts';
import type { GenericSettings } from './generic/settings.ts';
import type { KindName } from './names.ts';

/** What a kind needs to know of one gateway; an entry of the configuration is one. */
export interface GatewaySpec {
  readonly name: string;
  readonly kind: KindName;
  readonly home: string;
  readonly command: readonly string[];
  readonly unit: string | null;
  readonly supervisor: string;
  /** As in `GatewayKind`; nobody unless told. */
  readonly trustedUsers?: readonly string[];
  /** Of the generic kind only. */
  readonly generic: GenericSettings | null;
}

export interface KindEntry {
  /** How people call it; null: it is called by the name that the operator gave it. */
  readonly title: string | null;
  /** Where its home usually is, `~` for the user's; null: it has no usual one. */
  readonly usualHome: string | null;
  /** Where the home of its profile NAME usually is; null: it has none. */
  readonly profileHome: string | null;
  /** The argv that starts it; empty: only the operator knows. */
  readonly usualCommand: readonly string[];
  /** The same for this home: another profile's command would act on the wrong gateway. */
  readonly commandFor: (home: string) => readonly string[];
  /** The name of its service; for examples. */
  readonly usualUnit: string;
  /** How long it may take to stop, milliseconds. */
  readonly stopMs: number;
  /** Its homes on this machine. @param userHome for `~` */
  readonly findHomes: (
    env: Readonly<Record<string, string | undefined>>,
    userHome: string,
  ) => readonly { readonly name: string; readonly home: string }[];
  /** Files and folders below a home, the most telling first: one of them makes a folder its home. */
  readonly homeSigns: readonly string[];
  /** What the gateway of such a home is called when nobody has given it a name. */
  readonly nameOf: (home: string) => string;
  /** Variables of its own processes that a gateway which Lifeline starts must not inherit. */
  readonly ownVariables: readonly string[];
  readonly create: (gateway: GatewaySpec) => GatewayKind;
}

export const looksLikeHome = (home: string, signs: KindEntry['homeSigns']): boolean =>
  signs.some((sign) => existsSync(join(home, sign)));

/** What lies in a folder, sorted; nothing where it is not there or may not be read. */
export const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
};
