/** Runs checks side by side, each within a limit: none of them, however it fails, is the end of the others. */
import { errorText, UserError } from '../base/errors.ts';
import { redact } from '../base/redact/redact.ts';
import { within } from '../base/time-limit.ts';
import type { DoctorCheck, Examined } from './check.ts';
import type { DoctorContext } from './context.ts';
import type { DoctorFinding, FindingFacts } from './finding.ts';

/** Service managers may take long over many units. */
const LIMIT_MS = 20_000;

export interface ExamineOptions {
  /** The name of the gateway that the findings are about; null for Lifeline itself. */
  readonly gateway: string | null;
  readonly limitMs?: number;
}

type Failure = Extract<FindingFacts, { readonly code: 'cannot_ask' | 'check_failed' }>;

/** @returns one entry for each check, in their order. Never throws. */
export const examineAll = async <Context>(
  context: Context,
  checks: readonly DoctorCheck<Context>[],
  { gateway, limitMs = LIMIT_MS }: ExamineOptions,
): Promise<readonly Examined[]> => {
  const failed = (check: string, facts: Failure): Examined => ({
    check,
    result: 'found',
    findings: [{ ...facts, gateway, severity: 'warning', commands: [], fix: null }],
  });
  const one = async ({ name, run }: DoctorCheck<Context>): Promise<Examined> => {
    try {
      const outcome = await within(run(context), limitMs);
      if (outcome === null) return failed(name, { code: 'check_failed', check: name, problem: null });
      if ('skip' in outcome) return { check: name, result: outcome, findings: [] };
      return { check: name, result: outcome.length > 0 ? 'found' : 'ok', findings: outcome };
    } catch (error) {
      const said = redact(errorText(error));
      return failed(
        name,
        error instanceof UserError
          ? { code: 'cannot_ask', problem: said }
          : { code: 'check_failed', check: name, problem: said },
      );
    }
  };
  return oncePerProblem(await Promise.all(checks.map(one)));
};

/** Joins the findings of several checks that could not ask the same source. */
const oncePerProblem = (examined: readonly Examined[]): readonly Examined[] => {
  const told = new Set<string>();
  return examined.map((each) => ({
    ...each,
    findings: each.findings.filter((finding) => {
      if (finding.code !== 'cannot_ask') return true;
      const first = !told.has(finding.problem);
      told.add(finding.problem);
      return first;
    }),
  }));
};

/** What could not be asked comes last. */
export const findingsOf = (examined: readonly Examined[]): readonly DoctorFinding[] => {
  const all = examined.flatMap(({ findings }) => findings);
  const isOurs = ({ code }: DoctorFinding): boolean => code === 'cannot_ask' || code === 'check_failed';
  return [...all.filter((finding) => !isOurs(finding)), ...all.filter(isOurs)];
};

export const examine = async (
  context: DoctorContext,
  checks: readonly DoctorCheck<DoctorContext>[],
): Promise<readonly DoctorFinding[]> =>
  findingsOf(await examineAll(context, checks, { gateway: context.gateway.name }));
