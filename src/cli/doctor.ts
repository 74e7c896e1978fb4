import { processClock } from '../base/clock.ts';
import { diffLines } from '../base/diff.ts';
import { silentLogger } from '../base/logger.ts';
import type { Config } from '../config/config.ts';
import { findingsOf, type DoctorFinding } from '../doctor/check.ts';
import type { Machine, SelfContext } from '../doctor/context.ts';
import { mend, planMending } from '../doctor/mend.ts';
import { examinedText, findingsText, leftText, mendedText, planText } from '../doctor/report.ts';
import { examineEverything, machineHere, type Group } from '../doctor/run.ts';
import { serviceState } from '../service/state.ts';
import { isProblem } from '../text/common/findings.ts';
import type { Locale } from '../text/locale.ts';
import { findConfig } from './config/find-config.ts';
import { ASK_BY_PHONE, refuseHub } from './beside-bot/hub-here.ts';
import { openToRead } from '../store/beside.ts';
import { applyTimezone } from './timezone.ts';

interface Options {
  readonly config?: string;
  readonly fix?: boolean;
  readonly json?: boolean;
  /** List every check with what became of it. */
  readonly verbose?: boolean;
  /** Ask nothing of the network. */
  readonly offline?: boolean;
}

/**
 * `lifeline doctor`: what about a gateway, the way it is kept and Lifeline itself is wrong or will fail one day.
 * Changes nothing without `fix`; with it the exit code tells of what is left afterwards, found by looking again.
 * @throws UserError when the configuration is invalid.
 */
export const doctor = async ({
  config: file,
  fix = false,
  json = false,
  verbose = false,
  offline = false,
}: Options): Promise<void> => {
  const { config, fromFile } = findConfig(file);
  refuseHub(config, ASK_BY_PHONE);
  applyTimezone(config);
  const { locale } = config;
  const machine: Machine = { ...machineHere(processClock()), network: !offline };
  const look = (): Promise<readonly Group[]> => examineEverything(selfContext(config, fromFile, machine));
  const groups = await look();
  const found = allOf(groups);
  if (!json && verbose) print(`${examinedText(groups, locale)}${found.length > 0 ? '\n' : ''}`);
  if (!json && found.length > 0) print(findingsText(found, locale, { hint: !fix }));
  const mended = fix ? await mendAll(found, machine, json ? tell : print, locale) : false;
  const after = mended ? await look() : groups;
  const left = allOf(after);
  if (json) for (const line of verbose ? jsonOfChecks(after) : []) print(line);
  if (json) for (const finding of left) print(JSON.stringify(jsonOf(finding, locale)));
  else if (mended && left.length > 0) print([leftText(locale), findingsText(left, locale, { hint: false })].join('\n'));
  if (left.some(isProblem)) process.exitCode = 1;
};

const selfContext = (config: Config, fromFile: boolean, machine: Machine): SelfContext => ({
  ...machine,
  config,
  fromFile,
  logger: silentLogger(),
  env: process.env,
  service: serviceState,
  withStore: (work) => {
    const db = openToRead(config.dataDir);
    try {
      return db && work(db);
    } finally {
      db?.close();
    }
  },
});

const allOf = (groups: readonly Group[]): readonly DoctorFinding[] =>
  groups.flatMap(({ examined }) => findingsOf(examined));

/** Shows each change before it is made. @returns whether there was any. */
const mendAll = async (
  found: readonly DoctorFinding[],
  { clock }: Machine,
  say: (text: string) => void,
  locale: Locale,
): Promise<boolean> => {
  const plan = planMending(found);
  for (const mending of plan) {
    const { file, act } = mending;
    say(
      planText(
        {
          path: file?.path ?? null,
          diff: file ? diffLines(file.before, file.after) : [],
          commands: act?.commands ?? [],
          restarts: act?.harmless !== true,
        },
        locale,
      ),
    );
    const result = await mend(mending, clock, new AbortController().signal);
    say(mendedText({ copy: result.copy, reason: result.outcome === 'failed' ? result.reason : null }, locale));
  }
  return plan.length > 0;
};

const jsonOf = ({ fix, commands, words, ...finding }: DoctorFinding, locale: Locale): object => ({
  ...finding,
  what: words[locale][0],
  why: words[locale][1],
  commands,
  fixable: fix !== null,
});

const jsonOfChecks = (groups: readonly Group[]): readonly string[] =>
  groups.flatMap(({ gateway, examined }) =>
    examined.map(({ check, result }) =>
      JSON.stringify({
        check,
        gateway,
        result: typeof result === 'object' ? 'skipped' : result,
        ...(typeof result === 'object' ? { why: result.skip } : {}),
      }),
    ),
  );

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Prints to stderr, beside the JSON on stdout. */
const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
