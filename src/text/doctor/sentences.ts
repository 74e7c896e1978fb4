/** The two sentences for each finding. */
export interface Sentence<Facts> {
  /** What the finding is. */
  readonly what: (facts: Facts) => string;
  /** Why the finding matters, and what to do where no command mends it. */
  readonly why: (facts: Facts) => string;
}

/** One entry for each code. */
export type Sentences<Facts extends { readonly code: string }> = {
  readonly [Code in Facts['code']]: Sentence<Extract<Facts, { readonly code: Code }>>;
};

/** A name amid Chinese text: Latin letters stand apart from it. */
export const inHan = (name: string): string => (/[A-Za-z]/.test(name) ? ` ${name} ` : name);
