/**
 * The agent of a fleet: what `lifeline run` is, and beside that what it tells a hub and takes from it. It judges and heals
 * alone; without a network it lacks only the hub.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Subscription } from '@nats-io/transport-node';
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { redact } from '../base/redact/redact.ts';
import type { FleetConfig } from '../config/config.ts';
import { accessProblems } from '../config/fleet-access.ts';
import { writeHubTrouble, type HubTrouble } from '../store/hub-trouble.ts';
import type { Meta } from '../store/meta.ts';
import { accessText, hubTroubleText } from '../text/fleet/hub-trouble.ts';
import type { Locale } from '../text/locale.ts';
import type { CommandServer } from './command-server.ts';
import { createHubChannel, type HubChannel } from './hub-channel.ts';
import {
  answerReply,
  beatReply,
  claimReply,
  command,
  compareFences,
  fenceText,
  laterFence,
  PROTOCOL,
  read,
  readFence,
  receipt,
  write,
  type Answer,
  type Beat,
  type Claim,
  type ClaimReply,
  type Fence,
} from './messages.ts';
import { connectTo, serverAccess, type Connection } from './nats.ts';
import { downSubject, inboxOf, toHost, upSubject, type Up } from './subjects.ts';

export type BeatState = Pick<Beat, 'gateways' | 'incidents' | 'open'>;

export interface FleetAgentOptions {
  readonly fleet: FleetConfig;
  readonly version: string;
  /** Of the agent's own channels. */
  readonly bots: readonly string[];
  readonly startedAt: number;
  readonly meta: Pick<Meta, 'get' | 'set'>;
  /** A hub is there again. */
  readonly onBack: () => void;
  readonly locale: Locale;
  readonly logger: Logger;
}

export interface FleetAgent {
  readonly channel: HubChannel;
  readonly fence: { readonly get: () => Fence | null; readonly raise: (fence: Fence) => void };
  claim(claim: Claim): Promise<ClaimReply>;
  answer(answer: Answer): Promise<boolean>;
  /** @param state how everything is. @param server takes the hub's commands. */
  start(state: () => BeatState, server: CommandServer): void;
  stop(): Promise<void>;
}

export const BEAT_MS = 15_000;
/** How often is looked whether something has changed that the hub should see at once. */
const CHANGED_MS = 1_000;
/** Well below the 90 s after which a host is silent. */
const SLOWEST_RECONNECT_MS = 20_000;
const BEAT_TIMEOUT_MS = 5_000;
const CLAIM_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 5_000;
const ANSWER_FOR_MS = 60_000;
/** A hub that is there has a notice in its log by then. */
const NOTICE_TIMEOUT_MS = 10_000;
/** A hub that takes over is looked for so often. */
const NO_HUB_MS = 3_000;
const FENCE = 'fleet.fence';
const MOST_SAID = 120;
/** What a server says to a key that it does not know, or that may not do what a host does; not one that had no time for it. */
const REFUSAL = /authori[sz]ation|authentication(?! timeout)|permissions violation/i;

