/** Schedules in words, and when they come next. */
import cronstrueModule from 'cronstrue/i18n.js';
import { createTask } from 'node-cron';
import { beginningsBetween } from '../../healing/maintenance.ts';
import type { Locale } from '../../text/locale.ts';

/** CommonJS, whose default export some loaders unwrap. */
const cronstrue = 'default' in cronstrueModule ? cronstrueModule.default : cronstrueModule;

const MINUTE_MS = 60_000;
/** A window that begins less often than this leaves a gap. */
const LOOK_AHEAD_MS = 8 * 24 * 60 * MINUTE_MS;

/** @returns `every 5 minutes`, `每隔 5 分钟`. */
export const scheduleWords = (expression: string, locale: Locale): string => {
  try {
    const words = cronstrue.toString(expression, {
      locale: locale === 'en' ? 'en' : 'zh_CN',
      use24HourTimeFormat: true,
    });
    return locale === 'en'
      ? words.charAt(0).toLowerCase() + words.slice(1)
      : words.replaceAll(/, ?/g, '，').replaceAll(/在 ?(?=\d)/g, '');
  } catch {
    // What node-cron takes and this library does not say is shown as it stands.
    return expression;
  }
};

/** Returns when the schedule comes next, in the zone of this process; null when never. */
export const nextOf = (expression: string): number | null => {
  const task = createTask(expression, () => undefined);
  try {
    // Only a task that has been started knows its next run.
    void task.start();
    return task.getNextRun()?.getTime() ?? null;
  } finally {
    void task.destroy();
  }
};

/** Whether each window lasts until the next begins, so that Lifeline would never act. */
export const isAlways = (
  windows: readonly { readonly schedule: string; readonly durationMs: number }[],
  now: number,
): boolean => {
  const longest = Math.max(0, ...windows.map(({ durationMs }) => durationMs));
  const first = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const last = first + LOOK_AHEAD_MS;
  // A window that began earlier and may last into the time that is looked at counts.
  const spans = windows
    .flatMap(({ schedule, durationMs }) =>
      beginningsBetween(schedule, first - longest, last).map((from) => ({ from, until: from + durationMs })),
    )
    .sort((a, b) => a.from - b.from);
  let until = first;
  for (const span of spans) {
    if (span.from > until) return false;
    until = Math.max(until, span.until);
  }
  return until >= last;
};
