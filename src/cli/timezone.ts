import type { Config } from '../config/config.ts';

/** The log's times have no zone; the one that is configured is the zone of this process. */
export const applyTimezone = ({ timezone }: Config): void => {
  if (timezone !== null) process.env['TZ'] = timezone;
};
