/** Builds what makes this Lifeline the agent of a fleet. Without `fleet:` in the configuration nothing of it is loaded. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { redact } from '../base/redact/redact.ts';
import type { RunRemote } from '../chat/bus/run-remote.ts';
import { summary } from '../chat/message/verdict-words.ts';
import { worstOf } from '../chat/message/tone.ts';
import { botsOf, type Config } from '../config/config.ts';
import type { BeatState, FleetAgent } from '../fleet/agent.ts';
import { MOST_OPEN } from '../fleet/messages.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Monitors } from '../monitor/monitors.ts';
import type { Notifier } from '../notify/notifier.ts';
import { incidentWords } from '../text/commands/incident-events.ts';
import { createFleetCommands } from '../store/fleet-commands.ts';
import { createMeta } from '../store/meta.ts';
import { transaction } from '../store/transaction.ts';
import type { Shutdown } from './shutdown.ts';
import type { Stores } from './stores.ts';

export interface FleetPart {
  readonly agent: FleetAgent;
  readonly hubUser: string;
  /** Tells of the commands that an earlier Lifeline has left without an answer. */
  answerInterrupted(): void;
  /** Called once commands can be run. */
  serve(run: RunRemote): void;
}

export interface LaterParts {
  readonly stores: Stores;
  readonly monitors: Monitors;
  readonly notifier: Notifier;
}

export interface FleetPartOptions {
  readonly version: string;
  readonly startedAt: number;
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Made after the channels, of which the hub is one. */
  readonly later: () => LaterParts;
}

/** @returns null: this Lifeline is alone. */
export const buildFleet = async (
  config: Config,
  { version, startedAt, db, clock, logger, later }: FleetPartOptions,
  shutdown: Shutdown,
): Promise<FleetPart | null> => {
  const { fleet, locale } = config;
  if (fleet === null) return null;
  const { createFleetAgent } = await import('../fleet/agent.ts');
  const { createCommandServer } = await import('../fleet/command-server.ts');
  const { HUB_CHANNEL, HUB_USER } = await import('../fleet/hub-channel.ts');
  const agent = createFleetAgent({
    fleet,
    version,
    bots: botsOf(config),
    startedAt,
    meta: createMeta(db),
    onBack: () => later().notifier.channelBack(HUB_CHANNEL),
    locale,
    logger,
  });
  shutdown.add('channels', 'fleet', () => agent.stop());

  const openOf = (open: readonly Incident[]): BeatState['open'] =>
    open
      .toSorted(
        (a, b) => Number(a.severity !== 'critical') - Number(b.severity !== 'critical') || a.openedAt - b.openedAt,
      )
      .slice(0, MOST_OPEN)
      .map((incident) => ({
        id: incident.id,
        gateway: incident.gateway,
        severity: incident.severity,
        words: redact(incidentWords(incident, locale)).slice(0, 200),
        since: incident.since,
        known: incident.acknowledged !== null,
      }));
  const state = (): BeatState => ({
    open: openOf(later().stores.book.open()),
    gateways: later()
      .monitors.seen()
      .map(({ name, verdicts }) => ({
        name,
        tone: verdicts === null ? 'info' : worstOf(verdicts),
        words: summary(verdicts ?? [], locale),
      })),
    incidents: later().stores.book.open().length,
  });
  const relay: { run: RunRemote | null } = { run: null };
  const server = createCommandServer({
    taken: createFleetCommands(db),
    run: (request) => {
      if (relay.run === null) throw new Error('commands are not served yet');
      return relay.run(request);
    },
    accept: fleet.accept,
    fence: agent.fence,
    claim: (claim) => agent.claim(claim),
    answer: (answer) => agent.answer(answer),
    post: (to, message, key) => later().notifier.answers.post(to, message, key),
    atomically: (work) => transaction(db, work),
    now: () => clock.now(),
    locale,
    logger,
  });
  shutdown.add('work', 'commands of the hub', () => server.idle());

  return {
    agent,
    hubUser: HUB_USER,
    answerInterrupted: () => server.answerInterrupted((channel, id) => later().stores.ledger.askedBy(channel, id)),
    serve: (run) => {
      relay.run = run;
      agent.start(state, server);
    },
  };
};
