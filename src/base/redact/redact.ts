/** Replaces what looks like a secret, or tells who somebody is, in text that leaves the machine or goes to a log. */
import { withoutControls } from '../controls.ts';
import { hideOnOtherLines } from './redact-lines.ts';
import { hideKeyLines } from './redact-key-lines.ts';
import { hideNamed } from './redact-named.ts';
import { hidePairs } from './redact-pairs.ts';
import { hidePeople } from './redact-people.ts';
import { hidePlaces } from './redact-places.ts';
import { hideSentences } from './redact-sentences.ts';
import { hideShapes } from './redact-shapes.ts';
import { hideTokens } from './redact-tokens.ts';

/** The secrets of this process itself, as they are written in a text, in JSON and in an address. */
const known = new Set<string>();
/** Tokens that a platform gives out change every two hours. */
const MOST_KNOWN = 1_000;
/** Shorter values stand in every text. */
const LEAST_KNOWN = 7;

/** From now on no text that is redacted has this value in it, wherever it stands and whatever it looks like. */
export const neverShow = (secret: string): void => {
  for (const value of secret.split(/\s+/)) {
    if (value.length < LEAST_KNOWN || /^-+$/.test(value)) continue;
    for (const written of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())]) {
      known.delete(written);
      known.add(written);
    }
  }
  for (const old of known) {
    if (known.size <= MOST_KNOWN) break;
    known.delete(old);
  }
};

/** For another thread, which has a list of its own. */
export const neverShown = (): readonly string[] => [...known];

const hideKnown = (text: string): string => {
  let hidden = text;
  // A longer one may hold a shorter one.
  for (const value of [...known].sort((one, other) => other.length - one.length))
    if (hidden.includes(value)) hidden = hidden.replaceAll(value, '***');
  return hidden;
};

/**
 * Whether what somebody wrote in a wrong place may be a secret: one that a rule knows, or a long word of letters and
 * digits. An error does not repeat it.
 */
export const looksSecret = (text: string): boolean =>
  redact(text).includes('***') ||
  text
    .split(/[^A-Za-z\d_+/=~-]/)
    .some(
      (word) =>
        word.length >= 16 &&
        !/^(?:cli|ou|oc|on)_|\/.*\//.test(word) &&
        (/\d/.test(word) ? /[a-z]/i.test(word) : /[a-z][A-Z]+[a-z]*[A-Z]/.test(word)),
    );

/** In this order: a key's own shape says more of it than its name, and digits inside a key are no phone number. */
const RULES: readonly ((text: string) => string)[] = [
  hideTokens,
  hideShapes,
  hideKeyLines,
  hideOnOtherLines,
  hidePlaces,
  hideSentences,
  hideNamed,
  hidePairs,
  hidePeople,
];

/**
 * Letters, digits and signs in the width of Chinese ones, and those of mathematics: read as what they stand for.
 * Chinese punctuation stays.
 */
const WIDE = /[\uFF03-\uFF06\uFF0A\uFF0B\uFF0D-\uFF19\uFF1D\uFF20-\uFF3A\uFF3F\uFF41-\uFF5A\u{1D400}-\u{1D7FF}]/gu;

/** After one round the rest may look like a secret beside the stars. Each round only shortens the text. */
const MOST_ROUNDS = 6;

/**
 * @returns `text` without what steers a terminal, with every secret-looking part replaced by `***`, and with as many
 * lines as before. What helps to recognise the thing stays: `sk-***`, the host of an address, a name before its value.
 */
export const redact = (text: string): string => {
  // A colour in the middle of a name or of a value would hide it from every rule.
  const plain = hideKnown(withoutControls(text));
  const narrow = plain.replaceAll(WIDE, (character) => character.normalize('NFKC'));
  let current = narrow;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = RULES.reduce((hidden, hide) => hide(hidden), current);
    if (next === current) break;
    current = next;
  }
  return current === narrow ? plain : current;
};
