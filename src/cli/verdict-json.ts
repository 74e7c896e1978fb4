import type { Verdict } from '../diagnosis/verdict.ts';

/** @returns ISO 8601 in local time with its offset, as the log's reader would write it down. */
export const isoWithOffset = (at: number): string => {
  const minutes = -new Date(at).getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const local = new Date(at + minutes * 60_000).toISOString().slice(0, -1);
  return `${local}${sign}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
};

/** One line of `--json`: the contract of `lifeline replay` and `lifeline check`. */
export const verdictJson = ({ at, gateway, link, condition, remedy, cause, evidence }: Verdict): string =>
  JSON.stringify({
    at: isoWithOffset(at),
    gateway,
    link,
    condition,
    remedy,
    cause,
    evidence: evidence.map((piece) => ({ at: isoWithOffset(piece.at), source: piece.source, text: piece.text })),
  });
