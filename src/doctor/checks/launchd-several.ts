/**
 * Several plists run the same home: their gateways throw each other out, or only one of them can ever start (#27041).
 */
import { commandLine } from '../../supervisors/command-steps.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { readablePlists } from '../launchd/plist-findings.ts';

export const launchdSeveral: DoctorCheck<DoctorContext> = {
  name: 'launchd-several',
  run: async (context) => {
    const { gateway, services, uid } = context;
    const plists = await readablePlists(context);
    if (plists.length < 2) return [];
    const own = services.find(({ supervisor }) => supervisor === 'launchd')?.path;
    const keep = plists.find(({ path }) => path === own) ?? plists[0];
    // The owner decides which plist is right, so nothing is deleted: the others are unloaded and set aside.
    const commands = plists
      .filter((plist) => plist !== keep)
      .flatMap(({ path, label }) => [
        ...(label === keep?.label ? [] : [`launchctl bootout gui/${uid}/${label}`]),
        commandLine(['mv', path, `${path}.off`]),
      ]);
    return [
      {
        code: 'launchd_several',
        gateway: gateway.name,
        severity: 'error',
        home: gateway.home,
        plists: plists.map(({ path }) => path),
        commands,
        fix: null,
      },
    ];
  },
};
