/** What the operator tells of a gateway of the generic kind; patterns are RE2's, as text. */
import type { LinkName } from '../../diagnosis/evidence.ts';
import type { DateOrder } from './time-forms.ts';

export interface GenericSettings {
  /** Where a bare process notes its pid, below the home or absolute. */
  readonly pidFile: string | null;
  readonly starting: string | null;
  readonly ready: string | null;
  readonly stopping: string | null;
  /** A line after which no restart helps. */
  readonly fatal: string | null;
  readonly logs: readonly LogSettings[];
  readonly links: Readonly<Record<LinkName, LinkPatterns>>;
  readonly checks: readonly CheckSettings[];
}

export interface LogSettings {
  /** Below the home or absolute; `YYYY-MM-DD` in its name stands for the day. */
  readonly path: string;
  /** One of LINE_FORMATS, or a pattern with the groups `time`, `level` and `message`. */
  readonly format: string;
  /** Of dates such as 11/22/2026, whose day and month could be exchanged; null: none is understood. */
  readonly dateOrder: DateOrder | null;
}

export const LINE_FORMATS = ['auto', 'python', 'iso', 'syslog', 'json', 'plain'] as const;
export type LineFormatName = (typeof LINE_FORMATS)[number];

/** In the order in which they are asked of a line; the first that is found counts. */
export const LINK_SIGNS = ['rejected', 'gave_up', 'lost', 'up', 'traffic'] as const;
export type LinkSign = (typeof LINK_SIGNS)[number];
export type LinkPatterns = Readonly<Partial<Record<LinkSign, string>>>;

export type CheckSettings = CheckTerms & LivenessCheck;

export interface CheckTerms {
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** How long it may fail. */
  readonly forMs: number;
  readonly then: 'restart' | 'alert';
}

export type LivenessCheck =
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly status: readonly number[];
      readonly contains: string | null;
      readonly json: Readonly<Record<string, unknown>> | null;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** A file that must not be older than so much, below the home or absolute. */
  | { readonly kind: 'file'; readonly path: string; readonly maxAgeMs: number }
  /** A line that must come again and again. */
  | { readonly kind: 'log'; readonly pattern: string; readonly maxAgeMs: number };
