/** All processes that run the gateway of a home. */
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { isAlive, processVariable, readProcess, sameProcess, workingFolder } from './proc.ts';
import type { ProcessSnapshot } from './process-table.ts';
import { surveyWith } from './survey.ts';

/**
 * The live processes that run the gateway of this home, oldest first. Of a wrapper (launchd's, `sudo`, a launcher) and
 * its child, whose command lines both name the gateway, the child counts; of a gateway and the
 * workers that it forked, the gateway. A command that restarts the gateway counts only where there is no other.
 * @param maxAgeMs how late a process that has just been started may be seen; one that has ended never counts.
 */
export const findGatewayProcesses = async (kind: GatewayKind, home: string, maxAgeMs = 0): Promise<readonly ProcessSnapshot[]> => {
  const seen = (await (await survey(maxAgeMs)).serving(kind)).get(home) ?? [];
  const serving = maxAgeMs > 0 ? (await Promise.all(seen.map(stillThere))).filter((process) => process !== null) : seen;
  const gateways = oneOfEachFamily(serving).sort((one, other) => one.startTime - other.startTime || one.pid - other.pid);
  const running = gateways.filter(({ argv }) => !kind.isRestartCommand(argv));
  return running.length > 0 ? running : gateways;
};

const stillThere = async (process: ProcessSnapshot): Promise<ProcessSnapshot | null> => {
  const now = await readProcess(process.pid);
  return isAlive(now) && sameProcess(now, process) ? now : null;
};

/** Parents and children are one family; a gateway started from another's shell is not: the shell stands between them. */
const oneOfEachFamily = (processes: readonly ProcessSnapshot[]): ProcessSnapshot[] => {
  const childrenOf = (parent: ProcessSnapshot): readonly ProcessSnapshot[] => processes.filter(({ ppid }) => ppid === parent.pid);
  const gatewayOf = (process: ProcessSnapshot): ProcessSnapshot => {
    const [child, ...others] = childrenOf(process);
    if (!child || others.length > 0) return process;
    const isWorker = childrenOf(child).length === 0 && child.argv.join('\0') === process.argv.join('\0');
    return isWorker ? process : gatewayOf(child);
  };
  return processes.filter(({ ppid }) => !processes.some(({ pid }) => pid === ppid)).map(gatewayOf);
};

/** @returns what the environment, and the working directory as PWD, say of the home; null where it may not be read (another user's process): HOME is always set. */
export const homeEnvironment = async (kind: GatewayKind, pid: number): Promise<Record<string, string> | null> => {
  const found: Record<string, string> = {};
  for (const name of [...kind.homeVariables, 'HOME']) {
    const value = await (name === 'PWD' ? workingFolder(pid) : processVariable(pid, name));
    if (value !== null) found[name] = value;
  }
  return Object.keys(found).length ? found : null;
};

const survey = surveyWith(homeEnvironment);
