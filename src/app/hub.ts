/**
 * A hub that holds the lease: channels, people, outbox and commands as in `app.ts`, with the hosts of a fleet in the place
 * of this machine's gateways. It ends with the lease, and everything that it must know is in the hubs' log by then.
 */
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import { event } from '../base/events.ts';
import type { Logger } from '../base/logger.ts';
import { attempted } from '../base/stage-report.ts';
import type { Channel } from '../channels/channel.ts';
import type { Message } from '../chat/message/message.ts';
import { botsOf, type Config } from '../config/config.ts';
import { createHubCommands, knownHosts } from '../fleet/hub/commands.ts';
import { createHosts, hearingOf, type HubTools } from '../fleet/hub/hosts.ts';
import { openHubLink, type HubLink } from '../fleet/hub/link.ts';
import { createNoticeIntake, type NoticeName } from '../fleet/hub/notice-intake.ts';
import { createOddHosts } from '../fleet/hub/odd-hosts.ts';
import { createQuotedMatters, hubCommandOfQuote } from '../fleet/hub/quoted.ts';
import { createRelay } from '../fleet/hub/relay.ts';
import { createListening, createSilenceWatch } from '../fleet/hub/silence.ts';
import { hubLines, watchStandbys, type Standby } from '../fleet/hub/standby.ts';
import { clocks, type Lease } from '../fleet/lease.ts';
import type { LogWriter } from '../fleet/log-writer.ts';
import { fenceText, PROTOCOL } from '../fleet/messages.ts';
import type { Connection } from '../fleet/nats.ts';
import { incidentPolicyOf } from '../incidents/incident-policy.ts';
import { createChannelStart } from '../monitor/channel-start.ts';
import { sendDirect, type Sender } from '../monitor/direct-message.ts';
import { startHousekeeping } from '../monitor/housekeeping.ts';
import type { Figures, Meter } from '../monitor/meter.ts';
import { createWatchdog, type StuckLoop } from '../monitor/watchdog.ts';
import { createNotifier, PULSE_MS } from '../notify/notifier.ts';
import type { Store } from '../store/store.ts';
import { createMeta } from '../store/meta.ts';
import { fleetText } from '../text/fleet/fleet.ts';
import { buildAlarm } from './alarm.ts';
import { buildChannels } from './channels.ts';
import { buildChat } from './chat.ts';
import { lifelineReport } from './lifeline-report.ts';
import { createLateCall } from './late-call.ts';
import { createShutdown } from './shutdown.ts';
import { buildStores } from './stores.ts';

export interface HubOptions {
  readonly version: string;
  readonly store: Store;
  readonly lease: Lease;
  readonly log: LogWriter;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly say: (text: string) => void;
  readonly meter?: Meter;
  readonly ending?: AbortSignal;
}

export interface Hub {
  stuck(): readonly StuckLoop[];
  failing(): readonly string[];
  figures(): Figures;
  /** The hubs that wait beside this one. */
  standbys(): readonly Standby[];
  /** Resolves when the store was lost: another hub takes over. */
  readonly outdated: Promise<void>;
  /** Says that this hub falls silent, past everything that needs the server. */
  lastWord(): void;
  stop(limitMs: number): Promise<readonly string[]>;
}

const CHECK_MS = 1_000;
const LATE_MS = 60_000;
/** A send that may not begin now is tried again soon: by then another hub may hold the lease. */
const LATER_MS = 2_000;
const FLUSH_MS = 5_000;
/** The first entry is the whole store. */
const FIRST_FLUSH_MS = 60_000;

