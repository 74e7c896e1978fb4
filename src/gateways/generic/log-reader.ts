/** Turns the lines of a log into evidence by the operator's patterns. Never throws, whatever the bytes. */
import { AHEAD_MS, type Instant } from '../../base/instant.ts';
import { redact } from '../../base/redact/redact.ts';
import type { Evidence } from '../../diagnosis/evidence.ts';
import { asked } from '../line-limit.ts';
import type { LogReader } from '../gateway-kind.ts';
import { levelIn } from './level.ts';
import type { DoubtNoter } from './log-doubts.ts';
import type { LineFormat } from './line-format.ts';
import type { FindSigns } from './signs.ts';
import type { DateOrder } from './time-forms.ts';

export interface LogReaderOptions {
  /** The file's name. */
  readonly source: string;
  readonly format: LineFormat;
  readonly dateOrder: DateOrder | null;
  readonly doubts: DoubtNoter;
  readonly signs: FindSigns;
  /** Hears every line that has a time, for what must come again and again. */
  readonly heard: (message: string, at: number) => void;
  readonly now: () => Instant;
}

/** People are shown so much of a line. */
const SHOWN_CHARACTERS = 1_000;
/** Cut only then: half of a secret may look like nothing. */
const REDACTED_CHARACTERS = 2_000;

export const genericLogReader = ({
  source,
  format,
  dateOrder,
  doubts,
  signs,
  heard,
  now,
}: LogReaderOptions): LogReader => {
  let above: Instant | null = null;
  // The diagnosis knows the facts of a file by the dot in its name.
  const file = source.includes('.') ? source : `./${source}`;
  return {
    line: (text, written, lookedAt = null) => {
      const read = now();
      const line = format(asked(text), {
        now: read,
        after: above ?? -Infinity,
        dateOrder,
        isFresh: written !== 'before',
      });
      doubts.note(asked(text), line, written === 'since' ? read : null);
      // A line without a time was written when it was read, unless it was there before; one that begins no record
      // belongs to the one above.
      const told = line ? line.at : above;
      if (told === null && written === 'before') return null;
      // What was there before is dated by nothing else than its own word, and in the future that is none.
      if (told !== null && written === 'before' && told > read + AHEAD_MS) return null;
      // What was written since the last look is of now: a clock ahead of this machine's must not put the end of a grace
      // off.
      const at = told !== null && told < read ? told : read;
      if (line) above = line.at === null ? above : at;
      const message = line ? line.message : asked(text);
      // A line that has come since the last look is a sign of life, however wrong its clock is.
      const isLate = written === 'since' && lookedAt !== null && at < lookedAt;
      heard(message, isLate ? read : at);
      let shown: string | null = null;
      const said = (): string =>
        (shown ??= redact(
          `${line?.level && levelIn(message) === null ? `${line.level.toUpperCase()} ` : ''}${message.slice(0, REDACTED_CHARACTERS)}`,
        ).slice(0, SHOWN_CHARACTERS));
      const evidence = signs(message, said).map((found): Evidence => ({ at, source: file, text: said(), ...found }));
      return line || evidence.length > 0 ? { at, evidence } : null;
    },
    doubt: () => doubts.doubt(),
  };
};
