/** `hermes gateway restart` with its own waits shortened (docs/facts/hermes.md 4). */

/** What stands before the subcommand stays: an interpreter, `-m hermes_cli.main`, a profile. */
export const hermesRestartCommand = (
  start: readonly string[],
  home: string,
  waitMs: number,
): { readonly argv: readonly [string, ...string[]]; readonly env: Readonly<Record<string, string>> } | null => {
  const at = start.lastIndexOf('gateway');
  const [program, ...rest] = start.slice(0, at + 1);
  if (at < 1 || program === undefined) return null;
  const seconds = String(Math.max(1, Math.round(waitMs / 1_000)));
  return {
    argv: [program, ...rest, 'restart'],
    env: {
      HERMES_HOME: home,
      // Only the command's own wait: by default it waits six hours for a running turn.
      HERMES_RESTART_AFTER_TURN_TIMEOUT: seconds,
      HERMES_RESTART_DRAIN_TIMEOUT: '0',
      HERMES_CRON_DRAIN_TIMEOUT: seconds,
    },
  };
};
