/**
 * Removes Lifeline's service, also where its manager cannot be asked. The configuration, the data folder and the
 * gateway stay as they are.
 */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorText, UserError } from '../base/errors.ts';
import type { Locale } from '../text/locale.ts';
import type { Uninstalled } from '../text/cli/service.ts';
import { wordsOf, type CommandOutput } from '../supervisors/run-command.ts';
import { configOfService } from './make-spec.ts';
import { findAccount } from './accounts.ts';
import { readDefinition, type Definition } from './definition.ts';
import { enablingLinks } from './enabling-links.ts';
import { holderOfData } from './data-folder-holder.ts';
import { launchdJob, launchdPath } from './launchd-job.ts';
import type { ServiceMachine } from './machine.ts';
import { createManager, type Manager } from './manager.ts';
import { refusing } from './install-plan.ts';
import { programOf, UNIT, type ServiceSpec } from './spec.ts';

/** @returns null when there was none. @throws UserError when it cannot be taken away. */
export const uninstall = async (
  { scope, locale }: { readonly scope?: ServiceSpec['scope'] | undefined; readonly locale: Locale },
  machine: ServiceMachine,
): Promise<Uninstalled | null> => {
  if (machine.platform === 'darwin') return removeAgent(machine);
  const managers = (scope === undefined ? (['user', 'system'] as const) : [scope]).map((each) =>
    createManager(each, machine),
  );
  const manager = managers.find(({ path }) => existsSync(path));
  if (!manager) return null;
  if (manager.scope === 'system' && machine.self.uid !== 0)
    refusing(locale)({ why: 'needs_root', command: `sudo ${programOf(machine, []).join(' ')} service uninstall` });
  return removeUnit(manager, machine);
};

const removeUnit = async (manager: Manager, machine: ServiceMachine): Promise<Uninstalled> => {
  const definition = await readDefinition(manager.path, manager, machine);
  const output = await stopAndDisable(manager);
  if (output instanceof UserError) {
    await Promise.all([manager.path, ...enablingLinks(manager.path)].map((file) => rm(file, { force: true })));
    return left(manager.path, definition, machine, output.message);
  }
  if (output.exitCode !== 0)
    throw new UserError('SERVICE_NOT_STOPPED', `${manager.command('disable', '--now', UNIT)}: ${wordsOf(output)}`);
  await rm(manager.path, { force: true });
  await manager.systemctl('daemon-reload');
  // A Lifeline that ended with undelivered alerts is "failed", which systemd would remember.
  await manager.systemctl('reset-failed', UNIT);
  return left(manager.path, definition, machine);
};

/** @returns an error when the manager cannot be reached at all. */
const stopAndDisable = async (manager: Manager): Promise<CommandOutput | UserError> => {
  try {
    const output = await manager.systemctl('disable', '--now', UNIT);
    return output.exitCode === 0 ? output : (manager.unreached(output) ?? output);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
};

const removeAgent = async (machine: ServiceMachine): Promise<Uninstalled | null> => {
  const path = launchdPath(machine.self.home);
  if (!existsSync(path)) return null;
  const definition = await readDefinition(path, null, machine);
  const job = launchdJob(machine);
  const problem = await job.status().then(() => null, errorText);
  if (problem !== null) {
    await rm(path, { force: true });
    return left(path, definition, machine, problem);
  }
  const stopped = await job.stop(null, new AbortController().signal);
  if (stopped.outcome === 'failed') throw new UserError('SERVICE_NOT_STOPPED', stopped.reason);
  await rm(path, { force: true });
  return left(path, definition, machine);
};

/** @param problem why its manager could not be asked to stop it; null: it is stopped. */
const left = async (
  path: string,
  definition: Definition | null,
  machine: ServiceMachine,
  problem: string | null = null,
): Promise<Uninstalled> => {
  const configFile = definition?.configFile ?? null;
  const names = await readdir(dirname(path)).catch(() => []);
  const beside = names
    .filter((name) => name === `${basename(path)}.d` || name.startsWith(`${basename(path)}.bak-`))
    .map((name) => join(dirname(path), name));
  const dataDir = await dataDirOf(configFile, definition?.user ?? null, machine);
  const pid = problem === null || dataDir === null ? null : (holderOfData(dataDir)?.pid ?? null);
  return { path, configFile, dataDir, beside, unreached: problem === null ? null : { problem, pid } };
};

const dataDirOf = async (
  configFile: string | null,
  user: string | null,
  machine: ServiceMachine,
): Promise<string | null> => {
  const account = user === null ? machine.self : await findAccount(user, machine);
  if (configFile === null || account === null) return null;
  try {
    return configOfService(configFile, account).dataDir;
  } catch {
    return null;
  }
};
