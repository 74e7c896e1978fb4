/** Installs Lifeline as a service of this machine, and waits until it says itself that it watches. */
import { setTimeout as pause } from 'node:timers/promises';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorText, UserError } from '../base/errors.ts';
import { keepCopy } from '../base/keep-copy.ts';
import { seeProcess } from '../sensors/process/proc.ts';
import { wordsOf } from '../supervisors/run-command.ts';
import { installedText, type Installed } from '../text/cli/service.ts';
import type { Locale } from '../text/locale.ts';
import { launchdJob } from './launchd-job.ts';
import { enableLinger, lingers, lingerShown } from './linger.ts';
import type { Linger } from '../supervisors/linger.ts';
import { lastLogLines } from './last-lines.ts';
import { thisMachine, type ServiceMachine } from './machine.ts';
import type { Manager } from './manager.ts';
import { planInstall, type InstallPlan } from './install-plan.ts';
import { launchdLog } from './plist.ts';
import { UNIT } from './spec.ts';
import { readEarlierState, rollBack } from './roll-back.ts';
import { replaceWhole } from '../base/write-whole.ts';
import type { ServiceScope } from './state.ts';

/** Its channels have their own patience; a large database may be checked first. */
const READY_MS = 120_000;
/** Where nothing tells that it is ready: so long it must have lived. */
const ALIVE_MS = 5_000;

export const carryOut = async (
  plan: InstallPlan,
  machine: ServiceMachine,
  { linger = false }: { readonly linger?: boolean } = {},
): Promise<Installed> => {
  const { manager, path, text, before, spec, config, fleeting } = plan;
  const isSame = before?.text === text;
  const earlier = isSame ? null : await readEarlierState(plan, machine);
  const copy = !isSame && before?.age === 'changed' ? await keepCopy(path, machine.clock.now()) : null;
  if (!isSame) replaceWhole(path, text, { mode: 0o644 });
  const { did, problem } = await (
    manager === null ? loadAgent(plan, isSame, machine) : startUnit(manager, isSame, spec.notify, machine.entry)
  ).catch(failed);
  const log =
    problem === null ? [] : await lastLogLines({ manager, config, home: spec.account.home, running: false }, 12);
  const takenBack = problem === null || earlier === null ? null : await rollBack(plan, earlier, copy, machine);
  const lingering =
    spec.scope === 'user' && manager !== null && problem === null ? await lingerOf(linger, machine) : null;
  return {
    outcome: problem === null ? outcomeOf({ did, isSame, isFirst: before === null }) : 'not_ready',
    manager: manager === null ? 'launchd' : 'systemd',
    scope: spec.scope,
    path,
    configFile: config.file,
    copy: takenBack === null ? copy : null,
    problem,
    log,
    takenBack,
    linger: lingering && lingerShown(lingering, machine),
    watchdog: spec.notify,
    guard: spec.guard,
    fleeting,
  };
};

const outcomeOf = ({
  did,
  isSame,
  isFirst,
}: {
  readonly did: boolean;
  readonly isSame: boolean;
  readonly isFirst: boolean;
}): Installed['outcome'] => {
  if (!did && isSame) return 'already';
  return isFirst ? 'installed' : 'changed';
};

const lingerOf = async (isWanted: boolean, machine: ServiceMachine): Promise<Linger> => {
  const asked = await lingers(machine);
  return isWanted && asked.on !== true ? enableLinger(machine) : asked;
};

/** An installation whose manager cannot be asked half-way has failed as well. */
const failed = (error: unknown): Started => ({ did: true, problem: errorText(error) });

interface Started {
  /** Whether anything had to be done. */
  readonly did: boolean;
  readonly problem: string | null;
}

/** A process that began before its program was last written is an older Lifeline. */
const isOutrun = async (pid: number, entry: string): Promise<boolean> => {
  const [running, written] = await Promise.all([seeProcess(pid), stat(entry).catch(() => null)]);
  return running !== null && written !== null && written.ctimeMs > running.startedAt;
};

const startUnit = async (manager: Manager, isSame: boolean, saysReady: boolean, entry: string): Promise<Started> => {
  const value = async (name: string): Promise<string> =>
    (await manager.systemctl('show', `--property=${name}`, '--value', UNIT)).stdout;
  const runs =
    isSame &&
    (await value('NeedDaemonReload')) === 'no' &&
    (await value('ActiveState')) === 'active' &&
    (await value('UnitFileState')) === 'enabled';
  if (runs && !(await isOutrun(Number(await value('MainPID')), entry))) return { did: false, problem: null };
  const steps = [
    () => manager.systemctl('daemon-reload'),
    () => manager.systemctl('enable', UNIT),
    () => manager.restart(READY_MS),
  ];
  for (const step of steps) {
    const output = await step();
    if (output.exitCode !== 0) return { did: true, problem: wordsOf(output) };
  }
  const loaded = await value('FragmentPath');
  if (loaded !== manager.path)
    return { did: true, problem: `systemd reads another definition: ${loaded || 'none'}, not ${manager.path}` };
  if (saysReady) return { did: true, problem: null };
  const pid = await value('MainPID');
  await pause(ALIVE_MS);
  return { did: true, problem: pid !== '0' && (await value('MainPID')) === pid ? null : 'its process ended at once' };
};

const loadAgent = async (
  { spec: { account } }: InstallPlan,
  isSame: boolean,
  machine: ServiceMachine,
): Promise<Started> => {
  const job = launchdJob(machine);
  const { signal } = new AbortController();
  if (isSame && (await job.status()).state === 'active') return { did: false, problem: null };
  await mkdir(dirname(launchdLog(account.home)), { recursive: true });
  // launchd reads a definition when it is loaded, and never again.
  for (const step of [() => job.stop(null, signal), () => job.start(signal)]) {
    const result = await step();
    if (result.outcome === 'failed') return { did: true, problem: result.reason };
  }
  await pause(ALIVE_MS);
  const { state, main } = await job.status();
  return { did: true, problem: state === 'active' && main !== null ? null : `launchd says "${state}"` };
};

export interface InstallOptions {
  readonly configFile: string;
  readonly scope: ServiceScope;
  readonly locale: Locale;
}

/** For the wizard. Never throws; `text` says what was done, or why it was not and what to do. */
export const installService = async (
  { configFile, scope, locale }: InstallOptions,
  machine: ServiceMachine = thisMachine(),
): Promise<{ readonly ok: boolean; readonly text: string }> => {
  try {
    const installed = await carryOut(await planInstall({ configFile, scope, locale }, machine), machine);
    return { ok: installed.outcome !== 'not_ready', text: installedText(installed, locale) };
  } catch (error) {
    if (error instanceof UserError) return { ok: false, text: error.message };
    return { ok: false, text: `lifeline service install: ${error instanceof Error ? error.message : String(error)}` };
  }
};
