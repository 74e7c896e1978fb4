/**
 * A pattern of an operator's, run by RE2: its time grows with the text's length and no faster, whatever the pattern.
 */
import type { RE2JS } from 're2js';
import { re2 } from '../../base/lazy-packages.ts';

/** To whoever searches with it a RegExp like any other, but that it matches whole texts only. */
export class LinearPattern extends RegExp {
  readonly #compiled: RE2JS;
  readonly #also: string | null;

  /** @param also one text more. @throws for what RE2 does not know, lookarounds and back references among it. */
  constructor(pattern: string, also: string | null = null) {
    super('(?:)');
    this.#also = also;
    this.#compiled = re2().RE2JS.compile(pattern);
  }

  /** `test`, `search` and `match` all go this way. */
  override exec(text: string): RegExpExecArray | null {
    return text === this.#also || this.#compiled.matches(text)
      ? Object.assign([text] as [string], { index: 0, input: text })
      : null;
  }
}
