/**
 * What each key of the configuration is, in both languages: the editors' JSON schema and the reference are made of it.
 */
import type { z } from 'zod';
import type { LOCALES } from '../config.ts';
import type { configSchema } from '../schema.ts';

type Both = Readonly<Record<(typeof LOCALES)[number], string>>;

export interface Description {
  /**
   * A sentence or two: what it is, and what follows from it. Without a full stop at its end where it is only one
   * phrase.
   */
  readonly what: Both;
  /** What stands for the default where that is not a value: "this machine's zone". */
  readonly otherwise?: Both;
  /** For a section: how it is written, as it would stand in the file. */
  readonly example?: string;
}

/** Every key that a value of this type can have, as `gateways[].name`; `P` is what stands before it. */
type Keys<T, P extends string> = unknown extends T
  ? never
  : T extends readonly (infer E)[]
    ? Keys<E, `${P}[]`>
    : T extends object
      ? string extends keyof T
        ? never
        : { [K in keyof T & string]-?: Dotted<P, K> | Keys<Exclude<T[K], undefined>, Dotted<P, K>> }[keyof T & string]
      : never;

type Dotted<P extends string, K extends string> = P extends '' ? K : `${P}.${K}`;

export type KeyPath = Keys<z.input<ReturnType<typeof configSchema>>, ''>;

/**
 * The keys of one part: `under<'watch'>` has `watch` and everything in it. A key without its description is a type
 * error.
 */
export type DescriptionsOf<Part extends string> = Readonly<
  Record<Extract<KeyPath, Part | `${Part}.${string}` | `${Part}[${string}`>, Description>
>;
