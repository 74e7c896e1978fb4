/** The words by which logs say how grave a line is. */
import type { LineLevel } from '../gateway-kind.ts';

const WORDS: Readonly<Record<LineLevel, readonly string[]>> = {
  debug: ['debug', 'dbug', 'dbg', 'trace', 'trc', 'verbose', 'vrb', 'silly', 'fine', 'finer', 'finest', 'config', 'd'],
  info: ['info', 'inf', 'information', 'informational', 'notice', 'note', 'success', 'log', 'i', 's'],
  warning: ['warning', 'warn', 'wrn', 'w'],
  error: ['error', 'err', 'severe', 'e'],
  critical: ['critical', 'crit', 'fatal', 'ftl', 'panic', 'alert', 'emerg', 'emergency', 'c', 'f'],
};

const LEVELS: ReadonlyMap<string, LineLevel> = new Map(
  Object.entries(WORDS).flatMap(([level, words]) =>
    words.map((word): [string, LineLevel] => [word, level as LineLevel]),
  ),
);

/** @returns null for a word that is none of a level. */
export const levelNamed = (word: string): LineLevel | null => LEVELS.get(word.trim().toLowerCase()) ?? null;

/** Before the message stand few words: the level, the logger, a process. */
const HEAD_CHARACTERS = 100;
const CAPITALS =
  /(?<![A-Za-z_])(TRACE|VERBOSE|DEBUG|INFO|NOTICE|SUCCESS|WARN(?:ING)?|ERROR|CRITICAL|FATAL|PANIC)(?![A-Za-z_])/;
/** `[I]`, `[info]`, `info:` at the very beginning. */
const FIRST = /^(?:[[(<]\s*([A-Za-z]{1,11})\s*[\])>]|([A-Za-z]{3,11})(?=[:|]))/;

/** @returns the level that the beginning of a message names. */
export const levelIn = (message: string): LineLevel | null => {
  const head = message.slice(0, HEAD_CHARACTERS);
  const first = FIRST.exec(head);
  return levelNamed(first?.[1] ?? first?.[2] ?? '') ?? levelNamed(CAPITALS.exec(head)?.[1] ?? '');
};

/** Pino, bunyan and their like count in tens. */
export const levelNumbered = (value: number): LineLevel => {
  if (value < 30) return 'debug';
  if (value < 40) return 'info';
  if (value < 50) return 'warning';
  return value < 60 ? 'error' : 'critical';
};
