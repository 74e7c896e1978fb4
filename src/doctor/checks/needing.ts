/** Checks that have nothing to look at on many machines: what they need is asked first. */
import type { DoctorCheck, Skip } from '../check.ts';
import type { DoctorContext } from '../context.ts';

type Needed = (context: DoctorContext) => Promise<Skip | null>;

const needing =
  (needed: Needed) =>
  (check: DoctorCheck<DoctorContext>): DoctorCheck<DoctorContext> => ({
    ...check,
    run: async (context) => {
      const skip = await needed(context);
      return skip === null ? check.run(context) : { skip };
    },
  });

export const ofPlists = needing(async ({ plists }) => ((await plists()).length > 0 ? null : 'no_plist'));
export const ofUnits = needing(async ({ units }) => ((await units()).length > 0 ? null : 'no_unit'));
export const ofProcess = needing(async ({ processes }) => ((await processes()).length > 0 ? null : 'no_process'));
export const ofHome = needing(async ({ owner }) => ((await owner()) === null ? 'no_home' : null));
