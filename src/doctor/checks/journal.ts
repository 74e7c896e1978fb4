/** Where systemd keeps the gateway, its stderr goes to the journal, which may take a tenth of the disk. */
import { UserError } from '../../base/errors.ts';
import { wordsOf } from '../../supervisors/run-command.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';

const HUGE_BYTES = 2 * 1024 ** 3;
const UNITS: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

export const journal: DoctorCheck<DoctorContext> = {
  name: 'journal',
  run: async ({ gateway, run }) => {
    const output = await run(['journalctl', '--disk-usage']);
    const bytes = output.exitCode === 0 ? bytesIn(output.stdout) : null;
    if (bytes === null)
      throw new UserError(
        'DOCTOR_CANNOT_ASK',
        `the journal's size cannot be asked (journalctl --disk-usage): ${wordsOf(output)}`,
      );
    return bytes < HUGE_BYTES
      ? []
      : [
          {
            code: 'journal_huge',
            gateway: gateway.name,
            severity: 'info',
            bytes,
            commands: ['sudo journalctl --vacuum-size=500M'],
            fix: null,
          },
        ];
  },
};

/** Reads `Archived and active journals take up 3.9G in the file system.` Returns null when the text has no size. */
export const bytesIn = (text: string): number | null => {
  if (text.includes('No journal files were found')) return 0;
  const [, number, unit] = /\btake up ([\d.]+)\s*([BKMGT])/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit ?? 'B'] ?? 1);
};
