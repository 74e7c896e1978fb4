/** Mattermost over a socket (docs/facts/platforms.md 3.8). */
import { always, failedOr, line, login, lostFor, refused, named, type Platform } from './platform.ts';

export const mattermost: Platform = {
  link: 'mattermost',
  names: named('Mattermost'),
  // Each has a server of its own.
  hosts: [],
  restarts: [],
  hermes: {
    tags: [],
    tagged: [],
    others: [
      {
        logger: /(?:^|\.)mattermost(?:_platform)?(?:\.|$)/,
        patterns: [
          line('Mattermost: WebSocket connected and authenticated', login),
          line('Mattermost WS error: (?<reason>.*) . reconnecting in [\\d.]+s', lostFor),
          line('Mattermost: WebSocket closed(?<reason>.*)', lostFor),
          line('Mattermost WS (?<reason>auth failed.*)', ({ reason = '' }) => refused(reason, 'credentials_refused')),
          line('Mattermost WS permanent error: (?<reason>.*)', ({ reason = '' }) => refused(reason)),
          line('Mattermost: failed to authenticate(?<reason>.*)', ({ reason = '' }) =>
            refused(reason, 'credentials_refused'),
          ),
          line('Mattermost: failed to connect(?<error>.*)', failedOr),
        ],
      },
    ],
    variables: ['MATTERMOST_URL', 'MATTERMOST_TOKEN'],
  },
  openclaw: {
    ids: ['mattermost'],
    credentials: ['botToken'],
    status: 'connected',
    patterns: [{ message: /^mattermost websocket closed\b/, fact: always({ kind: 'link-lost', reason: 'closed' }) }],
  },
};
