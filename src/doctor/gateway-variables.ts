/** The environment of a gateway: what its process was started with, or would be. */
import { processVariable } from '../sensors/proc.ts';
import type { DoctorContext } from './context.ts';

/** @returns those of the names that are set. Never throws. */
export const gatewayVariables = async (context: Pick<DoctorContext, 'processes' | 'units'>, names: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  if (names.length === 0) return new Map();
  const [process] = await context.processes().catch(() => []);
  const unit = process ? undefined : (await context.units().catch(() => []))[0];
  const values = await Promise.all(names.map(async (name) => [name, process ? await processVariable(process.pid, name) : (unit?.environment[name] ?? null)] as const));
  return new Map(values.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
};
