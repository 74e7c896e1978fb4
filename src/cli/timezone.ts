import { zoneNamed } from '../base/local-time.ts';
import type { Config } from '../config/config.ts';

const MACHINES = process.env['TZ'];

/** Sets the configured zone as that of this process, or else leaves the machine's own: the log's times have no zone. */
export const applyTimezone = ({ timezone }: Pick<Config, 'timezone'>): void => {
  const zone = timezone === null ? MACHINES : (zoneNamed(timezone) ?? timezone);
  if (zone !== undefined) process.env['TZ'] = zone;
  else if (process.env['TZ'] !== undefined) delete process.env['TZ'];
};
