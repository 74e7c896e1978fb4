/** Tells of hosts that are silent, those that fell silent together as one, and that they are back. What was told survives a take-over. */
import { redact } from '../../base/redact/redact.ts';
import type { Message } from '../../chat/message/message.ts';
import { transaction } from '../../store/transaction.ts';
import { formatDuration, formatTime } from '../../text/common/time.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import { SILENT_MS, type HostSeen, type Hosts, type HubTools } from './hosts.ts';

/** Hosts that were cut off together were last heard at most one beat apart. */
export const TOGETHER_MS = 17_000;
/** After some of several are back, so long is waited for the others. */
const PARTLY_MS = 60_000;

export type HeardHost = Pick<HostSeen, 'host' | 'labels' | 'heardAt'>;

/** Hosts that were told as one. */
export interface OpenSilence {
  readonly id: number;
  readonly hosts: readonly string[];
  readonly back: readonly string[];
}

type SilenceStep =
  | { readonly do: 'tell'; readonly hosts: readonly string[]; readonly shared: Shared }
  /** `hosts` are still silent, `back` are not. */
  | { readonly do: 'note'; readonly id: number; readonly hosts: readonly string[]; readonly back: readonly string[] }
  | { readonly do: 'end'; readonly id: number; readonly back: readonly string[] };

export type Shared =
  | { readonly is: 'all' }
  | { readonly is: 'label'; readonly name: string; readonly value: string }
  | { readonly is: 'nothing' };

/** @param listeningSince since when this hub has heard everything that came. */
export const silenceSteps = (
  hosts: readonly HeardHost[],
  open: readonly OpenSilence[],
  listeningSince: number,
  now: number,
): readonly SilenceStep[] => {
  const silentMs = ({ heardAt }: HeardHost): number => now - Math.max(heardAt ?? -Infinity, listeningSince);
  const told = new Set(open.flatMap((silence) => silence.hosts));
  const untold = hosts.filter(({ host }) => !told.has(host));
  const isDue = untold.some((host) => silentMs(host) >= SILENT_MS);
  const silent = isDue ? untold.filter((host) => silentMs(host) >= SILENT_MS - TOGETHER_MS) : [];

  // One that was told with others before its own time had come has not been heard for that reason.
  const heard = new Set(
    hosts.filter(({ heardAt }) => heardAt !== null && now - heardAt < SILENT_MS - TOGETHER_MS).map(({ host }) => host),
  );
  const known = new Set(hosts.map(({ host }) => host));
  const changes = open.flatMap((silence): SilenceStep[] => {
    // A host that was forgotten is waited for no more.
    const left = silence.hosts.filter((host) => known.has(host) && !heard.has(host));
    const back = [...silence.back, ...silence.hosts.filter((host) => heard.has(host))];
    if (left.length === 0) return [{ do: 'end', id: silence.id, back }];
    return left.length < silence.hosts.length ? [{ do: 'note', id: silence.id, hosts: left, back }] : [];
  });
  return [
    ...changes,
    ...(silent.length > 0
      ? [{ do: 'tell', hosts: silent.map(({ host }) => host).toSorted(), shared: sharedBy(silent, hosts) } as const]
      : []),
  ];
};

/** What silent hosts share and the others have not, or at least what they share. */
export const sharedBy = (silent: readonly HeardHost[], all: readonly HeardHost[]): Shared => {
  const [first, ...others] = silent;
  if (first === undefined || others.length === 0) return { is: 'nothing' };
  if (silent.length === all.length) return { is: 'all' };
  const common = Object.entries(first.labels).filter(([name, value]) =>
    others.every(({ labels }) => labels[name] === value),
  );
  const only = common.find(
    ([name, value]) => all.filter(({ labels }) => labels[name] === value).length === silent.length,
  );
  const [name, value] = only ?? common[0] ?? [];
  return name === undefined || value === undefined ? { is: 'nothing' } : { is: 'label', name, value };
};

export interface SilenceWatchOptions {
  readonly hosts: Pick<Hosts, 'all' | 'get'>;
  /** Whether this host's silence is not to be told now. */
  readonly isMuted: (host: string) => boolean;
  /** Since when everything that came was heard, by a clock that never jumps; null: this hub hears nothing now. */
  readonly listeningSince: () => number | null;
}

interface Stored extends OpenSilence {
  /** Since when they are silent. */
  readonly at: number;
}

