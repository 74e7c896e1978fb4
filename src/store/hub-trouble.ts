/** What keeps the agent of a fleet from its hub, as the running bot notes it for those who ask beside it. */
import type { Meta } from './meta.ts';

export const HUB_TROUBLES = ['access', 'no_server', 'refused', 'no_hub', 'other_version', 'twins'] as const;

export interface HubTrouble {
  /** `access`: the key or the certificate in the configuration cannot be used. `twins`: another agent has the same name. */
  readonly why: (typeof HUB_TROUBLES)[number];
  /** Since when no hub is heard; of `twins`, since when there are two. */
  readonly since: number;
  /** What the server or the file says, without secrets; null: nothing. */
  readonly said: string | null;
}

const KEY = 'fleet.hub_trouble';

export const writeHubTrouble = (meta: Pick<Meta, 'set'>, trouble: HubTrouble | null): void =>
  meta.set(KEY, trouble === null ? null : JSON.stringify(trouble));

/** @returns null: there is none, or what stands there cannot be read. */
export const readHubTrouble = (meta: Pick<Meta, 'get'>): HubTrouble | null => {
  try {
    const { why, since, said } = JSON.parse(meta.get(KEY) ?? 'null') as Partial<HubTrouble>;
    const known = HUB_TROUBLES.find((each) => each === why);
    return known !== undefined && typeof since === 'number'
      ? { why: known, since, said: typeof said === 'string' ? said : null }
      : null;
  } catch {
    return null;
  }
};
