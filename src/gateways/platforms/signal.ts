/** Signal by the event stream of signal-cli, a daemon of its own (docs/facts/platforms.md 3.8, 5.7). */
import {
  account,
  always,
  failed,
  failureOf,
  inUse,
  line,
  lost,
  lostFor,
  nextIn,
  open,
  ownName,
  refused,
  retrying,
  setupIncomplete,
  named,
  type LinePattern,
  type Platform,
} from './platform.ts';

/** Before each further connection, however the one before it ended; an orderly end has no line (#68167). */
const PAUSE_MS = 2_000;

const loggedOut = refused('Signal does not know the account of signal-cli any more', 'logged_out');

/**
 * What signal-cli itself writes: OpenClaw starts it as a child and passes each line on into its own log. Hermes leaves
 * the daemon to others, whose log may be anywhere (docs/facts/platforms.md 5.7).
 */
const ofDaemon = (message: string, fact: LinePattern['fact']): LinePattern =>
  account(`signal-cli: (?:[A-Z]{4,6} {1,3}[\\w.]{1,80} - )?${message}`, fact);

/** Its pauses double from 0.1 s up to 51.2 s and begin anew with each return: shorter ones are of a drop that may pass. */
const LASTING_PAUSE_MS = 25_600;
/** It returns without a word: the longest pause, and as long again for the try behind it. */
const RETURNED_MS = 120_000;

/** The gateway waits for it no longer than half a minute at a time. */
const READY_MS = 90_000;

/** The console leaves the name out, however it is written. */
const said = ownName('[Ss]ignal');

const DAEMON: readonly LinePattern[] = [
  ofDaemon('Connection closed unexpectedly, reconnecting in (?<ms>\\d{1,6}) ms', ({ ms }) =>
    Number(ms) < LASTING_PAUSE_MS
      ? null
      : {
          kind: 'link-lost',
          reason: 'signal-cli has lost its connection to Signal',
          nextInMs: Number(ms),
          settlesMs: RETURNED_MS,
        },
  ),
  ofDaemon('Error while checking account [^:]{1,40}: \\[40[13]\\] Authorization failed', always(loggedOut)),
  ofDaemon('(?:Ignoring [^:]{1,40}: )?User (?:\\S{1,40} )?is not registered', always(loggedOut)),
  said('daemon exited \\((?<how>[^)]*)\\)', ({ how = '' }) => lost(`signal-cli has ended: ${how}`)),
  account('signal-cli spawn error: (?<error>.*)', ({ error = '' }) => refused(error, 'setup_incomplete')),
  // Each ten seconds while it starts; that it is ready has no line.
  said('daemon not ready after \\d+ms(?: \\((?<error>[^\\n]*)\\))?', ({ error = '' }) => ({
    kind: 'link-retry-failed',
    failure: 'other',
    error: `signal-cli is not ready: ${error}`,
    settlesMs: READY_MS,
  })),
];

export const signal: Platform = {
  link: 'signal',
  names: named('Signal'),
  // Its daemon is on this machine; where, only the settings tell.
  hosts: [],
  restarts: [],
  // A program, or its class for Java. OpenClaw starts it unless it is told an address; for Hermes somebody else does,
  // perhaps on another machine.
  sidecar: {
    names: named('signal-cli'),
    isProcess: (argv) =>
      argv.some((word) => /(?:^|\/)signal-cli$|^org\.asamk\.signal\.Main$/.test(word)) &&
      argv.some((word) => word === 'daemon' || word === 'jsonRpc'),
    isOwn: false,
  },
  hermes: {
    tags: [],
    tagged: [],
    others: [
      {
        logger: /(?:^|\.)signal(?:_platform)?(?:\.|$)/,
        patterns: [
          line('Signal SSE: connected', always({ kind: 'link-login', pauseMs: PAUSE_MS })),
          line('Signal: connected to ', open),
          line('Signal SSE: (?:HTTP )?error: (?<reason>.*) \\(reconnecting in [\\d.]+s\\)', lostFor),
          line('Signal: health check (?:failed|error)(?<reason>.*), forcing reconnect', ({ reason = '' }) =>
            lost(`health check failed${reason}`),
          ),
          // At a start; some daemons do not have the address that it asks for (#69310).
          line('Signal: health check failed \\((?<error>status \\d+)\\)$', failed),
          line('Signal: cannot reach signal-cli at (?<at>.*)', ({ at = '' }) => failureOf(`Connection refused: ${at}`)),
          line('(?:Signal: )?(?<reason>SIGNAL_HTTP_URL and SIGNAL_ACCOUNT are required)', setupIncomplete),
          inUse,
        ],
      },
    ],
    variables: ['SIGNAL_HTTP_URL', 'SIGNAL_ACCOUNT'],
    settings: [
      { variable: 'SIGNAL_HTTP_URL', key: ['extra', 'http_url'] },
      {
        variable: 'SIGNAL_ACCOUNT',
        key: ['extra', 'account'],
      },
    ],
  },
  openclaw: {
    ids: ['signal'],
    credentials: ['account'],
    keys: [{ key: 'account' }],
    status: 'connected',
    patterns: [
      // The container of signal-cli has a socket in the stream's place.
      line('\\[signal-ws\\] connecting to ', retrying),
      line('\\[signal-ws\\] connected', always({ kind: 'link-login' })),
      line('\\[signal-ws\\] closed \\((?<reason>[^)]*)\\)', lostFor),
      line('\\[signal-ws\\] (?:error|failed to create WebSocket): (?<error>.*)', failed),
      // With SSE until the middle of 2026.
      said('(?:SSE )?stream error: (?<reason>.*)', lostFor),
      said('(?:SSE )?(?:connection lost|stream ended), reconnecting in (?<next>\\S+)', ({ next }) => ({
        kind: 'link-retrying',
        ...nextIn(next),
      })),
      said('reconnect stopped: (?<reason>.*)', ({ reason = '' }) => refused(reason)),
      said('connected', always({ kind: 'link-login' })),
      said('daemon starting', retrying),
      ...DAEMON,
    ],
  },
};
