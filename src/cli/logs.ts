import { styleText } from 'node:util';
import { harmlessLine } from '../channels/console/harmless.ts';
import { UserError } from '../base/errors.ts';
import { RefusedFile } from '../base/refused-file.ts';
import { soughtIn } from '../../commands/logs.ts';
import type { LineLevel } from '../gateways/gateway-kind.ts';
import type { LogPageLine } from '../sensors/logs/log-search.ts';
import { formatBytes } from '../text/common/bytes.ts';
import { localText } from '../text/cli/local.ts';
import { refusalLine } from '../text/common/foreign-files.ts';
import { logText } from '../text/commands/logs.ts';
import { SEARCH_CPU_MS } from '../sensors/logs/judge-apart.ts';
import { formatDuration } from '../text/common/time.ts';
import { followLog } from './follow-log.ts';
import { openLocal, type Local } from './beside-bot/local.ts';
import { readLogWords } from './read-log-words.ts';
import { readSince } from './read-since.ts';
import { isColoured } from './output.ts';
import { showJson } from './show.ts';
import { isoWithOffset } from './verdict-json.ts';

/** The number of lines that are shown around a match. */
const CONTEXT_LINES = 2;

interface Options {
  readonly config?: string;
  readonly since?: string;
  readonly grep?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/**
 * `lifeline logs`: lines of a gateway's log, redacted as on the phone and otherwise whole; with `follow` those that are
 * written from now on, until Ctrl-C.
 * @throws UserError when a word makes no sense, the pattern is none, or there is no log.
 */
export const logs = async (
  words: readonly string[],
  { config: file, since, grep, follow = false, json = false }: Options,
): Promise<void> => {
  const local = openLocal(file);
  try {
    const { context } = local;
    const { gateway, count, level } = readLogWords(words, context);
    const ms = readSince(since, context.locale);
    const sought = soughtIn(grep ?? null);
    const print = json ? printJson : createPrint(grep !== undefined);
    const query = {
      ...sought,
      count,
      least: level,
      since: ms === null ? null : context.now - ms,
      context: grep === undefined || follow ? 0 : CONTEXT_LINES,
      before: null,
    };
    if (follow) await followed(local, gateway.name, query, print);
    else {
      const page = await gateway.logs(query);
      page.lines.forEach(print);
      const text = localText(context.locale);
      for (const refusal of page.refused) tell(refusalLine(refusal, context.locale));
      if (page.usedUp)
        tell(text.usedUp(formatDuration(SEARCH_CPU_MS, context.locale), formatBytes(page.scanned.bytes)));
      else if (page.cutOff) tell(text.cutOff(formatBytes(page.scanned.bytes)));
      else if (page.lines.length === 0 && !json) tell(text.noLines(gateway.name));
    }
  } catch (error) {
    throw inWords(error, local);
  } finally {
    await local.close();
  }
};

const followed = async (
  { monitoredGateways, context }: Local,
  name: string,
  query: Parameters<typeof followLog>[1],
  print: (line: LogPageLine) => void,
): Promise<void> => {
  const monitored = monitoredGateways.find(({ config }) => config.name === name);
  if (!monitored) return;
  if (process.stdout.isTTY) tell(localText(context.locale).following(name));
  await followLog(
    { path: await monitored.mainLog(), trust: monitored.trust, parse: monitored.kind.parseLine },
    query,
    print,
  );
};

/** The search's own messages are in English. */
const inWords = (error: unknown, { context }: Local): unknown => {
  if (!(error instanceof UserError)) return error;
  if (error instanceof RefusedFile)
    return new UserError(error.code, refusalLine(error.refusal, context.locale), { cause: error });
  const words = logText(context.locale).problem(context.gateways[0]?.name ?? '', error.code);
  return words === null ? error : new UserError(error.code, `${words}\n${error.message}`, { cause: error });
};

const COLOURS = { critical: 'red', error: 'red', warning: 'yellow' } as const satisfies Partial<
  Record<LineLevel, string>
>;

/** A match stands out from what is around it where there is anything around it. */
const createPrint = (isSearch: boolean): ((line: LogPageLine) => void) => {
  const coloured = isColoured();
  return ({ level, text, match }) => {
    const line = harmlessLine(text);
    const colour = level !== null && level in COLOURS ? COLOURS[level as keyof typeof COLOURS] : null;
    const style = isSearch && !match ? 'dim' : colour;
    const mark = match ? '> ' : '  ';
    process.stdout.write(
      `${isSearch && !coloured ? mark : ''}${coloured && style !== null ? styleText(style, line, { validateStream: false }) : line}\n`,
    );
  };
};

/** A contract, as the others of `--json`: fields may be added, none changes its meaning. */
const printJson = ({ at, level, text, match }: LogPageLine): void =>
  showJson({ at: at === null ? null : isoWithOffset(at), level, text, match });

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
