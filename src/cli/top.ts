/**
 * `lifeline top`: how everything is, live, in the terminal. The running bot is asked over its socket for what its last
 * looks have found, so that watching costs it nothing; it is no command and stands in no audit.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../base/errors.ts';
import { printed } from '../channels/console/print.ts';
import type { LocalBot } from '../channels/local/client.ts';
import type { Message } from '../chat/message/message.ts';
import type { Config } from '../config/config.ts';
import { byBotText } from '../text/cli/by-bot.ts';
import { topText } from '../text/cli/top.ts';
import { formatTime } from '../text/common/time.ts';
import { findConfig } from './config/find-config.ts';
import { reachedBot } from './beside-bot/reached-bot.ts';

const EVERY_MS = 1_000;
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/** The terminal's second screen: what stood there before is back at the end. */
const ENTER_SCREEN = '\u001B[?1049h\u001B[?25l';
const LEAVE_SCREEN = '\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const CLEAR_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

/** Without a terminal it prints once. @throws UserError when no bot can be asked. */
export const top = async ({ config: file }: { readonly config?: string }): Promise<void> => {
  const { config } = findConfig(file);
  const { locale } = config;
  const first = await reachedBot(config);
  const { isTTY } = process.stdout;
  if (!isTTY) {
    const message = await first.glance();
    first.close();
    if (message === null) throw new UserError('BOT_UNREACHABLE', byBotText(locale).left());
    process.stdout.write(`${shown(message, false).join('\n')}\n`);
    return;
  }
  await watch(first, config);
};

const watch = async (first: LocalBot, config: Config): Promise<void> => {
  const { locale } = config;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const onKey = (key: Buffer): void => {
    // Q, Escape alone, Ctrl-C, Ctrl-D.
    if (['q', 'Q', '\u001B', '\u0003', '\u0004'].includes(key.toString())) end();
  };
  const { stdin, stdout } = process;
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on('data', onKey);
  stdin.on('end', end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  stdout.write(ENTER_SCREEN);
  let bot: LocalBot | null = first;
  let last: Message | null = null;
  try {
    while (!ending.signal.aborted) {
      // A bot that is started anew is found again.
      bot ??= await reachedBot(config).catch(() => null);
      const message: Message | null = bot === null ? null : await bot.glance();
      if (message === null) {
        bot?.close();
        bot = null;
      }
      last = message ?? last;
      draw(
        last,
        message === null ? topText(locale).left() : topText(locale).keys(formatTime(Date.now(), locale, Date.now())),
      );
      await pause(EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  } finally {
    bot?.close();
    stdout.write(LEAVE_SCREEN);
    stdin.off('data', onKey);
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
  }
};

/** In one write, so that nothing flickers; what the screen has no room for is left out. */
const draw = (message: Message | null, foot: string): void => {
  const { rows = USUAL_ROWS } = process.stdout;
  const lines = message === null ? [] : shown(message, !process.env['NO_COLOR']);
  const body = lines.slice(0, Math.max(0, rows - 2));
  process.stdout.write(`${HOME}${[...body, '', foot].map((line) => `${line}${CLEAR_LINE}`).join('\n')}${CLEAR_BELOW}`);
};

const shown = (message: Message, colour: boolean): readonly string[] => {
  const { columns = USUAL_COLUMNS } = process.stdout;
  const { buttons: _buttons, ...words } = message;
  return printed(words, { colour, columns }).trimEnd().split('\n');
};
