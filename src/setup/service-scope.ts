/**
 * Decides which scope of Lifeline's service fits the gateways: a user's manager keeps that user's units, and a service
 * of the same user reaches them best.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { silentLogger } from '../base/logger.ts';
import type { Clock } from '../base/clock.ts';
import type { GatewayConfig } from '../config/config.ts';
import { createKind } from '../gateways/index.ts';
import { createKeeping } from '../supervisors/keeping.ts';
import { runCommand, type RunCommand } from '../supervisors/run-command.ts';
import type { SupervisorName } from '../supervisors/supervisor.ts';

const ROOT = 0;

/** The supervisor of a gateway and the uid of its home's owner; null: unknown. */
export interface Kept {
  readonly supervisor: SupervisorName | null;
  readonly owner: number | null;
}

export type FittingService =
  | { readonly scope: 'user' | 'system' }
  /** The gateways are this other user's: a service of root's fits them in neither scope. */
  | { readonly scope: null; readonly owner: number };

/** @param uid who sets Lifeline up. Only root has a choice. */
export const fittingService = (gateways: readonly Kept[], uid: number): FittingService => {
  if (uid !== ROOT) return { scope: 'user' };
  const known = gateways.filter(({ supervisor }) => supervisor !== null);
  const [first] = known;
  const isOneUsers =
    first !== undefined &&
    known.every(({ supervisor, owner }) => supervisor === 'systemd-user' && owner === first.owner);
  if (!isOneUsers || first.owner === null) return { scope: 'system' };
  return first.owner === ROOT ? { scope: 'user' } : { scope: null, owner: first.owner };
};

interface Tools {
  readonly userHome: string;
  readonly clock: Clock;
  readonly run?: RunCommand;
}

/** Reads only. Never throws. */
export const keptOf = async (gateway: GatewayConfig, { userHome, clock, run = runCommand }: Tools): Promise<Kept> => {
  const owner = await stat(gateway.home).then(
    ({ uid }) => uid,
    () => null,
  );
  if (gateway.supervisor !== 'auto') return { supervisor: gateway.supervisor, owner };
  const { detection, services } = createKeeping({
    gateway,
    kind: createKind(gateway),
    userHome,
    outputFile: '',
    run,
    clock,
    logger: silentLogger(),
  });
  // A manager that does not run now will have it by its definition.
  const defined = services.find(({ path }) => existsSync(path))?.supervisor ?? null;
  return {
    supervisor: await detection.choose().then(
      ({ supervisor }) => (supervisor.name === 'process' ? (defined ?? supervisor.name) : supervisor.name),
      () => defined,
    ),
    owner,
  };
};
