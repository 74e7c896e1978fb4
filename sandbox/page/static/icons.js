/** The signs that messages begin with, drawn: a machine need not have a font for them. Their text stays for whoever copies. */
import { make } from './dom.js';

const SIGNS = { '🔴': 'red', '🟠': 'orange', '🟢': 'green', '⚠️': 'warn', '🔕': 'mute', '🛠': 'tools' };
const SIGN = /(🔴|🟠|🟢|⚠️|🔕|🛠)/u;

/** @returns the text as children for an element. */
export const withIcons = (text) =>
  text
    .split(SIGN)
    .filter((part) => part !== '')
    .map((part) => (part in SIGNS ? make('span', `sign ${SIGNS[part]}`, part) : part));
