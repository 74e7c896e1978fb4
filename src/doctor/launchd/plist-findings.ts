/** What the checks of plists share: each readable one with what launchd knows of it, and the mending by an edit. */
import type { DoctorContext } from '../context.ts';
import type { DoctorFix } from '../finding.ts';
import type { GatewayPlist } from './plist.ts';
import { lookAt, reloadOf } from './reload.ts';

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
