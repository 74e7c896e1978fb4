/** What is known of a gateway as text for the disk, and back. */
import { hash } from 'node:crypto';
import { initialState, newLink, type GatewayState } from '../../diagnosis/state.ts';

/** Raised by hand when a field keeps its name and kind but not its meaning. */
const MEANING = 2;

/** Names in a tag that no field of the state has. */
const MAP = '$map';

export const stateText = (state: GatewayState): string =>
  JSON.stringify(state, (_key, value: unknown) =>
    value instanceof Map ? { [MAP]: [...(value as Map<unknown, unknown>)] } : value,
  );

/** @returns null when the text is not that of a state. */
export const parseState = (text: string): GatewayState | null => {
  try {
    const state: unknown = JSON.parse(text, (_key, value: unknown) => (isMapText(value) ? new Map(value[MAP]) : value));
    return fits(state, initialState) &&
      [...(state as GatewayState).links.values()].every((link) => fits(link, newLink(0)))
      ? (state as GatewayState)
      : null;
  } catch {
    return null;
  }
};

const isMapText = (value: unknown): value is { readonly [MAP]: readonly (readonly [unknown, unknown])[] } =>
  typeof value === 'object' && value !== null && MAP in value && Object.keys(value).length === 1;

/** Whether every collection is where the code expects one; what it holds was written by the same version. */
const fits = (value: unknown, model: object): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(model).every(([name, expected]: [string, unknown]) => {
    const found = (value as Record<string, unknown>)[name];
    if (expected instanceof Map) return found instanceof Map;
    if (Array.isArray(expected)) return Array.isArray(found);
    return expected === undefined || expected === null || typeof found === typeof expected;
  });

/** The fields of a state and what kind each is: a text written by a Lifeline with other fields is not read. */
const shapeOf = (value: unknown): string => {
  if (Array.isArray(value) || value instanceof Map) return value.constructor.name;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return `{${Object.entries(value)
    .map(([name, field]) => `${name}:${shapeOf(field)}`)
    .sort()
    .join()}}`;
};

export const stateVersionOf = (...models: readonly unknown[]): number =>
  Number.parseInt(hash('sha256', `${MEANING} ${models.map(shapeOf).join()}`, 'hex').slice(0, 8), 16);

export const STATE_VERSION = stateVersionOf(initialState, newLink(0));
