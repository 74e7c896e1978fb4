/**
 * A secret from the configuration. Printing, logging or serialising it in any way shows `***`; only `reveal()`
 * gives the value.
 */
import { inspect } from 'node:util';

/** Where a secret was written: in the YAML itself, in an environment variable or in a file of its own. */
export type SecretOrigin = 'literal' | 'env' | 'file';

export class Secret {
  readonly origin: SecretOrigin;
  readonly #value: string;

  constructor(value: string, origin: SecretOrigin) {
    this.#value = value;
    this.origin = origin;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}
