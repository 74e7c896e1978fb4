/**
 * Asks the running gateway how it is: `/health` whether its event loop turns, `channels.status` how its links are
 * (docs/facts/openclaw.md 9.1). The asking goes on in the background; a look takes what was learned since the last one.
 */
import type { Clock } from '../../base/clock.ts';
import type { Trust } from '../../base/file-trust.ts';
import { nowOf } from '../../base/instant.ts';
import type { Evidence, GatewayFact } from '../../diagnosis/evidence.ts';
import type { KindProbe, ProbeContext } from '../gateway-kind.ts';
import { askHealth, askStarted, askSuppressed, type HealthAnswer } from './health.ts';
import { linkControl } from './link-control.ts';
import { CLIENT_VERSION } from './refusal.ts';
import { createRpc, type Rpc } from './rpc.ts';
import { heldEvidence, nothingTold, statusEvidence, type Learned, type ToldByStatus } from './status.ts';
import { readTarget, type Target } from './target.ts';
import { createTries, type Tries } from './tries.ts';

export interface ProbeOptions {
  /** The live process; null: there is nothing to ask. One of which nobody knows when it started counts as started. */
  readonly process: () => { readonly pid: number; readonly startedAt: number | null } | null;
  /** Where that process listens and what may be asked; read anew each time before it is asked. */
  readonly target: (pid: number) => Promise<Target>;
  readonly connect: (target: Target, onTick: () => void) => Rpc;
  /** How long there may be no sign of life for the event loop to count as stuck. */
  readonly frozenMs?: number;
  readonly onNews?: () => void;
  /** Hears, once for each reason, why the gateway does not let itself be asked about its links. */
  readonly onRefused?: (reason: string) => void;
  readonly clock: Clock;
  readonly healthEveryMs?: number;
  readonly statusEveryMs?: number;
  readonly answerMs?: number;
}

/** docs/facts/openclaw.md 9.1: three misses are trouble. */
const MISSES = 3;
/** A `tick` comes every 30 s. */
const TICK_LIMIT_MS = 65_000;
const ANSWER_MS = 5_000;
/**
 * While it loads its plugins its port is open and its loop is blocked, for a minute and more on a busy machine: that is
 * a start, and no freeze.
 */
const START_MS = 300_000;
/** Its own limit for a channel that does not stop is 5 s, and a start may wait for that. */
const CONTROL_MS = 20_000;
/**
 * A link that was just started is up within seconds, and Feishu's login is told by `channels.status` alone: for so long
 * after a start it is asked this often, or the proof of a restart would wait for the next half minute.
 */
const COMING_UP_MS = 60_000;
const COMING_UP_EVERY_MS = 2_000;

/** Watches the process that the context shows; where it listens, and the secret, its own files tell. */
export const openProbe = ({ home, process, frozenMs, onNews, clock, logger }: ProbeContext, trust: Trust): KindProbe =>
  createProbe({
    process: () => process() ?? null,
    target: (pid) => readTarget(home, pid, trust),
    connect: ({ port, access: { credential } }, onTick) =>
      createRpc({
        url: `ws://127.0.0.1:${port}`,
        token: null,
        ...credential,
        version: CLIENT_VERSION,
        timeoutMs: ANSWER_MS,
        onEvent: (event) => event === 'tick' && onTick(),
      }),
    frozenMs,
    onNews,
    onRefused: (reason) =>
      logger.info(
        { reason },
        'the gateway does not let itself be asked about its links; its log, /health and its service remain',
      ),
    clock,
  });

export interface OpenClawProbe extends KindProbe {
  /** Resolves when nothing is being asked. */
  idle(): Promise<void>;
}

/** What is known of one process. */
interface Life {
  target: Target;
  readonly rpc: Rpc;
  readonly tries: Tries;
  readonly told: ToldByStatus;
  /** Its last tick or answer. */
  aliveAt: number;
  /** Whether it ever answered. */
  hasAnswered: boolean;
  misses: number;
  isReady: boolean;
  /** Whether its brake was asked for, once it was ready. */
  brakeAsked: boolean;
  healthAt: number;
  /** When it last did not listen, or somebody else did in its place. */
  closedAt: number;
  statusAt: number;
  /** When its links were last started, all of them or one alone. */
  linksStartedAt: number;
}

