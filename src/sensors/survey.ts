/** One look at all processes of this machine serves every gateway that looks in the same moment. */
import { shared } from '../base/shared.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { isAlive, listProcesses } from './proc.ts';
import type { ProcessSnapshot } from './process-table.ts';

/** How old what is shared may be for a look. What is done about a look asks anew. */
export const MOMENT_MS = 500;

export interface Survey {
  /** The live processes that run a gateway of this kind, by the home that each serves. */
  serving(kind: GatewayKind): Promise<ReadonlyMap<string, readonly ProcessSnapshot[]>>;
}

export type Environment = (kind: GatewayKind, pid: number) => Promise<Record<string, string> | null>;

export const surveyWith = (environment: Environment) =>
  shared(async (): Promise<Survey> => {
    const processes = await listProcesses();
    // A kind's rule is one function, however many gateways of that kind there are.
    const known = new Map<GatewayKind['servedBy'], ReturnType<Survey['serving']>>();
    return {
      serving: (kind) => {
        const found = known.get(kind.servedBy) ?? byHome(processes, kind, environment);
        known.set(kind.servedBy, found);
        return found;
      },
    };
  });

const byHome = async (processes: readonly ProcessSnapshot[], kind: GatewayKind, environment: Environment): Promise<ReadonlyMap<string, readonly ProcessSnapshot[]>> => {
  const found = new Map<string, ProcessSnapshot[]>();
  for (const process of processes) {
    if (!isAlive(process) || kind.servedBy(process.argv, null) === null) continue;
    const home = kind.servedBy(process.argv, await environment(kind, process.pid))?.home;
    if (home != null) found.set(home, [...(found.get(home) ?? []), process]);
  }
  return found;
};
