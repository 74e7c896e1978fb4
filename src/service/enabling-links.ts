/**
 * The links by which systemd starts a unit by itself: `systemctl enable` makes them, and `disable` takes them away
 * where it can.
 */
import { basename, dirname, join } from 'node:path';

/** Returns the links of the targets that Lifeline's units name. @param path of the unit's definition */
export const enablingLinks = (path: string): readonly string[] =>
  ['default.target', 'multi-user.target'].map((target) => join(dirname(path), `${target}.wants`, basename(path)));
