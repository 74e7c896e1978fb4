/**
 * Who owns the gateway's process and files, and whether Lifeline may end the process. One start with sudo leaves files
 * that the gateway cannot write later.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine } from '../../supervisors/command-steps.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';

const ROOT = 0;

export const ownership: DoctorCheck<DoctorContext> = {
  name: 'ownership',
  run: async (context) => {
    const { gateway, uid: self, run } = context;
    const owner = await context.owner();
    if (owner === null) return { skip: 'no_home' };
    const names = namesBy(run, context);
    const found: DoctorFinding[] = [];
    const [process] = await context.processes();
    // The user of a container is its maker's choice, and the engine ends and starts the container.
    const isContained = (await context.container()) !== null;
    if (process && !isContained && process.uid !== owner) {
      found.push({
        code: 'wrong_owner',
        gateway: gateway.name,
        severity: 'warning',
        pid: process.pid,
        runsAs: await names(process.uid),
        owner: await names(owner),
        home: gateway.home,
        commands: [],
        fix: null,
      });
    }
    if (process && !isContained && self !== ROOT && process.uid !== self) {
      found.push({
        code: 'cannot_signal',
        gateway: gateway.name,
        severity: 'error',
        pid: process.pid,
        runsAs: await names(process.uid),
        self: await names(self),
        commands: [],
        fix: null,
      });
    }
    const foreign = await foreignFiles(context, process?.uid ?? owner);
    if (foreign.length > 0) {
      const name = await names(process?.uid ?? owner);
      found.push({
        code: 'foreign_files',
        gateway: gateway.name,
        severity: 'warning',
        paths: foreign,
        owner: name,
        commands: [commandLine(['sudo', 'chown', '-R', name, ...foreign])],
        fix: null,
      });
    }
    return found;
  },
};

/** Root may write whatever belongs to others. */
const foreignFiles = async ({ gateway, kind }: DoctorContext, user: number): Promise<readonly string[]> => {
  if (user === ROOT) return [];
  const paths = kind.exam.ownFiles.map((file) => join(gateway.home, file));
  const owners = await Promise.all(
    paths.map((path) =>
      lstat(path).then(
        ({ uid }) => uid,
        () => user,
      ),
    ),
  );
  return paths.filter((_path, at) => owners[at] !== user);
};

const namesBy =
  (run: DoctorContext['run'], { uid: self, user }: DoctorContext) =>
  async (uid: number): Promise<string> =>
    uid === self ? user : (await run(['id', '-nu', String(uid)])).stdout.trim() || String(uid);
