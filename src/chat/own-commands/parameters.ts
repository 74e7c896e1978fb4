/** What may be typed for a parameter of an operator's own command, and the proof that a value is that. */
import { errorText } from '../../base/errors.ts';
import { RE2JS } from 're2js';
import { suggest } from '../../base/suggest.ts';
import { Complaint, quote } from '../../config/fields.ts';
import { ownCommandText } from '../../text/commands/own-commands.ts';
import type { Locale } from '../../text/locale.ts';
import type { Argument, Arguments } from '../arguments/arguments.ts';
import { normalise } from '../bus/parse-command.ts';

/**
 * A RegExp that RE2 runs, so that its time grows with the text's length and no faster, whatever the pattern. It matches
 * whole texts only.
 */
export class LinearPattern extends RegExp {
  readonly #compiled: RE2JS;
  readonly #also: string | null;

  /** @param also one text more. @throws for what RE2 does not know, lookarounds and back references among it. */
  constructor(pattern: string, also: string | null = null) {
    super('(?:)');
    this.#also = also;
    this.#compiled = RE2JS.compile(pattern);
  }

  /** `test`, `search` and `match` all go this way. */
  override exec(text: string): RegExpExecArray | null {
    return text === this.#also || this.#compiled.matches(text)
      ? Object.assign([text] as [string], { index: 0, input: text })
      : null;
  }
}

export type Value = string | number;

export type Parameter =
  /** `dash`: its pattern itself begins with `-`, so its values may. */
  | {
      readonly kind: 'pattern';
      readonly source: string;
      readonly pattern: LinearPattern;
      readonly dash: boolean;
      readonly preset: string | null;
    }
  | { readonly kind: 'one_of'; readonly values: readonly string[]; readonly preset: string | null }
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly preset: number | null };

export type Parameters = Readonly<Record<string, Parameter>>;

const KINDS = ['pattern', 'one_of', 'number'] as const;
const KEYS = [...KINDS, 'default'];
const MAX_PATTERN = 300;
const MAX_WORDS = 50;
/** A word of a command line that is longer is no word. */
const MAX_VALUE = 500;

/**
 * A value that begins with a dash could be an option of the program; where its pattern begins with one, that is meant.
 */
const BEGINS_WITH_DASH = /^\^?\\?-/;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/** Not what could be taken for an option by a program, nor what ends or breaks a word. */
export const isAllowed = (parameter: Parameter, value: Value): boolean => {
  switch (parameter.kind) {
    case 'pattern':
      return (
        typeof value === 'string' &&
        value.length <= MAX_VALUE &&
        !CONTROL.test(value) &&
        (parameter.dash || !value.startsWith('-')) &&
        parameter.pattern.test(value)
      );
    case 'one_of':
      return typeof value === 'string' && parameter.values.includes(value);
    case 'number':
      return (
        typeof value === 'number' && Number.isInteger(value) && value >= parameter.least && value <= parameter.most
      );
  }
};

/** The default is the operator's own word and need not match: `/` where only what is below it may be typed. */
const readPattern = (source: unknown, preset: unknown): Omit<Extract<Parameter, { kind: 'pattern' }>, 'preset'> => {
  if (typeof source !== 'string' || source === '')
    throw new Complaint(`must be a pattern in quotes such as "[a-z]+", not ${quote(source)}`);
  if (source.length > MAX_PATTERN) throw new Complaint(`must have at most ${MAX_PATTERN} characters`);
  try {
    return {
      kind: 'pattern',
      source,
      pattern: new LinearPattern(source, typeof preset === 'string' ? preset : null),
      dash: BEGINS_WITH_DASH.test(source),
    };
  } catch (error) {
    throw new Complaint(
      `is no pattern that RE2 knows (it has no lookaround and no back references): ${errorText(error)}`,
    );
  }
};

const isTypable = (word: string): boolean => word !== '' && word.length <= MAX_VALUE && normalise(word) === word;

const readWords = (given: unknown): Omit<Extract<Parameter, { kind: 'one_of' }>, 'preset'> => {
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_WORDS)
    throw new Complaint(`must be a list of at most ${MAX_WORDS} words such as [main, backup], not ${quote(given)}`);
  const values = given.map((word: unknown) => {
    if (typeof word !== 'string') throw new Complaint(`must hold text only, not ${quote(word)}; put it in quotes`);
    if (!isTypable(word)) throw new Complaint(`holds ${quote(word)}, which nobody can type`);
    return word;
  });
  // Case and width make no difference to whoever types.
  if (new Set(values.map((word) => word.toLowerCase())).size < values.length) throw new Complaint('holds a word twice');
  return { kind: 'one_of', values };
};

