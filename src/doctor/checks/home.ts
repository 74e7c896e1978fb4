/**
 * Whether Lifeline can read the gateway's home: of a missing or unreadable home, Lifeline would only see that
 * everything is missing.
 */
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { logPaths } from '../log-places.ts';

export const home: DoctorCheck<DoctorContext> = {
  name: 'home',
  run: async (context) => {
    const { gateway, kind, user } = context;
    const base = { gateway: gateway.name, severity: 'error', fix: null } as const;
    const looked = await Promise.all(
      ['', 'logs', ...(await logPaths(context)), ...(kind.exam.version ? [kind.exam.version.file] : [])].map((part) =>
        lookAt(resolve(gateway.home, part)),
      ),
    );
    if (looked[0]?.problem === 'missing') return [{ ...base, code: 'home_missing', home: gateway.home, commands: [] }];
    const closed = looked.find(({ problem }) => problem === 'closed');
    // ACLs give one user more without opening it to everybody.
    return closed
      ? [
          {
            ...base,
            code: 'home_unreadable',
            path: closed.path,
            commands: [`sudo setfacl -R -m u:${user}:rX ${gateway.home}`],
          } satisfies DoctorFinding,
        ]
      : [];
  },
};

const lookAt = async (
  path: string,
): Promise<{ readonly path: string; readonly problem: 'missing' | 'closed' | null }> => {
  try {
    await access(path, constants.R_OK);
    return { path, problem: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { path, problem: code === 'EACCES' || code === 'EPERM' ? 'closed' : 'missing' };
  }
};
