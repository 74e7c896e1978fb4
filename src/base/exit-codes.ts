/** sysexits.h: Hermes exits with it for what only a change of its configuration mends, so that a restart never helps. */
export const EX_CONFIG = 78;
