/** Tests of the real gateways install them, hundreds of MB from PyPI and npm; only where that is asked for. */
export const whyNoPackages = (): string | null =>
  process.env['LIFELINE_TEST_PACKAGES'] === '1'
    ? null
    : 'it installs the real gateway, hundreds of MB from a package registry; set LIFELINE_TEST_PACKAGES=1 to have that';

/**
 * A package, or what it takes to install it, cannot be had here: its tests are skipped. Anything else that goes wrong
 * fails them.
 */
export class NotToBeHad extends Error {}

/** @returns why nothing runs here, said aloud; @throws whatever is no lack of a package */
export const skipReason = (what: string, error: unknown): string => {
  if (!(error instanceof NotToBeHad)) throw error;
  console.warn(`SKIPPED ${what}: ${error.message}`);
  return error.message;
};
