/**
 * Everything that tells people something of its own accord, put together: incidents become notifications, and notifications
 * arrive.
 */
import type { DatabaseSync } from 'node:sqlite';
import { scaledClock, type Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { repeat } from '../base/repeat.ts';
import type { StageReport } from '../base/stage-report.ts';
import type { Channel } from '../channels/channel.ts';
import { PERSONAL_CHANNELS, type Config } from '../config/config.ts';
import type { RestartLedger } from '../healing/ledger.ts';
import type { IncidentBook } from '../incidents/incident-book.ts';
import type { IncidentPolicy } from '../incidents/incident-policy.ts';
import { createIncidentTeller, type IncidentTeller } from './tellers/incident-teller.ts';
import { createAnswers, type Answers } from './command-answers.ts';
import { createChannelWatch } from './tellers/channel-watch.ts';
import { createEscalator } from './escalation/escalator.ts';
import { createDeliveryRecord } from './outbox/delivery-record.ts';
import { DELIVERY_PAUSES } from './outbox/channel-order.ts';
import type { AttachButtonTokens } from './messages/render.ts';
import type { Addressee } from './recipients/addressees.ts';
import { createLiveCards } from './live-cards.ts';
import { createOutbox, type Outbox } from './outbox/queue.ts';
import { createTeller } from './tellers/treatment-teller.ts';
import { createDeliveryWorker, type DeliveryWorkerOptions } from './outbox/delivery-worker.ts';
import { pipeline } from './pipeline.ts';
import type { Told } from './recipients/routes.ts';

export interface NotifierOptions {
  readonly db: DatabaseSync;
  readonly config: Config;
  readonly channels: readonly Channel[];
  /** Who is told of Lifeline itself, as it stands now: people are paired and revoked while Lifeline runs. */
  readonly people: () => readonly Addressee[];
  /** Who is told of an incident; absent: all of `people`. */
  readonly told?: (about: Told) => readonly Addressee[];
  /** Everybody with all ways, for answers; absent: `people`. */
  readonly everybody?: () => readonly Addressee[];
  /** Those of these names who may be told of an incident. */
  readonly named?: (about: Told, names: readonly string[]) => readonly Addressee[];
  /** Whether the database is in memory alone, which each message then says. */
  readonly isInMemory?: boolean;
  /** Whether nothing is told of a gateway now. */
  readonly isSilent?: (gateway: string, now: number) => boolean;
  readonly book: IncidentBook;
  readonly incidentPolicy: IncidentPolicy;
  readonly ledger: Pick<RestartLedger, 'shownIn'>;
  readonly attachButtonTokens: AttachButtonTokens;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The outbox has come round: it can send on every channel. */
  readonly turned?: () => void;
  /** Hears of the end of each try. */
  readonly onTried?: DeliveryWorkerOptions['onTried'];
  /** Hears of what fails. */
  readonly report: StageReport;
  /** Whether it is doubtful that a channel gets anything out now. */
  readonly isInDoubt?: (channel: string) => boolean;
  /** How long an alert waits for a channel of a fleet before the next is tried; null: as for any other. */
  readonly patienceMs?: (channel: string) => number | null;
  /** How many gateways may fail at one moment, where they are not those of the configuration. */
  readonly gateways?: number;
  /** Channels beside the operators' own whose links are watched. */
  readonly alsoWatched?: readonly string[];
}

export interface Notifier {
  readonly incidentTeller: IncidentTeller;
  readonly answers: Answers;
  readonly outbox: Outbox;
  readonly teller: ReturnType<typeof createTeller>;
  /** Something new is in the outbox. */
  wake(): void;
  /** The platform takes messages for this person again. */
  retry(channel: string, user: string): void;
  /** The channel works again: what waits for another try on it goes at once. */
  channelBack(channel: string): void;
  start(): void;
  stop(): Promise<void>;
}

/** How often the outbox is read even if nothing asks for it. */
export const PULSE_MS = 10_000;
/** How often each channel is asked for its link. */
const LINK_MS = 1_000;

/**
 * How long an alert waits for a channel that is not connected, or has not shown yet that it works, before the next one
 * is tried beside it.
 */
const DOUBT_MS = 3_000;

export const createNotifier = ({
  db,
  config,
  channels,
  people,
  told = () => people(),
  everybody = people,
  named = (about) => told(about),
  isInMemory = false,
  isSilent = () => false,
  book,
  incidentPolicy,
  ledger,
  attachButtonTokens,
  clock,
  logger,
  turned,
  onTried,
  report,
  isInDoubt = () => false,
  patienceMs = () => null,
  gateways = config.gateways.length,
  alsoWatched = [],
}: NotifierOptions): Notifier => {
  const { alerts, locale } = config;
  // Platforms do not hurry when the sandbox does.
  const realTime = scaledClock(0, 1);
  const outbox = createOutbox(db);
  const worker = createDeliveryWorker({
    record: createDeliveryRecord(db, (notification, err) => {
      logger.error({ notification, err }, 'a notification cannot be read, and so not be sent');
      report.failed({ stage: 'outbox', gateway: null, part: `#${notification}` }, err);
    }),
    channels,
    deliveryPolicy: {
      ...DELIVERY_PAUSES,
      copies: alerts.copies,
      channelTimeoutMs: alerts.channelTimeoutMs,
      patienceMs: (channel) =>
        patienceMs(channel) ??
        (isInDoubt(channel) ? Math.min(DOUBT_MS, alerts.channelTimeoutMs) : alerts.channelTimeoutMs),
    },
    render: (items, now) => pipeline.render(items, { attachButtonTokens, isInMemory, locale }, now),
    onSettled: (incident) => cards.settled(incident),
    clock: realTime,
    noticeClock: clock,
    logger,
    report,
    ...(onTried ? { onTried } : {}),
  });
  let endPulse = (): void => undefined;
  let endLinks = (): void => undefined;
  const linked = new Set<Channel>();
  const lookAtLinks = (): void => {
    for (const channel of channels) {
      if (channel.status().link !== 'connected') linked.delete(channel);
      else if (!linked.has(channel)) {
        linked.add(channel);
        worker.channelBack(channel.name);
      }
    }
  };
  const cards = createLiveCards({ db, channels, attachButtonTokens, locale, clock, logger });
  /**
   * Not at once: what is new in the outbox may belong to a transaction that is still open, and no try may begin before
   * it is on the disk.
   */
  const wake = (): void => void setImmediate(() => worker.wake());
  const incidentTeller = createIncidentTeller({
    db,
    book,
    outbox,
    incidentPolicy,
    locale,
    to: told,
    quiet: alerts.quiet,
    gateways,
    logger,
    onChanged: (incident, decision) => cards.changed(incident, decision),
    onQueued: wake,
    report,
  });
  const personal = channels.filter(({ name }) => [...PERSONAL_CHANNELS, ...alsoWatched].some((each) => each === name));
  const channelWatch = createChannelWatch({
    db,
    channels: personal,
    outbox,
    to: people,
    locale,
    quiet: alerts.quiet,
    afterMs: alerts.channelDownMs,
    clock: realTime,
    logger,
    onQueued: wake,
    report,
  });
  const escalator =
    alerts.escalation === null
      ? null
      : createEscalator({
          db,
          escalation: alerts.escalation,
          book,
          outbox,
          channels,
          named,
          isSilent,
          locale,
          clock,
          logger,
          onQueued: wake,
          report,
        });
  const answers = createAnswers({
    db,
    channels: new Map(channels.map((channel) => [channel.name, channel])),
    outbox,
    addressees: everybody,
    attachButtonTokens,
    locale,
    now: () => clock.now(),
    clock: realTime,
    logger,
    onQueued: wake,
  });

  return {
    incidentTeller,
    answers,
    outbox,
    teller: createTeller({
      answers,
      outbox,
      ledger,
      addressees: everybody,
      locale,
      now: () => clock.now(),
      logger,
      onQueued: wake,
    }),
    wake,
    retry: (channel, user) => worker.retry(channel, user),
    channelBack: (channel) => worker.channelBack(channel),
    start: () => {
      worker.start();
      channelWatch.start();
      escalator?.start();
      endLinks = repeat(LINK_MS, lookAtLinks);
      // It wakes by itself; this is for a timer that was lost, and proves that it still can.
      endPulse = repeat(PULSE_MS, () => {
        worker.wake();
        if (!worker.isStuck()) turned?.();
      });
    },
    stop: async () => {
      endPulse();
      endLinks();
      channelWatch.stop();
      await escalator?.stop();
      await worker.stop();
      await cards.stop();
    },
  };
};
