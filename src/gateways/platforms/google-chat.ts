/** Google Chat by a stream of Pub/Sub, or as a listener (docs/facts/platforms.md 3.8). */
import {
  account,
  failureOf,
  line,
  listens,
  lostFor,
  named,
  open,
  refused,
  refusalIn,
  setupIncomplete,
  type Groups,
  type Platform,
} from './platform.ts';
import type { LinkFact } from '../../diagnosis/evidence.ts';

/** A stream that cannot be held dies at once, and each death has its line. */
const HELD_MS = 90_000;

/** Its task has ended so often in a row without a word of why: it never stays (#20222). */
const ENDS = 3;
const endedAgain = ({ attempt, seconds }: Groups): LinkFact => {
  const nextInMs = Number(seconds) * 1_000;
  return Number(attempt) < ENDS
    ? { kind: 'link-retrying', attempt: Number(attempt), nextInMs }
    : { kind: 'link-lost', reason: `its task has ended ${Number(attempt)} times in a row`, nextInMs };
};

export const googleChat: Platform = {
  link: 'google_chat',
  names: named('Google Chat'),
  hosts: ['pubsub.googleapis.com:443', 'chat.googleapis.com:443'],
  restarts: [],
  hermes: {
    tags: ['googlechat'],
    settles: { after: 'open', ms: HELD_MS },
    tagged: [
      line('Connected; project=\\S+ inbound=http\\b', listens),
      // Written before the stream is opened, as each time after it died.
      line('Connected; project=', open),
      line('Pub/Sub stream reconnected after ', open),
      // With the last of its tries it ends, and tells nobody.
      line('Pub/Sub stream died \\(attempt (?<n>\\d+)/(?<of>\\d+)\\): (?<reason>.*)', ({ n, of, reason = '' }) =>
        n === of ? { kind: 'link-gave-up' } : lostFor({ reason }),
      ),
      line('Config validation failed: (?<reason>.*)', ({ reason = '' }) => refused(reason, 'setup_incomplete')),
      line('(?:Failed to build Chat API client|subscription\\.get failed): (?<error>.*)', ({ error = '' }) => {
        const why = refusalIn(error);
        return why === null ? failureOf(error) : refused(error, why);
      }),
    ],
    variables: ['GOOGLE_CHAT_PROJECT_ID', 'GOOGLE_CHAT_SUBSCRIPTION_NAME'],
  },
  // There it is called, and its gateway's own port serves it.
  openclaw: {
    ids: ['googlechat'],
    credentials: ['serviceAccount', 'serviceAccountFile'],
    status: 'log',
    patterns: [
      account('starting Google Chat webhook', listens),
      account(
        'auto-restart attempt (?<attempt>\\d{1,3})/\\d{1,3} in (?<seconds>\\d{1,6}(?:\\.\\d{1,3})?)s',
        endedAgain,
      ),
      account('(?<reason>invalid webhook path)', setupIncomplete),
    ],
  },
};
