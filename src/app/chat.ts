/** Builds the way of a command: from the channels through the bus to the commands, and back as an answer. */
import { commands as builtIn } from '../../commands/index.ts';
import { scaledClock, type Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { createBus, type BusOptions } from '../chat/bus/bus.ts';
import { createRemoteRunner, type RunRemote } from '../chat/bus/run-remote.ts';
import type { Command, CommandEffects, LifelineReport, PinEffects, ReloadAsked } from '../chat/command/command.ts';
import { createMembers } from '../chat/access/members.ts';
import { createFirstPairing } from '../chat/pairing/first-pairing.ts';
import { interrupted } from '../chat/bus/interrupted.ts';
import { loadOwnCommands } from '../chat/own-commands/load.ts';
import { originOf } from '../chat/bus/request.ts';
import { PERSONAL_CHANNELS, type Config } from '../config/config.ts';
import { configLines } from '../config/show.ts';
import type { ChannelStart } from '../monitor/channel-start.ts';
import { createIncidentsPort } from '../monitor/incidents-for-chat.ts';
import type { Monitors } from '../monitor/monitors.ts';
import type { Notifier } from '../notify/notifier.ts';
import { createReloadTeller, type ReloadTeller } from '../notify/tellers/reload-teller.ts';
import { examineGateway, examineSelf } from '../doctor/run.ts';
import { serviceState } from '../service/state.ts';
import { createGroupMembers } from '../store/group-members.ts';
import { knowsSince } from '../store/meta.ts';
import type { Pins } from '../store/pins.ts';
import { transaction } from '../store/transaction.ts';
import type { Finding } from '../text/common/findings.ts';
import type { Channels } from './channels.ts';
import type { PinnedStatus } from './pinned-status.ts';
import type { Shutdown } from './shutdown.ts';
import type { Stores } from './stores.ts';

export interface ChatOptions {
  readonly stores: Stores;
  readonly channels: Channels;
  readonly channelStart: ChannelStart;
  readonly notifier: Notifier;
  readonly monitors: Pick<Monitors, 'ports'>;
  /** The commands; absent: those of a Lifeline that watches gateways. */
  readonly commands?: readonly Command[];
  /** The command that a reply stands for by what it quotes; absent: that of a Lifeline which watches gateways. */
  readonly commandOfQuote?: BusOptions['commandOfQuote'];
  /** Hears how commands are run that come through a fleet's hub. */
  readonly onRemote?: (run: RunRemote) => void;
  /** Of a hub: what was noted of a command is in the hubs' log. */
  readonly noted?: () => Promise<void>;
  /** Keeps status cards true; absent: none are. */
  readonly pinned?: Pick<PinnedStatus, 'canPin' | 'wake'>;
  readonly startedAt: number;
  readonly report: () => LifelineReport;
  /** Whether the configuration is a file. */
  readonly fromFile: boolean;
  /** Shows a pairing code to whoever started Lifeline; never to its log. */
  readonly say: (text: string) => void;
  /** Reads the configuration anew; undefined: there is no file. */
  readonly reload: (() => ReloadAsked) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ChatService {
  readonly reloads: ReloadTeller;
  /** Tells of each command that an earlier Lifeline has left without an answer. */
  answerInterrupted(): void;
  /**
   * Takes in commands. @param enough aborted: no platform is waited for any more. @throws UserError of a channel that
   * can never be used as it is configured.
   */
  start(enough?: AbortSignal): Promise<void>;
}

export const buildChat = (config: Config, options: ChatOptions, shutdown: Shutdown): ChatService => {
  const { stores, channels, channelStart, notifier, monitors, startedAt, say, reload, clock, logger } = options;
  const { locale } = config;
  const { db, audit, seen, confirmations } = stores;
  const { access, pairing } = channels;
  const { incidentTeller, answers, outbox } = notifier;
  const registry = options.commands ?? builtIn;
  shutdown.add('at_once', 'answers', () => answers.end());
  const ending = new AbortController();
  shutdown.add('at_once', 'own commands', () => ending.abort());

  const reloads = createReloadTeller({
    db,
    outbox,
    to: channels.people,
    locale,
    now: () => clock.now(),
    onQueued: () => notifier.wake(),
  });
  const firstPairing = createFirstPairing({
    pairing,
    anybody: () => access.everybody().length > 0,
    channels: channels.all.map(({ name }) => name).filter((name) => PERSONAL_CHANNELS.some((each) => each === name)),
    say,
    clock: scaledClock(0, 1),
    logger,
    locale,
  });
  shutdown.add('at_once', 'first pairing', () => firstPairing.stop());

  return {
    reloads,
    answerInterrupted: () =>
      transaction(db, () => {
        const left = interrupted(
          {
            seen,
            confirmations,
            treated: (channel, id) => stores.ledger.askedBy(channel, id),
            onTreated: (entry) => audit.finish(entry, { outcome: 'done', detail: null, durationMs: 0 }),
            knowsSince: knowsSince(db),
            locale,
          },
          startedAt,
        );
        for (const { to, message, key } of left) {
          logger.warn({ channel: to.channel }, 'a command had no answer when Lifeline ended; it is not run again');
          answers.post(to, message, key);
        }
      }),
    start: async (enough) => {
      const own = loadOwnCommands(config.ownCommands, registry, { locale, logger, signal: ending.signal });
      for (const { where, what } of own.problems) logger.error({ where, what }, 'one of your own commands is left out');
      const commands = [...registry, ...own.commands];
      const examineByName = async (name: string): Promise<readonly Finding[]> => {
        const gateway = config.gateways.find((each) => each.name === name);
        return gateway ? examineGateway(gateway, clock) : [];
      };
      const members = createMembers({
        groups: config.groups,
        store: createGroupMembers(db),
        isKnown: ({ channel, group, member }) =>
          access.recognise({ channel, sender: member, chat: { kind: 'group', id: group } }) !== null,
        onChange: () => access.changed(),
      });
      const context = {
        members: members.port,
        gateways: monitors.ports.map((port) => ({ ...port, doctor: () => examineByName(port.name) })),
        lifeline: options.report,
        incidents: createIncidentsPort(stores),
        audit,
        settings: () => configLines(config),
        examineSelf: () => examineSelf(config, options.fromFile, db, { service: serviceState, clock, logger }),
      };
      const changes: CommandEffects = {
        silences: stores.silences,
        plans: stores.plans,
        members: members.effects,
        ...(options.pinned ? { pins: pinEffects(stores.pins, options.pinned) } : {}),
        acknowledge: (ids, by) => incidentTeller.step({ kind: 'acknowledged', ids, by }, clock.now()).incidents,
      };
      const atomically = <Result>(work: () => Result): Result => transaction(db, work);
      options.onRemote?.(createRemoteRunner({ commands, context, changes, atomically, audit, clock, logger, locale }));
      const bus = createBus({
        commands,
        access,
        pairing,
        quotes: stores.quotes,
        ...(options.commandOfQuote ? { commandOfQuote: options.commandOfQuote } : {}),
        mentions: members,
        seen,
        isListed: (channel, group) => config.groups.some((each) => each.channel === channel && each.id === group),
        knowsSince: knowsSince(db),
        atomically,
        audit,
        buttons: stores.buttons,
        confirmations,
        clock,
        logger,
        locale,
        context,
        changes,
        ...(options.noted ? { noted: options.noted } : {}),
        ...(reload
          ? { reload: { promise: (to) => reloads.promise(to), withdraw: (to) => reloads.withdraw(to), begin: reload } }
          : {}),
        send: async (inbound, message, n) =>
          void (await answers.send(originOf(inbound), message, `${inbound.id} ${n}`)),
        answer: (inbound, message, about) => answers.answer(originOf(inbound), message, about),
      });
      shutdown.add('work', 'commands', () => bus.idle());
      for (const channel of channels.all) shutdown.add('channels', channel.name, () => channel.stop());
      const { local } = channels;
      if (local) {
        shutdown.add('channels', local.name, () => local.stop());
        await local.start((inbound) => bus.receive(inbound));
      }
      await channelStart.begin((inbound) => bus.receive(inbound));
      firstPairing.start();
      await channelStart.settled(enough);
    },
  };
};

/** The card is sent after the transaction that notes it. */
const pinEffects = (pins: Pins, pinned: Pick<PinnedStatus, 'canPin' | 'wake'>): PinEffects => ({
  pin: (to) => {
    if (!pinned.canPin(to.channel)) return false;
    pins.pin(to);
    setImmediate(() => pinned.wake());
    return true;
  },
  unpin: (to) => pins.unpin(to),
});
