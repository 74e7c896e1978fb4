/** An error for the person at the keyboard or phone: says what is wrong and what to do; never shown with a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Stable, for tests and scripts, e.g. `CONFIG_INVALID`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The message of anything thrown. */
export const errorText = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
