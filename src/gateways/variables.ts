/** A gateway's `.env`: `NAME=value` lines, perhaps quoted, perhaps after `export`. */

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/;

/** All of them in their order, repeated ones too. */
export const readVariables = (text: string): readonly (readonly [string, string])[] =>
  text.split(/\r?\n/).flatMap((line): (readonly [string, string])[] => {
    const [, name, value = ''] = LINE.exec(line) ?? [];
    return name === undefined ? [] : [[name, unquoted(value)]];
  });

/** Of a name that is there twice the last counts, as for the gateway. */
export const variablesOf = (text: string): ReadonlyMap<string, string> => new Map(readVariables(text));

const unquoted = (value: string): string => {
  const [, , inner] = /^(['"])(.*?)\1/.exec(value) ?? [];
  return inner ?? value.replace(/(?:^|\s)#.*$/, '').trim();
};
