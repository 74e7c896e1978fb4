/** How long launchd lets the gateway end by itself. Too short tears turns apart; without end, a hung stop hangs for ever. */
import type { Check } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { withValue } from '../launchd/plist-edit.ts';
import { editFix, readable } from '../launchd/plist-findings.ts';

/** What Hermes's own installer writes today (facts/hermes.md 5.2). */
const SECONDS = 25;

export const launchdExitTimeout: Check<DoctorContext> = {
  name: 'launchd-exit-timeout',
  run: async (context) => {
    const found: Finding[] = [];
    for (const plist of await readable(context)) {
      if (plist.exitTimeout !== null && plist.exitTimeout >= SECONDS) continue;
      const fix = await editFix(plist, context, (xml) => withValue(xml, 'ExitTimeOut', SECONDS));
      found.push({ code: 'launchd_exit_timeout', gateway: context.gateway.name, severity: 'warning', plist: plist.path, label: plist.label, seconds: plist.exitTimeout, commands: fix?.act?.commands ?? [], fix });
    }
    return found;
  },
};
