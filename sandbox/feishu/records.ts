/** What the platform saw an app do, for tests to look at. Times are by the platform's clock. */

export interface CallRecord {
  /** `im.message.create`, `auth.token`, `ws.endpoint` …: the names of the routes. */
  readonly api: string;
  readonly at: number;
  /** The answer's HTTP status and code; null for a call that got no answer. */
  readonly status: number | null;
  readonly code: number | null;
}

export interface AckRecord {
  readonly eventId: string;
  readonly eventType: string;
  readonly at: number;
  /** Since the frame was pushed. */
  readonly afterMs: number;
  /** NaN when the client sent none. */
  readonly code: number;
  /** The handler's result, when there was one. */
  readonly data: unknown;
  /** How long the handler took by its own account; the Node SDK's is negative. */
  readonly bizRtMs: number | null;
  readonly inTime: boolean;
}

export interface ClickRecord {
  readonly user: string;
  readonly messageId: string;
  readonly value: unknown;
  readonly at: number;
  readonly result: ClickResult;
}

/** What the person sees of a click: the client's answer, or the code of the failure (docs/facts/feishu.md 3.3). */
export type ClickResult =
  | { readonly outcome: 'answered'; readonly answer: unknown }
  /**
   * 200340: callbacks are not set up; 200341: no answer in time; 200342: no client; 200672: an answer that makes no
   * sense.
   */
  | { readonly outcome: 'failed'; readonly code: 200340 | 200341 | 200342 | 200672 };

export interface Records {
  readonly calls: CallRecord[];
  readonly acks: AckRecord[];
  readonly clicks: ClickRecord[];
}

export const noRecords = (): Records => ({ calls: [], acks: [], clicks: [] });

/** A platform that runs for days must not grow for ever. */
const KEPT = 50_000;

export const record = <T>(list: T[], item: T): void => {
  list.push(item);
  if (list.length > KEPT) list.splice(0, list.length - KEPT);
};
