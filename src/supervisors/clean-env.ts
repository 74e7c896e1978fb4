/** The environment in which Lifeline starts a gateway: its own, without what is meant for Lifeline alone. */
import { KINDS } from '../gateways/index.ts';

/**
 * Names that would make a gateway believe that it is the process its service manager holds, or that the
 * service manager's sockets and watchdog are its own; it may then skip its guards against a second instance.
 */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'INVOCATION_ID',
  'JOURNAL_STREAM',
  'XPC_SERVICE_NAME',
  'NOTIFY_SOCKET',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
  'LISTEN_FDS',
  'LISTEN_PID',
  ...Object.values(KINDS).flatMap(({ ownVariables }) => ownVariables),
]);

/**
 * Lifeline's own variables hold its secrets; only the clock is shared, so that a sandbox gateway agrees on the time.
 */
const isOwn = (name: string): boolean => name.startsWith('LIFELINE_') && name !== 'LIFELINE_CLOCK';

export const cleanEnv = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !NOT_PASSED_ON.has(entry[0]) && !isOwn(entry[0]),
    ),
  );
