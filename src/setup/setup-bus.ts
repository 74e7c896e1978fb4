/**
 * The command bus during the set-up. It is the real bus, so that pairing, limits and taps work as they will later.
 * Commands that need the running bot answer that it does not run yet.
 */
import { commands as builtIn } from '../../commands/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Channel } from '../channels/channel.ts';
import { createAccess, type Access } from '../chat/access/access.ts';
import { createBus, type Bus } from '../chat/bus/bus.ts';
import type { Command, IncidentsPort } from '../chat/command/command.ts';
import { createConfirmations } from '../chat/interaction/confirmation.ts';
import type { Inbound } from '../chat/inbound/inbound-message.ts';
import type { Message } from '../chat/message/message.ts';
import { originOf } from '../chat/bus/request.ts';
import { createAudit } from '../store/audit.ts';
import { createQuotes } from '../store/quotes.ts';
import { createProcessedMessages } from '../store/processed-messages.ts';
import { createPlans } from '../store/planned-maintenance.ts';
import { createSilences } from '../store/silences.ts';
import { transaction } from '../store/transaction.ts';
import type { Locale } from '../text/locale.ts';
import { setupText } from '../text/setup/setup.ts';
import type { SetupSession } from './setup-session.ts';

export interface SetupBus {
  readonly access: Access;
  /** Connects a channel with the bus. */
  open(channel: Channel): Promise<void>;
  /** Waits for the commands that are under way and ends the channel. */
  close(channel: Channel): Promise<void>;
  /** Calls `listener` for each inbound message; the returned function ends that. */
  listen(listener: (inbound: Inbound) => void): () => void;
}

/** Commands that need nothing but the message itself. */
const WORKS_ALREADY: ReadonlySet<string> = new Set(['whoami', 'help']);

const notYet = (command: Command): Command =>
  WORKS_ALREADY.has(command.id)
    ? command
    : {
        ...command,
        effects: 'reads',
        args: { rest: { kind: 'rest' } },
        run: async ({ locale }) => ({ tone: 'info', title: setupText(locale).notRunningYet() }),
      };

const NO_INCIDENTS: IncidentsPort = {
  open: () => [],
  since: () => [],
  get: () => null,
  blips: () => [],
  watched: () => [],
};

export const createSetupBus = (
  session: SetupSession,
  {
    locale,
    clock,
    logger,
    version,
  }: { readonly locale: Locale; readonly clock: Clock; readonly logger: Logger; readonly version: string },
): SetupBus => {
  const { db, configured, paired, pairing, buttons } = session;
  const access = createAccess({ configured, paired, clock, logger });
  const channels = new Map<string, Channel>();
  const listeners = new Set<(inbound: Inbound) => void>();
  const startedAt = clock.now();
  const audit = createAudit(db);
  const send = async (inbound: Inbound, message: Message, key: string): Promise<void> => {
    const { user, group, replyTo } = originOf(inbound);
    await channels
      .get(inbound.channel)
      ?.send(
        { user, ...(group === undefined ? {} : { group }), ...(replyTo === undefined ? {} : { replyTo }) },
        message,
        { key },
      );
  };
  const bus: Bus = createBus({
    commands: builtIn.map(notYet),
    access,
    pairing,
    quotes: createQuotes(db),
    seen: createProcessedMessages(db),
    audit,
    buttons,
    confirmations: createConfirmations(db),
    // No earlier message can come again: the set-up asks for a message that is sent now.
    knowsSince: null,
    atomically: (work) => transaction(db, work),
    clock,
    logger,
    locale,
    context: {
      gateways: [],
      incidents: NO_INCIDENTS,
      audit,
      settings: () => [],
      lifeline: () => ({ version, startedAt, channels: [], undelivered: 0 }),
    },
    changes: { silences: createSilences(db), plans: createPlans(db), acknowledge: () => [] },
    send: (inbound, message, n) => send(inbound, message, `${inbound.id.slice(-40)} ${n}`),
    answer: async (inbound, message, { settled }) => {
      await send(inbound, message, `${inbound.id.slice(-40)} answer`);
      settled();
    },
  });
  return {
    access,
    open: async (channel) => {
      channels.set(channel.name, channel);
      await channel.start((inbound) => {
        for (const listener of listeners) listener(inbound);
        bus.receive(inbound);
      });
    },
    close: async (channel) => {
      await bus.idle();
      channels.delete(channel.name);
      await channel.stop();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
