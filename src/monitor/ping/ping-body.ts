/** What the dead man's switch keeps beside each ping: how things stood, a line each. */
import { redact } from '../../base/redact/redact.ts';
import { summary } from '../../chat/message/verdict-words.ts';
import type { Verdict } from '../../diagnosis/verdict.ts';
import type { Locale } from '../../text/locale.ts';
import { formatDuration } from '../../text/common/time.ts';
import { watchmanText } from '../../text/notices/self-notices.ts';
import { ownProblems, type OwnState } from '../own-state.ts';

export interface RoundReport extends OwnState {
  readonly version: string;
  readonly startedAt: number;
  readonly gateways: readonly { readonly name: string; readonly verdicts: readonly Verdict[] }[];
  /** Messages that have not reached their person on any channel. */
  readonly undelivered: number;
}

/** Self-hosted healthchecks keep the first 10 kB by default. */
const MAX_BYTES = 10_000;
/** Room for the line that says how many are missing. */
const SPARE_BYTES = 100;
const MAX_LINE = 300;

/** The worst first: whoever cuts it cuts what is well. */
export const pingBody = (report: RoundReport, locale: Locale, now: number): string => {
  const text = watchmanText(locale);
  return fitted(
    [
      ...ownProblems(report, locale, now),
      text.lifeline(report.version, formatDuration(now - report.startedAt, locale)),
      ...(report.undelivered > 0 ? [text.undelivered(report.undelivered)] : []),
      ...report.gateways.map(({ name, verdicts }) => text.named(name, summary(verdicts, locale))),
    ].map((line) => [...redact(line).replaceAll(/[\s\p{Cc}]+/gu, ' ')].slice(0, MAX_LINE).join('')),
    locale,
  );
};

const fitted = (lines: readonly string[], locale: Locale): string => {
  let bytes = 0;
  const kept = lines.findIndex((line) => (bytes += Buffer.byteLength(line) + 1) > MAX_BYTES - SPARE_BYTES);
  return (kept < 0 ? lines : [...lines.slice(0, kept), watchmanText(locale).more(lines.length - kept)]).join('\n');
};
