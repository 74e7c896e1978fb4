/**
 * Chooses what a page shows of lines that come from the newest to the oldest. A record is its first line and all
 * below that begin none; it is judged as a whole when its first line comes, and shown as a whole.
 */
import { withoutControls } from '../../base/controls.ts';
import { endsKey, KEY_END } from '../../base/redact/redact-key-lines.ts';
import { redact } from '../../base/redact/redact.ts';
import type { LineHead, LineParser } from '../../gateways/gateway-kind.ts';
import type { RawLine } from './log-backwards.ts';
import type { Judge } from './log-query.ts';

/** What the next page must know of what stands below it. */
export type Carried = Pick<Selected, 'within' | 'above' | 'endsKey'>;

export interface Selected {
  readonly line: RawLine;
  readonly head: LineHead | null;
  readonly text: string;
  readonly match: boolean;
  /** What the next page must know when it begins above this line. */
  readonly within: boolean;
  readonly above: number;
  /** The line is the end of a private key, to which the line above belongs. */
  readonly endsKey: boolean;
}

export interface Selector {
  push(line: RawLine): void;
  /** Judges the waiting lines, because no further line comes above them. */
  flush(): void;
  /** Newest first. */
  readonly selected: readonly Selected[];
  /** Whether all further lines are too old. */
  tooOld(): boolean;
  /**
   * The newest line that may still be shown, depending on what comes; and whether the line below it ends a private key.
   */
  undecided(): { readonly line: RawLine; readonly aboveEnd: boolean } | null;
  readonly carried: () => Carried;
}

export interface SelectorOptions {
  readonly judge: Judge;
  readonly parse: LineParser;
  readonly since: number | null;
  readonly context: number;
  readonly within: boolean;
  readonly above: number;
  readonly endsKey: boolean;
}

/** So many old records in a row end the search: lines come out of order, and chats quote old ones. */
const OUT_OF_ORDER = 200;
/** A longer record, or a log without any, is judged in pieces, each line by itself. */
const PIECE_LINES = 1_000;
const PIECE_LENGTH = 262_144;
const SHOWN_LENGTH = 2_000;

interface Waiting {
  readonly line: RawLine;
  readonly endsKey: boolean;
  readonly aboveEnd: boolean;
  readonly head: LineHead | null;
  readonly shown: () => string;
}

export const createSelector = ({
  judge,
  parse,
  since,
  context,
  within: beganWithin,
  above: beganAbove,
  endsKey: beganAboveEnd,
}: SelectorOptions): Selector => {
  const selected: Selected[] = [];
  /** The lines of the record that is not complete yet, newest first. */
  let piece: (Pick<Waiting, 'line' | 'endsKey' | 'aboveEnd'> & { readonly text: string })[] = [];
  /** Whether the line that came last ends a private key. */
  let lastEnds = beganAboveEnd;
  let pieceLength = 0;
  /** Lines that become context when a match comes above them, newest first. */
  let below: Waiting[] = [];
  let within = beganWithin;
  let above = beganAbove;
  let tooOld = 0;

  const show = ({ line, head, shown, endsKey }: Waiting, match: boolean, goesOn: boolean): void => {
    selected.push({ line, head, text: cut(shown()), match, within: goesOn, above, endsKey });
  };

  const take = (waiting: Waiting, match: boolean, goesOn: boolean): void => {
    if (match) {
      above = 0;
      for (const each of below) show(each, false, false);
      below = [];
      above = context;
      show(waiting, true, goesOn);
    } else if (above > 0) {
      above -= 1;
      show(waiting, false, false);
    } else if (context > 0) {
      below.push(waiting);
      if (below.length > context) below.shift();
    }
  };

  const close = (head: LineHead | null): void => {
    const lines = piece;
    piece = [];
    pieceLength = 0;
    if (head?.at != null && since !== null) tooOld = head.at < since ? tooOld + 1 : 0;
    const shown = shownLines(
      lines.map(({ text }) => text),
      lines[0]?.aboveEnd === true,
    );
    const finds = lines.map(
      ({ text }, index) =>
        () =>
          judge.finds(text, () => shown(index)),
    );
    const admitted = within || judge.admits(head);
    const whole = head !== null && admitted && (within || finds.some((found) => found()));
    for (const [index, { line, endsKey: ends, aboveEnd }] of lines.entries()) {
      const match = head ? whole : admitted && (within || finds[index]?.() === true);
      take(
        { line, endsKey: ends, aboveEnd, head, shown: () => shown(index) },
        match,
        match && (head ? index < lines.length - 1 : within),
      );
    }
    if (head) within = false;
  };

  return {
    push: (line) => {
      const { head, text } = readLine(line.text, parse);
      const ends = endsKey(text);
      piece.push({ line, text, endsKey: ends, aboveEnd: lastEnds });
      lastEnds = ends;
      pieceLength += text.length;
      if (head || piece.length >= PIECE_LINES || pieceLength >= PIECE_LENGTH) close(head);
    },
    flush: () => close(null),
    selected,
    tooOld: () => tooOld >= OUT_OF_ORDER,
    undecided: () => below[0] ?? piece[0] ?? null,
    carried: () => ({ within, above, endsKey: lastEnds }),
  };
};

/**
 * A line as people are shown it, and what it says of itself. Colours and other controls could hide the name or the
 * middle of a secret.
 */
export const readLine = (
  written: string,
  parse: LineParser,
): { readonly head: LineHead | null; readonly text: string } => {
  const raw = withoutControls(written);
  const head = parse(raw);
  // A logger may have spelled out the control characters of quoted data.
  return { head, text: head?.text === undefined ? raw : withoutControls(head.text) };
};

/**
 * Redacts the lines of a record together, since a private key has many: newest first in and out.
 * @param aboveEnd the line below them ends a key whose lines are in records of their own.
 */
const shownLines = (lines: readonly string[], aboveEnd: boolean): ((index: number) => string) => {
  let shown: readonly string[] | null = null;
  return (index) => {
    shown ??= redact([...lines.toReversed(), ...(aboveEnd ? [KEY_END] : [])].join('\n'))
      .split('\n')
      .slice(0, lines.length)
      .reverse();
    return shown[index] ?? '';
  };
};

/** Cuts a line after the redaction, so that no half of a secret is left at the end. */
const cut = (text: string): string => {
  if (text.length <= SHOWN_LENGTH) return text;
  const kept = text.slice(0, SHOWN_LENGTH - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
};
