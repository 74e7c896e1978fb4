/** What launchd knows of a gateway's definition, and how it is made to read a changed one again. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { commandLine } from '../supervisors/command-steps.ts';
import { createLaunchdReader, type LaunchdState } from '../supervisors/launchd-reader.ts';
import { createLaunchdSupervisor } from '../supervisors/launchd.ts';
import type { DoctorFix, FixAct } from './check.ts';
import type { DoctorContext } from './context.ts';
import type { GatewayPlist } from './plist.ts';

type Asking = Pick<DoctorContext, 'run' | 'uid' | 'clock' | 'gateway' | 'doctor'>;

/**
 * @returns null on a machine without launchd, where plists are only copies. @throws UserError when launchd cannot be
 * asked.
 */
export const askAbout = async (
  { label }: Pick<GatewayPlist, 'label'>,
  { run, uid }: Asking,
): Promise<LaunchdState | null> => {
  try {
    return await createLaunchdReader({ label, uid, run }).read();
  } catch (error) {
    if (error instanceof UserError && error.code === 'SUPERVISOR_TOOL_MISSING') return null;
    throw error;
  }
};

/** Asks the same for checks of the file, which need no answer; another check tells when there was none. */
export const lookAt = (plist: Pick<GatewayPlist, 'label'>, asking: Asking): Promise<LaunchdState | null> =>
  askAbout(plist, asking).catch(() => null);

export const isJobDisabled = ({ label }: Pick<GatewayPlist, 'label'>, { run, uid }: Asking): Promise<boolean> =>
  createLaunchdReader({ label, uid, run }).isDisabled();

export const reloadOf = (
  { label, path }: Pick<GatewayPlist, 'label' | 'path'>,
  { run, uid, clock, gateway, doctor }: Asking,
  { domain, job }: LaunchdState,
): FixAct => {
  const supervisor = createLaunchdSupervisor({ label, plistPath: path, uid, run, clock });
  return {
    key: `launchd:${label}`,
    commands: [
      ...(job ? [`launchctl bootout ${domain}/${label}`] : []),
      commandLine(['launchctl', 'bootstrap', domain, path]),
    ],
    run: async (signal) => {
      // To restart it now would tear that apart.
      const update = doctor.updateMarkers.map((name) => join(gateway.home, name)).find((marker) => existsSync(marker));
      if (update !== undefined)
        return {
          outcome: 'failed',
          steps: [],
          reason: `An update of the gateway is running (${update}). Run this again when it is over.`,
        };
      const stopped = await supervisor.stop(null, signal);
      if (stopped.outcome === 'failed') return stopped;
      const started = await supervisor.start(signal);
      return { ...started, steps: [...stopped.steps, ...started.steps] };
    },
  };
};

/** The definitions that can be read. */
export const readablePlists = async (context: DoctorContext): Promise<readonly GatewayPlist[]> =>
  (await context.plists()).flatMap((file) => (file.ok ? [file.plist] : []));

/** A change of the plist, and its reload where the job is loaded; null when the change cannot be made safely. */
export const editFix = async (
  plist: GatewayPlist,
  context: DoctorContext,
  change: (xml: string) => string | null,
): Promise<DoctorFix | null> => {
  if (change(plist.xml) === null) return null;
  const look = await lookAt(plist, context);
  return {
    edit: { path: plist.path, text: plist.xml, change },
    act: look?.job ? reloadOf(plist, context, look) : null,
  };
};
