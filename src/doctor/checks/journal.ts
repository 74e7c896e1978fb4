/** Where systemd keeps the gateway, its stderr goes to the journal, which may take a tenth of the disk. */
import type { Check } from '../check.ts';
import type { DoctorContext } from '../context.ts';

const HUGE_BYTES = 2 * 1024 ** 3;
const UNITS: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

export const journal: Check<DoctorContext> = {
  name: 'journal',
  run: async ({ gateway, run }) => {
    const { stdout, exitCode } = await run(['journalctl', '--disk-usage']);
    const bytes = exitCode === 0 ? bytesIn(stdout) : null;
    return bytes === null || bytes < HUGE_BYTES ? [] : [{ code: 'journal_huge', gateway: gateway.name, severity: 'info', bytes, commands: ['sudo journalctl --vacuum-size=500M'], fix: null }];
  },
};

/** `Archived and active journals take up 3.9G in the file system.` */
export const bytesIn = (text: string): number | null => {
  const [, number, unit] = /\btake up ([\d.]+)\s*([BKMGT])/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit ?? 'B'] ?? 1);
};
