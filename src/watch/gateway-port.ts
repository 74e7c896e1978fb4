/** One gateway as the chat commands see it. */
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import type { GatewayPort, GatewayReport } from '../chat/command.ts';
import type { Budget } from '../config/config.ts';
import { DAY_MS, HOUR_MS } from '../healing/budget.ts';
import type { RestartLedger } from '../healing/ledger.ts';
import type { Incident } from '../incidents/incident.ts';
import { tailLines } from '../sensors/tail.ts';
import type { Care } from './care.ts';
import type { Patient } from './patient.ts';

export interface GatewayPortOptions {
  readonly patient: Patient;
  readonly care: Care;
  readonly budget: Budget;
  readonly ledger: RestartLedger;
  readonly openIncidents: () => readonly Incident[];
  readonly clock: Clock;
}

export const createGatewayPort = ({ patient, care, budget, ledger, openIncidents, clock }: GatewayPortOptions): GatewayPort => {
  const { name } = patient.config;
  return {
    name,
    report: async () => {
      const look = await patient.watcher.look();
      care.onLook(look);
      const now = clock.now();
      return {
        verdicts: look.verdicts,
        process: look.vitals.process,
        restarts: {
          lastHour: ledger.times(name, now - HOUR_MS).length,
          perHour: budget.perHour,
          lastDay: ledger.times(name, now - DAY_MS).length,
          perDay: budget.perDay,
        },
        incident: openIncidents().find(({ gateway }) => gateway === name) ?? null,
        judgedAt: look.at,
        decision: await care.decide(look),
        ...(await keeper(patient)),
      };
    },
    logs: async (count) => (await tailLines(patient.mainLog, count)).map(redact),
    plan: (remedy) => care.plan(remedy),
    treat: (plan, requestedBy, origin) => care.treat(plan, requestedBy, origin).outcome === 'begun',
  };
};

/** Who keeps the gateway; why that cannot be told is worth knowing too. */
const keeper = async ({ holder }: Patient): Promise<Pick<GatewayReport, 'holder' | 'holderProblem'>> => {
  try {
    return { holder: await holder.choose(), holderProblem: null };
  } catch (error) {
    return { holder: null, holderProblem: errorText(error) };
  }
};
