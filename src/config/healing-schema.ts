/** The keys of how patient Lifeline is and how often it may restart: for all gateways, and for one of them alone. */
import { z } from 'zod';
import { DEFAULT_GRACE } from '../diagnosis/policy.ts';
import { count, duration, pause } from './fields.ts';
import { FIELD_FORMS } from './form.ts';

const seconds = (ms: number): string => `${ms / 1_000}s`;

export const graceSchema = z.strictObject({
  qqbot: duration.prefault(seconds(DEFAULT_GRACE.linkGraceMs.qqbot)),
  feishu: duration.prefault(seconds(DEFAULT_GRACE.linkGraceMs.feishu)),
  default: duration.prefault(seconds(DEFAULT_GRACE.defaultLinkGraceMs)),
  start: duration.prefault(seconds(DEFAULT_GRACE.startGraceMs)),
  frozen: duration.prefault(seconds(DEFAULT_GRACE.frozenGraceMs)),
  gone: duration.prefault(seconds(DEFAULT_GRACE.goneGraceMs)),
  stop: duration.prefault(seconds(DEFAULT_GRACE.stopGraceMs)),
  network: duration.prefault(seconds(DEFAULT_GRACE.networkGraceMs)),
});

const restarts = {
  per_hour: count(1, 60),
  per_day: count(1, 200),
  graceful: pause,
  pauses: z.array(pause).min(1, 'is empty; write [0s] for no pause'),
};

export const healingSchema = z.strictObject({
  per_hour: restarts.per_hour.prefault(3),
  per_day: restarts.per_day.prefault(8),
  graceful: restarts.graceful.prefault('60s'),
  pauses: restarts.pauses.prefault(['0s', '2m', '10m', '30m']),
});

/** @param linkName what a link of this gateway may be called. */
export const ownGraceSchema = (linkName: z.ZodType<string>) =>
  z.strictObject({
    qqbot: duration.optional(),
    feishu: duration.optional(),
    links: z.record(linkName, duration).register(FIELD_FORMS, { kind: 'graces' }).optional(),
    default: duration.optional(),
    start: duration.optional(),
    frozen: duration.optional(),
    gone: duration.optional(),
    stop: duration.optional(),
    network: duration.optional(),
  });

export const ownHealingSchema = z.strictObject({
  per_hour: restarts.per_hour.optional(),
  per_day: restarts.per_day.optional(),
  graceful: restarts.graceful.optional(),
  pauses: restarts.pauses.optional(),
});
