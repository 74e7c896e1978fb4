/**
 * Whether the gateway runs at all, or something that people take for it: a chat in the terminal carries no messages.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '../../gateways/index.ts';
import { isAlive, listProcesses, processEnvironment } from '../../sensors/process/proc.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { start } from '../gateway-commands.ts';

export const running: DoctorCheck<DoctorContext> = {
  name: 'running',
  run: async (context) => {
    const { gateway, kind } = context;
    if (kind.foundBy === 'nobody') return { skip: 'no_process' };
    if ((await context.processes()).length > 0) return [];
    const base = {
      gateway: gateway.name,
      severity: 'error',
      commands: start(gateway, await context.container()),
      fix: null,
    } as const;
    const other = await otherProgram(context);
    if (other) return [{ ...base, code: 'wrong_process', ...other }];
    // One that was killed is started again after a pause; where systemd cannot be asked, other checks say so.
    const starting = (await context.units().catch(() => [])).find(({ activeState }) => activeState === 'activating');
    if (starting) return [{ ...base, code: 'being_started', severity: 'warning', unit: starting.name, commands: [] }];
    return [
      {
        ...base,
        code: 'not_running',
        home: gateway.home,
        inOrder: kind.exam.cleanStop !== null && existsSync(join(gateway.home, kind.exam.cleanStop)),
      },
    ];
  },
};

/** Returns another program of the same maker that runs on this home. */
const otherProgram = async ({
  gateway,
  kind,
}: DoctorContext): Promise<{ readonly program: string; readonly pid: number } | null> => {
  for (const process of await listProcesses()) {
    const program = isAlive(process) ? kind.exam.otherProgram(process.argv) : null;
    if (program === null) continue;
    const env = await processEnvironment(process.pid);
    // The environment of a process that has just ended, or may not be looked at, is unknown.
    const home = env && kind.servedBy(KINDS[gateway.kind].usualCommand, env)?.home;
    if (home === gateway.home) return { program, pid: process.pid };
  }
  return null;
};
