/** Turns the lines of a log into evidence by the operator's patterns. Never throws, whatever the bytes. */
import { redact } from '../../base/redact.ts';
import type { Evidence } from '../../diagnosis/evidence.ts';
import { asked } from '../asked.ts';
import type { LogReader } from '../gateway-kind.ts';
import { levelIn } from './level.ts';
import type { LineFormat } from './line-format.ts';
import type { FindSigns } from './signs.ts';

export interface LogReaderOptions {
  /** The file's name. */
  readonly source: string;
  readonly format: LineFormat;
  readonly signs: FindSigns;
  /** Hears every line that has a time, for what must come again and again. */
  readonly heard: (message: string, at: number) => void;
  readonly now: () => number;
}

/** People are shown so much of a line. */
const SHOWN_CHARACTERS = 1_000;

export const genericLogReader = ({ source, format, signs, heard, now }: LogReaderOptions): LogReader => {
  let above: number | null = null;
  // The diagnosis knows the facts of a file by the dot in its name.
  const file = source.includes('.') ? source : `./${source}`;
  return {
    line: (text, written) => {
      const read = now();
      const line = format(asked(text), { now: read, after: above ?? -Infinity });
      // A line without a time was written when it was read, unless it was there before; one that begins no record belongs to the one above.
      const told = line ? line.at : above;
      if (told === null && written === 'before') return null;
      // A clock ahead of this machine's must not put the end of a grace off.
      const at = Math.min(told ?? read, read);
      if (line) above = line.at === null ? above : at;
      const message = line ? line.message : asked(text);
      heard(message, at);
      let shown: string | null = null;
      const said = (): string => (shown ??= redact(`${line?.level && levelIn(message) === null ? `${line.level.toUpperCase()} ` : ''}${message.slice(0, SHOWN_CHARACTERS)}`));
      const evidence = signs(message, said).map((found): Evidence => ({ at, source: file, text: said(), ...found }));
      return line || evidence.length > 0 ? { at, evidence } : null;
    },
  };
};
