/** Discord's gateway socket (docs/facts/platforms.md 3.2, 5.2). */
import {
  account,
  always,
  closed,
  failedAnew,
  failureOf,
  inUse,
  line,
  login,
  lost,
  lostFor,
  open,
  ownName,
  refused,
  retrying,
  setupIncomplete,
  traffic,
  type Groups,
  named,
  nextIn,
  type Platform,
} from './platform.ts';
import type { LinkFact, Refusal } from '../../diagnosis/evidence.ts';

/** Close codes after which a restart meets the same refusal. */
const REFUSING: ReadonlyMap<number, Refusal> = new Map([
  [4004, 'credentials_refused'],
  [4010, 'setup_incomplete'],
  [4011, 'setup_incomplete'],
  [4012, 'setup_incomplete'],
  [4013, 'intents_missing'],
  [4014, 'intents_missing'],
]);

/** The words of Hermes's watchdog for a socket that is gone. */
const CLOSED: ReadonlySet<string> = new Set(['socket_closed', 'client_closed']);

/** A close without a code, which Discord has answered: those of Discord itself have one (docs/facts/platforms.md 5.2). */
const OWN_CODE = 1005;

/** Of a close that it recovers from, OpenClaw logs the next try and not its success: only its status tells that. */
const closeOf = ({ code = '' }: Groups): LinkFact => {
  const why = REFUSING.get(Number(code));
  return why === undefined
    ? {
        kind: 'link-lost',
        code: Number(code),
        returnsSilently: true,
        ...(Number(code) === OWN_CODE ? { byItself: true } : {}),
      }
    : refused(`code=${code}`, why);
};

/** An event that took long to be dealt with: it came in so long before this line. */
const slowEvent = ({ took }: Groups): LinkFact | null => {
  const { nextInMs: lateByMs } = nextIn(took);
  return lateByMs === undefined ? null : { kind: 'link-traffic', lateByMs };
};

const said = ownName('discord');

export const discord: Platform = {
  link: 'discord',
  names: named('Discord'),
  hosts: ['gateway.discord.gg:443', 'discord.com:443'],
  graceMs: 120_000,
  restarts: [],
  logsTries: ['hermes'],
  hermes: {
    tags: ['discord'],
    // It waits for READY.
    connectedProves: true,
    tagged: [
      line('Connected as ', login),
      line('Timeout waiting for connection to Discord', always(failureOf('timed out'))),
      line('Failed to connect to Discord: (?<error>.*)', failedAnew),
      line('(?<reason>No bot token configured|discord\\.py not installed)', setupIncomplete),
      line('Discord gateway task exited(?<reason>.*)', ({ reason = '' }) => lost(`gateway task exited${reason}`)),
      line('Discord client appears dead', always(lost('client appears dead'))),
      // Once is normal while a session is resumed.
      line(
        'Discord Gateway WebSocket unhealthy \\((?<reason>\\w+), (?<n>\\d+)/(?<of>\\d+)\\)',
        ({ reason = '', n, of }) => {
          if (n === of) return lost(reason);
          // discord.py logs what becomes of it, unless its task is gone.
          return CLOSED.has(reason) ? { kind: 'link-lost', reason, returnsSilently: true } : null;
        },
      ),
      line('Discord Gateway WebSocket remained unhealthy \\((?<reason>\\w+)\\)', lostFor),
      inUse,
      line('Flushing text batch ', traffic),
      line('Disconnected$', closed),
    ],
    others: [
      {
        logger: /^discord(?:\.|$)/,
        patterns: [
          line('Shard ID \\S+ has connected to Gateway', login),
          line('Shard ID \\S+ has successfully RESUMED', login),
          line('Shard ID \\S+ session has been invalidated', retrying),
          line('Shard ID \\S+ has stopped responding', always(lost('it has stopped responding'))),
          line('Attempting a reconnect in (?<next>[\\d.]+)s', ({ next }) => ({
            kind: 'link-lost',
            reason: `reconnecting in ${next ?? '?'} s`,
          })),
        ],
      },
    ],
    variables: ['DISCORD_BOT_TOKEN'],
    settings: [
      {
        variable: 'DISCORD_BOT_TOKEN',
        key: ['token'],
      },
    ],
  },
  openclaw: {
    ids: ['discord'],
    credentials: ['token'],
    keys: [
      {
        key: 'token',
        variable: 'DISCORD_BOT_TOKEN',
      },
    ],
    status: 'connected',
    patterns: [
      line(
        '(?:\\[EventQueue\\] )?Slow listener detected: \\w{1,100} took (?<took>[\\d.]{1,12} ?[a-z]{1,12}) for event ',
        slowEvent,
      ),
      said('(?:logged in to discord|client initialized) as ', open),
      said('(?:gateway: )?Gateway websocket closed: (?<code>\\d+)', closeOf),
      said('(?:gateway: )?WebSocket connection closed with code (?<code>\\d+)', closeOf),
      // Not yet READY.
      said('(?:gateway: )?Gateway websocket opened', retrying),
      // What it has looked for in vain is READY or RESUMED, whatever it calls that: Discord may have said other things.
      account('connection stalled: no HELLO received within (?<ms>\\d{1,9})ms', ({ ms }): LinkFact => ({
        kind: 'link-retry-failed',
        error: 'no HELLO received',
        failure: 'platform',
        wasLost: true,
        unlessSpokenMs: Number(ms),
      })),
      said('(?:gateway: )?Gateway reconnect scheduled in (?<ms>\\d+)ms', ({ ms }) => ({
        kind: 'link-retrying',
        nextInMs: Number(ms),
      })),
      // It resumes only what was READY in this life. Without a close there was a word of Discord's: it asked for that, or
      // no heartbeat was answered, of which its HELLO is the first.
      said('(?:gateway: )?Attempting resume with backoff: (?<ms>\\d+)ms(?<after> after code)?', ({ ms, after }) => ({
        kind: 'link-retrying',
        nextInMs: Number(ms),
        hadWorked: true,
        ...(after === undefined ? { spoken: true } : {}),
      })),
      said('(?:gateway: )?Gateway forcing fresh IDENTIFY', retrying),
      said('gateway (?:READY wait timed out|was not ready) after ', always(failureOf('READY wait timed out'))),
      said('gateway opened but did not reach READY', always(lost('it did not reach READY'))),
      // OpenClaw's core then starts it anew.
      said('gateway reconnect-exhausted: ', always({ kind: 'link-gave-up' })),
      // Up to the spring of 2026; its task ends with it.
      said('(?<reason>reconnect watchdog timeout after \\d+ms)', ({ reason = '' }) => ({
        kind: 'link-lost',
        reason,
        ended: true,
      })),
      said('gateway closed with code (?<code>\\d+)', closeOf),
      said('gateway (?:fatal|error): (?<reason>.*)', ({ reason = '' }) =>
        reason.includes('4014') || reason.includes('4004') ? refused(reason) : lost(reason),
      ),
    ],
  },
};
