import type { GenericSettings } from '../../../src/gateways/generic/settings.ts';

/** What an operator tells who tells nothing. */
export const NOTHING: GenericSettings = {
  pidFile: null,
  starting: null,
  ready: null,
  stopping: null,
  fatal: null,
  logs: [],
  links: {},
  checks: [],
};

/** The terms of a check that nobody has written down. */
export const TERMS = { everyMs: 30_000, timeoutMs: 5_000, forMs: 60_000, then: 'restart' } as const;
