/**
 * Chooses what a page shows of lines that come from the newest to the oldest. A record is its first line and all
 * below that begin none; it is judged as a whole when its first line comes, and shown as a whole.
 */
import { withoutControls } from '../base/controls.ts';
import { redact } from '../base/redact.ts';
import type { LineHead, LineParser } from '../gateways/gateway-kind.ts';
import type { RawLine } from './log-backwards.ts';
import type { Judge } from './log-query.ts';

export interface Selected {
  readonly line: RawLine;
  readonly head: LineHead | null;
  readonly text: string;
  readonly match: boolean;
  /** What the next page must know when it begins above this line. */
  readonly within: boolean;
  readonly above: number;
}

export interface Selector {
  push(line: RawLine): void;
  /** Nothing comes above: judges what waits. */
  flush(): void;
  /** Newest first. */
  readonly selected: readonly Selected[];
  /** Whether all that comes is too old. */
  tooOld(): boolean;
  /** The newest line that may still be shown, depending on what comes. */
  undecided(): RawLine | null;
  readonly carried: () => Pick<Selected, 'within' | 'above'>;
}

export interface SelectorOptions {
  readonly judge: Judge;
  readonly parse: LineParser;
  readonly since: number | null;
  readonly context: number;
  readonly within: boolean;
  readonly above: number;
}

/** Records in a row that are too old: lines come out of order, and old ones are quoted in chats. */
const OUT_OF_ORDER = 200;
/** A longer record, or a log without any, is judged in pieces, each line by itself. */
const PIECE_LINES = 1_000;
const PIECE_LENGTH = 262_144;
const SHOWN_LENGTH = 2_000;

interface Waiting {
  readonly line: RawLine;
  readonly head: LineHead | null;
  readonly shown: () => string;
}

export const createSelector = ({ judge, parse, since, context, within: beganWithin, above: beganAbove }: SelectorOptions): Selector => {
  const selected: Selected[] = [];
  /** Of the record that is not whole yet, newest first. */
  let piece: { readonly line: RawLine; readonly text: string }[] = [];
  let pieceLength = 0;
  /** Lines that become context when a match comes above them, newest first. */
  let below: Waiting[] = [];
  let within = beganWithin;
  let above = beganAbove;
  let tooOld = 0;

  const show = ({ line, head, shown }: Waiting, match: boolean, goesOn: boolean): void => {
    selected.push({ line, head, text: cut(shown()), match, within: goesOn, above });
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
    const shown = shownLines(lines.map(({ text }) => text));
    const finds = lines.map(({ text }, index) => () => judge.finds(text, () => shown(index)));
    const admitted = within || judge.admits(head);
    const whole = head !== null && admitted && (within || finds.some((found) => found()));
    for (const [index, { line }] of lines.entries()) {
      const match = head ? whole : admitted && (within || finds[index]?.() === true);
      take({ line, head, shown: () => shown(index) }, match, match && (head ? index < lines.length - 1 : within));
    }
    if (head) within = false;
  };

  return {
    push: (line) => {
      const { head, text } = readLine(line.text, parse);
      piece.push({ line, text });
      pieceLength += text.length;
      if (head || piece.length >= PIECE_LINES || pieceLength >= PIECE_LENGTH) close(head);
    },
    flush: () => close(null),
    selected,
    tooOld: () => tooOld >= OUT_OF_ORDER,
    undecided: () => below[0]?.line ?? piece[0]?.line ?? null,
    carried: () => ({ within, above }),
  };
};

/** A line as people are shown it, and what it says of itself. Colours and other controls could hide the name or the middle of a secret. */
export const readLine = (written: string, parse: LineParser): { readonly head: LineHead | null; readonly text: string } => {
  const raw = withoutControls(written);
  const head = parse(raw);
  // What was data may have been written with its control characters spelled out.
  return { head, text: head?.text === undefined ? raw : withoutControls(head.text) };
};

/** Redacts the lines of a record together, since a private key has many: newest first in and out. */
const shownLines = (lines: readonly string[]): ((index: number) => string) => {
  let shown: readonly string[] | null = null;
  return (index) => {
    shown ??= redact(lines.toReversed().join('\n')).split('\n').reverse();
    return shown[index] ?? '';
  };
};

/** After the redaction, so that no half of a secret is left at the end. */
const cut = (text: string): string => {
  if (text.length <= SHOWN_LENGTH) return text;
  const kept = text.slice(0, SHOWN_LENGTH - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
};
