/** A parsed value of unknown shape, as an object with keys. */
export type Section = Readonly<Record<string, unknown>>;

export const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns an empty section for any other value. */
export const section = (value: unknown): Section => (isSection(value) ? value : {});

/** @returns an empty list for any other value. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
