/** `/logs`: the last lines of a gateway's log, or those that matter; older ones by a button. */
import { UserError } from '../src/base/errors.ts';
import { RefusedFile } from '../src/base/refused-file.ts';
import { compactDuration } from '../src/base/duration.ts';
import type { Arguments, Values } from '../src/chat/arguments/arguments.ts';
import { defineCommand, type CommandContext } from '../src/chat/command/command.ts';
import type { Button, Message } from '../src/chat/message/message.ts';
import { retype } from '../src/chat/bus/parse-command.ts';
import { formatBytes } from '../src/text/common/bytes.ts';
import { COMMAND_HELP } from '../src/text/commands/commands.ts';
import { refusalLine } from '../src/text/common/foreign-files.ts';
import { logText } from '../src/text/commands/logs.ts';
import { SEARCH_CPU_MS } from '../src/sensors/logs/judge-apart.ts';
import { formatDuration } from '../src/text/common/time.ts';
import { oneLine } from './shared/fit.ts';

const DEFAULT_LINES = 20;
const MAX_LINES = 200;
/** More than this is a file: nobody scrolls that far on a phone. */
const FILE_LINES = 60;
/** Around what was searched for. */
const CONTEXT_LINES = 2;
const MAX_LINE = 300;
const DAY_MS = 86_400_000;
/** A place in the log, as the gateway's port has written it. */
const BEFORE = 'before:';
const POSITION = /^before:[\w-]{8,600}$/;

const ARGS = {
  gateway: { kind: 'gateway', missing: 'one' },
  lines: { kind: 'count', least: 1, most: MAX_LINES },
  level: {
    kind: 'word',
    words: {
      debug: ['调试'],
      info: ['信息'],
      warning: ['warn', 'warnings', '警告'],
      error: ['err', 'errors', '错误', '报错'],
      critical: ['fatal', '严重'],
    },
  },
  since: { kind: 'duration', leastMs: 1_000, mostMs: 30 * DAY_MS, prefix: ['since', 'last', '最近'] },
  before: { kind: 'pattern', pattern: POSITION, rule: 'be what a button says', hidden: true },
  text: { kind: 'rest' },
} as const satisfies Arguments;

type Asked = Values<typeof ARGS>;

/** `/…/` is a pattern, all else is what the line holds. */
export const soughtIn = (typed: string | null): { readonly text: string | null; readonly pattern: string | null } =>
  typed !== null && typed.length > 2 && typed.startsWith('/') && typed.endsWith('/')
    ? { text: null, pattern: typed.slice(1, -1) }
    : { text: typed, pattern: null };

/** What was asked for, from `before` back: the text in quotes, so that no word of it is taken for something else. */
const olderButton = (
  { gateway, lines, level, since, text }: Asked,
  position: string,
  { locale }: CommandContext,
): Button => {
  const words = [
    gateway.name,
    ...(lines === null ? [] : [String(lines)]),
    ...(level === null ? [] : [level]),
    ...(since === null ? [] : [compactDuration(since)]),
    position,
  ];
  return {
    label: logText(locale).older(),
    style: 'plain',
    command: text === null ? retype('logs', words) : retype('logs', [...words, text], new Set([words.length])),
  };
};

const search = async (context: CommandContext, asked: Asked): Promise<Message> => {
  const { locale, now } = context;
  const words = logText(locale);
  const { gateway, level, since } = asked;
  const sought = soughtIn(asked.text);
  const isSearch = asked.text !== null;
  const count = asked.lines ?? DEFAULT_LINES;
  const page = await gateway.logs({
    ...sought,
    count,
    least: level,
    since: since === null ? null : now - since,
    context: isSearch ? CONTEXT_LINES : 0,
    before: asked.before === null ? null : asked.before.slice(BEFORE.length),
  });
  const filter = words.filter({ level, since, text: asked.text === null ? null : oneLine(asked.text, 60) });
  const buttons = page.older === null ? {} : { buttons: [olderButton(asked, `${BEFORE}${page.older}`, context)] };
  // What is not shown matters more than what was not searched.
  const notes = [
    ...page.refused.slice(0, 1).map((refusal) => refusalLine(refusal, locale)),
    ...(page.usedUp
      ? [words.usedUp(formatDuration(SEARCH_CPU_MS, locale), formatBytes(page.scanned.bytes), page.older !== null)]
      : []),
    ...(page.cutOff ? [words.cutOff(formatBytes(page.scanned.bytes))] : []),
  ];
  const cut = notes.length === 0 ? {} : { note: notes.join('\n') };
  const noLines = page.usedUp || page.cutOff ? words.noneYet : words.none;
  if (page.lines.length === 0)
    return {
      tone: 'info',
      title: filter === null && asked.before === null ? words.empty(gateway.name) : noLines(gateway.name, filter),
      ...cut,
      ...buttons,
    };
  const marked = isSearch && page.lines.some(({ match }) => !match);
  const mark = (match: boolean): string => (match ? '▸ ' : '  ');
  const written = (shown: (line: string) => string): readonly string[] =>
    page.lines.map((line) => `${marked ? mark(line.match) : ''}${shown(line.text)}`);
  return {
    tone: 'info',
    title: words.title(gateway.name, filter, page.lines.filter(({ match }) => match).length, asked.before !== null),
    code: written((line) => shortTime(line, now)).map((line) => oneLine(line, MAX_LINE)),
    ...(count > FILE_LINES
      ? { attachment: { name: `${gateway.name}.log`, text: `${written((line) => line).join('\n')}\n` } }
      : {}),
    ...cut,
    ...buttons,
  };
};

export const logs = defineCommand({
  id: 'logs',
  aliases: ['日志', 'log'],
  role: 'viewer',
  effects: 'reads',
  answers: 'private',
  args: ARGS,
  help: COMMAND_HELP.logs,
  examples: ['/logs', '/logs 50', '/logs main error since 2h', '/logs timeout', '/logs /code 4\\d+/'],
  run: async (context, asked) => {
    try {
      return await search(context, asked);
    } catch (error) {
      if (error instanceof RefusedFile)
        throw new UserError(error.code, refusalLine(error.refusal, context.locale), { cause: error });
      const words = error instanceof UserError ? logText(context.locale).problem(asked.gateway.name, error.code) : null;
      throw error instanceof UserError && words !== null
        ? new UserError(error.code, `${words}\n${error.message}`, { cause: error })
        : error;
    }
  },
});

/** Times of log lines as a phone has room for them: most lines are of today, and nobody there reads milliseconds. */
const DATED = /^(\d{4})-(\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,]\d+)?(?= )/;

const dayOf = (now: number): string => {
  const date = new Date(now);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
};

/**
 * `2026-11-21 10:31:05,123 INFO x` of today becomes `10:31:05 INFO x`, of another day `11-21 10:31:05 INFO x`; other
 * lines stay.
 */
const shortTime = (line: string, now: number): string =>
  line.replace(DATED, (_, year: string, day: string, time: string) => {
    const date = `${year}-${day}`;
    const today = dayOf(now);
    return date === today ? time : `${date.slice(0, 4) === today.slice(0, 4) ? day : date} ${time}`;
  });
