/** Telegram by long poll (docs/facts/platforms.md 3.1, 5.1). */
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
  refused,
  retrying,
  setupIncomplete,
  traffic,
  named,
  type Groups,
  type LinePattern,
  type Platform,
} from './platform.ts';
import type { LinkFact } from '../../diagnosis/evidence.ts';

/** What it writes of itself, behind tags that name no account. */
const own = (message: string, fact: LinePattern['fact']): LinePattern =>
  line(`(?:\\[telegram\\])? ?(?:\\[diag\\] )?(?:[Tt]elegram )?${message}`, fact);

/** Of `fetch failed; retrying in 30s.`. */
const triedAgain = ({ error = '' }: Groups): Extract<LinkFact, { kind: 'link-retry-failed' }> => {
  const [told = '', next = ''] = error.split('; retrying in ');
  return { ...failureOf(told), ...nextIn(next) };
};

/** A poll that works again is silent; one that does not is told of after this, and after the pause before it. */
const POLL_MS = 150_000;

/** It polled, and its polling has ended in such an error. */
const pollingFailed = (groups: Groups): LinkFact => {
  const fact = triedAgain(groups);
  return { ...fact, wasLost: true, settlesMs: (fact.nextInMs ?? 0) + POLL_MS };
};

const unauthorized = ({ reason = '' }: Groups) => refused(reason.slice(0, 300), 'credentials_refused');

/** The platform's word to one of two programs that poll for the same bot. */
const CONFLICT = '409 Conflict: another getUpdates request';

