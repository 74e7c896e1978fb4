/** Tests of the real gateways install them, hundreds of MB from PyPI and npm; only where that is asked for. */
export const whyNoPackages = (): string | null =>
  process.env['LIFELINE_TEST_PACKAGES'] === '1' ? null : 'it installs the real gateway, hundreds of MB from a package registry; set LIFELINE_TEST_PACKAGES=1 to have that';

/** A package could not be had: said aloud, because no test that needs it runs. */
export const tellSkip = (what: string, why: string): void => console.warn(`SKIPPED ${what}: ${why}`);
