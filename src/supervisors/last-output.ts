/** What a program wrote last, short enough for a phone and without secrets. */
import { withoutControls } from '../base/controls.ts';
import { openForeign, OWN_FILES } from '../base/open-foreign.ts';
import { redact } from '../base/redact/redact.ts';

const MAX_BYTES = 8_192;
const MAX_LINES = 5;
const MAX_LINE_LENGTH = 200;

/**
 * @returns the last lines that were written to `path` after byte `offset`; empty when there are none or it cannot be
 * read.
 */
export const lastWords = async (path: string, offset: number): Promise<string> => {
  const opened = await openForeign(path, OWN_FILES).catch(() => null);
  if (!opened) return '';
  const { handle: file, part } = opened;
  try {
    const { size } = part;
    const from = Math.max(offset, size - MAX_BYTES);
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(Math.max(0, size - from)),
      0,
      Math.max(0, size - from),
      from,
    );
    const text = buffer.toString('utf8', 0, bytesRead);
    // A line whose beginning is not here may be the second half of a secret whose name is in the first.
    return lastOutputLines(from > offset ? withoutFirstLine(text) : text);
  } finally {
    await file.close();
  }
};

const withoutFirstLine = (text: string): string => {
  const end = text.indexOf('\n');
  return end < 0 ? '' : text.slice(end + 1);
};

/** Redacted as a whole before anything is cut, because a pattern may span what the cut would part. */
export const lastOutputLines = (text: string): string =>
  redact(withoutControls(text.replaceAll(/\r\n?/g, '\n')))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-MAX_LINES)
    .map((line) => (line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…` : line))
    .join('\n');
