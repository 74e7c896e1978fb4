/** A pid file of a process that is gone: older versions then refuse to start, again and again (#13655). */
import { join } from 'node:path';
import { isAlive, readProcess } from '../../sensors/process/proc.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { start } from '../gateway-commands.ts';

export const pidFile: DoctorCheck<DoctorContext> = {
  name: 'pid-file',
  run: async ({ gateway, kind, processes, container, text }) => {
    if ((await processes()).length > 0) return [];
    const [named] = kind.records;
    if (!named) return { skip: 'not_running' };
    const noted = await text(named.path);
    const record = noted === null ? null : named.read(noted);
    if (!record) return { skip: 'not_running' };
    const process = await readProcess(record.pid).catch(() => null);
    // Another program's process has that number now, and the gateway may take that process for its own.
    if (isAlive(process) && (record.startTime === null || record.startTime === process.startTime)) {
      const path = join(gateway.home, named.path);
      return [
        {
          code: 'stale_pid_file',
          gateway: gateway.name,
          severity: 'warning',
          path,
          pid: record.pid,
          commands: [commandLine(['mv', path, `${path}.stale`]), ...start(gateway, await container())],
          fix: null,
        },
      ];
    }
    return [];
  },
};
