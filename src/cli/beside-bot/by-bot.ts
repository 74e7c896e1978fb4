/**
 * `lifeline restart`, `start`, `stop`, `mute`, `unmute` and `ack`: what a phone can ask for, asked at the machine. The
 * running bot carries it out, by the same way as a message from a phone, and its audit has it.
 */
import { createInterface } from 'node:readline/promises';
import { SILENCE_LIMITS } from '../../../commands/shared/silence.ts';
import { UserError } from '../../base/errors.ts';
import { suggest } from '../../base/suggest.ts';
import { printed } from '../../channels/console/print.ts';
import type { LocalBot } from '../../channels/local/client.ts';
import { likelyDurations } from '../../chat/arguments/likely-durations.ts';
import { readDuration } from '../../chat/arguments/read-duration.ts';
import type { Message } from '../../chat/message/message.ts';
import type { Config } from '../../config/config.ts';
import { byBotText } from '../../text/cli/by-bot.ts';
import { localText } from '../../text/cli/local.ts';
import { findConfig } from '../config/find-config.ts';
import { reachedBot } from './reached-bot.ts';

interface Options {
  readonly config?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const USUAL_COLUMNS = 80;

/** So long nobody wonders. */
const WONDER_MS = 5_000;

/** @throws UserError `USAGE_GATEWAY`: the name is never guessed, not even where there is one gateway only. */
const gatewayNamed = ({ gateways, locale }: Config, name: string): string => {
  const names = gateways.map((each) => each.name);
  if (names.includes(name)) return name;
  const text = localText(locale);
  throw new UserError(
    'USAGE_GATEWAY',
    name.trim() === '' ? text.whichGateway(names) : text.noSuchGateway(name, suggest(name, names), names),
  );
};

export const treatByBot = async (
  wish: 'restart' | 'start' | 'stop',
  gateway: string,
  { config: file, yes, dryRun = false }: Options,
): Promise<void> => {
  const { config } = findConfig(file);
  await ask(config, `/${wish} ${gatewayNamed(config, gateway)}${dryRun ? ' dry' : ''}`, yes);
};

/** @param words a time, with or without a gateway, in any order. */
export const muteByBot = async (words: readonly string[], { config: file }: Options): Promise<void> => {
  const { config } = findConfig(file);
  const [time, ...more] = words.filter((word) => readDuration(word) !== null);
  const [gateway, odd] = words.filter((word) => readDuration(word) === null);
  if (time === undefined || more.length > 0 || odd !== undefined)
    throw new UserError(
      'USAGE_TIME',
      noTime(
        config,
        [odd, more[0], gateway].find((word) => word !== undefined),
      ),
    );
  const ms = readDuration(time) ?? 0;
  // As the command has it; here it is a matter of how the line was written.
  if (ms < SILENCE_LIMITS.leastMs || ms > SILENCE_LIMITS.mostMs)
    throw new UserError('USAGE_TIME', byBotText(config.locale).badDuration(time));
  await ask(config, `/mute ${time}${gateway === undefined ? '' : ` ${gatewayNamed(config, gateway)}`}`);
};

/** @param word what is no time. */
const noTime = ({ gateways, locale }: Config, word: string | undefined): string => {
  const text = byBotText(locale);
  if (word === undefined) return text.noDuration();
  if (gateways.some(({ name }) => name === word)) return text.howLong(word);
  return text.noSuchTime(word, likelyDurations(word, SILENCE_LIMITS));
};

export const unmuteByBot = async (gateway: string | undefined, { config: file }: Options): Promise<void> => {
  const { config } = findConfig(file);
  await ask(config, `/unmute${gateway === undefined ? '' : ` ${gatewayNamed(config, gateway)}`}`);
};

/** @param what the number of an incident or the name of a gateway. */
export const ackByBot = async (what: string | undefined, { config: file }: Options): Promise<void> => {
  const { config } = findConfig(file);
  if (what === undefined) return ask(config, '/ack');
  const [, id] = /^#?([1-9]\d{0,14})$/.exec(what) ?? [];
  await ask(config, `/ack ${id ?? gatewayNamed(config, what)}`);
};

/** @throws UserError when no bot can be asked, or it ends before it answers. Sets the exit code 1 for a bad answer. */
const ask = async (config: Config, command: string, yes = false): Promise<void> => {
  const text = byBotText(config.locale);
  const bot = await reachedBot(config);
  try {
    const answer = await answerOf(bot, command, text);
    const word = confirmingWord(answer);
    if (word === null) return end(answer);
    print(withoutWord(answer, word));
    if (!yes && !(await isConfirmed(text))) {
      process.exitCode = 1;
      return;
    }
    end(await answerOf(bot, word, text));
  } finally {
    bot.close();
  }
};

const answerOf = async (bot: LocalBot, command: string, text: ReturnType<typeof byBotText>): Promise<Message> => {
  const wondering = setTimeout(() => void process.stderr.write(`${text.stillWaiting()}\n`), WONDER_MS);
  try {
    const reply = await bot.ask(command, ({ message }) => {
      clearTimeout(wondering);
      print(message);
    });
    if (reply === null) throw new UserError('BOT_UNREACHABLE', text.left());
    return reply.message;
  } finally {
    clearTimeout(wondering);
  }
};

const end = (answer: Message): void => {
  print(answer);
  if (answer.tone === 'critical' || answer.tone === 'warning') process.exitCode = 1;
};

/** The button of a question stands for the word that confirms it. */
const confirmingWord = ({ buttons = [] }: Message): string | null =>
  buttons.find(({ command }) => command.startsWith('/confirm '))?.command ?? null;

/** A terminal asks y or n. */
const withoutWord = (question: Message, word: string): Message => {
  const nonce = word.slice('/confirm '.length);
  const note = question.note
    ?.split('\n')
    .filter((line) => !line.includes(nonce))
    .join('\n');
  return { ...question, note: note ?? '' };
};

const isConfirmed = async (text: ReturnType<typeof byBotText>): Promise<boolean> => {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new UserError('USAGE_CONFIRM', text.needsYes());
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const isYes = ['y', 'yes', '是'].includes((await terminal.question(text.confirm())).trim().toLowerCase());
    if (!isYes) process.stdout.write(`${text.notConfirmed()}\n`);
    return isYes;
  } finally {
    terminal.close();
  }
};

/** Without buttons: what they stand for is typed in a chat. */
const print = (message: Message): void => {
  const { isTTY, columns = USUAL_COLUMNS } = process.stdout;
  const { buttons: _buttons, ...words } = message;
  process.stdout.write(printed(words, { colour: isTTY && !process.env['NO_COLOR'], columns }).trimEnd() + '\n');
};
