/** Two gateways of one home take each other's messages, or throw each other out (#27041). */
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';

/** During a restart both processes exist for a moment. */
const LASTING_MS = 10_000;

export const duplicates: DoctorCheck<DoctorContext> = {
  name: 'duplicates',
  run: async ({ gateway, clock, processes }) => {
    const now = clock.now();
    // Nobody is told to end what may be the gateway of another home.
    const lasting = (await processes()).filter(
      ({ startedAt, unproven = false }) => !unproven && now - startedAt >= LASTING_MS,
    );
    if (lasting.length < 2) return [];
    const pids = lasting.map(({ pid }) => pid);
    // The oldest process is the likeliest to be the one that the service manager knows; a person has to look first.
    return [
      {
        code: 'duplicates',
        gateway: gateway.name,
        severity: 'error',
        pids,
        commands: [
          `ps -o pid,ppid,user,lstart,args -p ${pids.join(',')}`,
          ...pids.slice(1).map((pid) => `kill ${pid}`),
        ],
        fix: null,
      },
    ];
  },
};
