/** Matrix by long poll of its home server (docs/facts/platforms.md 3.8, 5.7). */
import { isNetworkFailure } from '../network-words.ts';
import { failed, failedOr, line, login, lostFor, refused, named, type Platform } from './platform.ts';

/** What a home server says to a token that it does not take. */
const REFUSED = /\bM_(?:UNKNOWN_TOKEN|MISSING_TOKEN|FORBIDDEN|USER_DEACTIVATED)\b|unauthori[sz]ed|forbidden/i;

export const matrix: Platform = {
  link: 'matrix',
  names: named('Matrix'),
  // Each has a home server of its own.
  hosts: [],
  restarts: [],
  hermes: {
    tags: [],
    tagged: [],
    // A poll that fails is logged each 5 s, and one that works not at all.
    settles: { after: 'any', ms: 90_000 },
    others: [
      {
        logger: /(?:^|\.)matrix(?:_platform)?(?:\.|$)/,
        patterns: [
          line('Matrix: initial sync complete', login),
          line('Matrix: sync error: (?<reason>.*)', lostFor),
          line('Matrix: initial sync error: (?<error>.*)', failed),
          line('Matrix: permanent auth error(?<reason>.*)', ({ reason = '' }) =>
            // Its own guess, by any 401 or 403 in the words of an error, be it in an address; its poll has ended in either.
            isNetworkFailure(reason) && !REFUSED.test(reason)
              ? { kind: 'link-lost', reason: reason.slice(0, 300), dead: true, met: 'network' }
              : refused(reason, 'credentials_refused'),
          ),
          line('Matrix: whoami failed(?<error>.*)', failedOr),
          line('Matrix: login failed(?<reason>.*)', ({ reason = '' }) => refused(reason, 'credentials_refused')),
          line(
            'Matrix: (?<reason>device .* has (?:stale one-time keys|immutable identity keys).*)',
            ({ reason = '' }) => refused(reason, 'setup_incomplete'),
          ),
          // Each of these ends the connect, and the next start meets the same.
          line(
            'Matrix: (?<reason>homeserver URL not configured|need MATRIX_ACCESS_TOKEN or|server has different identity keys for device|cannot upload device keys for|E2EE is required but dependencies are missing|MATRIX_ENCRYPTION=true but E2EE dependencies are missing)',
            ({ reason = '' }) => refused(reason, 'setup_incomplete'),
          ),
        ],
      },
      {
        // The library of the first versions; only the answer to a poll has this key.
        logger: /^nio(?:\.|$)/,
        patterns: [
          line("(?<error>Error validating response: 'next_batch' is a required property)", ({ error = '' }) => ({
            kind: 'link-retry-failed',
            failure: 'platform',
            error,
            wasLost: true,
          })),
        ],
      },
    ],
    variables: ['MATRIX_HOMESERVER', 'MATRIX_ACCESS_TOKEN'],
    settings: [
      { variable: 'MATRIX_HOMESERVER', key: ['extra', 'homeserver'] },
      { variable: 'MATRIX_ACCESS_TOKEN', key: ['token'], or: 'MATRIX_PASSWORD' },
      { variable: 'MATRIX_USER_ID', key: ['extra', 'user_id'], onlyWith: 'MATRIX_PASSWORD' },
    ],
  },
  openclaw: {
    ids: ['matrix'],
    credentials: ['accessToken', 'password'],
    // Each account may have variables of its own, so that nothing is missed here.
    keys: [
      { key: 'homeserver', variable: 'MATRIX_HOMESERVER', optional: true },
      { key: 'accessToken', variable: 'MATRIX_ACCESS_TOKEN', optional: true },
      { key: 'password', variable: 'MATRIX_PASSWORD', optional: true },
    ],
    status: 'connected',
    patterns: [
      line('(?<reason>.*access token was invalidated.*)', ({ reason = '' }) => refused(reason, 'credentials_refused')),
    ],
  },
};
