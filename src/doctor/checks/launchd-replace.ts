/**
 * `--replace` together with KeepAlive: each start ends the one before it, launchd revives that, and the gateway flaps
 * every few minutes (#92276, #79048). Today's plist has no `--replace`.
 */
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { withoutArgument } from '../launchd/plist-edit.ts';
import { editFix, readablePlists } from '../launchd/plist-findings.ts';
import { lookAt, reloadOf } from '../launchd/reload.ts';

const FLAG = '--replace';

export const launchdReplace: DoctorCheck<DoctorContext> = {
  name: 'launchd-replace',
  run: async (context) => {
    const found: DoctorFinding[] = [];
    for (const plist of await readablePlists(context)) {
      if (plist.keepAlive === 'off') continue;
      const look = await lookAt(plist, context);
      const base = {
        code: 'launchd_replace',
        gateway: context.gateway.name,
        severity: 'error',
        plist: plist.path,
        label: plist.label,
      } as const;
      const commands = look ? reloadOf(plist, context, look).commands : [];
      if (plist.argv.includes(FLAG)) {
        found.push({
          ...base,
          where: 'file',
          commands,
          fix: await editFix(plist, context, (xml) => withoutArgument(xml, FLAG)),
        });
      } else if (look?.job?.arguments.includes(FLAG)) {
        // The file was mended, but launchd still runs what it read before.
        found.push({ ...base, where: 'loaded', commands, fix: { edit: null, act: reloadOf(plist, context, look) } });
      }
    }
    return found;
  },
};
