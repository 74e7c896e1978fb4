/** What costs time in a search: matching what is sought, and hiding secrets. */
import { KEY_END } from '../../base/redact/redact-key-lines.ts';
import { redact } from '../../base/redact/redact.ts';
import { holdsOf, type LogQuery } from './log-query.ts';

export type Sought = Pick<LogQuery, 'text' | 'pattern'>;

/** Lines that are judged and redacted together, newest first. */
export interface Piece {
  readonly texts: readonly string[];
  /** The line below them ends a private key whose lines are in records of their own. */
  readonly belowEndsKey: boolean;
  /** A record answers as a whole, lines without one each for itself. */
  readonly isRecord: boolean;
}

/** Whoever asks is told null when the time of the search is used up. */
export interface Judging {
  /** For each piece, which of its lines answer. */
  finds(pieces: readonly Piece[]): Promise<readonly (readonly boolean[])[] | null>;
  /** For each piece, its lines without secrets. */
  shown(pieces: readonly Piece[]): Promise<readonly (readonly string[])[] | null>;
  close(): Promise<void>;
}

/** Redacts the lines of a piece together, since a private key has many. */
export const shownOf = ({ texts, belowEndsKey }: Piece): readonly string[] =>
  redact([...texts.toReversed(), ...(belowEndsKey ? [KEY_END] : [])].join('\n'))
    .split('\n')
    .slice(0, texts.length)
    .reverse();

/** @returns which lines answer. @throws UserError `BAD_PATTERN`. */
export const finderOf = (sought: Sought): ((piece: Piece) => readonly boolean[]) => {
  const finds = holdsOf(sought);
  return (piece) => {
    let shown: readonly string[] | null = null;
    const holds = (text: string, index: number): boolean => finds(text, () => (shown ??= shownOf(piece))[index] ?? '');
    if (!piece.isRecord) return piece.texts.map(holds);
    const whole = piece.texts.some(holds);
    return piece.texts.map(() => whole);
  };
};
