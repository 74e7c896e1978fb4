import { homedir, userInfo } from 'node:os';
import { processClock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import type { Config } from '../config/config.ts';
import { CHECKS } from '../doctor/checks/index.ts';
import { createContext, type Machine } from '../doctor/context.ts';
import { diffLines } from '../doctor/diff.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { mend, planMending } from '../doctor/mend.ts';
import { GATEWAY_KINDS } from '../gateways/index.ts';
import { runCommand } from '../supervisors/run-command.ts';
import { findingText, findingWords, leftText, mendedText, planText } from '../text/doctor.ts';
import { findConfig } from './find-config.ts';

interface Options {
  readonly config?: string;
  readonly fix?: boolean;
  readonly json?: boolean;
}

/**
 * `lifeline doctor`: what about the way this gateway is kept will fail one day. Changes nothing without `fix`; with it
 * the exit code tells of what is left afterwards, found by looking again.
 * @throws UserError when the configuration is invalid.
 */
export const doctor = async ({ config: file, fix = false, json = false }: Options): Promise<void> => {
  const { config } = findConfig(file);
  const { locale } = config;
  const machine: Machine = { userHome: homedir(), user: userInfo().username, uid: userInfo().uid, run: runCommand, clock: processClock() };
  const found = await examineAll(config, machine);
  if (!json) for (const finding of found) print(findingText(finding, locale, { hint: !fix }));
  const mended = fix ? await mendAll(found, machine, json ? tell : print, locale) : false;
  const left = mended ? await examineAll(config, machine) : found;
  if (json) for (const finding of left) print(JSON.stringify(jsonOf(finding, locale)));
  else if (mended && left.length > 0) print([leftText(locale), ...left.map((finding) => findingText(finding, locale, { hint: false }))].join('\n'));
  if (left.length > 0) process.exitCode = 1;
};

const examineAll = async (config: Config, machine: Machine): Promise<readonly Finding[]> => {
  const found: Finding[] = [];
  for (const gateway of config.gateways) {
    const kind = GATEWAY_KINDS[gateway.kind];
    if (!kind) throw new UserError('CONFIG_KIND', `There is no kind of gateway "${gateway.kind}".`);
    found.push(...(await examine(createContext(gateway, kind, machine), CHECKS)));
  }
  return found;
};

/** Shows each change before it is made. @returns whether there was any. */
const mendAll = async (found: readonly Finding[], { clock }: Machine, say: (text: string) => void, locale: Config['locale']): Promise<boolean> => {
  const plan = planMending(found);
  for (const mending of plan) {
    const { file, act } = mending;
    say(planText({ path: file?.path ?? null, diff: file ? diffLines(file.before, file.after) : [], commands: act?.commands ?? [] }, locale));
    const result = await mend(mending, clock, new AbortController().signal);
    say(mendedText({ copy: result.copy, reason: result.outcome === 'failed' ? result.reason : null }, locale));
  }
  return plan.length > 0;
};

const jsonOf = ({ fix, commands, ...finding }: Finding, locale: Config['locale']): object => ({ ...finding, ...findingWords({ fix, commands, ...finding }, locale), commands, fixable: fix !== null });

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Beside the JSON. */
const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
