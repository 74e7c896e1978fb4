/** `/version`: which Lifeline this is, and what it runs on. */
import { arch, release, type } from 'node:os';
import { defineCommand, type LifelineReport } from '../src/chat/command.ts';
import { ABOUT_HELP, aboutText } from '../src/text/about.ts';
import { formatDuration, formatTime } from '../src/text/time.ts';
import { oneLine } from './shared/fit.ts';

/** The size is known where the store has a file. */
type Report = LifelineReport & { readonly storeBytes?: number | null };

/** @returns `640 kB`, `12.3 MB`. */
const sizeText = (bytes: number): string => {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};

export const version = defineCommand({
  id: 'version',
  aliases: ['版本'],
  role: 'viewer',
  effects: 'reads',
  args: {},
  help: ABOUT_HELP.version,
  examples: ['/version'],
  async run(context) {
    const { locale, now } = context;
    const text = aboutText(locale);
    const { version: own, startedAt, storeBytes = null }: Report = context.lifeline();
    return {
      tone: 'info',
      title: text.version(own),
      lines: [
        text.node(process.version),
        oneLine(text.system(`${type()} ${release()} ${arch()}`)),
        text.up(formatTime(startedAt, locale, now), formatDuration(now - startedAt, locale)),
        ...(storeBytes === null ? [] : [text.store(sizeText(storeBytes))]),
      ],
    };
  },
});
