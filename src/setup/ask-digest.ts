/** Asks whether somebody wants to hear once a week that all is well; nobody does who does not say so. */
import type { ConfigChanges } from './answers.ts';
import type { SetupContext } from './setup-context.ts';

export const askDigest = async ({ ask, text, flags }: SetupContext): Promise<ConfigChanges['digest']> => {
  if (flags.digest !== null || !ask.interactive) return flags.digest;
  return (await ask.yes({ message: text.askDigest(), flag: '--digest', initial: false })) ? 'weekly' : null;
};
