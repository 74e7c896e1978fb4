/** What a platform sends, with anything in place of any part of it. */
import fc from 'fast-check';

type Step = string | number;

/** Every place in it, the whole included. */
const placesIn = (value: unknown, path: readonly Step[] = []): readonly (readonly Step[])[] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        placesIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

const ABSENT = Symbol('absent');

const changed = (value: unknown, [step, ...rest]: readonly Step[], to: unknown): unknown => {
  if (step === undefined) return to === ABSENT ? null : to;
  if (typeof value !== 'object' || value === null) return value;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<Step, unknown>;
  if (rest.length === 0 && to === ABSENT) delete copy[step];
  else copy[step] = changed(copy[step], rest, to);
  return copy;
};

const nested = (depth: number): unknown => {
  let value: unknown = 'x';
  for (let n = 0; n < depth; n += 1) value = n % 2 === 0 ? [value] : { a: value };
  return value;
};

/** What breaks a reader: each of them can stand in JSON. */
const HOSTILE: readonly unknown[] = [
  ABSENT,
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  2 ** 60,
  1e21,
  '',
  ' ',
  '0',
  '-1',
  '1e400',
  'NaN',
  '\0',
  '\n',
  '\ud800',
  '\u202e',
  '__proto__',
  'constructor',
  'x'.repeat(600),
  'x'.repeat(100_000),
  [],
  {},
  [[]],
  [null],
  [{ is_you: true }],
  { toString: null, valueOf: null },
  { toString: 1 },
  { valueOf: 'x' },
  { toJSON: 1 },
  { then: 1 },
  { length: 1e9 },
  { length: -1 },
  JSON.parse('{"__proto__":{"open_id":"x"}}'),
  nested(500),
  Array.from({ length: 5_000 }, () => null),
];

const anything = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** One of the good ones, with up to four places of it replaced. */
export const hostileJson = (...good: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .constantFrom(...good)
    .chain((template) =>
      fc
        .array(fc.tuple(fc.constantFrom(...placesIn(template)), anything), { maxLength: 4 })
        .map((changes) => changes.reduce<unknown>((value, [place, to]) => changed(value, place, to), template)),
    );
