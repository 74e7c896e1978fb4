/**
 * The one way to read YAML that is not Lifeline's own text. The library compares each key of a map with all others and
 * shows the line beside each error, both of which take the square of the text's length; each alias walks the whole
 * text.
 */
import {
  isScalar,
  parseDocument,
  visit,
  YAMLParseError,
  type Document,
  type LineCounter,
  type Node,
  type YAMLMap,
} from 'yaml';

/** Many times what any configuration has, and little enough to be parsed at once. */
export const MOST_YAML = 200_000;
const MOST_ALIASES = 200;
/** How often an alias may multiply what it stands for. */
const MOST_REPEATS = 20;

/**
 * Parses without stack traces: a text full of mistakes makes an error for each letter, and the traces cost most of the
 * time.
 */
const withoutStacks = <T>(parse: () => T): T => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parse();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

/**
 * @returns a document whose `errors` say what is wrong with the text; it never throws. @param lines learns where the
 * lines begin.
 */
export const readYaml = (text: string, lines?: LineCounter): Document.Parsed => {
  const parse = (part: string): Document.Parsed =>
    withoutStacks(() =>
      parseDocument(part, {
        ...(lines && { lineCounter: lines }),
        version: '1.2',
        prettyErrors: false,
        uniqueKeys: false,
        logLevel: 'error',
      }),
    );
  if (text.length > MOST_YAML) return refused(parse(''), `the text is longer than ${MOST_YAML / 1_000} kB`);
  try {
    const document = parse(text);
    refuseRepeated(document);
    return document;
  } catch (error) {
    // Brackets or dashes in brackets, thousands deep.
    if (error instanceof RangeError) return refused(parse(''), 'the text is nested too deep');
    throw error;
  }
};

/** @returns what the document says. @throws when it says more than its length allows. */
export const yamlValue = (document: Document): unknown => document.toJS({ maxAliasCount: MOST_REPEATS }) as unknown;

/** @returns what the text says. @throws YAMLParseError. */
export const parseYaml = (text: string): unknown => {
  const document = readYaml(text);
  const [error] = document.errors;
  if (error) throw error;
  return yamlValue(document);
};

const refused = (document: Document.Parsed, problem: string): Document.Parsed => {
  document.errors.push(new YAMLParseError([0, 0], 'RESOURCE_EXHAUSTION', problem));
  return document;
};

const refuseRepeated = (document: Document.Parsed): void => {
  let aliases = 0;
  visit(document, {
    Map: (_key, map) => {
      document.errors.push(
        ...repeatedKeys(map).map((key) => new YAMLParseError(placeOf(key), 'DUPLICATE_KEY', 'Map keys must be unique')),
      );
    },
    Alias: () => {
      aliases += 1;
    },
  });
  if (aliases > MOST_ALIASES) refused(document, `the text has more than ${MOST_ALIASES} aliases`);
  document.errors.sort((one, other) => one.pos[0] - other.pos[0]);
};

const repeatedKeys = ({ items }: YAMLMap): readonly Node[] => {
  const seen = new Set<unknown>();
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    if (seen.has(key.value)) return [key];
    seen.add(key.value);
    return [];
  });
};

const placeOf = ({ range }: Node): [number, number] => [range?.[0] ?? 0, (range?.[0] ?? 0) + 1];
