/** A gateway of which no process is ever looked for: its links and checks tell whether it is up. */
import type { DiagnosisPolicy } from '../policy.ts';
import type { Evidence } from '../evidence.ts';
import type { GatewayState } from '../state.ts';

/** Traffic this long after the first words of a stop is no work that was still to be ended. */
const LIVES_ON_MS = 30_000;

const proofsOf = ({ links }: GatewayState): readonly Evidence[] =>
  [...links.values()].flatMap(({ proof }) => proof ?? []);

/**
 * @returns what shows in this life that it is up, the oldest first; nothing for a gateway whose process is looked for.
 */
export const signsOfLife = (state: GatewayState, { unseen }: DiagnosisPolicy): readonly Evidence[] => {
  if (!unseen) return [];
  const well = [...state.checks.values()].filter(({ fact }) => fact.kind === 'check' && fact.ok);
  return [...proofsOf(state), ...well].toSorted((one, other) => one.at - other.at);
};

/** Since when its links and checks have told of it in this life; a proof is replaced by each later one. */
export const aliveSince = ({ links }: GatewayState, signs: readonly Evidence[]): number =>
  Math.min(
    ...signs.map(({ at }) => at),
    ...[...links.values()].filter(({ proof }) => proof !== null).map(({ since }) => since),
  );

/** Whether it was started anew after its last words of that time: it has logged in since, or works on. */
export const isUpAgain = (state: GatewayState, { unseen }: DiagnosisPolicy, since: number): boolean =>
  unseen && proofsOf(state).some(({ at, fact }) => at > since + (fact.kind === 'link-login' ? 0 : LIVES_ON_MS));
