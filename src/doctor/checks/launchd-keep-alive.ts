/** KeepAlive off, or only after some ends: a gateway that ends with code 0 stays down (#5646). */
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { withValue } from '../launchd/plist-edit.ts';
import { editFix, readablePlists } from '../launchd/plist-findings.ts';

export const launchdKeepAlive: DoctorCheck<DoctorContext> = {
  name: 'launchd-keep-alive',
  run: async (context) => {
    const found: DoctorFinding[] = [];
    for (const plist of await readablePlists(context)) {
      if (plist.keepAlive === 'on') continue;
      const fix = await editFix(plist, context, (xml) => withValue(xml, 'KeepAlive', true));
      found.push({
        code: 'launchd_keep_alive',
        gateway: context.gateway.name,
        severity: plist.keepAlive === 'off' ? 'error' : 'warning',
        plist: plist.path,
        label: plist.label,
        value: plist.keepAlive,
        commands: fix?.act?.commands ?? [],
        fix,
      });
    }
    return found;
  },
};
