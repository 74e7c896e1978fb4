/** Mattermost over a socket (docs/facts/platforms.md 3.8). */
import {
  always,
  failedOr,
  failedOrRefused,
  line,
  lostFor,
  nextIn,
  open,
  ownName,
  refused,
  setupIncomplete,
  named,
  type Platform,
} from './platform.ts';

const said = ownName('mattermost');

/** It returns without a word; each try that fails has its line, and the pause before the next is a minute at most. */
const QUIET_MS = 90_000;

export const mattermost: Platform = {
  link: 'mattermost',
  names: named('Mattermost'),
  // Each has a server of its own.
  hosts: [],
  restarts: [],
  hermes: {
    tags: [],
    tagged: [],
    settles: { after: 'open', ms: 20_000 },
    others: [
      {
        logger: /(?:^|\.)mattermost(?:_platform)?(?:\.|$)/,
        patterns: [
          // The challenge was sent; nothing waits for its answer. A server that refuses it closes the socket soon.
          line('Mattermost: WebSocket connected and authenticated', open),
          // A socket that was closed in an orderly way has no line of its own.
          line('Mattermost: connecting to ', always({ kind: 'link-retrying', wasLost: true })),
          line('Mattermost WS error: (?<reason>.*) . reconnecting in [\\d.]+s', lostFor),
          line('Mattermost: WebSocket closed(?<reason>.*)', lostFor),
          line('Mattermost WS (?<reason>auth failed.*)', ({ reason = '' }) => refused(reason, 'credentials_refused')),
          line('Mattermost WS permanent error: (?<reason>.*)', ({ reason = '' }) => refused(reason)),
          line('Mattermost: failed to authenticate(?<reason>.*)', ({ reason = '' }) =>
            refused(reason, 'credentials_refused'),
          ),
          line('Mattermost: failed to connect(?<error>.*)', failedOr),
          line('Mattermost: (?<reason>URL or token not configured)', setupIncomplete),
        ],
      },
    ],
    variables: ['MATTERMOST_URL', 'MATTERMOST_TOKEN'],
    settings: [
      { variable: 'MATTERMOST_URL', key: ['extra', 'url'] },
      { variable: 'MATTERMOST_TOKEN', key: ['token'] },
    ],
  },
  openclaw: {
    ids: ['mattermost'],
    credentials: ['botToken'],
    keys: [
      { key: 'botToken', variable: 'MATTERMOST_BOT_TOKEN' },
      { key: 'baseUrl', variable: 'MATTERMOST_URL' },
    ],
    status: 'connected',
    patterns: [
      said('connected as ', open),
      said('websocket (?<reason>closed|error: .*|pong timeout|ping failed)', ({ reason = '' }) => ({
        kind: 'link-lost',
        reason,
        returnsSilently: true,
        settlesMs: QUIET_MS,
      })),
      said('(?:connection|API auth) failed: (?<error>.*)', ({ error = '' }) => {
        const fact = failedOrRefused(error);
        return fact.kind === 'link-rejected' ? fact : { ...fact, settlesMs: QUIET_MS };
      }),
      said('(?:reconnecting|API not accessible, retrying) in (?<next>\\d+s)', ({ next }) => ({
        kind: 'link-retrying',
        ...nextIn(next),
        settlesMs: QUIET_MS,
      })),
    ],
  },
};