export const createProbe = ({
  process,
  target,
  connect,
  clock,
  frozenMs = TICK_LIMIT_MS,
  onNews,
  onRefused,
  healthEveryMs = 10_000,
  statusEveryMs = 30_000,
  answerMs = ANSWER_MS,
}: ProbeOptions): OpenClawProbe => {
  let learned: Evidence[] = [];
  let isNews = false;
  let current: Life | null = null;
  let asking: Promise<void> | null = null;
  let closed = false;
  const refusals = new Set<string>();

  const learn = ({ evidence, isNews: news }: Learned): void => {
    learned.push(...evidence);
    isNews ||= news;
  };
  const tell = (source: string, text: string, fact: GatewayFact, news: boolean): void =>
    learn({ evidence: [{ at: nowOf(clock), source, text, link: null, fact }], isNews: news });

  const leave = (): void => {
    current?.rpc.close();
    current = null;
  };

  const follow = (found: Target): Life => {
    if (current === null || !isSame(current.target, found)) {
      leave();
      const begun: Life = {
        target: found,
        rpc: connect(found, () => (begun.aliveAt = clock.now())),
        tries: createTries(found.access, (reason) => {
          if (!refusals.has(reason)) onRefused?.(reason);
          refusals.add(reason);
        }),
        told: nothingTold(),
        aliveAt: clock.now(),
        hasAnswered: false,
        misses: 0,
        isReady: false,
        brakeAsked: false,
        healthAt: -Infinity,
        closedAt: -Infinity,
        statusAt: -Infinity,
        linksStartedAt: -Infinity,
      };
      current = begun;
    } else current.target = found;
    return current;
  };

  const isDue = (at: number, everyMs: number): boolean => Math.abs(clock.now() - at) >= everyMs;
  const isStatusDue = ({ statusAt, linksStartedAt, told }: Life): boolean =>
    isDue(statusAt, told.down.size === 0 || isDue(linksStartedAt, COMING_UP_MS) ? statusEveryMs : COMING_UP_EVERY_MS);

  const askLoop = async (life: Life): Promise<HealthAnswer> => {
    life.healthAt = clock.now();
    const { pid, port } = life.target;
    const health = await askHealth(port, answerMs);
    life.misses = health === 'silent' ? life.misses + 1 : 0;
    if (health === 'live') {
      life.aliveAt = clock.now();
      life.hasAnswered = true;
      tell('/health', 'it answers', { kind: 'loop', pid, state: 'alive' }, false);
    }
    const quietMs = clock.now() - life.aliveAt;
    if (health === 'closed' || health === 'strange') life.closedAt = clock.now();
    // While another program holds its port it tries again in the same process: its start then begins with its port.
    const startsSince = Math.max(process()?.startedAt ?? -Infinity, life.closedAt);
    const mayStart = !life.hasAnswered && clock.now() - startsSince < START_MS;
    if (life.misses >= MISSES && quietMs > Math.max(TICK_LIMIT_MS, frozenMs) && !mayStart) {
      tell(
        '/health',
        `${life.misses} questions unanswered, and no sign of life for ${Math.round(quietMs / 1_000)} s`,
        { kind: 'loop', pid, state: 'wedged', turnedAt: nowOf({ now: () => life.aliveAt }) },
        true,
      );
    }
    return health;
  };

  const ready = (life: Life, source: string): void => {
    if (life.isReady) return;
    life.isReady = true;
    life.linksStartedAt = clock.now();
    tell(source, 'it says that it is ready', { kind: 'gateway-ready' }, true);
  };

  const askLinks = async (life: Life): Promise<boolean> => {
    life.statusAt = clock.now();
    const status = await life.tries.ask(() => life.rpc.call('channels.status'), {
      now: clock.now(),
      isReady: life.isReady,
    });
    if (status === null) return false;
    life.aliveAt = clock.now();
    life.hasAnswered = true;
    learn(statusEvidence(status, life.target.names, life.told, nowOf(clock)));
    return true;
  };

  const ask = async (): Promise<void> => {
    const pid = process()?.pid ?? null;
    if (pid === null) return leave();
    if (current?.target.pid === pid && !isDue(current.healthAt, healthEveryMs) && !isStatusDue(current)) return;
    const found = await target(pid);
    if (closed) return;
    const life = follow(found);
    const { port } = life.target;
    const health = isDue(life.healthAt, healthEveryMs) ? await askLoop(life) : null;
    // Who does not answer the one would not answer the others either.
    if (health === 'silent' || health === 'closed') return;
    const started = health === 'live' && !life.isReady ? await askStarted(port, answerMs) : null;
    if (started === true) {
      ready(life, '/startup');
      // Its links come up now: how they were while it still started is old.
      life.statusAt = -Infinity;
    }
    if (!isStatusDue(life)) return;
    const answered = await askLinks(life);
    if (answered && started === null) ready(life, 'channels.status');
    // Its brake is seen although the handshake is refused; after a start once, and until it lets go.
    if (!life.isReady || answered || (life.brakeAsked && life.told.held.size === 0)) return;
    const suppressed = await askSuppressed(port, answerMs);
    life.brakeAsked = true;
    if (suppressed !== null) learn(heldEvidence(suppressed, life.target.names, life.told, nowOf(clock)));
  };

  let lastPid: number | null = null;
  return {
    look: async () => {
      asking ??= ask()
        .catch(() => undefined)
        .finally(() => {
          asking = null;
          if (isNews) onNews?.();
          isNews = false;
        });
      const pid = process()?.pid ?? null;
      if (pid !== lastPid) await asking;
      lastPid = pid;
      const found = learned;
      learned = [];
      return found;
    },
    links: linkControl({
      addressOf: (link) => current?.told.addresses.get(link) ?? null,
      call: async (method, params) => {
        const life = current;
        if (!life) throw new Error('the gateway does not run');
        if (life.tries.closedBecause !== null) throw new Error(life.tries.closedBecause);
        try {
          return await life.rpc.call(method, params, CONTROL_MS);
        } finally {
          // What was said before is told anew, also where it is the same again: Lifeline has forgotten it.
          life.told.words.clear();
          life.statusAt = -Infinity;
          life.linksStartedAt = clock.now();
        }
      },
    }),
    idle: async () => {
      await asking;
    },
    close: async () => {
      closed = true;
      leave();
      await asking;
    },
  };
};

const isSame = (one: Target, other: Target): boolean =>
  one.pid === other.pid && one.port === other.port && JSON.stringify(one.access) === JSON.stringify(other.access);
