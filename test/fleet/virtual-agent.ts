/**
 * An agent of a fleet without a gateway: the real transport, database, outbox and command server, and nothing that watches.
 * Hundreds of them fit into one process.
 */
import { setImmediate } from 'node:timers/promises';
import { processClock } from '../../src/base/clock.ts';
import { NO_REPORT } from '../../src/base/stage-report.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Message } from '../../src/chat/message/message.ts';
import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';
import { Secret } from '../../src/config/secret.ts';
import { buildStores } from '../../src/app/stores.ts';
import { createFleetAgent, type BeatState } from '../../src/fleet/agent.ts';
import { createCommandServer } from '../../src/fleet/command-server.ts';
import { HUB_CHANNEL, HUB_USER } from '../../src/fleet/hub-channel.ts';
import { incidentPolicyOf } from '../../src/incidents/incident-policy.ts';
import { throughHub } from '../../src/notify/recipients/addressees.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createFleetCommands } from '../../src/store/fleet-commands.ts';
import { createMeta } from '../../src/store/meta.ts';
import { transaction } from '../../src/store/transaction.ts';

export interface VirtualAgentOptions {
  readonly host: string;
  readonly seed: string;
  readonly url: string;
  /** The other servers of a cluster, and the file with their certificate. */
  readonly more?: readonly string[];
  readonly caFile?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface VirtualAgent {
  readonly host: string;
  /** Opens an incident, or closes it: from now on it is in the outbox. */
  alert(incident: number, kind: 'opened' | 'recovered'): void;
  /** How long each alert took from the outbox to the hub's word that a phone has it. */
  readonly deliveredAfterMs: readonly number[];
  /** How many alerts no phone has yet, as far as this agent knows. */
  undelivered(): number;
  /** The commands that were carried out. */
  readonly ran: readonly string[];
  stop(): Promise<void>;
}

const CONFIG = `
locale: en
gateways: [{ name: main, kind: hermes, home: /nowhere }]
`;

let shared: Config | null = null;
const configOf = (): Config =>
  (shared ??= parseConfig(CONFIG, {
    file: '/nowhere/config.yaml',
    env: {},
    home: '/nowhere',
    readSecret: () => ({ text: '', exposed: false }),
  }));

export const startVirtualAgent = ({
  host,
  seed,
  url,
  more = [],
  caFile,
  labels = {},
}: VirtualAgentOptions): VirtualAgent => {
  const config = configOf();
  const clock = processClock();
  const logger = silentLogger();
  const db = openDatabase(':memory:');
  const report = NO_REPORT;
  // Whose incident it is stands there alone.
  const note = db.prepare(
    `INSERT INTO incidents (id, gateway, opened_at, since, told, verdict, treatments) VALUES (?, 'main', ?, ?, 'opened', '{}', '[]') ON CONFLICT DO NOTHING`,
  );
  const startedAt = clock.now();
  const agent = createFleetAgent({
    fleet: {
      host,
      hub: false,
      labels,
      accept: 'operator',
      fallbackMs: 180_000,
      access: { servers: [url, ...more], credentials: new Secret(seed, 'literal'), caFile: caFile ?? null },
    },
    version: '0.1.0',
    bots: [],
    startedAt,
    meta: createMeta(db),
    onBack: () => notifier.channelBack(HUB_CHANNEL),
    locale: 'en',
    logger,
  });
  const stores = buildStores(db, config, { report, logger });
  const people = () => [throughHub({ channel: HUB_CHANNEL, user: HUB_USER }, [])];
  const began: number[] = [];
  const deliveredAfterMs: number[] = [];
  const notifier = createNotifier({
    db,
    config,
    channels: [agent.channel],
    people,
    book: stores.book,
    incidentPolicy: incidentPolicyOf(config),
    ledger: stores.ledger,
    attachButtonTokens: (message) => message,
    clock,
    logger,
    report,
    patienceMs: () => agent.channel.patienceMs(),
    alsoWatched: [HUB_CHANNEL],
    onTried: (_channel, outcome) => {
      if (outcome !== 'delivered') return;
      const since = began.shift();
      if (since !== undefined) deliveredAfterMs.push(performance.now() - since);
    },
  });
  const open = new Set<number>();
  const ran: string[] = [];
  const state = (): BeatState => ({
    gateways: [{ name: 'main', tone: open.size > 0 ? 'critical' : 'good', words: open.size > 0 ? 'dead' : 'healthy' }],
    incidents: open.size,
  });
  void agent.channel.start(() => undefined);
  notifier.start();
  const server = createCommandServer({
    taken: createFleetCommands(db),
    run: async ({ text }) => {
      ran.push(text);
      return { is: 'final', message: { tone: 'good', title: `done: ${text}` } };
    },
    accept: 'operator',
    fence: agent.fence,
    claim: (claim) => agent.claim(claim),
    answer: (answer) => agent.answer(answer),
    post: (to, message, key) => notifier.answers.post(to, message, key),
    atomically: (work) => transaction(db, work),
    now: () => clock.now(),
    locale: 'en',
    logger,
  });
  agent.start(state, server);
  let stopped: Promise<void> | null = null;
  return {
    host,
    deliveredAfterMs,
    ran,
    undelivered: () => notifier.outbox.undelivered(),
    alert: (incident, kind) => {
      const message: Message =
        kind === 'opened'
          ? { tone: 'critical', title: `main is dead (#${incident})`, lines: ['Its process ended with code 1'] }
          : { tone: 'good', title: `main is healthy again (#${incident})` };
      if (kind === 'opened') open.add(incident);
      else open.delete(incident);
      // One gateway has one open incident at most.
      db.exec(`UPDATE incidents SET closed_at = since WHERE closed_at IS NULL`);
      note.run(incident, clock.now(), clock.now());
      began.push(performance.now());
      notifier.outbox.enqueue({ topic: 'incident', subject: incident, kind, message, at: clock.now() }, people());
      notifier.wake();
    },
    stop: () =>
      (stopped ??= (async () => {
        await notifier.stop();
        await agent.stop();
        await server.idle();
        db.close();
      })()),
  };
};

/** A chance for the event loop between two of many. */
export const startMany = async (all: readonly VirtualAgentOptions[]): Promise<readonly VirtualAgent[]> => {
  const started: VirtualAgent[] = [];
  for (const each of all) {
    started.push(startVirtualAgent(each));
    await setImmediate();
  }
  return started;
};