export const createFleetAgent = ({
  fleet,
  version,
  bots,
  startedAt,
  meta,
  onBack,
  locale,
  logger,
}: FleetAgentOptions): FleetAgent => {
  const { host, labels, accept } = fleet;
  // A machine that is a copy of another starts at the same moment, and its processes have the same numbers.
  const instance = `${startedAt}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const ending = new AbortController();
  let connection: Connection | null = null;
  let server: CommandServer | null = null;
  let highest = readFence(meta.get(FENCE));
  let wakeBeat = (): void => undefined;
  /** What is said of the server; '': nothing; null: it is connected. */
  let serverSaid: string | null = '';
  let accessSaid: string | null = null;
  let isOtherVersion = false;
  let twinsSince: number | null = null;
  let noted: string | null = null;

  const raise = (fence: Fence): void => {
    const later = laterFence(highest, fence);
    if (later === highest) return;
    highest = later;
    // On the disk before anything is done for it: after a restart an old hub is refused as before.
    meta.set(FENCE, fenceText(later));
  };
  /** @returns whether it is from a hub that may still speak. */
  const admits = (fence: Fence): boolean => {
    if (highest !== null && compareFences(fence, highest) < 0) return false;
    raise(fence);
    channel.heard(fenceText(fence));
    return true;
  };

  const request = async (kind: Up, value: object, timeout: number): Promise<Uint8Array> => {
    if (!connection?.isUp()) throw new Error('the NATS server is not connected');
    return (await connection.nc.request(upSubject(host, kind), write(value), { timeout })).data;
  };

  const channel = createHubChannel({
    ask: async (notice) => {
      const got = read(receipt, await request('notice', notice, NOTICE_TIMEOUT_MS));
      if (!got.ok) throw new Error(`the hub's answer is ${got.why}`);
      if (!admits(got.value.fence)) throw new Error('the answer is of an old hub');
      return got.value;
    },
    fallbackMs: fleet.fallbackMs,
    onBack,
    problem: () => {
      const found = troubleNow();
      if (found === null) return null;
      const text = hubTroubleText(locale);
      const { what, todo } = text.words[found.why];
      return text.withTodo(text.said(what, found.said), todo);
    },
    logger,
  });

  const troubleNow = (): Omit<HubTrouble, 'since'> | null => {
    if (accessSaid !== null) return { why: 'access', said: accessSaid };
    if (serverSaid !== null) {
      const said = redact(serverSaid).slice(0, MOST_SAID);
      return { why: REFUSAL.test(serverSaid) ? 'refused' : 'no_server', said: said === '' ? null : said };
    }
    if (twinsSince !== null) return { why: 'twins', said: null };
    if (channel.goneSince() === null) return null;
    return { why: isOtherVersion ? 'other_version' : 'no_hub', said: null };
  };

  const sinceOf = (found: Omit<HubTrouble, 'since'> | null): number | null => {
    if (found?.why === 'twins') return twinsSince;
    return found?.why === 'access' ? startedAt : channel.goneSince();
  };

  /** For `lifeline status` and the like, which look at the store. */
  const note = (): void => {
    const found = troubleNow();
    const since = sinceOf(found);
    // A moment without the server is nothing yet.
    const trouble = found === null || since === null ? null : { ...found, since };
    const text = JSON.stringify(trouble);
    if (text === noted) return;
    try {
      writeHubTrouble(meta, trouble);
      noted = text;
    } catch (error) {
      logger.debug({ reason: errorText(error) }, 'what keeps this host from its hub could not be noted');
    }
  };

  const beatOnce = async (state: BeatState): Promise<void> => {
    const beat: Beat = {
      v: PROTOCOL,
      version,
      instance,
      startedAt,
      at: Date.now(),
      labels,
      bots: [...bots],
      accept,
      ...state,
    };
    const answer = read(beatReply, await request('beat', beat, BEAT_TIMEOUT_MS));
    isOtherVersion = !answer.ok;
    if (!answer.ok) return logger.warn({ why: answer.why }, 'the hub of the fleet speaks another version');
    if (!admits(answer.value.fence)) return;
    if (answer.value.twins !== true) twinsSince = null;
    else if (twinsSince === null) {
      twinsSince = Date.now();
      logger.error({ host }, 'another machine speaks under the name and with the key of this host');
    }
  };

  const keepBeating = async (state: () => BeatState): Promise<void> => {
    let told = '';
    let sent = '';
    const watching = setInterval(() => {
      if (JSON.stringify(state()) !== sent) wakeBeat();
    }, CHANGED_MS);
    ending.signal.addEventListener('abort', () => clearInterval(watching), { once: true });
    while (!ending.signal.aborted) {
      const woken = new AbortController();
      wakeBeat = () => woken.abort();
      try {
        const now = state();
        sent = JSON.stringify(now);
        await beatOnce(now);
        told = '';
      } catch (error) {
        const reason = errorText(error);
        if (reason !== told) logger.warn({ reason }, 'no hub of the fleet answers');
        told = reason;
      }
      // Not all at the same moment after they were cut off together.
      const signal = AbortSignal.any([ending.signal, woken.signal]);
      await sleep((told === '' ? BEAT_MS : NO_HUB_MS) * (0.8 + Math.random() * 0.2), undefined, { signal }).catch(
        () => undefined,
      );
      // A change is told soon, and a storm of changes not more often than this.
      if (woken.signal.aborted) await sleep(500, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };

  const listen = (up: Connection): Subscription =>
    up.nc.subscribe(toHost(host), {
      callback: (error, message) => {
        if (error)
          return logger.warn({ reason: errorText(error) }, 'the NATS server refuses what this agent listens to');
        try {
          if (message.subject === downSubject(host, 'receipt')) {
            const got = read(receipt, message.data);
            if (got.ok && admits(got.value.fence)) channel.onReceipt(got.value);
          } else if (message.subject === downSubject(host, 'command')) {
            const got = read(command, message.data);
            if (!got.ok) return logger.warn({ why: got.why }, 'a command of the hub cannot be read');
            void server
              ?.receive(got.value)
              .catch((err: unknown) => logger.error({ err }, 'a command of the hub failed'));
          }
        } catch (err) {
          logger.error({ err }, 'a message of the hub could not be taken');
        }
      },
    });

  return {
    channel,
    fence: { get: () => highest, raise },
    claim: async (claim) => {
      const sentAt = { wall: Date.now(), monotonic: performance.now() };
      const answer = read(claimReply, await request('claim', claim, CLAIM_TIMEOUT_MS));
      if (!answer.ok) throw new Error(`the hub's answer is ${answer.why}`);
      // A machine that slept has it too late, whatever its timers say.
      const tookMs = Math.max(Date.now() - sentAt.wall, performance.now() - sentAt.monotonic);
      if (tookMs > CLAIM_TIMEOUT_MS) throw new Error('the answer came too late');
      if (!admits(answer.value.fence)) throw new Error('the answer is of an old hub');
      return answer.value;
    },
    answer: async (answer) => {
      for (const until = performance.now() + ANSWER_FOR_MS; ;) {
        try {
          const taken = read(answerReply, await request('answer', answer, ANSWER_TIMEOUT_MS));
          if (taken.ok) return taken.value.taken;
        } catch (error) {
          logger.debug({ reason: errorText(error) }, 'no hub takes an answer; trying again');
        }
        // What is said before the result is a courtesy.
        if (answer.is !== 'final' || performance.now() > until || ending.signal.aborted) return false;
        await sleep(1_000, undefined, { signal: ending.signal }).catch(() => undefined);
      }
    },
    start: (state, commands) => {
      server = commands;
      const noting = setInterval(note, CHANGED_MS);
      ending.signal.addEventListener('abort', () => clearInterval(noting), { once: true });
      void (async () => {
        try {
          const [broken] = await accessProblems(fleet.access);
          if (broken !== undefined) {
            accessSaid = accessText(locale).what(broken);
            throw new Error(`fleet.${broken.key}: ${accessText('en').what(broken)}`);
          }
          connection = await connectTo({
            access: serverAccess(fleet.access),
            name: `lifeline ${host}`,
            inbox: inboxOf(host),
            logger,
            signal: ending.signal,
            slowestMs: SLOWEST_RECONNECT_MS,
            onTrouble: (reason) => (serverSaid = reason),
          });
          if (ending.signal.aborted) return void (await connection.close());
          listen(connection);
          await keepBeating(state);
        } catch (error) {
          if (ending.signal.aborted) return;
          accessSaid ??= errorText(error);
          logger.error({ reason: errorText(error) }, 'this host cannot take part in the fleet');
        }
      })();
    },
    stop: async () => {
      ending.abort();
      await connection?.close();
    },
  };
};
