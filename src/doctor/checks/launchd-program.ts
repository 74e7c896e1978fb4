/** A plist that cannot be read, or whose program is gone: after an update, a new Python, a moved folder. */
import { existsSync } from 'node:fs';
import { commandLine } from '../../supervisors/command-steps.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { reinstall } from '../gateway-commands.ts';

export const launchdProgram: DoctorCheck<DoctorContext> = {
  name: 'launchd-program',
  run: async (context) => {
    const { gateway } = context;
    const commands = reinstall(gateway);
    const found: DoctorFinding[] = [];
    for (const file of await context.plists()) {
      if (!file.ok) {
        found.push({
          code: 'launchd_unreadable',
          gateway: gateway.name,
          severity: 'error',
          plist: file.path,
          problem: file.problem,
          commands: [commandLine(['plutil', '-lint', file.path]), ...commands],
          fix: null,
        });
        continue;
      }
      const { path, label, argv } = file.plist;
      const gone = programsOf(argv).find((program) => !existsSync(program));
      if (gone !== undefined)
        found.push({
          code: 'launchd_program_gone',
          gateway: gateway.name,
          severity: 'error',
          plist: path,
          label,
          program: gone,
          commands,
          fix: null,
        });
    }
    return found;
  },
};

/** Returns the program, and the one behind a wrapper's `--`, where they are named by a full path. */
const programsOf = (argv: readonly string[]): readonly string[] => {
  const behind = argv.indexOf('--');
  return [...argv.slice(0, 1), ...(behind < 0 ? [] : argv.slice(behind + 1, behind + 2))].filter((program) =>
    program.startsWith('/'),
  );
};
