/**
 * How the schema of the configuration is written: each key stands once, with its check, its default and its words in
 * both languages. What is shown, the JSON schema and the reference are made of that.
 */
import * as z from 'zod';
import { compactDuration } from '../base/duration.ts';
import type { LOCALES } from './names.ts';

export type Both = Readonly<Record<(typeof LOCALES)[number], string>>;

export type JsonSchema = Readonly<Record<string, unknown>>;

/** How a value is written: in words, and as a part of a JSON schema (draft 7) that is never stricter than the check. */
export interface Form extends Both {
  readonly json: JsonSchema;
}

const FORMS = z.registry<Form>();

export const withForm = <S extends z.ZodType>(schema: S, form: Form): S => {
  FORMS.add(schema, form);
  return schema;
};

export const formOf = (schema: z.core.$ZodType): Form | null => FORMS.get(schema) ?? null;

/**
 * What a key is and what follows from it, in a sentence or two; without a full stop at its end where it is only one
 * phrase.
 */
export interface Words extends Both {
  /** What stands for the default where that is not a value: "this machine's zone". */
  readonly otherwise?: Both;
  /** How it is written, as it would stand in the file. */
  readonly example?: string;
}

export interface Key<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly words: Words;
}

export const key = <S extends z.ZodType>(schema: S, words: Words): Key<S> => ({ schema, words });

const WORDS = new WeakMap<z.core.$ZodType, Readonly<Record<string, Key>>>();

type Shape<K extends Readonly<Record<string, Key>>> = { -readonly [N in keyof K]: K[N]['schema'] };

export const section = <K extends Readonly<Record<string, Key>>>(keys: K) => {
  const schemas = Object.entries(keys).map(([name, { schema }]) => [name, schema] as const);
  const made = z.strictObject(Object.fromEntries(schemas) as Shape<K>);
  WORDS.set(made, keys);
  return made;
};

/** A key that may be left out, and then is null. */
export const optional = <S extends z.ZodType>(schema: S) =>
  schema.optional().transform((value): z.output<S> | null => value ?? null);

/** A value that is shown in another form than it is used in. */
export class Value<T> {
  readonly value: T;
  readonly shown: unknown;

  constructor(value: T, shown: unknown) {
    this.value = value;
    this.shown = shown;
  }
}

export class Duration extends Value<number> {
  readonly unit = 'ms';

  constructor(ms: number) {
    super(ms, compactDuration(ms));
  }
}

/** @param show how a value stands in the file, without what not everybody may see. */
export const shown = <S extends z.ZodType>(schema: S, show: (value: z.output<S>) => unknown) =>
  schema.transform((value): Value<z.output<S>> => new Value(value, show(value)));

/** Values as they are used; a secret stays one. */
export type Plain<T> =
  T extends Value<infer V>
    ? V
    : T extends { reveal(): string }
      ? T
      : T extends readonly (infer E)[]
        ? readonly Plain<E>[]
        : T extends object
          ? { readonly [K in keyof T]: Plain<T[K]> }
          : T;

type Camel<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;

type Durations = Duration | readonly Duration[];

/** A duration that may be null has no name here: a null does not tell that it is one. */
type Named<T> = {
  readonly [
    K in keyof T as K extends string
      ? [Exclude<T[K], null>] extends [Durations]
        ? [null] extends [T[K]]
          ? never
          : `${Camel<K>}Ms`
        : Camel<K>
      : never
  ]: Plain<T[K]>;
};

export const plain = <T>(value: T): Plain<T> => {
  const of = (each: unknown): unknown => {
    if (each instanceof Value) return each.value;
    if (Array.isArray(each)) return each.map(of);
    if (typeof each !== 'object' || each === null || Object.getPrototypeOf(each) !== Object.prototype) return each;
    return Object.fromEntries(Object.entries(each).map(([name, child]: [string, unknown]) => [name, of(child)]));
  };
  return of(value) as Plain<T>;
};

/** Returns the values of a section under the names that the code uses: `stop_timeout: 30s` as `stopTimeoutMs: 30000`. */
export const named = <T extends object>(given: T): Named<T> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]: [string, unknown]) => {
      const first: unknown = Array.isArray(value) ? value[0] : value;
      const camel = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [`${camel}${first instanceof Duration ? 'Ms' : ''}`, plain(value)];
    }),
  ) as Named<T>;

/** A schema without its defaults and transforms. */
const core = (schema: z.core.$ZodType): z.core.$ZodType => {
  if (FORMS.has(schema)) return schema;
  if (schema instanceof z.ZodPipe) return core(schema.def.in);
  return schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodPrefault
    ? core(schema.def.innerType)
    : schema;
};

/** @returns the keys allowed in the section at `path`; empty when there is no section. */
export const keysAt = (schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] => {
  const here = core(schema);
  const [step, ...rest] = path;
  if (here instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(here.shape);
    const next = Object.hasOwn(here.shape, step) ? (here.shape[String(step)] as z.core.$ZodType) : undefined;
    return next ? keysAt(next, rest) : [];
  }
  if (here instanceof z.ZodRecord) return step === undefined ? [] : keysAt(here.valueType, rest);
  return here instanceof z.ZodArray && typeof step === 'number' ? keysAt(here.element, rest) : [];
};

export interface Entry {
  /** Written as `gateways[].name`. */
  readonly path: string;
  readonly words: Words;
  readonly isRequired: boolean;
  /** The default as it would be written; undefined when there is none. */
  readonly preset: unknown;
  /** The form of the key's value, or of each value of a list; null when the key has keys of its own. */
  readonly form: Form | null;
  readonly isList: boolean;
}

/** @returns every key in the schema, each before those in it. */
export const allEntries = (schema: z.core.$ZodType, prefix = ''): readonly Entry[] => {
  const here = core(schema);
  if (here instanceof z.ZodArray) return allEntries(here.element, `${prefix}[]`);
  return Object.entries(WORDS.get(here) ?? {}).flatMap(([name, own]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    return [entryOf(path, own), ...allEntries(own.schema, path)];
  });
};

const entryOf = (path: string, { schema, words }: Key): Entry => {
  const here = core(schema);
  return {
    path,
    words,
    isRequired: schema._zod.optin === undefined,
    preset: schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined,
    form: formOf(here instanceof z.ZodArray ? core(here.element) : here),
    isList: here instanceof z.ZodArray,
  };
};
