/** One gateway as the chat commands see it. */
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { GatewayPort, GatewayReport } from '../../chat/command/command.ts';
import type { Budget } from '../../config/config.ts';
import { DAY_MS, HOUR_MS } from '../../healing/budget.ts';
import type { RestartLedger } from '../../healing/ledger.ts';
import type { ResourcesSeen, Vitals } from '../../diagnosis/vitals.ts';
import type { Incident } from '../../incidents/incident.ts';
import { openFilesOf } from '../../sensors/resources/resources.ts';
import { processMemory } from '../../sensors/process/proc.ts';
import { logNames } from '../../sensors/logs/log-files.ts';
import { fileRefusalText } from '../../base/refused-file.ts';
import { searchLogs } from '../../sensors/logs/log-search.ts';
import type { OperatorPlans } from './operator-plans.ts';
import type { Reconciler } from './reconciler.ts';
import { signed, type LogPositions } from './log-positions.ts';
import type { MonitoredGateway } from './monitored-gateway.ts';

export interface GatewayPortOptions {
  readonly monitored: MonitoredGateway;
  readonly reconciler: Pick<Reconciler, 'onLook' | 'decide' | 'treat' | keyof OperatorPlans>;
  readonly budget: Budget;
  readonly ledger: RestartLedger;
  readonly openIncidents: () => readonly Incident[];
  readonly positions: LogPositions;
  readonly clock: Clock;
}

export const createGatewayPort = ({
  monitored,
  reconciler,
  budget,
  ledger,
  openIncidents,
  positions,
  clock,
}: GatewayPortOptions): GatewayPort => {
  const { name } = monitored.config;
  return {
    name,
    isTreatable: monitored.isTreatable,
    restartsLinks: monitored.control !== undefined,
    report: async () => {
      const look = await monitored.watcher.look();
      reconciler.onLook(look);
      const now = clock.now();
      return {
        verdicts: look.verdicts,
        talk: look.vitals.talk,
        process: look.vitals.process,
        memoryBytes: look.vitals.process ? await processMemory(look.vitals.process.pid).catch(() => null) : null,
        resources: await resourcesNow(look.vitals),
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
        problems: look.problems.filter(
          (problem) => !look.refused.some((refusal) => fileRefusalText(refusal) === problem),
        ),
        logDoubts: look.logDoubts,
        refused: look.refused,
        decision: await reconciler.decide(look),
        ...(monitored.isTreatable ? await supervisorOf(monitored) : { supervisorChoice: null, choiceProblem: null }),
      };
    },
    logs: signed(name, positions, async (query) =>
      searchLogs(await logNames(await monitored.mainLog(), monitored.trust), query, monitored.kind.parseLine, {
        trust: monitored.trust,
      }),
    ),
    plan: (remedy) => reconciler.plan(remedy),
    planLink: (link) => reconciler.planLink(link),
    planEnd: (pid, startTime) => reconciler.planEnd(pid, startTime),
    treat: (plan, requestedBy, origin) => reconciler.treat(plan, requestedBy, origin).outcome === 'begun',
  };
};

/** The sensor counts open files now and then; whoever asks hears at once that there are none left. */
const resourcesNow = async ({ process, resources = {} }: Vitals): Promise<ResourcesSeen> => {
  const files = process && resources.memory !== undefined ? await openFilesOf(process).catch(() => null) : null;
  return files === null ? resources : { ...resources, files };
};

/** What is ill comes before what is about to be over. */
const byUrgency = (a: Incident, b: Incident): number => Number(b.wellSince === null) - Number(a.wellSince === null);

/** Who keeps the gateway; why that cannot be told is worth knowing too. */
const supervisorOf = async ({
  detection,
}: MonitoredGateway): Promise<Pick<GatewayReport, 'supervisorChoice' | 'choiceProblem'>> => {
  try {
    return { supervisorChoice: await detection.choose(), choiceProblem: null };
  } catch (error) {
    return { supervisorChoice: null, choiceProblem: errorText(error) };
  }
};
