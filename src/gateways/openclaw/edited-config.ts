import { MOST_BYTES } from '../../base/open-foreign.ts';
import type { StateFile } from '../gateway-kind.ts';
import { CONFIG_FILE } from './config-file.ts';

/**
 * A running gateway evaluates an edit within some seconds, and says so when it does not take it (docs/facts/openclaw.md
 * 1.5).
 */
const EVALUATED_MS = 30_000;

/** An edit that brings back what the gateway runs with is one of which it says nothing at all (seen with 2026.9.6). */
export const EDITED_CONFIG: StateFile = {
  path: CONFIG_FILE,
  mostBytes: MOST_BYTES.config,
  read: (text, { now, modifiedAt }) =>
    text === null || modifiedAt === null || now - modifiedAt < EVALUATED_MS
      ? []
      : [
          {
            at: modifiedAt,
            source: CONFIG_FILE,
            text: 'edited, and nothing was said against it',
            link: null,
            fact: { kind: 'config-taken', silently: true },
          },
        ],
};
