/** Looks into the schema: which keys it knows, for suggestions and to prove that the example names them all. */
import { z } from 'zod';
import { FIELD_FORMS, type Form } from './form.ts';

/** A schema without its defaults and transforms. */
const core = (schema: z.core.$ZodType): z.core.$ZodType => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) return core(schema.def.innerType);
  return schema;
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

export interface SchemaEntry {
  /** Written as `gateways[].name`. */
  readonly path: string;
  readonly isRequired: boolean;
  /** The default as it would be written; undefined when there is none. */
  readonly preset: unknown;
  /** The form of the key's value, or of each value of a list; null when the key has keys of its own. */
  readonly form: Form | null;
  readonly isList: boolean;
}

/** @returns every key in the schema, each before those in it. */
export const allEntries = (schema: z.core.$ZodType, prefix = ''): readonly SchemaEntry[] => {
  const here = core(schema);
  if (here instanceof z.ZodArray) return allEntries(here.element, `${prefix}[]`);
  if (!(here instanceof z.ZodObject)) return [];
  return Object.entries(here.shape).flatMap(([key, child]) => {
    const path = prefix ? `${prefix}.${key}` : key;
    return [entryOf(path, child as z.core.$ZodType), ...allEntries(child as z.core.$ZodType, path)];
  });
};

const entryOf = (path: string, schema: z.core.$ZodType): SchemaEntry => {
  const here = core(schema);
  const value = here instanceof z.ZodArray ? core(here.element) : here;
  return {
    path,
    isRequired: !(schema instanceof z.ZodOptional) && !(schema instanceof z.ZodPrefault),
    preset: schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined,
    form: FIELD_FORMS.get(value) ?? null,
    isList: here instanceof z.ZodArray,
  };
};

/** @returns every key in the schema, written as `gateways[].name`. */
export const allKeys = (schema: z.core.$ZodType): readonly string[] => allEntries(schema).map(({ path }) => path);
