/**
 * Undoes what a failed installation has written, so that it leaves no definition behind that does not work, and none
 * that replaced a working one.
 */
import { rm } from 'node:fs/promises';
import { launchdJob } from './launchd-job.ts';
import type { ServiceMachine } from './machine.ts';
import type { Manager } from './manager.ts';
import type { InstallPlan } from './install-plan.ts';
import { UNIT } from './spec.ts';
import { enablingLinks } from './enabling-links.ts';
import { replaceWhole } from '../base/write-whole.ts';

/** The service before the installation. systemd may know a unit of this name that is defined elsewhere. */
export interface Earlier {
  readonly active: boolean;
  readonly enabled: boolean;
}

export const readEarlierState = async ({ manager, before }: InstallPlan, machine: ServiceMachine): Promise<Earlier> => {
  if (manager === null)
    return before === null
      ? { active: false, enabled: false }
      : { active: (await launchdJob(machine).status()).state === 'active', enabled: true };
  const value = async (name: string): Promise<string> =>
    (await manager.systemctl('show', `--property=${name}`, '--value', UNIT)).stdout;
  return {
    active: ['active', 'activating', 'reloading'].includes(await value('ActiveState')),
    enabled: (await value('UnitFileState')) === 'enabled',
  };
};

/**
 * Ignores what the service manager refuses now, because the files count. @throws the file system's error.
 */
export const rollBack = async (
  plan: InstallPlan,
  earlier: Earlier,
  copy: string | null,
  machine: ServiceMachine,
): Promise<'removed' | 'restored'> => {
  const { manager, path, before } = plan;
  // The manager tries a service that does not start again and again until it is stopped.
  if (manager === null) await stopAgent(machine);
  else await quietly(manager, [...(earlier.enabled ? ['stop'] : ['disable', '--now']), UNIT]);
  if (before === null) {
    await Promise.all(
      [path, ...(manager === null ? [] : enablingLinks(path))].map((file) => rm(file, { force: true })),
    );
  } else {
    replaceWhole(path, before.text, { mode: 0o644 });
    if (copy !== null) await rm(copy, { force: true });
  }
  if (manager === null) {
    if (earlier.active)
      await launchdJob(machine)
        .start(new AbortController().signal)
        .catch(() => undefined);
  } else {
    await quietly(manager, ['daemon-reload']);
    await quietly(manager, ['reset-failed', UNIT]);
    if (earlier.active) await quietly(manager, ['start', '--no-block', UNIT]);
  }
  return before === null ? 'removed' : 'restored';
};

const stopAgent = async (machine: ServiceMachine): Promise<void> => {
  await launchdJob(machine)
    .stop(null, new AbortController().signal)
    .catch(() => undefined);
};

const quietly = async (manager: Manager, args: readonly string[]): Promise<void> => {
  await manager.systemctl(...args).catch(() => undefined);
};
