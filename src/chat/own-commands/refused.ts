/** A command of an operator's that is not run, because somebody else could have written what it would run. */
import { ownCommandText } from '../../text/commands/own-commands.ts';
import type { Locale } from '../../text/locale.ts';
import { cleanLine } from './clean-text.ts';
import type { Work } from './own-command.ts';

const MAX_TEXT = 300;

export const refused = (name: string, why: string, locale: Locale): Work => ({
  gone: Promise.resolve(),
  answer: Promise.resolve({
    tone: 'warning',
    title: ownCommandText(locale).notTrusted(name),
    lines: [cleanLine(why, MAX_TEXT)],
  }),
});
