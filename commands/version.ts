/** `/version`: which Lifeline this is, and what it runs on. */
import { arch, release, type } from 'node:os';
import { defineCommand } from '../src/chat/command/command.ts';
import { ABOUT_HELP, aboutText } from '../src/text/commands/about.ts';
import { formatBytes } from '../src/text/common/bytes.ts';
import { formatDuration, formatTime } from '../src/text/common/time.ts';
import { oneLine } from './shared/fit.ts';

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
    const { version: own, startedAt, storeBytes = null } = context.lifeline();
    return {
      tone: 'info',
      title: text.version(own),
      lines: [
        text.node(process.version),
        oneLine(text.system(`${type()} ${release()} ${arch()}`)),
        text.up(formatTime(startedAt, locale, now), formatDuration(now - startedAt, locale)),
        ...(storeBytes === null ? [] : [text.store(formatBytes(storeBytes))]),
      ],
    };
  },
});
