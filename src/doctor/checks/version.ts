/**
 * The gateway is older than the versions that write a heartbeat: a hang of its event loop cannot be told from outside.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KINDS } from '../../gateways/index.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';

/** The gateway writes a heartbeat every 30 s. */
const SETTLED_MS = 180_000;

export const version: DoctorCheck<DoctorContext> = {
  name: 'version',
  run: async ({ gateway, kind, processes, clock, text }) => {
    const [process] = await processes();
    if (kind.loop === null || kind.exam.version === null) return { skip: 'no_heartbeat' };
    if (!process) return { skip: 'no_process' };
    if (clock.now() - process.startedAt < SETTLED_MS) return [];
    const beats = await stat(join(gateway.home, kind.loop.heartbeat)).then(
      () => true,
      () => false,
    );
    if (beats) return [];
    const state = await text(kind.exam.version.file);
    return [
      {
        code: 'version_old',
        gateway: gateway.name,
        severity: 'info',
        title: KINDS[gateway.kind].title ?? gateway.name,
        version: state === null ? null : kind.exam.version.read(state),
        commands: [kind.exam.version.update],
        fix: null,
      },
    ];
  },
};
