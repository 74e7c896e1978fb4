/**
 * The channels watch each other: one whose link has been down for minutes is told of on the others, and when it is
 * back. What was told survives a restart of Lifeline.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import type { QuietHours } from '../config/config.ts';
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { NO_REPORT, reported, type StageReport } from '../base/stage-report.ts';
import type { Channel } from '../channels/channel.ts';
import { createMeta } from '../store/meta.ts';
import { transaction } from '../store/transaction.ts';
import type { Locale } from '../text/locale.ts';
import { channelBackMessage, channelDownMessage } from './channel-messages.ts';
import type { Addressee, Hold } from './outbox/notification.ts';
import type { Outbox } from './outbox/queue.ts';
import { quietUntil } from './quiet.ts';
import { ownThread } from './thread.ts';

export interface ChannelWatch {
  /** Looks once. */
  look(): void;
  start(): void;
  stop(): void;
}

export interface ChannelWatchOptions {
  readonly db: DatabaseSync;
  readonly channels: readonly Channel[];
  readonly outbox: Outbox;
  /** Everybody who gets the alerts, as it stands now. */
  readonly to: () => readonly Addressee[];
  readonly locale: Locale;
  /** Alerts take the other channels meanwhile, so nobody is woken for it. */
  readonly quiet?: QuietHours | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a link must be down until it is told. */
  readonly afterMs: number;
  readonly onQueued: () => void;
  /** Hears of what fails. */
  readonly report?: StageReport;
}

const SELDOM_MS = 15_000;
const OFTEN_MS = 500;

interface Told {
  readonly since: number;
  readonly thread: number;
}

export const createChannelWatch = ({
  db,
  channels,
  outbox,
  to,
  locale,
  quiet = null,
  clock,
  logger,
  afterMs,
  onQueued,
  report = NO_REPORT,
}: ChannelWatchOptions): ChannelWatch => {
  const meta = createMeta(db);
  const downSince = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;

  const others = (name: string): readonly Addressee[] =>
    to()
      .map(({ person, ways }) => ({ person, ways: ways.filter(({ channel }) => channel !== name) }))
      .filter(({ ways }) => ways.length > 0);

  const holds = (now: number): readonly Hold[] => {
    const until = quietUntil(quiet, now);
    return until === null ? [] : [{ until, why: 'quiet' }];
  };

  const down = (channel: Channel, since: number, now: number): void => {
    const { problem } = channel.status();
    const thread = ownThread({ channel: channels.indexOf(channel) }, now);
    transaction(db, () => {
      meta.set(keyOf(channel), JSON.stringify({ since, thread } satisfies Told));
      outbox.enqueue(
        {
          thread,
          kind: 'channel_down',
          message: channelDownMessage(channel.name, since, problem, locale, now),
          at: now,
          hold: holds(now),
        },
        others(channel.name),
      );
    });
    logger.error({ channel: channel.name, since, problem }, 'a channel has been down for long');
  };

  const back = (channel: Channel, { since, thread }: Told, now: number): void => {
    transaction(db, () => {
      meta.set(keyOf(channel), null);
      outbox.enqueue(
        {
          thread,
          kind: 'channel_up',
          message: channelBackMessage(channel.name, since, locale, now),
          at: now,
          hold: holds(now),
        },
        others(channel.name),
      );
    });
    logger.info({ channel: channel.name, since }, 'a channel is back');
  };

  const lookAt = (channel: Channel, now: number): boolean => {
    const told = toldOf(meta.get(keyOf(channel)));
    if (channel.status().link === 'connected') {
      downSince.delete(channel.name);
      if (told) back(channel, told, now);
      return told !== null;
    }
    // A clock that was set back would make it wait for ever.
    const since = Math.min(downSince.get(channel.name) ?? now, now);
    downSince.set(channel.name, since);
    if (told || now - since < afterMs) return false;
    down(channel, since, now);
    return true;
  };

  const look = (): void => {
    try {
      if (
        reported(report, { stage: 'channels', gateway: null }, () =>
          channels.filter((channel) => lookAt(channel, clock.now())),
        ).length > 0
      )
        onQueued();
    } catch (error) {
      logger.error({ error: errorText(error) }, 'the channels could not be watched; the next look tries again');
    }
  };

  return {
    look,
    start: () => {
      timer ??= setInterval(look, Math.min(SELDOM_MS, Math.max(OFTEN_MS, afterMs / 4)));
    },
    stop: () => {
      if (timer) clearInterval(timer);
      timer = null;
    },
  };
};

const keyOf = ({ name }: Channel): string => `channel_down ${name}`;

const toldOf = (text: string | null): Told | null => {
  if (text === null) return null;
  try {
    const { since, thread } = JSON.parse(text) as Partial<Told>;
    return typeof since === 'number' && typeof thread === 'number' ? { since, thread } : null;
  } catch {
    return null;
  }
};
