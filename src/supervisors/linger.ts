/** Lingering: whether a user's manager starts with the machine and outlives their login. */
import { wordsOf, type RunCommand } from './run-command.ts';

export type Linger =
  { readonly on: boolean } | { readonly on: null; /** Why it cannot be told. */ readonly problem: string };

/** @returns what logind says. Never throws. */
export const askLinger = async (user: string, run: RunCommand): Promise<Linger> => {
  const output = await run(['loginctl', 'show-user', user, '--property=Linger']);
  const said = output.exitCode === 0 ? /^Linger=(yes|no)$/m.exec(output.stdout)?.[1] : undefined;
  if (said !== undefined) return { on: said === 'yes' };
  // logind refuses to tell of a user who is neither logged in nor lingering.
  if (output.stderr.includes('not logged in or lingering')) return { on: false };
  return {
    on: null,
    problem: `logind cannot be asked whether the services of ${user} outlive the login (loginctl show-user ${user}): ${wordsOf(output)}`,
  };
};
