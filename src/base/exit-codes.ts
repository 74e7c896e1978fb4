/**
 * sysexits.h: gateways exit with it for what only a change of their configuration mends, so that a restart never helps.
 */
export const EX_CONFIG = 78;
