/** What the gateway's processes hold of the machine's memory, and how many files they have open. */
import { DEFAULT_MEMORY_RULES } from '../../diagnosis/memory-rules.ts';
import { needsOf } from '../../sensors/resources/resources.ts';
import { restart } from '../gateway-commands.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';

export const resources: DoctorCheck<DoctorContext> = {
  name: 'resources',
  run: async (context) => {
    const { gateway } = context;
    const [process] = await context.processes();
    if (!process) return { skip: 'no_process' };
    const { memory, files } = await needsOf(process, { ...DEFAULT_MEMORY_RULES, ...gateway.memory });
    const base = {
      gateway: gateway.name,
      severity: 'warning',
      commands: restart(gateway, await context.container()),
      fix: null,
    } as const;
    const found: DoctorFinding[] = [];
    if (memory && memory.level !== 'fine' && memory.ceiling !== null && memory.of !== null)
      found.push({ ...base, code: 'memory_high', bytes: memory.bytes, ceiling: memory.ceiling, of: memory.of });
    if (files?.high) found.push({ ...base, code: 'files_high', pid: files.pid, open: files.open, most: files.most });
    return found;
  },
};
