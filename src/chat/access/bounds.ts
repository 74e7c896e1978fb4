/**
 * Operators who may command and see only some gateways (`operators[].gateways`). What lies beyond these does not exist
 * for their commands: no gateway, no incident and no silence of it is seen, and nothing that is for all gateways is
 * changed. Every way of a command (`bus.ts`, `run-remote.ts`) takes its context from here.
 */
import type { Operator } from '../../config/config.ts';
import type { CommandContext, CommandEffects, IncidentsPort } from '../command/command.ts';

export const isBounded = ({ gateways }: Pick<Operator, 'gateways'>): boolean => gateways !== undefined;

/** @returns whether an operator, a group or a route is for this gateway: without a list it is for all. */
export const reaches = ({ gateways }: Pick<Operator, 'gateways'>, gateway: string): boolean =>
  gateways === undefined || gateways.includes(gateway);

type Seen = Pick<
  CommandContext,
  'gateways' | 'lifeline' | 'incidents' | 'silences' | 'plans' | 'audit' | 'settings' | 'examineSelf'
>;

/** @returns what this operator's commands may see of it. What is wrong with Lifeline itself may name any gateway. */
export const withinBounds = (seen: Seen, operator: Operator): Seen => {
  if (!isBounded(operator)) return seen;
  const { incidents, silences, plans, examineSelf: _ofAll, ...rest } = seen;
  const sees = ({ gateway }: { readonly gateway: string | null }): boolean =>
    gateway === null || reaches(operator, gateway);
  return {
    ...rest,
    gateways: seen.gateways.filter(({ name }) => reaches(operator, name)),
    incidents: boundIncidents(incidents, operator),
    silences: {
      active: (now) => silences.active(now).filter(sees),
      until: (kind, gateway, now) => (reaches(operator, gateway) ? silences.until(kind, gateway, now) : null),
    },
    plans: { pending: (now) => plans.pending(now).filter(sees) },
  };
};

/** @returns who this is in a place that is itself for some gateways only: what both are for. */
export const narrowed = (operator: Operator, gateways: readonly string[] | undefined): Operator =>
  gateways === undefined ? operator : { ...operator, gateways: gateways.filter((name) => reaches(operator, name)) };

export const boundIncidents = (incidents: IncidentsPort, operator: Operator): IncidentsPort => {
  const isSeen = ({ gateway }: { readonly gateway: string }): boolean => reaches(operator, gateway);
  return {
    open: () => incidents.open().filter(isSeen),
    since: (at) => incidents.since(at).filter(isSeen),
    get: (id) => {
      const found = incidents.get(id);
      return found !== null && isSeen(found) ? found : null;
    },
    blips: (at) => incidents.blips(at).filter(isSeen),
    watched: (gateway, window) => (reaches(operator, gateway) ? incidents.watched(gateway, window) : []),
  };
};

/**
 * @returns what this operator's commands may change. Their arguments name a gateway (`readArguments`), so that a change
 * beyond the bounds is a mistake of the program. @throws Error instead of that change.
 */
export const changesWithinBounds = (
  changes: CommandEffects,
  incidents: Pick<IncidentsPort, 'get'>,
  operator: Operator,
): CommandEffects => {
  if (!isBounded(operator)) return changes;
  const { silences, plans, pins, members } = changes;
  const isOwn = (gateway: string | null): boolean => gateway !== null && reaches(operator, gateway);
  const refuse = (gateway: string | null): void => {
    if (!isOwn(gateway)) throw new Error(`${operator.name} may not change ${gateway ?? 'all gateways'}`);
  };
  return {
    // The card shows what its person may see (`app/pinned-status.ts`).
    ...(pins ? { pins } : {}),
    // An operator binds the own id alone.
    ...(members ? { members } : {}),
    silences: {
      ...silences,
      add: (silence) => {
        refuse(silence.gateway);
        return silences.add(silence);
      },
      end: (kind, gateway, now) => (isOwn(gateway) ? silences.end(kind, gateway, now) : 0),
    },
    plans: {
      ...plans,
      add: (plan) => {
        refuse(plan.gateway);
        return plans.add(plan);
      },
      cancel: (id, now) =>
        plans.pending(now).some((plan) => plan.id === id && isOwn(plan.gateway)) && plans.cancel(id, now),
      endPresent: (gateway, now) => (isOwn(gateway) ? plans.endPresent(gateway, now) : 0),
    },
    acknowledge: (ids, by) =>
      changes.acknowledge(
        ids.filter((id) => isOwn(incidents.get(id)?.gateway ?? null)),
        by,
      ),
  };
};
