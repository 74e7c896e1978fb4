/**
 * The environment of an operator's own command: what programs need to find their way, and what its declaration names.
 * Not Lifeline's whole environment: its secrets may stand there under any name (`app_secret: "${WHATEVER}"`).
 */
import { cleanEnv } from '../../supervisors/clean-env.ts';
import { withSbin } from '../../supervisors/run-command.ts';
import type { EnvValue } from './declaration.ts';

const PASSED_ON =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|DOCKER_HOST|SSL_CERT_(?:FILE|DIR))$/;

export interface Environment {
  readonly variables: Readonly<Record<string, string>>;
  /** Values that nobody may read in the output. */
  readonly hidden: readonly string[];
}

export const environmentOf = (
  declared: readonly EnvValue[],
  own: Readonly<Record<string, string | undefined>>,
): Environment => {
  const base = Object.fromEntries(Object.entries(cleanEnv(own)).filter(([name]) => PASSED_ON.test(name)));
  const hidden: string[] = [];
  const added = declared.flatMap((each): [string, string][] => {
    if ('value' in each) return [[each.name, each.value]];
    const value = own[each.from];
    if (value === undefined) return [];
    hidden.push(value);
    return [[each.name, value]];
  });
  return { variables: { ...base, PATH: withSbin(own['PATH']), NO_COLOR: '1', ...Object.fromEntries(added) }, hidden };
};
