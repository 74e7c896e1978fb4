/**
 * What stands before a gateway's command line in a service's definition. A running wrapper is a process of its own, and
 * never the gateway.
 */
import { entryPointOf } from './entry-point.ts';

/** Programs that run the command that follows them. */
const WRAPPERS =
  /^(?:env|sudo|doas|runuser|setpriv|su|uv|uvx|pipx|conda|mamba|micromamba|nice|ionice|nohup|timeout|stdbuf|setsid|caffeinate|tini|dumb-init|chpst|s6-setuidgid|(?:ba|da|z|k)?sh|exec)$/;
/** Hermes's own, which dates what the gateway writes to its error output (docs/facts/hermes.md 5.2). */
const DATING_MODULE = 'hermes_cli.stderr_timestamp';

/**
 * @returns the command line itself and, behind a wrapper, what may be the command that it runs: from each of its words
 * on.
 */
export const behindWrappers = (argv: readonly string[]): readonly (readonly string[])[] => {
  const entry = entryPointOf(argv);
  const wraps = entry !== null && (WRAPPERS.test(entry.name) || (entry.isModule && entry.name === DATING_MODULE));
  return wraps ? argv.map((_word, at) => argv.slice(at)) : [argv];
};
