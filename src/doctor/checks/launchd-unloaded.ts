/** The plist is there and launchd does not know the job: it was unloaded, disabled, or never took (#73368). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findGatewayProcesses } from '../../sensors/process/process.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { stop } from '../gateway-commands.ts';
import { readablePlists } from '../launchd/plist-findings.ts';
import { askAbout, isJobDisabled, reloadOf } from '../launchd/reload.ts';

export const launchdUnloaded: DoctorCheck<DoctorContext> = {
  name: 'launchd-unloaded',
  run: async (context) => {
    const { gateway, kind, uid } = context;
    const found: DoctorFinding[] = [];
    const { launchdRefused } = kind.exam;
    const marker = launchdRefused === null ? null : join(gateway.home, launchdRefused);
    const unsupported = marker !== null && existsSync(marker);
    const plists = await readablePlists(context);
    const asked = await Promise.all(plists.map(async (plist) => ({ plist, look: await askAbout(plist, context) })));
    // Of several plists for one home, one loaded plist is enough; `launchd-several` tells of the others, and their
    // owner decides.
    const oneWorks = asked.some(({ look }) => look?.job);
    const running = await findGatewayProcesses(kind, gateway.home);
    for (const { plist, look } of oneWorks ? [] : asked) {
      if (!look) continue;
      const reload = reloadOf(plist, context, look);
      const base = { gateway: gateway.name, severity: 'error', plist: plist.path, label: plist.label } as const;
      if (await isJobDisabled(plist, context)) {
        // Somebody's decision: not for the doctor to undo.
        found.push({
          ...base,
          code: 'launchd_disabled',
          commands: [`launchctl enable gui/${uid}/${plist.label}`, ...reload.commands],
          fix: null,
        });
      } else {
        // Beside a gateway that somebody else started, a second gateway would only fight the first.
        const safe = plists.length === 1 && running.length === 0 && !unsupported;
        found.push({
          ...base,
          code: 'launchd_unloaded',
          commands: [...(running.length > 0 ? stop(gateway) : []), ...reload.commands],
          fix: safe ? { edit: null, act: reload } : null,
        });
      }
    }
    if (unsupported)
      found.push({
        code: 'launchd_unsupported',
        gateway: gateway.name,
        severity: 'error',
        marker,
        commands: [],
        fix: null,
      });
    return found;
  },
};
