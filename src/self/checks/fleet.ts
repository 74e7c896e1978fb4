/** Whether this host can take part in its fleet, and what the bot that runs says of its hub. */
import { accessProblems } from '../../config/fleet-access.ts';
import type { DoctorCheck } from '../../doctor/check.ts';
import { readHubTrouble } from '../../store/hub-trouble.ts';
import { createMeta } from '../../store/meta.ts';
import type { SelfContext } from '../context.ts';
import { own } from '../own-finding.ts';

export const fleet: DoctorCheck<SelfContext> = {
  name: 'fleet',
  run: async ({ config, withStore }) => {
    if (config.fleet === null) return { skip: 'no_fleet' };
    const broken = await accessProblems(config.fleet.access);
    if (broken.length > 0) return broken.map((each) => own('error', { code: 'own_fleet_access', broken: each }));
    const trouble = withStore((db) => readHubTrouble(createMeta(db)));
    return trouble === null ? [] : [own('error', { code: 'own_no_hub', host: config.fleet.host, trouble })];
  },
};