export const telegram: Platform = {
  link: 'telegram',
  names: named('Telegram'),
  hosts: ['api.telegram.org:443'],
  // Its ladder ends with 60 s, that of a conflict takes 200 s in all.
  graceMs: 215_000,
  retryHorizonMs: 240_000,
  // In the real OpenClaw 2026.9.6 it was restarted while Telegram answered 502, which mends nothing.
  restarts: [],
  hermes: {
    tags: ['telegram'],
    // Up to 0.19 nothing proves that polling works; a heartbeat that fails comes each 90 s.
    settles: { after: 'open', ms: 100_000 },
    tagged: [
      line('Connecting to Telegram \\(attempt \\d+/\\d+\\)', retrying),
      line('Connect attempt \\d+/\\d+ timed out after [\\d.]+s', always(failureOf('timed out'))),
      line('Connect attempt \\d+/\\d+ failed: (?<error>.*)', failed),
      line('Connected to Telegram \\(webhook mode\\)|Webhook server listening', listens),
      line('Connected to Telegram', open),
      line('Connected in degraded Telegram mode', retrying),
      line('Failed to connect to Telegram: (?<error>.*)', failedOr),
      line('(?<reason>No bot token configured|python-telegram-bot not installed)', setupIncomplete),
      // The same line names itself in two ways: 0.19.0 prints its own code by mistake.
      line('Telegram network .*, scheduling reconnect: (?<reason>.*)', lostFor),
      line(
        'Telegram network error \\(attempt (?<attempt>\\d+)/\\d+\\), reconnecting in (?<next>[\\d.]+)s\\. Error: (?<error>.*)',
        ({ error = '', next }) => failureOf(error, next),
      ),
      line('Telegram polling error: (?<reason>.*)', lostFor),
      line('Telegram polling _redact_telegram_error_text\\(error\\): (?<reason>.*)', lostFor),
      line('Telegram polling (?:reconnect|retry) failed: (?<error>.*)', failed),
      line('(?<reason>Updater not running) \\d+s after reconnect', lostFor),
      line('Polling heartbeat probe failed \\d+s after reconnect: (?<error>.*)', failed),
      line('Telegram polling degraded \\((?<reason>[^)]*)\\)', lostFor),
      line('updater\\.stop\\(\\) timed out during', retrying),
      // Since about 0.21 it goes to the runner then.
      line('(?<reason>Telegram updater\\.stop\\(\\) did not finish)', lostFor),
      line(
        'Telegram polling heartbeat: (?<reason>.*)\\(stuck probe (?<n>\\d+)/(?<of>\\d+)\\)',
        ({ reason = '', n, of }) => (n === of ? lost(reason.trim()) : null),
      ),
      line('(?<reason>Telegram updater is not running|getUpdates consumer appears wedged)', lostFor),
      line('(?<reason>Updater made no getUpdates progress|Polling progress verifier)', lostFor),
      line('Telegram polling stalled: (?<reason>.*)', lostFor),
      // What its polls bring is handed to nobody (0.21); what is handed on again shows in its messages.
      line('(?<reason>.*\\bhealthy but deaf\\b.*)', lostFor),
      line('Telegram polling conflict \\(\\d+/\\d+\\)', always(lost(CONFLICT))),
      line('Telegram polling bootstrap conflict', always(lost(CONFLICT))),
      // In its library's own words.
      line('Conflict: terminated by other getUpdates request', always(lost(CONFLICT))),
      line('Telegram polling retry \\d+/\\d+ failed: (?<error>.*)', failed),
      line('Telegram polling confirmed healthy', login),
      line('Telegram polling (?:resumed|restarted) after', open),
      line('Flushing (?:text|photo) batch ', traffic),
      line('Telegram polling could not reconnect after (?<reason>.*)', lostFor),
      line('Telegram reconnect task wedged (?<reason>.*)', lostFor),
      // A restart meets the same 409.
      line('Telegram polling could not recover after (?<reason>.*)', ({ reason = '' }) =>
        refused(reason, 'token_in_use'),
      ),
      inUse,
      line('Disconnected from Telegram|Disconnected$', closed),
    ],
    others: [
      {
        // Of a token that is revoked while it polls, its adapter itself says nothing.
        logger: /^telegram\.ext(?:\.|$)/,
        patterns: [
          line('(?<reason>Network Retry Loop \\([^)]*\\): Invalid token)', ({ reason = '' }) =>
            refused(reason, 'credentials_refused'),
          ),
          // Up to about 0.5 the adapter says nothing of a poll that fails; one that works is silent.
          line(
            '(?:Exception happened while polling for updates|Error while getting Updates: )(?<error>.*)',
            ({ error = '' }) => ({
              ...failureOf(error),
              wasLost: true,
              settlesMs: POLL_MS,
            }),
          ),
          // Its start has ended in it.
          line('(?<error>telegram\\.error\\.(?:NetworkError|TimedOut)\\b.*)', failed),
        ],
      },
    ],
    refusals: { telegram_polling_conflict: 'token_in_use', telegram_auth_error: 'credentials_refused' },
    variables: ['TELEGRAM_BOT_TOKEN'],
    settings: [
      {
        variable: 'TELEGRAM_BOT_TOKEN',
        key: ['token'],
      },
      // Without it the adapter refuses to start.
      { variable: 'TELEGRAM_WEBHOOK_SECRET', onlyWith: 'TELEGRAM_WEBHOOK_URL' },
    ],
  },
  openclaw: {
    ids: ['telegram'],
    credentials: ['botToken', 'tokenFile'],
    keys: [{ key: 'botToken', variable: 'TELEGRAM_BOT_TOKEN', or: 'tokenFile' }],
    status: 'connected',
    freshMs: 180_000,
    patterns: [
      account('starting provider', open),
      own('isolated polling ingress started', open),
      // Within a minute a line says when the next cycle begins; without it the stop itself hangs (openclaw#77579).
      own('Polling stall detected \\((?<reason>[^)]*)\\)', ({ reason = '' }) => ({
        kind: 'link-lost',
        reason,
        ended: true,
      })),
      // A cycle that works has no line of its own, one that fails or stalls has (openclaw#43187).
      own('[Pp]olling runner stopped \\([^)]*\\); restarting in (?<next>\\S+)', ({ next }) => {
        const pause = nextIn(next);
        return { kind: 'link-retrying', ...pause, settlesMs: (pause.nextInMs ?? 0) + POLL_MS };
      }),
      account(
        "(?<reason>(?:Telegram )?getUpdates conflict\\b.*|Call to 'getUpdates' failed! \\(409\\b.*|\\[diag\\] polling cycle error reason=getUpdates conflict.*)",
        ({ reason = '' }) => refused(reason.slice(0, 300), 'token_in_use'),
      ),
      own('isolated polling ingress failed: (?<error>.*)', failedOr),
      own('isolated polling ingress (?:failed|restart requested|stopped); restarting in (?<next>\\S+)', ({ next }) => ({
        kind: 'link-retrying',
        ...nextIn(next),
      })),
      own('setup network error: (?<error>.*)', triedAgain),
      own('network error: (?<error>.*)', pollingFailed),
      own('(?:webhook cleanup|bot init) failed: (?<error>.*)', (groups) => {
        const fact = failedOr(groups);
        return fact.kind === 'link-rejected' ? fact : triedAgain(groups);
      }),
      own('setWebhook retry stopped after (?<reason>non-recoverable error.*)', ({ reason = '' }) => refused(reason)),
      own('webhook (?:local listener on|advertised to telegram on) ', listens),
      // The same token stands at another account of this gateway.
      account('(?<reason>Duplicate Telegram bot token: .*)', ({ reason = '' }) => refused(reason, 'token_in_use')),
      own('rebuilding transport for next polling cycle', always({ kind: 'link-retrying', settlesMs: POLL_MS })),
      account('(?<reason>(?:401: )?Unauthorized.*)', unauthorized),
      account('(?<reason>(?:telegram )?(?:bot )?token unauthorized.*)', unauthorized),
    ],
  },
};
