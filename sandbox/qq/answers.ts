/** What the REST side says. */

export type Answer =
  { readonly kind: 'answer'; readonly status: number; readonly body?: unknown } | { readonly kind: 'hang' };

export const ok = (body: unknown): Answer => ({ kind: 'answer', status: 200, body });
export const empty = (): Answer => ({ kind: 'answer', status: 204 });

export interface Failure {
  readonly kind: 'answer';
  readonly status: number;
  readonly body: { readonly message: string; readonly code: number; readonly err_code: number };
}

/** An error as the platform writes it: `code` and `err_code` both. */
export const failure = (status: number, code: number, message: string): Failure => ({
  kind: 'answer',
  status,
  body: { message, code, err_code: code },
});
