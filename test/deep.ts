/**
 * How much is played of what computes for long: all of it in `npm run test:deep`, which `.ci/run` starts as well, and a
 * part of it in `npm test`, so that it is quick. `npm run test:deep` runs every test file that imports this one.
 */
export const IN_DEPTH = process.env['LIFELINE_TEST_DEEP'] === '1' || process.env['LIFELINE_TEST_ALL'] === '1';

/** Returns how many cases, or letters, there are: the first number in depth, else the second. */
export const extent = (inDepth: number, quick: number): number => (IN_DEPTH ? inDepth : quick);

/** Returns all rows in depth, else each `nth`, beginning at another row for another `offset`. */
export const sample = <Row>(rows: readonly Row[], nth: number, offset: number): readonly Row[] =>
  IN_DEPTH ? rows : rows.filter((_, index) => (index + offset) % nth === 0);
