/**
 * Tells of hosts that are heard and not as they should be, each kind once, and when they are again. What was told survives a
 * take-over.
 */
import type { Message } from '../../chat/message/message.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';
import { formatDuration } from '../../text/common/time.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import { hearingOf, type HostSeen, type Hosts, type HubTools } from './hosts.ts';
import { tooOld, type Standby } from './standby.ts';

/** Ten minutes off is told; what NTP and a busy machine leave is not. */
const CLOCK_OFF_MS = 5 * 60_000;
const KEY = 'fleet.odd_hosts';

type Oddity = 'twins' | 'too_old' | 'too_new' | 'malformed' | 'same_bot' | 'clock' | 'standby_too_old';

/** @param own the hub's bots. */
const odditiesOf = (seen: HostSeen, own: readonly string[], monotonicMs: number): readonly Oddity[] => {
  const hearing = hearingOf(seen, monotonicMs);
  if (hearing.is === 'misread')
    return [hearing.why === 'too_old' || hearing.why === 'too_new' ? hearing.why : 'malformed'];
  if (hearing.is !== 'heard') return hearing.is === 'twins' ? ['twins'] : [];
  return [
    ...(hearing.beat.bots?.some((bot) => own.includes(bot)) === true ? (['same_bot'] as const) : []),
    ...(Math.abs(seen.aheadMs) >= CLOCK_OFF_MS ? (['clock'] as const) : []),
  ];
};

const lineOf = (oddity: Oddity, seen: HostSeen | null, locale: Locale): string => {
  const text = fleetText(locale).odd;
  if (oddity === 'clock')
    return text.clock(formatDuration(Math.abs(seen?.aheadMs ?? 0), locale), (seen?.aheadMs ?? 0) > 0);
  return text[oddity](seen?.misread?.version ?? seen?.version ?? '?');
};

interface Told {
  readonly subject: number;
  readonly kinds: readonly Oddity[];
}

/** @param hasListened whether this hub has listened for long enough to know that an oddity is over. */
export const createOddHosts = (
  tools: HubTools,
  hosts: Pick<Hosts, 'all' | 'get'>,
  standbys: () => readonly Standby[],
  ownBots: readonly string[],
  hasListened: () => boolean,
): { check(): void } => {
  const { db, outbox, people, now, monotonicMs, locale, logger, onQueued } = tools;
  const meta = createMeta(db);
  const text = fleetText(locale);
  const told = new Map(Object.entries(JSON.parse(meta.get(KEY) ?? '{}') as Readonly<Record<string, Told>>));

  const tell = (
    host: string,
    kinds: readonly Oddity[],
    kind: 'opened' | 'again' | 'recovered',
    message: Message,
  ): void => {
    transaction(db, () => {
      const subject = told.get(host)?.subject ?? now() + told.size;
      if (kinds.length === 0) told.delete(host);
      else told.set(host, { subject, kinds });
      meta.set(KEY, told.size === 0 ? null : JSON.stringify(Object.fromEntries(told)));
      outbox.enqueue({ topic: 'silence', subject, kind, message, at: now() }, people());
    });
    onQueued();
  };
  const see = (host: string, kinds: readonly Oddity[], seen: HostSeen | null): void => {
    const before = told.get(host)?.kinds ?? [];
    if (kinds.some((kind) => !before.includes(kind))) {
      logger.warn({ host, kinds }, 'a host is not as it should be');
      tell(host, kinds, before.length === 0 ? 'opened' : 'again', {
        tone: kinds.includes('twins') || kinds.includes('standby_too_old') ? 'critical' : 'warning',
        title: text.oddTitle(host),
        lines: kinds.map((kind) => lineOf(kind, seen, locale)),
      });
    } else if (kinds.length === 0 && before.length > 0 && hasListened())
      tell(host, [], 'recovered', { tone: 'good', title: text.oddOver(host) });
  };

  return {
    check: () => {
      for (const seen of hosts.all()) {
        // A host that is silent, or not heard yet, has no say.
        const { is } = hearingOf(seen, monotonicMs());
        if (is === 'heard' || is === 'twins' || is === 'misread')
          see(seen.host, odditiesOf(seen, ownBots, monotonicMs()), seen);
      }
      for (const standby of standbys()) see(standby.hub, tooOld(standby) ? ['standby_too_old'] : [], null);
      if (!hasListened()) return;
      for (const host of told.keys())
        if (hosts.get(host) === null && standbys().every(({ hub }) => hub !== host)) see(host, [], null);
    },
  };
};
