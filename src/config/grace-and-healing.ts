/**
 * The rules of one gateway: its own where it has some, those of all gateways elsewhere; and how they stand in a file.
 * Their keys are in `healing-schema.ts`, how long is waited by default in `diagnosis/policy.ts`.
 */
import type { z } from 'zod';
import { compactDuration } from '../base/duration.ts';
import type { Grace, Healing } from './config.ts';
import type { graceSchema, healingSchema, ownGraceSchema, ownHealingSchema } from './healing-schema.ts';

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };
type OwnGrace = z.output<ReturnType<typeof ownGraceSchema>>;

const over = <T extends object>(general: T, own: Given<T>): T => ({
  ...general,
  ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
});

export const graceFromConfig = (
  general: z.output<typeof graceSchema>,
  { links = {}, ...own }: OwnGrace = {},
): Grace => {
  const { qqbot, feishu, ...grace } = over(general, own);
  return {
    linkGraceMs: { qqbot, feishu, ...links },
    defaultLinkGraceMs: grace.default,
    startGraceMs: grace.start,
    frozenGraceMs: grace.frozen,
    goneGraceMs: grace.gone,
    stopGraceMs: grace.stop,
    networkGraceMs: grace.network,
  };
};

export const healingOf = (
  general: z.output<typeof healingSchema>,
  own: z.output<typeof ownHealingSchema> = {},
): Healing => {
  const healing = over(general, own);
  return { perHour: healing.per_hour, perDay: healing.per_day, pausesMs: healing.pauses, gracefulMs: healing.graceful };
};

/** Returns the rules in the form of the file. */
export const graceKeys = ({ linkGraceMs, ...grace }: Grace): Readonly<Record<string, unknown>> => {
  const { qqbot, feishu, ...links } = linkGraceMs;
  return {
    ...durations({ qqbot, feishu }),
    ...(Object.keys(links).length > 0 ? { links: durations(links) } : {}),
    ...durations({
      default: grace.defaultLinkGraceMs,
      start: grace.startGraceMs,
      frozen: grace.frozenGraceMs,
      gone: grace.goneGraceMs,
      stop: grace.stopGraceMs,
      network: grace.networkGraceMs,
    }),
  };
};

export const healingKeys = ({ perHour, perDay, gracefulMs, pausesMs }: Healing): Readonly<Record<string, unknown>> => ({
  per_hour: perHour,
  per_day: perDay,
  graceful: compactDuration(gracefulMs),
  pauses: pausesMs.map(compactDuration),
});

/**
 * @returns the keys in which a gateway differs from what holds for all, under `name`; nothing where it differs in none.
 */
export const ownKeys = (
  name: string,
  own: Readonly<Record<string, unknown>>,
  general: Readonly<Record<string, unknown>>,
): object => {
  const different = Object.entries(own).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(general[key]),
  );
  return different.length > 0 ? { [name]: Object.fromEntries(different) } : {};
};

const durations = (graces: Readonly<Record<string, number | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(graces).flatMap(([name, ms]) => (ms === undefined ? [] : [[name, compactDuration(ms)]])),
  );