const readRange = (given: unknown): Omit<Extract<Parameter, { kind: 'number' }>, 'preset'> => {
  const [least, most, ...more] = (Array.isArray(given) ? given : []) as readonly unknown[];
  const isRange =
    Number.isSafeInteger(least) &&
    Number.isSafeInteger(most) &&
    more.length === 0 &&
    Number(least) >= 0 &&
    Number(least) <= Number(most);
  if (!isRange)
    throw new Complaint('must be two whole numbers that are not below 0, the least and the most, such as [1, 100]');
  return { kind: 'number', least: Number(least), most: Number(most) };
};

const READ = { pattern: readPattern, one_of: readWords, number: readRange };

/** What is wrong, and with which of its keys. */
export class ParameterComplaint extends Complaint {
  readonly key: string | null;

  constructor(key: string | null, message: string) {
    super(message);
    this.key = key;
  }
}

/** @throws ParameterComplaint */
export const readParameter = (given: unknown): Parameter => {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new ParameterComplaint(
      null,
      `must say what may be typed, such as { pattern: "[a-z]+" }, not ${quote(given)}`,
    );
  const section = given as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(section)) {
    if (KEYS.includes(key)) continue;
    const near = suggest(key, KEYS);
    throw new ParameterComplaint(key, `is not a known key${near === null ? '' : `; did you mean ${near}?`}`);
  }
  const [kind, ...others] = KINDS.filter((key) => section[key] !== undefined);
  if (kind === undefined || others.length > 0)
    throw new ParameterComplaint(null, 'needs exactly one of pattern, one_of and number');
  const read = atKey(kind, () => READ[kind](section[kind], section['default']));
  return atKey('default', () => withPreset(read, section['default'] ?? null));
};

const atKey = <T>(key: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw error instanceof Complaint ? new ParameterComplaint(key, error.message) : error;
  }
};

type WithoutPreset<P> = P extends Parameter ? Omit<P, 'preset'> : never;

const withPreset = (read: WithoutPreset<Parameter>, preset: unknown): Parameter => {
  if (preset === null) return { ...read, preset };
  const parameter = { ...read, preset } as Parameter;
  if (
    (typeof preset === 'string' ? isTypable(preset) : typeof preset === 'number') &&
    isAllowed(parameter, preset as Value)
  )
    return parameter;
  throw new Complaint(`${quote(preset)} is not what may be typed`);
};

/** The parameters as the bus reads them. In capitals: some names in small letters have a meaning for help already. */
export const argumentsOf = (parameters: Parameters, locale: Locale): Arguments =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name.toUpperCase(),
      { ...argumentOf(parameter, locale), ...(parameter.preset === null ? { required: true } : {}) },
    ]),
  );

const argumentOf = (parameter: Parameter, locale: Locale): Argument => {
  switch (parameter.kind) {
    case 'pattern':
      return { kind: 'pattern', pattern: parameter.pattern, rule: ownCommandText(locale).rule(parameter.source) };
    case 'one_of':
      return { kind: 'word', words: Object.fromEntries(parameter.values.map((word) => [word, []])) };
    case 'number':
      return { kind: 'count', least: parameter.least, most: parameter.most };
  }
};

export type ValuesRead =
  | { readonly kind: 'values'; readonly values: Readonly<Record<string, Value>> }
  | { readonly kind: 'wrong'; readonly name: string; readonly isDash: boolean };

/**
 * @param typed by the names in capitals; null stands for what was not typed. Whatever the bus let through is looked at
 * again.
 */
export const valuesOf = (parameters: Parameters, typed: Readonly<Record<string, unknown>>): ValuesRead => {
  const values: Record<string, Value> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = typed[name.toUpperCase()] ?? parameter.preset;
    if ((typeof value !== 'string' && typeof value !== 'number') || !isAllowed(parameter, value))
      return { kind: 'wrong', name, isDash: typeof value === 'string' && value.startsWith('-') };
    values[name] = value;
  }
  return { kind: 'values', values };
};
