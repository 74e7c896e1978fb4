/** What examples and tutorials put in the place of a value. */
const PLACEHOLDER =
  /^(?:<.*>|\{.*\}|\$\{.*\}|\[.*\]|\.{3}|…|x{3,}|\*{3,}|(?:cli_)?x+|cli_\.*|(?:your|my|change|replace|insert|put|enter|todo|example|placeholder)(?:[\W_].*|me|)$|your.*|.*(?:_here|-here)|你的.*|填.*|.*xxx+.*|app_?secret|app_?id|client_?secret|secret)$/i;

/** Longer values are none. */
const MOST_CHARACTERS = 200;

export const isPlaceholder = (value: string): boolean => value.length <= MOST_CHARACTERS && PLACEHOLDER.test(value);
