/** Looks into the schema: which keys it knows, for suggestions and to prove that the example names them all. */
import { z } from 'zod';

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
  return here instanceof z.ZodArray && typeof step === 'number' ? keysAt(here.element, rest) : [];
};

/** @returns every key in the schema, written as `gateways[].name`. */
export const allKeys = (schema: z.core.$ZodType, prefix = ''): readonly string[] => {
  const here = core(schema);
  if (here instanceof z.ZodArray) return allKeys(here.element, `${prefix}[]`);
  if (!(here instanceof z.ZodObject)) return [];
  return Object.entries(here.shape).flatMap(([key, child]) => {
    const name = prefix ? `${prefix}.${key}` : key;
    return [name, ...allKeys(child as z.core.$ZodType, name)];
  });
};
