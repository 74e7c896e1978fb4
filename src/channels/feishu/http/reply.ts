/** The platform's answer, whatever it is. */
export interface Reply {
  readonly status: number;
  /** 0: done; null: the answer was no JSON of the platform. */
  readonly code: number | null;
  readonly text: string;
  /** The whole answer. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The wait that the platform asks for. */
  readonly retryAfterMs: number | null;
}
