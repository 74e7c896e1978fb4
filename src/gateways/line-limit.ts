/**
 * How much of a line of a log is looked at: its beginning says what it is, and whoever writes to the gateway chooses
 * how long it is.
 */
export const ASKED_CHARACTERS = 16_384;

/** @returns the line, or its beginning. */
export const asked = (text: string): string =>
  text.length > ASKED_CHARACTERS ? text.slice(0, ASKED_CHARACTERS) : text;
