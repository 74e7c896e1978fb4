/** Whether the running gateway lets itself be asked: without its answers less is seen of its links. */
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { restart } from '../gateway-commands.ts';

export const asking: DoctorCheck<DoctorContext> = {
  name: 'asking',
  run: async (context) => {
    const { gateway, kind } = context;
    if (kind.refusal === undefined) return { skip: 'no_interface' };
    const [process] = await context.processes();
    if (!process) return { skip: 'no_process' };
    const said = await kind.refusal(process.pid);
    if (said === null) return [];
    const commands = restart(gateway, await context.container());
    return [{ gateway: gateway.name, severity: 'warning', code: 'not_asked', said, commands, fix: null }];
  },
};
