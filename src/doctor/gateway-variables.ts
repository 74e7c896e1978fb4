/** The environment of a gateway: what its process was started with, or would be. */
import { processEnvironment } from '../sensors/process/proc.ts';
import type { DoctorContext } from './context.ts';

/** Returns the variables that are set, of those with these names. Never throws. */
export const gatewayVariables = async (
  context: Pick<DoctorContext, 'processes' | 'units'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  if (names.length === 0) return new Map();
  const [process] = await context.processes().catch(() => []);
  const unit = process ? undefined : (await context.units().catch(() => []))[0];
  const environment = (process ? await processEnvironment(process.pid) : unit?.environment) ?? {};
  return new Map(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const])),
  );
};
