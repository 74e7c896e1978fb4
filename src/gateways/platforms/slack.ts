/** Slack in Socket Mode (docs/facts/platforms.md 3.3, 5.3). */
import {
  account,
  always,
  closed,
  failed,
  failedOr,
  failureOf,
  inUse,
  line,
  listens,
  login,
  lost,
  lostFor,
  nextIn,
  open,
  ownName,
  refused,
  retrying,
  setupIncomplete,
  named,
  type Platform,
} from './platform.ts';

/** A client in this loop never recovers; one or two such lines of a client that was replaced are nothing. */
const SESSION_CLOSED_MS = 60_000;

/** Slack allows ten connections of an app: a client that never closes its old ones has no other left (openclaw#128809). */
const TOO_MANY = /\btoo_many_websockets\b/;

const said = ownName('slack');

export const slack: Platform = {
  link: 'slack',
  names: named('Slack'),
  hosts: ['wss-primary.slack.com:443', 'wss-backup.slack.com:443', 'slack.com:443'],
  graceMs: 120_000,
  restarts: [],
  logsTries: ['hermes'],
  hermes: {
    tags: ['slack'],
    settles: { after: 'open', ms: 60_000 },
    tagged: [
      line('Authenticated as @', open),
      line('Socket Mode connected', open),
      line('Connection failed: (?<error>.*)', failedOr),
      line('(?<reason>SLACK_(?:BOT|APP)_TOKEN not set|slack-bolt not installed)', setupIncomplete),
      line('Socket Mode unhealthy \\((?<reason>[^)]*)\\)', lostFor),
      line('Socket Mode reconnect failed: (?<error>.*)', failedOr),
      line('Socket Mode task exited(?<reason>.*)', ({ reason = '' }) => lost(`the task exited${reason}`)),
      inUse,
      line('Disconnected$', closed),
    ],
    others: [
      {
        logger: /^slack_(?:bolt|sdk)(?:\.|$)/,
        patterns: [
          line('A new session \\(\\S+\\) has been established', login),
          line('The session \\(\\S+\\) seems to be (?<reason>already closed|stale)', lostFor),
          line('Received CLOSE event from', always(lost('closed by Slack'))),
          line('Failed to connect \\(error: (?<reason>Session is closed)\\)', ({ reason = '' }) => ({
            kind: 'link-lost',
            reason,
            dead: true,
            perhapsFormer: true,
            settlesMs: SESSION_CLOSED_MS,
          })),
          line('Failed to (?:retrieve WSS URL|connect|check the current session)(?<error>.*)', failedOr),
        ],
      },
    ],
    variables: ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'],
    settings: [{ variable: 'SLACK_BOT_TOKEN', key: ['token'] }, { variable: 'SLACK_APP_TOKEN' }],
  },
  openclaw: {
    ids: ['slack'],
    credentials: ['botToken', 'appToken'],
    keys: [
      {
        key: 'botToken',
        variable: 'SLACK_BOT_TOKEN',
        or: 'userToken',
      },
      {
        key: 'appToken',
        variable: 'SLACK_APP_TOKEN',
        inMode: 'socket',
      },
    ],
    // A deaf socket stays `connected`; the kernel's view alone tells of that.
    status: 'connected',
    patterns: [
      // Its task begins, so that what an earlier one had connected is gone; each connection has its own word below.
      account('starting provider', always({ kind: 'link-retrying', wasLost: true })),
      // The console leaves out the channel's name where the subsystem says it.
      said('socket mode connected', login),
      said('socket disconnected \\((?<reason>[^)]*)\\)', ({ reason = '' }) => lost(reason)),
      said(
        'socket mode failed to start[;.] retry \\S+ in (?<next>\\S+) (?:reason="(?<error>[^"]*)"|\\((?<told>[^)]*)\\))',
        ({ error, told = '', next }) => ({
          ...failureOf(error ?? told),
          ...nextIn(next),
          ...(TOO_MANY.test(error ?? told) ? { leftBehind: true } : {}),
        }),
      ),
      said(
        'socket mode (?:disconnected|failed to start) due to (?<reason>non-recoverable auth error.*)',
        ({ reason = '' }) => refused(reason, 'credentials_refused'),
      ),
      said('socket mode reports (?:[2-9]|\\d{2,}) active connections', always({ kind: 'link-needs-attention' })),
      // It has no connection then: Slack calls it.
      said('http mode listening at ', listens),
      // Through a relay of its own.
      said('relay mode connecting to ', retrying),
      said('relay mode connected\\b', login),
      said(
        'relay mode disconnected; reconnecting in (?<next>\\S+) (?:\\(attempt \\d+\\) )?reason="(?<reason>[^"]*)"',
        ({ next, reason = '' }) => ({
          kind: 'link-lost',
          reason,
          ...nextIn(next),
        }),
      ),
      said('(?<error>socket mode .*failed.*)', failed),
    ],
  },
};
