/** One gateway as the chat commands see it. */
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import type { GatewayPort, GatewayReport } from '../chat/command.ts';
import type { Budget } from '../config/config.ts';
import { DAY_MS, HOUR_MS } from '../healing/budget.ts';
import type { RestartLedger } from '../healing/ledger.ts';
import type { Incident } from '../incidents/incident.ts';
import { processMemory } from '../sensors/proc.ts';
import { logNames } from '../sensors/log-files.ts';
import { refusalText } from '../base/foreign/refusal.ts';
import { searchLogs } from '../sensors/log-search.ts';
import { CHECKS } from '../doctor/checks/index.ts';
import { createContext } from '../doctor/context.ts';
import { examine } from '../doctor/examine.ts';
import { runCommand } from '../supervisors/run-command.ts';
import { homedir, userInfo } from 'node:os';
import type { Care } from './care.ts';
import { signed, type LogPositions } from './log-positions.ts';
import type { Patient } from './patient.ts';

export interface GatewayPortOptions {
  readonly patient: Patient;
  readonly care: Care;
  readonly budget: Budget;
  readonly ledger: RestartLedger;
  readonly openIncidents: () => readonly Incident[];
  readonly positions: LogPositions;
  readonly clock: Clock;
}

export const createGatewayPort = ({
  patient,
  care,
  budget,
  ledger,
  openIncidents,
  positions,
  clock,
}: GatewayPortOptions): GatewayPort => {
  const { name } = patient.config;
  return {
    name,
    isTreatable: patient.isTreatable,
    restartsLinks: patient.control !== undefined,
    report: async () => {
      const look = await patient.watcher.look();
      care.onLook(look);
      const now = clock.now();
      return {
        verdicts: look.verdicts,
        process: look.vitals.process,
        memoryBytes: look.vitals.process ? await processMemory(look.vitals.process.pid).catch(() => null) : null,
        restarts: {
          lastHour: ledger.times(name, now - HOUR_MS).length,
          perHour: budget.perHour,
          lastDay: ledger.times(name, now - DAY_MS).length,
          perDay: budget.perDay,
        },
        incident:
          openIncidents()
            .filter(({ gateway }) => gateway === name)
            .toSorted(byUrgency)[0] ?? null,
        judgedAt: look.at,
        problems: look.problems.filter((problem) => !look.refused.some((refusal) => refusalText(refusal) === problem)),
        logDoubts: look.logDoubts,
        refused: look.refused,
        decision: await care.decide(look),
        ...(patient.isTreatable ? await keeper(patient) : { holder: null, holderProblem: null }),
      };
    },
    logs: signed(name, positions, async (query) =>
      searchLogs(await logNames(await patient.mainLog(), patient.trust), query, patient.kind.parseLine, {
        trust: patient.trust,
      }),
    ),
    doctor: () =>
      examine(
        createContext(patient.config, patient.kind, {
          userHome: homedir(),
          user: userInfo().username,
          uid: userInfo().uid,
          run: runCommand,
          clock,
        }),
        CHECKS,
      ),
    plan: (remedy) => care.plan(remedy),
    planLink: (link) => care.planLink(link),
    planEnd: (pid, startTime) => care.planEnd(pid, startTime),
    treat: (plan, requestedBy, origin) => care.treat(plan, requestedBy, origin).outcome === 'begun',
  };
};

/** What is ill comes before what is about to be over. */
const byUrgency = (a: Incident, b: Incident): number => Number(b.wellSince === null) - Number(a.wellSince === null);

/** Who keeps the gateway; why that cannot be told is worth knowing too. */
const keeper = async ({ holder }: Patient): Promise<Pick<GatewayReport, 'holder' | 'holderProblem'>> => {
  try {
    return { holder: await holder.choose(), holderProblem: null };
  } catch (error) {
    return { holder: null, holderProblem: errorText(error) };
  }
};
