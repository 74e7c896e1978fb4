/** Lifeline's own agent of launchd. */
import { join } from 'node:path';
import { createLaunchdSupervisor } from '../supervisors/launchd.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { ServiceMachine } from './machine.ts';
import { LABEL } from './spec.ts';

export const launchdPath = (home: string): string => join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`);

export const launchdJob = ({ self, run, clock }: ServiceMachine): Supervisor =>
  createLaunchdSupervisor({ label: LABEL, plistPath: launchdPath(self.home), uid: self.uid, run, clock });
