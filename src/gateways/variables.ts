/** A gateway's `.env`: `NAME=value` lines, perhaps quoted, perhaps after `export`. */

import { withoutComment } from '../base/trim-end.ts';

const NAME = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)$/;

/** All of them in their order, repeated ones too. */
export const readVariables = (text: string): readonly (readonly [string, string])[] =>
  text.split(/\r?\n/).flatMap((line): (readonly [string, string])[] => {
    const at = line.indexOf('=');
    const name = at < 0 ? undefined : NAME.exec(line.slice(0, at).trim())?.[1];
    return name === undefined ? [] : [[name, unquoted(line.slice(at + 1).trim())]];
  });

/** Of a name that is there twice the last counts, as for the gateway. */
export const variablesOf = (text: string): ReadonlyMap<string, string> => new Map(readVariables(text));

const unquoted = (value: string): string => {
  const [, , inner] = /^(['"])(.*?)\1/.exec(value) ?? [];
  return inner ?? withoutComment(value).trim();
};
