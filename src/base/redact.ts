/** Replaces what looks like a secret, or tells who somebody is, in text that leaves the machine or goes to a log. */
import { withoutControls } from './controls.ts';
import { hideKeyLines } from './redact-key-lines.ts';
import { hideNamed } from './redact-named.ts';
import { hidePeople } from './redact-people.ts';
import { hidePlaces } from './redact-places.ts';
import { hideSaid } from './redact-said.ts';
import { hideShapes } from './redact-shapes.ts';
import { hideTokens } from './redact-tokens.ts';

/** In this order: a key's own shape says more of it than its name, and digits inside a key are no phone number. */
const RULES: readonly ((text: string) => string)[] = [hideTokens, hideShapes, hideKeyLines, hidePlaces, hideSaid, hideNamed, hidePeople];

/** What one round leaves may look like a secret beside the stars of another; each round only shortens what is left. */
const MOST_ROUNDS = 6;

/**
 * @returns `text` without what steers a terminal, with every secret-looking part replaced by `***`, and with as many lines as before. What helps to
 * recognise the thing stays: `sk-***`, the host of an address, a name before its value.
 */
export const redact = (text: string): string => {
  // A colour in the middle of a name or of a value would hide it from every rule.
  let current = withoutControls(text);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = RULES.reduce((hidden, hide) => hide(hidden), current);
    if (next === current) break;
    current = next;
  }
  return current;
};
