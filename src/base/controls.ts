/**
 * Takes out of a text what steers a terminal, what turns the direction of writing, and what nobody sees. Linear in its
 * length.
 */

/**
 * Colours, titles, links and moves of the cursor (ECMA-48). Each part ends at the next escape character at the latest,
 * so that no text makes this slow: `stripVTControlCharacters` takes seconds for 64 kB of `\x1b]`.
 */
const ESCAPES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;

/**
 * Other controls but tab and line end, marks of direction, separators of lines and paragraphs, and what has no width
 * and joins nothing.
 */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Most texts have none of these. */
const ANY = new RegExp(UNSEEN.source);

/** @returns the text as a person would see it. Tabs and line ends stay; a carriage return goes. */
export const withoutControls = (text: string): string =>
  ANY.test(text) ? text.replaceAll(ESCAPES, '').replaceAll(UNSEEN, '') : text;
