/**
 * The evidence of a line of a log. Most of it is of a healthy gateway and never shown to anybody: its text is redacted
 * when it is read for the first time, since that costs more than all else that is done for a line.
 */
import type { Evidence, GatewayFact, LinkFact, LinkName } from '../diagnosis/evidence.ts';
import type { Instant } from '../base/instant.ts';

export type Found =
  { readonly link: LinkName; readonly fact: LinkFact } | { readonly link: null; readonly fact: GatewayFact };

interface Line {
  readonly at: Instant;
  readonly level: string | null;
  readonly message: string;
}

type TextOf<Written extends Line> = (line: Written) => string;

class LineEvidence {
  declare readonly at: Instant;
  declare readonly source: string;
  /** Own to each, so that copies and JSON have it. */
  declare readonly text: string;
  declare readonly link: LinkName | null;
  declare readonly fact: LinkFact | GatewayFact;
  readonly #line: Line;
  readonly #textOf: TextOf<never>;
  #told: string | null = null;

  constructor(line: Line, source: string, { link, fact }: Found, textOf: TextOf<never>) {
    this.at = line.at;
    this.source = source;
    Object.defineProperty(this, 'text', LineEvidence.#TEXT);
    this.link = link;
    this.fact = fact;
    this.#line = line;
    this.#textOf = textOf;
  }

  /** One getter for all: with one of its own each object would have a hidden class of its own, of 2 kB. */
  static readonly #TEXT: PropertyDescriptor = {
    enumerable: true,
    get(this: LineEvidence): string {
      this.#told ??= this.#textOf(this.#line as never);
      return this.#told;
    },
  };

  static areOfSameLine(one: object, other: object): boolean {
    if (!(#line in one && #line in other)) return false;
    const [line, copy] = [one.#line, other.#line];
    return line.message === copy.message && line.level === copy.level;
  }
}

/** @param textOf what people may see of the line; it depends on the line and on the kind of fact alone */
export const lineEvidence = <Written extends Line>(
  line: Written,
  source: string,
  found: Found,
  textOf: TextOf<Written>,
): Evidence => new LineEvidence(line, source, found, textOf) as Evidence;

/** Whether two pieces of evidence of the same fact tell the same; two copies of a line do, and need no redaction. */
export const tellSame = (one: Evidence, other: Evidence): boolean =>
  LineEvidence.areOfSameLine(one, other) || one.text === other.text;
