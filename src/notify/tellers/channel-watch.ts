/**
 * The channels watch each other: one whose link has been down for minutes is told of on the others, and when it is
 * back. What was told survives a restart of Lifeline.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { redact } from '../../base/redact/redact.ts';
import { NO_REPORT, reported, type StageReport } from '../../base/stage-report.ts';
import type { Channel } from '../../channels/channel.ts';
import type { Message } from '../../chat/message/message.ts';
import type { QuietHours } from '../../config/config.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';
import { channelWatchText } from '../../text/notices/channel-watch.ts';
import type { Locale } from '../../text/locale.ts';
import { formatDuration, formatTime } from '../../text/common/time.ts';
import { linkName } from '../../text/common/conditions.ts';
import type { Addressee } from '../recipients/addressees.ts';
import { untilMorning } from '../hold.ts';
import type { Outbox } from '../outbox/queue.ts';

export interface ChannelWatch {
  /** Asks every channel once for its link. */
  check(): void;
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
  /** Alerts take the other channels meanwhile, so nobody is woken for a channel that is down. */
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
const MAX_PROBLEM = 200;

/** An outage that was told. */
interface ToldOutage {
  readonly since: number;
  /** The subject of its notifications, so that the end is told to whoever was told of the beginning. */
  readonly subject: number;
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

  const tellOnOthers = (
    channel: Channel,
    kind: 'channel_down' | 'channel_up',
    outage: ToldOutage,
    message: Message,
    now: number,
  ): void => {
    const people = to()
      .map(({ person, ways }) => ({ person, ways: ways.filter((way) => way.channel !== channel.name) }))
      .filter(({ ways }) => ways.length > 0);
    transaction(db, () => {
      meta.set(keyOf(channel), kind === 'channel_up' ? null : JSON.stringify(outage));
      outbox.enqueue(
        { topic: 'channel', subject: outage.subject, kind, message, at: now, holds: untilMorning(quiet, now) },
        people,
      );
    });
  };

  const tellDown = (channel: Channel, since: number, now: number): void => {
    const { problem } = channel.status();
    // Several channels may be told of at one moment.
    const outage = { since, subject: now + channels.indexOf(channel) };
    tellOnOthers(channel, 'channel_down', outage, downMessage(channel.name, since, problem, locale, now), now);
    logger.error({ channel: channel.name, since, problem }, 'a channel has been down for long');
  };

  const tellBack = (channel: Channel, outage: ToldOutage, now: number): void => {
    tellOnOthers(channel, 'channel_up', outage, backMessage(channel.name, outage.since, locale, now), now);
    logger.info({ channel: channel.name, since: outage.since }, 'a channel is back');
  };

  /** @returns whether there was something to tell. */
  const checkOne = (channel: Channel, now: number): boolean => {
    const told = toldOutage(meta.get(keyOf(channel)));
    if (channel.status().link === 'connected') {
      downSince.delete(channel.name);
      if (told) tellBack(channel, told, now);
      return told !== null;
    }
    // A clock that was set back would make it wait for ever.
    const since = Math.min(downSince.get(channel.name) ?? now, now);
    downSince.set(channel.name, since);
    if (told || now - since < afterMs) return false;
    tellDown(channel, since, now);
    return true;
  };

  const check = (): void => {
    try {
      const toldOf = reported(report, { stage: 'channels', gateway: null }, () =>
        channels.filter((channel) => checkOne(channel, clock.now())),
      );
      if (toldOf.length > 0) onQueued();
    } catch (error) {
      logger.error({ error: errorText(error) }, 'the channels could not be watched; the next check tries again');
    }
  };

  return {
    check,
    start: () => {
      timer ??= setInterval(check, Math.min(SELDOM_MS, Math.max(OFTEN_MS, afterMs / 4)));
    },
    stop: () => {
      if (timer) clearInterval(timer);
      timer = null;
    },
  };
};

const keyOf = ({ name }: Channel): string => `channel_down ${name}`;

const toldOutage = (text: string | null): ToldOutage | null => {
  if (text === null) return null;
  try {
    const { since, subject } = JSON.parse(text) as Partial<ToldOutage>;
    return typeof since === 'number' && typeof subject === 'number' ? { since, subject } : null;
  } catch {
    return null;
  }
};

const downMessage = (channel: string, since: number, problem: string | null, locale: Locale, now: number): Message => {
  const text = channelWatchText(locale);
  return {
    tone: 'warning',
    title: text.down(linkName(channel, locale)),
    lines: [
      text.since(formatTime(since, locale, now), formatDuration(now - since, locale)),
      ...(problem === null ? [] : [redact(problem).slice(0, MAX_PROBLEM)]),
    ],
    note: text.goesOn,
  };
};

const backMessage = (channel: string, since: number, locale: Locale, now: number): Message => {
  const text = channelWatchText(locale);
  return {
    tone: 'good',
    title: text.back(linkName(channel, locale)),
    lines: [
      text.away(formatDuration(now - since, locale), formatTime(since, locale, now), formatTime(now, locale, now)),
    ],
  };
};
