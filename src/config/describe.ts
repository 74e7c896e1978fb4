import type { Config } from './config.ts';

/** @returns the configuration as plain JSON data for a log or a report; every secret is `***`. */
export const describeConfig = (config: Config): unknown => JSON.parse(JSON.stringify(config)) as unknown;