export const createSilenceWatch = (
  { db, outbox, people, monotonicMs, now, locale, logger, onQueued }: HubTools,
  { hosts, isMuted, listeningSince }: SilenceWatchOptions,
): { check(): void } => {
  const text = fleetText(locale);
  const insert = db.prepare(`INSERT INTO fleet_silences (at, hosts, back) VALUES (?, ?, '[]')`);
  const update = db.prepare('UPDATE fleet_silences SET hosts = ?, back = ? WHERE id = ?');
  const end = db.prepare(`UPDATE fleet_silences SET hosts = '[]', back = ?, ended_at = ? WHERE id = ?`);
  const select = db.prepare('SELECT * FROM fleet_silences WHERE ended_at IS NULL ORDER BY id');
  /** When some of a silence came back, for as long as that was not told. */
  const partly = new Map<number, number>();

  const open = (): readonly Stored[] =>
    select.all().map((row) => ({
      id: Number(row['id']),
      at: Number(row['at']),
      hosts: JSON.parse(String(row['hosts'])) as readonly string[],
      back: JSON.parse(String(row['back'])) as readonly string[],
    }));

  const sharedLines = (shared: Shared): readonly string[] =>
    shared.is === 'label' ? [text.shared(redact(shared.name), redact(shared.value))] : [];

  const silentMessage = (names: readonly string[], shared: Shared): Message => {
    const [only, ...more] = names;
    if (only !== undefined && more.length === 0) {
      const heard = hosts.get(only)?.heardAtWall ?? null;
      return {
        tone: 'critical',
        title: text.silent(only),
        ...(heard === null
          ? {}
          : { lines: [text.lastHeard(formatTime(heard, locale, now()), formatDuration(now() - heard, locale))] }),
        note: text.silentNote(only),
        buttons: [{ label: text.muteButton(), style: 'plain', command: `/mute ${only} 2h` }],
      };
    }
    const all = hosts.all().length;
    return {
      tone: 'critical',
      title: shared.is === 'all' ? text.silentAll(names.length) : text.silentSeveral(names.length, all),
      lines: [...sharedLines(shared), text.hosts(names)],
      note: text.silentNoteSeveral(),
    };
  };

  const backMessage = ({ at }: Stored, back: readonly string[]): Message => {
    const [only = '', ...more] = back;
    return {
      tone: 'good',
      title: more.length === 0 ? text.back(only) : text.backSeveral(back.length),
      lines: [
        text.awayFor(formatDuration(Math.max(0, now() - at), locale)),
        ...(more.length === 0 ? [] : [text.hosts(back)]),
      ],
    };
  };

  /** When the first of them was last heard, as far as this hub knows. */
  const silentSince = (names: readonly string[]): number =>
    Math.min(now(), ...names.flatMap((name) => hosts.get(name)?.heardAtWall ?? []));

  const tell = (subject: number, kind: 'opened' | 'again' | 'recovered', message: Message): void => {
    outbox.enqueue({ topic: 'silence', subject, kind, message, at: now() }, people());
  };

  const step = (): boolean => {
    const since = listeningSince();
    if (since === null) return false;
    const silences = open();
    const audible = hosts.all().filter(({ host }) => !isMuted(host));
    let told = false;
    for (const change of silenceSteps(audible, silences, since, monotonicMs())) {
      if (change.do === 'tell') {
        const id = Number(insert.run(silentSince(change.hosts), JSON.stringify(change.hosts)).lastInsertRowid);
        tell(id, 'opened', silentMessage(change.hosts, change.shared));
        logger.warn({ hosts: change.hosts }, 'hosts are silent');
        told = true;
        continue;
      }
      const silence = silences.find(({ id }) => id === change.id);
      if (silence === undefined) continue;
      if (change.do === 'note') {
        update.run(JSON.stringify(change.hosts), JSON.stringify(change.back), change.id);
        partly.set(change.id, monotonicMs());
        continue;
      }
      partly.delete(change.id);
      end.run(JSON.stringify(change.back), now(), change.id);
      // A host that was forgotten has not come back.
      if (change.back.length > 0) tell(change.id, 'recovered', backMessage(silence, change.back));
      logger.info({ hosts: change.back }, 'silent hosts are back');
      told = true;
    }
    for (const [id, at] of partly) {
      if (monotonicMs() - at < PARTLY_MS) continue;
      partly.delete(id);
      const silence = open().find((each) => each.id === id);
      if (silence === undefined) continue;
      const all = silence.hosts.length + silence.back.length;
      tell(id, 'again', {
        tone: 'warning',
        title: text.partly(silence.back.length, all),
        lines: [text.stillSilent(text.hosts(silence.hosts))],
      });
      told = true;
    }
    return told;
  };

  return {
    check: (): void => {
      if (transaction(db, step)) onQueued();
    },
  };
};

/** Since when a hub has heard everything that came. While its server is away, silence says nothing of the hosts. */
export const createListening = (isUp: () => boolean, monotonicMs: () => number) => {
  let since: number | null = null;
  return {
    /** To be called again and again: whether the server is there is seen by it alone. */
    look: (): void => {
      since = isUp() ? (since ?? monotonicMs()) : null;
    },
    /** By a clock that never jumps; null: this hub hears nothing now. */
    since: (): number | null => since,
    /** Whether it was for long enough to know who is there. */
    hasListened: (): boolean => since !== null && monotonicMs() - since >= SILENT_MS,
  };
};
