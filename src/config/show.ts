/** The effective configuration for people: the operator's own keys, every default filled in, and no secret in it. */
import { isScalar, parseDocument, stringify, visit } from 'yaml';
import type { Config } from './config.ts';
import { USUAL_MEMORY } from './gateway-schema.ts';
import { Value } from './section.ts';
import { Secret } from './secret.ts';

type Written = Config['written'];

/** The values of the file's sections and lists, without the keys that have none. */
const tree = (value: unknown, leaf: (value: Value<unknown> | Secret) => unknown): unknown => {
  if (value instanceof Value || value instanceof Secret) return leaf(value);
  if (Array.isArray(value)) return value.map((each) => tree(each, leaf));
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, child]) => child !== null && child !== undefined);
  return Object.fromEntries(given.map(([name, child]) => [name, tree(child, leaf)]));
};

const shownOf = (value: unknown): unknown => tree(value, (leaf) => (leaf instanceof Secret ? '***' : leaf.shown));
const realOf = (value: unknown): unknown =>
  tree(value, (leaf) => (leaf instanceof Secret ? leaf.reveal() : JSON.stringify(leaf.value)));

const unlessEmpty = <T>(list: readonly T[]): readonly T[] | null => (list.length > 0 ? list : null);

/** The keys in which a gateway differs from what holds for all. */
const unlike = (own: object, general: object): object | null => {
  const usual = new Map(Object.entries(general).map(([name, value]) => [name, JSON.stringify(shownOf(value))]));
  const different = Object.entries(own).filter(([name, value]) => usual.get(name) !== JSON.stringify(shownOf(value)));
  return different.length > 0 ? Object.fromEntries(different) : null;
};

const gateway = (given: Written['gateways'][number], { watch, healing }: Written): object => ({
  ...given,
  command: given.command.value.length > 0 ? given.command : null,
  grace: unlike(given.grace ?? {}, { ...watch.grace, links: {} }),
  healing: unlike(given.healing ?? {}, healing),
  memory: unlike(given.memory, USUAL_MEMORY),
  generic: given.generic && {
    ...given.generic,
    // A log is read by itself.
    checks: given.generic.checks.map((check) => (check.log === null ? check : { ...check, timeout: null })),
  },
});

/** What is worth showing: nothing of what is not used. */
const used = ({ written }: Config): object => ({
  ...written,
  gateways: written.gateways.map((each) => gateway(each, written)),
  groups: unlessEmpty(written.groups),
  alerts: {
    ...written.alerts,
    routes: unlessEmpty(written.alerts.routes),
    digest_at: written.alerts.digest && written.alerts.digest_at,
  },
});

/** @returns lines of YAML with the keys of the configuration file; lists of plain values stand on one line. */
export const configLines = (config: Config): readonly string[] => {
  const document = parseDocument(stringify(shownOf(used(config)), { aliasDuplicateObjects: false }));
  visit(document, {
    Seq: (_key, node) => {
      if (node.items.every(isScalar)) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 100, flowCollectionPadding: false }).trimEnd().split('\n');
};

/**
 * What two configurations differ in: `watch.pulse: 5s → 10s`, and only the key where the value is not for everybody's
 * eyes; in the order of the file.
 */
export const changesBetween = (before: Config, after: Config): readonly string[] => {
  const [old, now] = [before, after].map((config) => flat(shownOf(used(config)))) as [Flat, Flat];
  const [oldReal, nowReal] = [before, after].map((config) => flat(realOf(used(config)))) as [Flat, Flat];
  const shown = differing(old, now).map((key) => `${key}: ${old.get(key) ?? '–'} → ${now.get(key) ?? '–'}`);
  const hidden = differing(oldReal, nowReal).filter((key) => !shown.some((line) => line.startsWith(key)));
  return [...shown, ...hidden];
};

type Flat = ReadonlyMap<string, string>;

const differing = (old: Flat, now: Flat): readonly string[] =>
  [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));

/** Sections by their keys, entries of lists by their names; a list of plain values is one value. */
const flat = (value: unknown, path = ''): Flat => {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)) {
    return new Map(value.flatMap((item: unknown, index) => [...flat(item, `${path}[${nameOf(item) ?? index}]`)]));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map([[path, Array.isArray(value) ? `[${value.join(', ')}]` : String(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, child]: [string, unknown]) => [
      ...flat(child, path === '' ? key : `${path}.${key}`),
    ]),
  );
};

const nameOf = (item: unknown): string | null =>
  typeof item === 'object' && item !== null && 'name' in item && typeof item.name === 'string' ? item.name : null;
