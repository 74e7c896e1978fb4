/**
 * How long launchd lets the gateway end by itself. Too short a time tears turns apart; without a limit, a hung stop
 * hangs for ever.
 */
import { KINDS } from '../../gateways/index.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { withValue } from '../launchd/plist-edit.ts';
import { editFix, readablePlists } from '../launchd/plist-findings.ts';

export const launchdExitTimeout: DoctorCheck<DoctorContext> = {
  name: 'launchd-exit-timeout',
  run: async (context) => {
    const { gateway, kind } = context;
    const found: DoctorFinding[] = [];
    const { title } = KINDS[gateway.kind];
    // For a gateway without an installer, only its owner knows how long a stop takes.
    if (kind.exam.installs === null || title === null) return found;
    const seconds = kind.exam.installs.launchdStopSeconds;
    for (const plist of await readablePlists(context)) {
      if (plist.exitTimeout !== null && plist.exitTimeout >= seconds) continue;
      const fix = await editFix(plist, context, (xml) => withValue(xml, 'ExitTimeOut', seconds));
      found.push({
        code: 'launchd_exit_timeout',
        gateway: gateway.name,
        severity: 'warning',
        plist: plist.path,
        label: plist.label,
        seconds: plist.exitTimeout,
        today: { title, seconds },
        commands: fix?.act?.commands ?? [],
        fix,
      });
    }
    return found;
  },
};
