/** Asks a gateway for its report without letting one that does not answer delay the command. */
import type { GatewayPort, GatewayReport } from '../../src/chat/command/command.ts';
import { askInTime } from './ask-in-time.ts';

export type GatewayAnswer = Pick<GatewayPort, 'name' | 'isTreatable'> & ReportOrProblem;

type ReportOrProblem =
  | { readonly report: GatewayReport }
  /** `problem` null: no answer in time. */
  | { readonly report: null; readonly problem: string | null };

const LIMIT_MS = 10_000;

/** Never throws and never takes longer than `limitMs`. */
export const askGateway = async (gateway: GatewayPort, limitMs = LIMIT_MS): Promise<GatewayAnswer> => {
  const { name, isTreatable } = gateway;
  const report = await askInTime(() => gateway.report(), limitMs);
  return report.ok
    ? { name, isTreatable, report: report.value }
    : { name, isTreatable, report: null, problem: report.problem };
};
