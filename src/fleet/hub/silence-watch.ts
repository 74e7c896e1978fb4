/** Tells of hosts that are silent, and that they are back (`silence.ts` decides). What was told survives a take-over. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import { redact } from '../../base/redact/redact.ts';
import type { Message } from '../../chat/message/message.ts';
import type { Addressee } from '../../notify/recipients/addressees.ts';
import type { Outbox } from '../../notify/outbox/queue.ts';
import { transaction } from '../../store/transaction.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import { formatDuration, formatTime } from '../../text/common/time.ts';
import type { Hosts } from './hosts.ts';
import { PARTLY_MS, silenceSteps, type OpenSilence, type Shared } from './silence.ts';

export interface SilenceWatchOptions {
  readonly db: DatabaseSync;
  readonly hosts: Pick<Hosts, 'all' | 'get'>;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly people: () => readonly Addressee[];
  /** Whether this host's silence is not to be told now. */
  readonly isMuted: (host: string) => boolean;
  /** Since when everything that came was heard, by a clock that never jumps; null: this hub hears nothing now. */
  readonly listeningSince: () => number | null;
  readonly monotonicMs: () => number;
  readonly now: () => number;
  readonly locale: Locale;
  readonly logger: Logger;
  readonly onQueued: () => void;
}

interface Stored extends OpenSilence {
  /** Since when they are silent. */
  readonly at: number;
}

export const createSilenceWatch = (options: SilenceWatchOptions) => {
  const { db, hosts, outbox, people, isMuted, listeningSince, monotonicMs, now, locale, logger, onQueued } = options;
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
    /** Hosts that were told to be silent and are not back. */
    silent: (): ReadonlySet<string> => new Set(open().flatMap((silence) => silence.hosts)),
  };
};
