/**
 * Hubs that wait beside the one that speaks. Each says every few seconds, under its own key in the bucket of the lease, that
 * it is there and whether it could take over. The hub that speaks remembers the last word of each, also over a take-over.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { NatsConnection } from '@nats-io/transport-node';
import * as z from 'zod';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { createMeta } from '../../store/meta.ts';
import { formatDuration, formatTime } from '../../text/common/time.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import { API_TIMEOUT_MS } from '../nats.ts';
import { hostName, LEASE_BUCKET } from '../subjects.ts';

const PREFIX = 'standby.';
const KEY = 'fleet.standbys';
export const STANDBY_WORD_MS = 3_000;
/** Without a word for so long it is not there. */
const STANDBY_GONE_MS = 15_000;
/** Each write goes into the hubs' log. */
const REMEMBER_MS = 60_000;
const DAY_MS = 86_400_000;

const word = z.object({
  version: z.string().max(40),
  /** Why it could not take over now; null: it could. `too_old`: the hub that speaks is newer. */
  problem: z.enum(['too_old', 'log']).nullable().catch('log'),
});

export interface Standby extends z.infer<typeof word> {
  readonly hub: string;
  /** When its last word came, by the wall clock. */
  readonly at: number;
}

export const tooOld = ({ problem }: Standby): boolean => problem === 'too_old';

/** What `/status` and `lifeline status` say of the hubs. */
export const hubLines = (
  leader: { readonly hub: string; readonly version: string; readonly since: number },
  standbys: readonly Standby[],
  locale: Locale,
  now: number,
): readonly string[] => {
  const text = fleetText(locale);
  return [
    text.leads(leader.hub, leader.version, formatDuration(Math.max(0, now - leader.since), locale)),
    ...standbys.map((standby) => {
      const { hub, version, at, problem } = standby;
      if (now - at >= STANDBY_GONE_MS) return text.standbyGone(hub, formatTime(at, locale, now));
      if (problem !== null) return tooOld(standby) ? text.standbyTooOld(hub, version) : text.standbyBehind(hub);
      return text.standby(hub, version, formatDuration(Math.max(0, now - at), locale));
    }),
  ];
};

const openBucket = async (nc: NatsConnection) => {
  const { jetstream } = await import('@nats-io/jetstream');
  const { Kvm } = await import('@nats-io/kv');
  return new Kvm(jetstream(nc, { timeout: API_TIMEOUT_MS })).open(LEASE_BUCKET);
};

/** For a hub that waits. @returns what says its word once, and who holds the lease; null: nobody does. */
export const createStandbyWord = async (nc: NatsConnection, hub: string, version: string) => {
  const kv = await openBucket(nc);
  return async (problem: Standby['problem']): Promise<string | null> => {
    await kv.put(`${PREFIX}${hub}`, JSON.stringify({ version, problem } satisfies z.infer<typeof word>));
    const lease = await kv.get('hub');
    return lease?.operation === 'PUT' ? hostName.catch('?').parse(lease.json<{ hub?: unknown }>().hub) : null;
  };
};

interface Standbys {
  all(): readonly Standby[];
  forget(hub: string): boolean;
  stop(): void;
}

/** For the hub that speaks. */
export const watchStandbys = async (
  nc: NatsConnection,
  {
    db,
    own,
    now,
    logger,
  }: { readonly db: DatabaseSync; readonly own: string; readonly now: () => number; readonly logger: Logger },
): Promise<Standbys> => {
  const meta = createMeta(db);
  const known = new Map<string, Standby>();
  for (const each of JSON.parse(meta.get(KEY) ?? '[]') as readonly Standby[]) known.set(each.hub, each);
  // What spoke before this one is a standby from now on, once it says so.
  known.delete(own);
  const remember = (): void =>
    meta.set(KEY, JSON.stringify([...known.values()].filter(({ at }) => now() - at < DAY_MS * 30)));
  const kv = await openBucket(nc);
  const words = await kv.watch({ key: `${PREFIX}*` });
  void (async () => {
    for await (const { key, operation, value } of words) {
      const hub = hostName.safeParse(key.slice(PREFIX.length));
      if (operation !== 'PUT' || !hub.success || hub.data === own) continue;
      try {
        const said = word.parse(JSON.parse(new TextDecoder().decode(value)));
        const before = known.get(hub.data);
        known.set(hub.data, { ...said, hub: hub.data, at: now() });
        if (before?.problem !== said.problem || now() - before.at > REMEMBER_MS) remember();
      } catch (error) {
        logger.warn({ hub: hub.data, reason: errorText(error) }, 'the word of a waiting hub cannot be read');
      }
    }
  })().catch((error: unknown) => logger.warn({ reason: errorText(error) }, 'the waiting hubs are not heard any more'));
  return {
    all: () => [...known.values()],
    forget: (hub) => {
      const was = known.delete(hub);
      if (was) remember();
      return was;
    },
    stop: () => words.stop(),
  };
};
