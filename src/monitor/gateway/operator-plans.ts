/** What an operator's `/restart`, `/start`, `/stop` and `/end` would do now. Nothing is done about it. */
import { UserError } from '../../base/errors.ts';
import { suspectsIn, type LinkName } from '../../diagnosis/evidence.ts';
import type { TreatmentPlan } from '../../healing/treatment.ts';
import type { TreatableGateway } from './monitored-gateway.ts';
import type { TreatmentPlanner } from './treatment-planner.ts';

export interface OperatorPlans {
  /** @throws UserError when the supervisor cannot be asked. */
  plan(remedy: 'start' | 'restart' | 'stop'): Promise<TreatmentPlan>;
  /**
   * The same for one link alone. @throws UserError when there is no such link, or this gateway cannot restart one
   * alone.
   */
  planLink(link: LinkName): Promise<TreatmentPlan>;
  /**
   * The end of a process that looks like the gateway. @param startTime null: of whatever process has this pid. @throws
   * UserError when none of those has it.
   */
  planEnd(pid: number, startTime: number | null): Promise<TreatmentPlan>;
}

/** Conditions of a link whose login a restart can be asked to prove. */
const PROVABLE: ReadonlySet<string> = new Set([
  'up',
  'connecting',
  'reconnecting',
  'down',
  'gave_up',
  'deaf',
  'flapping',
  'rejected',
  'misconfigured',
  'unreachable',
]);

export const createOperatorPlans = (
  { name, watcher, detection, control, findProcess }: TreatableGateway,
  { planFor }: Pick<TreatmentPlanner, 'planFor'>,
  signal: AbortSignal,
): OperatorPlans => ({
  plan: async (remedy) => {
    const look = await watcher.look();
    const links =
      remedy === 'stop'
        ? []
        : look.verdicts.filter(({ condition }) => PROVABLE.has(condition)).flatMap(({ link }) => link ?? []);
    const possible = remedy === 'restart' && !look.vitals.process ? 'start' : remedy;
    return planFor(possible, links, look, await detection.choose(signal));
  },
  planLink: async (link) => {
    if (!control)
      throw new UserError(
        'LINK_ALONE',
        `${name} offers no way to restart one link alone. To restart all of it: /restart ${name}`,
      );
    const look = await watcher.look();
    const known = look.verdicts.flatMap((verdict) => verdict.link ?? []);
    if (!known.includes(link))
      throw new UserError(
        'LINK_UNKNOWN',
        `${name} has no link "${link}"${known.length > 0 ? `; it has: ${known.join(', ')}` : ''}.`,
      );
    return planFor('restart_link', [link], look, await detection.choose(signal));
  },
  planEnd: async (pid, startTime) => {
    const [{ gateway: proven, beside }, look] = [await findProcess(), await watcher.look()];
    const suspects = [...beside, ...suspectsIn(look.verdicts.flatMap(({ evidence }) => evidence))];
    const target = suspects.find(
      (suspect) => suspect.pid === pid && (startTime === null || suspect.startTime === startTime),
    );
    if (proven?.pid === pid)
      throw new UserError('END_GATEWAY', `pid ${pid} is ${name} itself. To restart it: /restart ${name}`);
    if (!target)
      throw new UserError(
        'END_UNKNOWN',
        `pid ${pid} is not one of the processes that look like ${name}${suspects.length > 0 ? `; those are: ${[...new Set(suspects.map((suspect) => suspect.pid))].join(', ')}` : ', and no other is'}.`,
      );
    return planFor('end_process', [], look, await detection.choose(signal), target);
  },
});
