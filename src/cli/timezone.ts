import type { Config } from '../config/config.ts';

const MACHINES = process.env['TZ'];

/** The log's times have no zone; the one that is configured is the zone of this process, else the machine's own. */
export const applyTimezone = ({ timezone }: Pick<Config, 'timezone'>): void => {
  const zone = timezone ?? MACHINES;
  if (zone !== undefined) process.env['TZ'] = zone;
  else if (process.env['TZ'] !== undefined) delete process.env['TZ'];
};
