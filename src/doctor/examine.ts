/** Runs every check over one gateway. */
import { UserError } from '../base/errors.ts';
import type { Check, DoctorContext } from './context.ts';
import type { Finding } from './finding.ts';

export const examine = async (context: DoctorContext, checks: readonly Check[]): Promise<readonly Finding[]> => {
  const found: Finding[] = [];
  const problems = new Set<string>();
  for (const check of checks) {
    try {
      found.push(...(await check.run(context)));
    } catch (error) {
      // What cannot be asked is a finding of its own, told once, and no reason to leave the other checks out.
      if (!(error instanceof UserError)) throw error;
      problems.add(error.message);
    }
  }
  return [...found, ...[...problems].map((problem): Finding => ({ code: 'cannot_ask', gateway: context.gateway.name, severity: 'warning', supervisor: context.gateway.supervisor, problem, commands: [], fix: null }))];
};