/** @throws UserError when a channel cannot be set up. */
export const startHub = async (config: Config, options: HubOptions): Promise<Hub> => {
  const { version, store, lease, log, connection, clock, logger, say, meter } = options;
  const { locale, fleet } = config;
  if (fleet === null) throw new Error('a hub needs the section "fleet"');
  const { db } = store;
  const startedAt = clock.now();
  const monotonicMs = (): number => performance.now();
  const shutdown = createShutdown(logger);
  const { promise: outdated, resolve: outdate } = Promise.withResolvers<void>();

  /** What is noted so far is where the next hub finds it. @throws when that cannot be said. */
  const noted = async (withinMs = FLUSH_MS): Promise<void> => {
    const limit = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error("the hubs' log does not answer")), withinMs).unref(),
    );
    await Promise.race([log.flush(), limit]);
    if (!lease.mayBegin()) throw new Error('this hub may not speak any more');
  };
  /** No message begins that the next hub could not know of, and none after the deadline of the lease. */
  const fenced = (channel: Channel): Channel => {
    const gate = async (): Promise<{ outcome: 'retry'; reason: string; afterMs: number } | null> => {
      try {
        await noted();
        return null;
      } catch (error) {
        return { outcome: 'retry', reason: errorText(error), afterMs: LATER_MS };
      }
    };
    const edit = channel.edit?.bind(channel);
    return {
      ...channel,
      send: async (to, message, delivery) => (await gate()) ?? channel.send(to, message, delivery),
      ...(edit ? { edit: async (id: string, message: Message) => (await gate()) ?? edit(id, message) } : {}),
    };
  };

  const mayPush = createLateCall<[user: string]>();
  const raw: Channel[] = [];
  const channels = await buildChannels(config, {
    db,
    terminal: null,
    guard: (channel) => {
      raw.push(channel);
      return fenced(channel);
    },
    onMayPush: mayPush.call,
    noted,
    clock,
    logger,
  });
  const alarm = buildAlarm(config, { version, channels, say, logger }, shutdown);
  const { report } = alarm.alarm;
  const stores = buildStores(db, config, { report, logger });
  const watchdog = createWatchdog();
  const outboxBeat = watchdog.begin('outbox', PULSE_MS + LATE_MS);
  const channelStart = createChannelStart({ channels: channels.all, checks: channels.checks, report, logger });
  const settled = createLateCall();
  const notifier = createNotifier({
    report,
    isInDoubt: (channel) => channelStart.isInDoubt(channel),
    turned: outboxBeat,
    onTried: (channel, outcome) => {
      meter?.tried(channel, outcome);
      if (outcome === 'delivered') channelStart.proven(channel);
      settled.call();
    },
    db,
    config,
    gateways: Infinity,
    isInMemory: store.where === 'memory',
    channels: channels.all,
    people: channels.people,
    book: stores.book,
    incidentPolicy: incidentPolicyOf(config),
    ledger: stores.ledger,
    attachButtonTokens: (message, to) => stores.buttons.attachButtonTokens(message, to, clock.now()),
    clock,
    logger,
  });
  shutdown.add('outbox', 'outbox', () => notifier.stop());
  mayPush.to((user) => notifier.retry('qq', user));

  const tools: HubTools = {
    db,
    outbox: notifier.outbox,
    people: channels.people,
    now: () => clock.now(),
    monotonicMs,
    locale,
    logger,
    onQueued: () => notifier.wake(),
  };
  const hosts = createHosts(tools);
  let link: HubLink | null = null;
  const relay = createRelay({
    hub: fleet.host,
    fence: lease.fence,
    mayBegin: () => lease.mayBegin(),
    publish: (host, command) => link?.command(host, command),
    now: clocks,
  });
  const intake = createNoticeIntake(tools, {
    isOperator: ({ channel, user }) => channels.access.recognise({ channel, sender: user }) !== null,
    gatewaysOf: (host) => hosts.get(host)?.beat?.gateways.map(({ name }) => name) ?? [],
    onResult: (host, id, notice) => relay.onResult(host, id, notice),
  });
  const sayDelivered = (notices: () => readonly NoticeName[]): void =>
    attempted(report, { stage: 'delivery', gateway: null, part: 'receipts' }, () => {
      for (const { host, id } of notices())
        link?.receipt(host, { v: PROTOCOL, id, fence: lease.fence, is: 'delivered' });
    });
  const settle = (): void => sayDelivered(() => intake.settle());
  settled.to(settle);
  const listening = createListening(() => connection.isUp(), monotonicMs);
  const silence = createSilenceWatch(tools, {
    hosts,
    isMuted: (host) => {
      const seen = hosts.get(host);
      return (
        stores.silences.until('mute', host, clock.now()) !== null ||
        // It speaks, and that it is not understood is told as such.
        (seen !== null && hearingOf(seen, monotonicMs()).is === 'misread')
      );
    },
    listeningSince: () => listening.since(),
  });
  const standbys = await watchStandbys(connection.nc, { db, own: fleet.host, now: () => clock.now(), logger });
  shutdown.add('at_once', 'standbys', () => standbys.stop());
  const odd = createOddHosts(
    tools,
    hosts,
    () => standbys.all(),
    botsOf(config),
    () => listening.hasListened(),
  );

  const commands = createHubCommands({
    hosts,
    relay,
    noted: () => noted(),
    monotonicMs,
    hasListened: () => listening.hasListened(),
    own: ({ now }) => hubLines({ hub: fleet.host, version, since: startedAt }, standbys.all(), locale, now),
    silences: stores.silences,
    forgetStandby: (name) => standbys.forget(name),
  });
  const mattersOf = createQuotedMatters(db, stores.quotes);
  const chat = buildChat(
    config,
    {
      stores,
      channels,
      channelStart,
      notifier,
      monitors: { ports: [] },
      commands,
      commandOfQuote: (inbound) => hubCommandOfQuote(inbound, commands, mattersOf, knownHosts(hosts)),
      noted: () => noted(),
      startedAt,
      report: () => lifelineReport({ version, startedAt, channels: channels.all, outbox: notifier.outbox, db }),
      fromFile: true,
      say,
      reload: undefined,
      clock,
      logger,
    },
    shutdown,
  );

  try {
    // The first entry of this lease: from here on no earlier hub can write the log.
    createMeta(db).set('fleet.lease', JSON.stringify({ hub: fleet.host, ...lease.fence }));
    await noted(FIRST_FLUSH_MS);
    chat.answerInterrupted();
    notifier.start();
    link = openHubLink(
      connection.nc,
      {
        beat: (host, beat) => {
          if (!lease.mayBegin()) return null;
          hosts.heard(host, beat);
          const seen = hosts.get(host);
          const isTwin = seen !== null && hearingOf(seen, monotonicMs()).is === 'twins';
          return { v: PROTOCOL, hub: fleet.host, fence: lease.fence, ...(isTwin ? { twins: true } : {}) };
        },
        claim: (host, claim) => relay.onClaim(host, claim),
        answer: (host, answer) => (lease.mayBegin() ? { v: PROTOCOL, taken: relay.onAnswer(host, answer) } : null),
        notice: async (host, notice) => {
          const is = intake.take(host, notice);
          await noted();
          return { v: PROTOCOL, id: notice.id, fence: lease.fence, is };
        },
        misunderstood: (host, why, bytes) => hosts.misread(host, why, bytes),
      },
      logger,
    );
    // Receipts of the hub before this one may be lost with it.
    sayDelivered(() => intake.settledLast());
    const opened = link;
    shutdown.add('at_once', 'hosts', () => opened.stop());
    listening.look();
    const checking = setInterval(() => {
      listening.look();
      attempted(report, { stage: 'silence', gateway: null }, () => {
        silence.check();
        odd.check();
      });
      settle();
    }, CHECK_MS);
    shutdown.add('at_once', 'silence', () => clearInterval(checking));
    const endHousekeeping = startHousekeeping({
      store,
      dataDir: config.dataDir,
      keepMs: config.keepMs,
      watchdog,
      onOutdated: outdate,
      report,
      logger,
    });
    shutdown.add('at_once', 'housekeeping', endHousekeeping);
    alarm.alarm.start();
    await chat.start(options.ending);
  } catch (error) {
    await shutdown.end({ limitMs: 3_000 });
    shutdown.close();
    throw error;
  }
  logger.info(
    { ...event('lifeline.started'), version, hub: fleet.host, fence: lease.fence, hosts: hosts.all().length },
    'this hub speaks',
  );

  return {
    stuck: () => watchdog.stuck(),
    failing: () => alarm.alarm.failing(),
    figures: () => ({
      gateways: [],
      channels: channels.all.map((channel) => ({ name: channel.name, link: channel.status().link })),
      openIncidents: 0,
      undelivered: notifier.outbox.undelivered(),
      oldestUndeliveredAt: notifier.outbox.stuck(clock.now(), 0).oldestAt,
      now: clock.now(),
      startedAt,
      lastRoundAt: null,
      storeProblem: store.problem?.detail ?? null,
      failing: alarm.alarm.failing(),
      loops: watchdog.names(),
      stuck: watchdog.stuck(),
      fleet: {
        hub: fleet.host,
        speaks: lease.mayBegin(),
        hosts: hosts.all().map((seen) => {
          const { is } = hearingOf(seen, monotonicMs());
          return {
            host: seen.host,
            silentMs: seen.heardAt === null ? null : monotonicMs() - seen.heardAt,
            isSilent: is === 'not_yet' || is === 'silent',
            openIncidents: seen.beat?.incidents ?? 0,
            gateways: (seen.beat?.gateways ?? []).map(({ name, tone }) => ({ name, isWell: tone === 'good' })),
          };
        }),
      },
    }),
    standbys: () => standbys.all(),
    outdated,
    lastWord: () => {
      const text = fleetText(locale);
      const message = { tone: 'warning', title: text.lastWord(fleet.host), note: text.lastWordNote() } as const;
      // Past the log, which cannot be written now, and not past the deadline.
      const held = raw.map((channel): Sender => ({
        name: channel.name,
        send: async (to, words, delivery) =>
          lease.mayBegin()
            ? channel.send(to, words, delivery)
            : { outcome: 'refused', reason: 'this hub may not speak any more' },
      }));
      void Promise.resolve()
        .then(() => sendDirect(held, channels.people(), message, `last ${fenceText(lease.fence)}`))
        .catch(() => undefined);
    },
    stop: async (limitMs) => {
      const left = await shutdown.end({ limitMs });
      shutdown.close();
      return left;
    },
  };
};
