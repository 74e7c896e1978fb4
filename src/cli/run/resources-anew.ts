/**
 * What a gateway needs of the machine, at this moment: the bot looks at it seldom, at the disk once an hour, and
 * `lifeline status` prints the figures.
 */
import type { GatewayReport } from '../../chat/command/command.ts';
import type { GatewayConfig } from '../../config/config.ts';
import type { ResourcesSeen } from '../../diagnosis/vitals.ts';
import { sidecarsIn } from '../../sensors/process/sidecars.ts';
import { MOMENT_MS, survey } from '../../sensors/process/survey.ts';
import { diskOf, needsOf } from '../../sensors/resources/resources.ts';

const isFine = ({ memory, files, disk }: ResourcesSeen): boolean =>
  (memory?.level ?? 'fine') === 'fine' && files?.high !== true && disk?.low !== true;

/** @returns null where anything runs or ran short: then the verdict of a look now may be another than the last one. */
export const resourcesAnew = async (
  { home, memory: rules }: Pick<GatewayConfig, 'home' | 'memory'>,
  { process, resources: seen = {}, verdicts }: Pick<GatewayReport, 'process' | 'resources' | 'verdicts'>,
): Promise<ResourcesSeen | null> => {
  const links = verdicts.map(({ link }) => link).filter((link) => link !== null);
  const [needs, disk] = await Promise.all([process ? needsOf(process, rules) : {}, diskOf(home)]);
  const sidecars =
    process && seen.sidecars
      ? { sidecars: sidecarsIn((await survey(MOMENT_MS)).processes, { home, gateway: process, links }) }
      : {};
  const anew = { ...seen, ...needs, ...(disk === null ? {} : { disk }), ...sidecars };
  return isFine(seen) && isFine(anew) ? anew : null;
};
